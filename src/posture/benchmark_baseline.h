/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * benchmark_baseline: a former JSON report, to tell what is new. A finding is known when it was
 * there with the same words and evidence, changed when the same control said something else about
 * the same thing, else new. What was there and is gone is fixed, unless its control could not be
 * judged now or is not part of this run: then nothing is said. Controls are found by our ids, so
 * that the versions of the benchmark may differ.
 */
#include "posture/benchmark_report.h"

#define BASELINE_MAX (64u << 20) /* bytes of the report */

struct baseline_entry {
	str id, number, kind, document, subject, message, evidence, fingerprint;
	enum benchmark_status status; /* fail, manual or error */
	bool found;		      /* it is still there */
	struct baseline_entry *next;  /* about the same thing */
};

struct benchmark_baseline {
	str source, version;
	const struct json *root; /* the report */
	struct baseline_entry *entries;
	size_t n, cap;
	size_t added, changed, known; /* findings of failed controls and errors now */
	struct baseline_entry *fixed; /* that failed */
	size_t fixed_n;
};

/* ERR_INPUT: it is no such report. Texts live in `arena`. */
int benchmark_baseline_read(struct benchmark_baseline *base, str source, str text,
			    struct arena *arena, struct err *err) MUST_USE;
/* Sets the marks of controls and findings, and what is counted above. */
void benchmark_baseline_apply(struct benchmark_baseline *base, struct benchmark_result *result,
			      struct arena *arena);
str benchmark_mark_text(enum lang lang, enum benchmark_mark mark);
str benchmark_health_text(enum lang lang, enum benchmark_health health);
