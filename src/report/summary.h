/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * summary: the sentences at the head of a report, in the reader's language: what the target is,
 * what was read, with which data. Text from outside is in it as term_put shows it, so a writer only
 * adds the escaping of its own form.
 */
#include "report/report.h"

str summary_system(const struct report *report);
str summary_read(const struct report *report);
str summary_database(const struct report *report);
str summary_coverage(const struct report *report, const struct coverage *coverage);
/* Of configuration files: packages, system and advisories are no matter. */
bool summary_only_checks(const struct report *report);
/* What is said when there is no finding to show: never more than is known. */
str summary_nothing_found(const struct report *report);
/* Separated by ", ". */
str summary_join(const struct report *report, const str *items, size_t n);
