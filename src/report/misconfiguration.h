/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* misconfiguration: what a report shows of configuration checks, and what it says about them. */
#include "report/report.h"

/* Fills report->checks. */
void report_checks_select(struct report *report, const struct check_results *results);
/* A target with a check that could not be judged is not assessed whole. After the other verdicts.
 */
void report_checks_judge(struct report *report);

static inline const struct misconfiguration *report_misconfiguration(const struct report *report,
								     size_t shown)
{
	return &report->checks.items[report->checks.shown[shown]];
}
/* Texts of the check in the reader's language. */
const struct check_text *misconfiguration_text(enum lang lang, const struct misconfiguration *m);
/* What is wrong; of an error, why it could not be judged. */
str misconfiguration_message(enum lang lang, const struct misconfiguration *m);
/* "Dockerfile:3", "image configuration". */
str misconfiguration_place(struct arena *arena, enum lang lang, const struct misconfiguration *m);
/* The file alone; empty: about the whole target. */
str misconfiguration_file(const struct misconfiguration *m);
/* "fail", "manual", "error" in the reader's language. */
str misconfiguration_status(enum lang lang, const struct misconfiguration *m);
/* The same finding keeps this mark when lines move. */
str misconfiguration_fingerprint(struct arena *arena, const struct misconfiguration *m);
/* "12 passed, 3 failed, ..." */
str misconfiguration_counts(const struct report *report);
