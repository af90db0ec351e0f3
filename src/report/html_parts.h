/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The sections of the HTML report; one with nothing in it writes nothing. */
#include "report/html_page.h"
#include "report/markup.h"
#include "report/report.h"

/* Commands, the one that repairs most first. */
void html_upgrades(struct report_out *out, const struct report *report);
void html_findings(struct report_out *out, const struct report *report);
void html_secrets(struct report_out *out, const struct report *report);
/* Counts of configuration checks, then what failed. */
void html_checks(struct report_out *out, const struct report *report);
void html_licences(struct report_out *out, const struct report *report);
void html_excepted(struct report_out *out, const struct report *report);
void html_not_examined(struct report_out *out, const struct report *report);
void html_layers(struct report_out *out, const struct report *report);
