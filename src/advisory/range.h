/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * range: is a version inside what an entry says is affected? Evaluation as the OSV schema writes
 * it: listed versions by equality (of the normal form where the scheme has one); each range on its
 * own, its events in the order of versions, "introduced", "fixed", "last_affected"; versions at or
 * past every "limit" are outside.
 */
#include "advisory/affected.h"

struct version_scheme;

enum verdict {
	VERDICT_OUTSIDE, /* below what was introduced, not listed, past the limit */
	VERDICT_FIXED,	 /* outside because a fix (or the last affected version) lies behind it */
	VERDICT_AFFECTED,
};

/* `scheme` NULL: versions have no known order; only listed versions count. */
enum verdict range_judge(const struct affected *affected, const struct version_scheme *scheme,
			 str version);
/* The smallest "fixed" version above `version` in the ranges that hold it; empty when there is
 * none. */
str range_next_fix(const struct affected *affected, const struct version_scheme *scheme,
		   str version);
/* All "fixed" versions above `version`, in no order; at most `max` of them. */
size_t range_fixes_above(const struct affected *affected, const struct version_scheme *scheme,
			 str version, str *out, size_t max);
/* Brings the events of every range in the order of versions; equal ones keep theirs. In place. */
void range_sort(struct range_event *events, size_t n, const struct version_scheme *scheme);
