/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the reports of GitLab's families share; one target a file. */
#include "report/report.h"

/* A report up to its version, and from the end of its list of findings on. */
void gitlab_open(struct report_out *out);
void gitlab_close(struct report_out *out);
/* "scan": tool, family, times, messages. `report` NULL: nobody looked. */
void gitlab_put_scan(struct report_out *out, const struct report *report, const char *type,
		     str failure);
/* Critical, High, Medium, Low, Info, Unknown. */
str gitlab_severity(enum severity severity);
