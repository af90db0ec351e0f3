/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sbom_scan: an inventory from a bill of materials instead of from layers. The document is foreign:
 * a confined worker reads it (fmt/sbom) and answers
 *   H  JSON: everything of the inventory but its packages (sbom_head_write)
 *   P  u64 layer + 1 (0: not known), then JSON (package_write)
 */
#include "fmt/inventory.h"
#include "sandbox/worker.h"

struct scan_opts;

#define SBOM_SCAN_MEMORY \
	(1200ull << 20) /* of the worker, for the largest document that is read \
			 */

/* In the worker: job {"job": "sbom", "size": bytes} and the descriptor of the document. */
int sbom_scan_run(struct worker_job *job, struct err *err) MUST_USE;

/* `fd` is a regular file of `size` bytes. Fills everything but target. */
int sbom_scan_fd(int fd, uint64_t size, const struct scan_opts *opts, struct arena *arena,
		 struct inventory *out, struct err *err) MUST_USE;
/* The file of "sbom:FILE". */
int sbom_scan_file(str path, const struct scan_opts *opts, struct arena *arena,
		   struct inventory *out, struct err *err) MUST_USE;
