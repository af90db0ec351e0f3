/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/finding.h"

static const char *const severity_names[] = {
	[SEVERITY_UNKNOWN] = "unknown", [SEVERITY_NEGLIGIBLE] = "negligible",
	[SEVERITY_LOW] = "low",		[SEVERITY_MEDIUM] = "medium",
	[SEVERITY_HIGH] = "high",	[SEVERITY_CRITICAL] = "critical",
};

static const char *const kind_names[] = {
	[FINDING_CONFIRMED] = "confirmed",
	[FINDING_POTENTIAL] = "potential",
	[FINDING_INFORMATION] = "information",
};

static const char *const fix_names[] = {
	[FIX_AVAILABLE] = "fixed",	     [FIX_NONE_YET] = "affected",
	[FIX_WILL_NOT] = "will_not_fix",     [FIX_END_OF_LIFE] = "end_of_life",
	[FIX_UNDER_REVIEW] = "under_review",
};

const char *severity_name(enum severity severity) { return severity_names[severity]; }

bool severity_from(str name, enum severity *out)
{
	for (size_t i = 0; i < ARRAY_LEN(severity_names); i++) {
		if (str_ieq(name, str_c(severity_names[i]))) {
			*out = (enum severity)i;
			return true;
		}
	}
	return false;
}

enum severity severity_from_score(double score)
{
	if (score <= 0)
		return SEVERITY_NEGLIGIBLE;
	if (score < 4)
		return SEVERITY_LOW;
	if (score < 7)
		return SEVERITY_MEDIUM;
	return score < 9 ? SEVERITY_HIGH : SEVERITY_CRITICAL;
}

const char *finding_kind_name(enum finding_kind kind) { return kind_names[kind]; }

const char *fix_status_name(enum fix_status status) { return fix_names[status]; }
