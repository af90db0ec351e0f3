/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the schemes share. */
#include "advisory/version/version.h"

/* Order of two runs of decimal digits of any length; leading zeros do not count, empty is zero. */
static inline int digits_cmp(str a, str b)
{
	while (a.n > 0 && *a.p == '0')
		a = str_of(a.p + 1, a.n - 1);
	while (b.n > 0 && *b.p == '0')
		b = str_of(b.p + 1, b.n - 1);
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n > 0 ? memcmp(a.p, b.p, a.n) : 0;
}

/* Takes the run of bytes at the start of *rest for which `belongs` holds. */
static inline str take_while(str *rest, bool (*belongs)(char))
{
	str run = *rest;
	size_t n = 0;

	while (n < run.n && belongs(run.p[n]))
		n++;
	run.n = n;
	if (n > 0)
		*rest = str_of(rest->p + n, rest->n - n);
	return run;
}

static inline str take_digits(str *rest) { return take_while(rest, is_digit); }

/*
 * [epoch:]version[-release] as rpm and pacman cut it: the epoch is digits before a colon (none: all
 * text belongs to the version), the release starts behind the last dash.
 */
struct evr {
	str epoch, version, release;
	bool has_release;
};
struct evr evr_cut(str text);

/* rpm's segment-wise order of one part (rpmvercmp). */
int rpm_segment_compare(str a, str b);

/* SemVer 2.0 order of whatever is there: dotted numbers, the rest is pre-release, "+..." ignored.
 */
int semver_order(str a, str b);
/* Order of dot-separated pre-release identifiers. */
int semver_pre_order(str a, str b);
