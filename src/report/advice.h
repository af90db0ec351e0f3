/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* advice: sentences about a finding, worked out from its fields in the reader's language. */
#include "report/report.h"

/* What to do. */
str advice_remedy(struct arena *arena, enum lang lang, const struct package *package,
		  const struct finding *finding);
/* What an attacker needs and gains, from the newest CVSS vector. */
str advice_impact(struct arena *arena, enum lang lang, const struct finding *finding);
/*
 * Japanese where our own texts have one for this flaw; else the publisher's title, else the first
 * sentence of the description, else the id.
 */
str advice_title(enum lang lang, const struct finding *finding);
/* The same, and which tools reported it where it is not our own finding alone. */
str report_title(const struct report *report, const struct finding *finding);
/* Highest base score, -1 when there is none. */
double advice_score(const struct finding *finding);

/* Words of the language. */
str advice_severity(enum lang lang, enum severity severity);
str advice_status(enum lang lang, enum fix_status status);

/* The command that repairs it; empty when there is none, and when a name in it, which comes from
 * the image, is not one that a shell takes as it is. */
str advice_upgrade(const struct package *package, const struct finding *finding);
/* True when the fix of `a` is a later version than that of `b`, in the order of their system. */
bool advice_fix_is_later(const struct finding *a, const struct finding *b);
