/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * import_scan: results of other scanners, read by a confined worker (report/import.h). It answers
 *   I  a piece of one JSON document (import_write)
 */
#include "report/import.h"
#include "sandbox/worker.h"

#define IMPORT_SCAN_MEMORY \
	(1500ull << 20) /* of the worker, for the largest document that is read */
#define IMPORT_SCAN_PIECE  (4u << 20)
#define IMPORT_SCAN_ANSWER (512u << 20) /* bytes of all pieces */

/* In the worker: job {"job": "import", "size": bytes} and the descriptor of the document. */
int import_scan_run(struct worker_job *job, struct err *err) MUST_USE;

/* `confinement` (may be NULL) says what confined the reader. The file's name stands in each. */
int import_scan_file(str path, int64_t timeout_ms, struct arena *arena, struct imported_list *out,
		     struct confinement *confinement, struct err *err) MUST_USE;
