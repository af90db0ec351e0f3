/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* rego_answer: the answers of a query in the forms of --format, and the figures of --metrics. */
#include "base/json.h"
#include "cmd/rego_trace.h"

#define REGO_FIGURES 16u

struct rego_figure {
	const char *name; /* as OPA calls it */
	uint64_t n;
};

struct rego_report {
	struct rego_figure figures[REGO_FIGURES];
	size_t n;			/* 0: no figures are asked for */
	const struct rego_trace *trace; /* whose profile is shown; or NULL */
};

void rego_report_time(struct rego_report *report, const char *name, uint64_t ns);
/* Of evaluations; sorts them. */
void rego_report_runs(struct rego_report *report, uint64_t *ns, size_t n);
/* Members of the object that is open. */
void rego_report_put_json(const struct rego_report *report, struct json_writer *w);
void rego_report_put_text(const struct rego_report *report, struct buf *b);

/* `format`: a word of --format. */
void rego_put_answers(struct buf *b, str format, const struct policy_query *query,
		      const struct policy_answers *answers, const struct rego_report *report,
		      struct arena *arena);
