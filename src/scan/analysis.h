/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * analysis: in the worker, one file through its analyzer, its packages and result sent to the
 * parent. A file that cannot be read makes a failed result; only a broken connection fails the
 * calls here.
 */
#include "fmt/file_view.h"
#include "sandbox/worker.h"
#include "scan/analyzer.h"
#include "scan/record.h"

struct analysis {
	struct worker_job *job;
	bool want_files;
	bool licences;	       /* asked for */
	struct arena *scratch; /* of one file */
	struct buf payload;
};

void analysis_init(struct analysis *analysis, struct worker_job *job);
void analysis_done(struct analysis *analysis);
static inline void auto_analysis_done(struct analysis *analysis) { analysis_done(analysis); }

/* `result` says which file and entry; the rest of it is filled here. */
int analysis_run(struct analysis *analysis, const struct analyzer *analyzer,
		 const struct file_view *view, struct file_result *result,
		 struct err *err) MUST_USE;
/*
 * As analysis_run for a row that looks at first bytes: *sent says whether there was anything to
 * tell.
 */
int analysis_try(struct analysis *analysis, const struct analyzer *analyzer,
		 const struct file_view *view, struct file_result *result, bool *sent,
		 struct err *err) MUST_USE;
/* The result of a file that could not be handed to its analyzer. */
int analysis_fail(struct analysis *analysis, struct file_result *result, const struct err *why,
		  struct err *err) MUST_USE;
/* Of one that a flag left out. */
int analysis_leave_out(struct analysis *analysis, struct file_result *result,
		       struct err *err) MUST_USE;
/* The largest file that the analyzer takes. */
uint64_t analyzer_max_size(const struct analyzer *analyzer);
