/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge of ranges against a plain one that follows the OSV schema word by word. Input: lines;
 * the first names the scheme, the second is the version, the others are events "i1.2" (introduced),
 * "f", "l", "m" (limit), "v" (listed), "|" (next range).
 */
#include "advisory/range.h"
#include "advisory/version/version.h"
#include "must.h"

#define MAX_EVENTS 24
#define MAX_RANGES 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const struct version_scheme *scheme;
	str version;
	struct range_event events[MAX_RANGES][MAX_EVENTS];
	struct version_range ranges[MAX_RANGES];
	str versions[MAX_EVENTS];
	struct affected affected;
};

static bool at_or_after(const struct version_scheme *scheme, str version, str event)
{
	return str_eq(event, STR("0")) || scheme->compare(version, event) >= 0;
}

static bool after(const struct version_scheme *scheme, str version, str event)
{
	return str_eq(event, STR("0")) || scheme->compare(version, event) > 0;
}

static bool event_before(const struct version_scheme *scheme, str a, str b)
{
	if (str_eq(b, STR("0")))
		return false;
	return str_eq(a, STR("0")) || scheme->compare(a, b) < 0;
}

/* "BeforeLimits" and "IncludedInRanges" of the schema; events by selection in their order. */
static bool plain_range(const struct input *in, size_t range)
{
	struct range_event events[MAX_EVENTS];
	size_t n = in->ranges[range].event_count;
	bool limits = false, before = false, vulnerable = false;

	memcpy(events, in->events[range], sizeof(events));
	for (size_t i = 0; i < n; i++) {
		if (events[i].kind != EVENT_LIMIT)
			continue;
		limits = true;
		before |= str_eq(events[i].version, STR("*")) ||
			  !at_or_after(in->scheme, in->version, events[i].version);
	}
	if (limits && !before)
		return false;
	for (size_t i = 1; i < n; i++) {
		for (size_t k = i;
		     k > 0 && event_before(in->scheme, events[k].version, events[k - 1].version);
		     k--) {
			struct range_event swap = events[k];

			events[k] = events[k - 1];
			events[k - 1] = swap;
		}
	}
	for (size_t i = 0; i < n; i++) {
		str at = events[i].version;

		if (events[i].kind == EVENT_INTRODUCED && at_or_after(in->scheme, in->version, at))
			vulnerable = true;
		if (events[i].kind == EVENT_FIXED && at_or_after(in->scheme, in->version, at))
			vulnerable = false;
		if (events[i].kind == EVENT_LAST_AFFECTED && after(in->scheme, in->version, at))
			vulnerable = false;
	}
	return vulnerable;
}

static bool plain(const struct input *in)
{
	for (size_t i = 0; i < in->affected.version_count; i++) {
		if (str_eq(in->versions[i], in->version))
			return true;
	}
	for (size_t i = 0; in->scheme && i < in->affected.range_count; i++) {
		if (plain_range(in, i))
			return true;
	}
	return false;
}

static void take_line(struct input *in, str line, size_t *range)
{
	static const char letters[] = "iflm";
	const char *letter = line.n ? memchr(letters, line.p[0], 4) : NULL;
	size_t *n = &in->ranges[*range].event_count;
	str value = str_skip(line, 1);

	if (line.n && line.p[0] == '|' && *range + 1 < MAX_RANGES)
		(*range)++;
	else if (line.n && line.p[0] == 'v' && in->affected.version_count < MAX_EVENTS)
		in->versions[in->affected.version_count++] = value;
	else if (letter && *n < MAX_EVENTS)
		in->events[*range][(*n)++] =
			(struct range_event){ .kind = (uint8_t)(letter - letters),
					      .version = value };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str rest = str_of((const char *)data, size), name = STR_EMPTY, line;
	struct input in = { 0 };
	size_t range = 0;
	bool want;
	str fix;

	(void)str_line(&rest, &name);
	(void)str_line(&rest, &in.version);
	in.scheme = version_scheme_find(name);
	/* Without transitive equality the order of events is not one. */
	if (in.scheme && in.scheme->partial)
		return 0;
	while (str_line(&rest, &line))
		take_line(&in, line, &range);
	for (size_t i = 0; i <= range; i++)
		in.ranges[i].events = in.events[i];
	in.affected.ranges = in.ranges;
	in.affected.range_count = range + 1;
	in.affected.versions = in.versions;
	want = plain(&in);
	for (size_t i = 0; in.scheme && i <= range; i++)
		range_sort(in.events[i], in.ranges[i].event_count, in.scheme);
	must((range_judge(&in.affected, in.scheme, in.version) == VERDICT_AFFECTED) == want);
	fix = range_next_fix(&in.affected, in.scheme, in.version);
	must(str_empty(fix) || (in.scheme && in.scheme->compare(fix, in.version) > 0));
	return 0;
}
