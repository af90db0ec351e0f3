/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/range.h"

#include "advisory/version/version.h"

/* "0" stands before every version, whatever the scheme says about it. */
static int event_cmp(const struct version_scheme *scheme, str event, str version)
{
	if (str_eq(event, STR("0")))
		return -1;
	return scheme->compare(event, version);
}

static int order(const struct version_scheme *scheme, const struct range_event *a,
		 const struct range_event *b)
{
	bool zero_a = str_eq(a->version, STR("0")), zero_b = str_eq(b->version, STR("0"));

	if (zero_a || zero_b)
		return (int)zero_b - (int)zero_a;
	return scheme->compare(a->version, b->version);
}

/* Merge sort: stable, and bounded whatever the order does. */
static void sort_half(struct range_event *events, size_t n, struct range_event *spare,
		      const struct version_scheme *scheme)
{
	size_t half = n / 2, i = 0, k = half, at = 0;

	if (n < 2)
		return;
	sort_half(events, half, spare, scheme);
	sort_half(events + half, n - half, spare, scheme);
	while (i < half && k < n)
		spare[at++] =
			order(scheme, &events[i], &events[k]) <= 0 ? events[i++] : events[k++];
	while (i < half)
		spare[at++] = events[i++];
	while (k < n)
		spare[at++] = events[k++];
	memcpy(events, spare, n * sizeof(*events));
}

void range_sort(struct range_event *events, size_t n, const struct version_scheme *scheme)
{
	AUTO(free)
	struct range_event *spare = NULL;
	bool sorted = true;

	for (size_t i = 1; i < n && sorted; i++)
		sorted = order(scheme, &events[i - 1], &events[i]) <= 0;
	if (sorted)
		return;
	spare = mem_alloc(n * sizeof(*spare));
	sort_half(events, n, spare, scheme);
}

static bool before_limits(const struct version_range *range, const struct version_scheme *scheme,
			  str version)
{
	bool any = false;

	for (size_t i = 0; i < range->event_count; i++) {
		const struct range_event *e = &range->events[i];

		if (e->kind != EVENT_LIMIT)
			continue;
		if (str_eq(e->version, STR("*")) || event_cmp(scheme, e->version, version) > 0)
			return true;
		any = true;
	}
	return !any;
}

static enum verdict judge_range(const struct version_range *range,
				const struct version_scheme *scheme, str version)
{
	enum verdict verdict = VERDICT_OUTSIDE;

	for (size_t i = 0; i < range->event_count; i++) {
		const struct range_event *e = &range->events[i];
		int cmp;

		if (e->kind == EVENT_LIMIT)
			continue;
		cmp = event_cmp(scheme, e->version, version);
		if (e->kind == EVENT_INTRODUCED && cmp <= 0)
			verdict = VERDICT_AFFECTED;
		else if (verdict == VERDICT_AFFECTED &&
			 ((e->kind == EVENT_FIXED && cmp <= 0) ||
			  (e->kind == EVENT_LAST_AFFECTED && cmp < 0)))
			verdict = VERDICT_FIXED;
	}
	if (verdict == VERDICT_AFFECTED && !before_limits(range, scheme, version))
		return VERDICT_OUTSIDE;
	return verdict;
}

/* Numbers that begin with different digits are not equal, whatever follows; "0" may be left out. */
static bool may_be_equal(str a, str b)
{
	bool plain = a.n > 0 && b.n > 0 && *a.p >= '1' && *a.p <= '9' && *b.p >= '1' && *b.p <= '9';

	return !plain || *a.p == *b.p;
}

/*
 * Listed versions are compared as texts. Where a scheme has a normal form, tools write the same
 * version in several ways, and publishers do, too.
 */
static bool is_listed(const struct affected *a, const struct version_scheme *scheme, str version)
{
	bool by_order = scheme && scheme->normal;

	for (size_t i = 0; i < a->version_count; i++) {
		if (str_eq(a->versions[i], version) ||
		    (by_order && may_be_equal(a->versions[i], version) &&
		     scheme->compare(a->versions[i], version) == 0))
			return true;
	}
	return false;
}

enum verdict range_judge(const struct affected *a, const struct version_scheme *scheme, str version)
{
	enum verdict verdict = VERDICT_OUTSIDE;

	if (is_listed(a, scheme, version))
		return VERDICT_AFFECTED;
	for (size_t i = 0; scheme && i < a->range_count; i++) {
		enum verdict one = judge_range(&a->ranges[i], scheme, version);

		if (one > verdict)
			verdict = one;
	}
	return verdict;
}

size_t range_fixes_above(const struct affected *a, const struct version_scheme *scheme, str version,
			 str *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; scheme && i < a->range_count; i++) {
		const struct version_range *range = &a->ranges[i];

		for (size_t k = 0; k < range->event_count && n < max; k++) {
			const struct range_event *e = &range->events[k];

			if (e->kind == EVENT_FIXED && event_cmp(scheme, e->version, version) > 0)
				out[n++] = e->version;
		}
	}
	return n;
}

str range_next_fix(const struct affected *a, const struct version_scheme *scheme, str version)
{
	str best = STR_EMPTY;

	for (size_t i = 0; scheme && i < a->range_count; i++) {
		const struct version_range *range = &a->ranges[i];

		if (judge_range(range, scheme, version) != VERDICT_AFFECTED)
			continue;
		for (size_t k = 0; k < range->event_count; k++) {
			const struct range_event *e = &range->events[k];

			if (e->kind == EVENT_FIXED && event_cmp(scheme, e->version, version) > 0 &&
			    (str_empty(best) || scheme->compare(e->version, best) < 0))
				best = e->version;
		}
	}
	return best;
}
