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

/* A constraint of the common language, cut. False when it names no version. */
struct version_constraint {
	bool less, greater, equal;
	str version;
};
bool version_constraint_cut(str text, struct version_constraint *out);
bool version_constraint_holds(const struct version_constraint *constraint, int order);
/* Trimmed and without single quotes around it. */
str version_unquoted(str text);

/* Bytes with ASCII letters in lower case; a prefix sorts first. */
static inline int folded_cmp(str a, str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int x = (unsigned char)to_lower(a.p[i]), y = (unsigned char)to_lower(b.p[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

/* All digits; so is the empty text. */
static inline bool is_number(str s)
{
	(void)take_digits(&s);
	return s.n == 0;
}

/* Numbers separated by dots; the shorter one goes on with zeros. */
int numbers_order(str a, str b);
/* Numbers separated by one of `separators`; the longer one is greater. */
int number_list_order(str a, str b, const char *separators);

/* rpm's segment-wise order of one part (rpmvercmp). */
int rpm_segment_compare(str a, str b);

/* SemVer 2.0 order of whatever is there: dotted numbers, the rest is pre-release, "+..." ignored.
 */
int semver_order(str a, str b);
/* Numbers and pre-release of a version without prefix; pre->p is NULL when there is none. */
str semver_cut(str text, str *pre);
/* Order of dot-separated pre-release identifiers; the folded one takes no account of case. */
int semver_pre_order(str a, str b);
int semver_pre_order_folded(str a, str b);
