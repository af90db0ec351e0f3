/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/affected.h"

#include "advisory/pack.h"

/* Ascending, so differences are small for the many CVEs of one advisory. */
static void pack_flaws(const struct affected *a, struct buf *out)
{
	uint64_t last = 0;

	pack_u(out, a->flaw_count);
	for (size_t i = 0; i < a->flaw_count; i++) {
		pack_u(out, a->flaws[i] - last);
		last = a->flaws[i];
	}
}

static void unpack_flaws(struct rd *r, struct arena *arena, struct affected *a)
{
	size_t n = unpack_count(r);
	uint64_t last = 0;
	uint64_t *flaws;

	if (n > AFFECTED_MAX_FLAWS)
		r->bad = true;
	if (r->bad)
		return;
	flaws = ARENA_ARRAY(arena, uint64_t, n);
	for (size_t i = 0; i < n; i++)
		flaws[i] = last += unpack_u(r);
	a->flaws = flaws;
	a->flaw_count = n;
}

static void pack_ranges(const struct affected *a, struct buf *out)
{
	pack_u(out, a->range_count);
	for (size_t i = 0; i < a->range_count; i++) {
		const struct version_range *range = &a->ranges[i];

		pack_u(out, range->event_count);
		for (size_t k = 0; k < range->event_count; k++) {
			pack_byte(out, range->events[k].kind);
			pack_str(out, range->events[k].version);
		}
	}
	pack_u(out, a->version_count);
	for (size_t i = 0; i < a->version_count; i++)
		pack_str(out, a->versions[i]);
}

void affected_pack_raw(uint32_t record, str body, struct buf *out)
{
	pack_u(out, record);
	pack_str(out, body);
}

void affected_pack(const struct affected *a, struct buf *scratch, struct buf *out)
{
	buf_reset(scratch);
	pack_byte(scratch, a->state);
	pack_byte(scratch, a->flags);
	pack_str(scratch, a->word);
	pack_str(scratch, a->severity);
	pack_str(scratch, a->arch);
	pack_str(scratch, a->module);
	pack_flaws(a, scratch);
	pack_u(scratch, a->rating_count);
	for (size_t i = 0; i < a->rating_count; i++) {
		pack_str(scratch, a->ratings[i].type);
		pack_str(scratch, a->ratings[i].score);
	}
	pack_ranges(a, scratch);
	affected_pack_raw(a->record, buf_str(scratch), out);
}

int affected_next_raw(struct rd *row, uint32_t *record, str *body)
{
	uint64_t number;
	str bytes;

	if (rd_left(row) == 0)
		return row->bad ? -1 : 0;
	number = unpack_u(row);
	bytes = unpack_str(row);
	if (row->bad || number > UINT32_MAX)
		return -1;
	*record = (uint32_t)number;
	*body = bytes;
	return 1;
}

static void unpack_range(struct rd *r, struct arena *arena, struct version_range *out)
{
	size_t n = unpack_count(r);
	struct range_event *events;

	if (n > AFFECTED_MAX_EVENTS)
		r->bad = true;
	if (r->bad)
		return;
	events = ARENA_ARRAY(arena, struct range_event, n);
	for (size_t i = 0; i < n; i++) {
		events[i].kind = rd_u8(r);
		events[i].version = unpack_str(r);
		if (events[i].kind > EVENT_LIMIT)
			r->bad = true;
	}
	out->events = events;
	out->event_count = n;
}

static void unpack_ranges(struct rd *r, struct arena *arena, struct affected *a)
{
	struct version_range *ranges;
	str *versions;
	size_t n = unpack_count(r);

	if (n > AFFECTED_MAX_RANGES)
		r->bad = true;
	if (r->bad)
		return;
	ranges = ARENA_ARRAY(arena, struct version_range, n);
	for (size_t i = 0; i < n; i++)
		unpack_range(r, arena, &ranges[i]);
	a->ranges = ranges;
	a->range_count = n;
	n = unpack_count(r);
	if (n > AFFECTED_MAX_VERSIONS)
		r->bad = true;
	if (r->bad)
		return;
	versions = ARENA_ARRAY(arena, str, n);
	for (size_t i = 0; i < n; i++)
		versions[i] = unpack_str(r);
	a->versions = versions;
	a->version_count = n;
}

int affected_next(struct rd *row, struct arena *arena, struct affected *out)
{
	struct affected a = { 0 };
	struct record_rating *ratings;
	struct rd r;
	str body;
	int got = affected_next_raw(row, &a.record, &body);

	if (got <= 0)
		return got;
	r = rd_from(body);
	a.state = rd_u8(&r);
	a.flags = rd_u8(&r);
	a.word = unpack_str(&r);
	a.severity = unpack_str(&r);
	a.arch = unpack_str(&r);
	a.module = unpack_str(&r);
	unpack_flaws(&r, arena, &a);
	a.rating_count = unpack_count(&r);
	if (r.bad || a.state > AFFECTED_UNDER_REVIEW || a.rating_count > RECORD_MAX_LIST)
		return -1;
	ratings = ARENA_ARRAY(arena, struct record_rating, a.rating_count);
	for (size_t i = 0; i < a.rating_count; i++) {
		ratings[i].type = unpack_str(&r);
		ratings[i].score = unpack_str(&r);
	}
	a.ratings = ratings;
	unpack_ranges(&r, arena, &a);
	if (r.bad)
		return -1;
	*out = a;
	return 1;
}

bool affected_is_open(const struct affected *a)
{
	for (size_t i = 0; i < a->range_count; i++) {
		const struct version_range *range = &a->ranges[i];
		bool ends = false;

		for (size_t k = 0; k < range->event_count; k++)
			ends |= range->events[k].kind == EVENT_FIXED;
		if (!ends)
			return true;
	}
	return a->range_count == 0 && a->version_count > 0;
}
