/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the table writer share. */
#include "report/report.h"

/* Colours of a terminal; nothing is written when colours are off. */
enum table_style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_WARNING, STYLE_GOOD };

void table_style(struct report_out *out, enum table_style style);
void table_style_severity(struct report_out *out, enum severity severity);
/* Columns of a line: what was told, else more than any line has. */
size_t table_columns(const struct report_out *out);
/* "sha256:0123456789ab" of a whole digest. */
str table_short_digest(str digest);

/* The head of a target: what it is, what was read, what is found, warnings, what was not examined.
 */
void table_summary(struct report_out *out, const struct report *report);
/* Secrets, worst first; nothing when nobody asked for them. */
void table_secrets(struct report_out *out, const struct report *report);
/* Configuration checks: counts, then what failed, worst first; nothing when nobody asked. */
void table_checks(struct report_out *out, const struct report *report);
/* Licences, those with the same name and verdict together; nothing when nobody asked for them. */
void table_licences(struct report_out *out, const struct report *report);
/* Layers with their counts, packages of --list-all-packages. */
void table_layers(struct report_out *out, const struct report *report);
void table_packages(struct report_out *out, const struct report *report);
/* Commands that repair what can be repaired. */
void table_upgrades(struct report_out *out, const struct report *report);
