/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* secret: which secrets of an inventory a report shows, and what it says about them. */
#include "report/report.h"

/* Fills report->secrets. */
void report_secrets_select(struct report *report);
enum severity report_secret_severity(const struct secret_finding *secret);
str report_secret_title(enum lang lang, const struct secret_finding *secret);
/* What to do, which depends on where it lies. */
str report_secret_remedy(enum lang lang, const struct secret_finding *secret);
/* "app/.env", "environment variable TOKEN", "build step 3" ... */
str report_secret_place(struct arena *arena, enum lang lang, const struct secret_finding *secret);
/* "ghp_..., 40 characters": all that is ever told of a value. */
str report_secret_value(struct arena *arena, enum lang lang, const struct secret_finding *secret);
/* The value, and in which layers: "ghp_… (40 characters), layer 2 of 5 sha256:..., deleted in ...".
 */
str report_secret_details(const struct report *report, const struct secret_finding *secret);

static inline const struct secret_finding *report_secret(const struct report *report, size_t shown)
{
	return &report->inventory->secrets[report->secrets.shown[shown]];
}
