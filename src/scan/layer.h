/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * layer: in the worker, one pass over the stored bytes of a layer. Verifies, inflates, walks the
 * archive, analyses wanted files and tells the parent everything that matters for putting layers on
 * top of each other (record.h). Everything that was sent before a failure is void.
 *
 * Job {"job": "layer", "size", "offset", "seekable", "digest", "diff_id", "max_bytes",
 * "max_entries", "max_ratio", "want_files", aliases and skips (want.h)}; descriptors: the blob,
 * then temporary files.
 */
#include "sandbox/worker.h"
#include "scan/record.h"
#include "scan/stream.h"

int layer_run(struct worker_job *job, struct err *err) MUST_USE;

/* The part behind the job's header, for tests: walks an archive. */
struct layer_opts {
	uint64_t max_entries;
};
int layer_walk(struct worker_job *job, struct tar_source source, const struct layer_opts *opts,
	       struct layer_end *end, struct err *err) MUST_USE;
