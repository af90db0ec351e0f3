/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/zone.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/rd.h"
#include "base/time.h"

/* "M3.2.0/2": a day of the month m, the w-th (5: last) weekday d, at a second of it. */
struct rule_day {
	unsigned month, week, weekday;
	int32_t second;
};

/* The rule for what comes behind the last transition. */
struct rule {
	bool known, has_summer;
	struct zone_offset standard, summer;
	struct rule_day start, end;
};

struct zone {
	int64_t *times;
	uint8_t *kinds;
	size_t n;
	struct zone_offset *offsets;
	size_t offset_count;
	struct rule rule;
};

#define ZONE_DIR "/usr/share/zoneinfo/"

void zone_free(struct zone *zone)
{
	if (!zone)
		return;
	free(zone->times);
	free(zone->kinds);
	free(zone->offsets);
	free(zone);
}

AUTO_PTR(zone_free, struct zone);

static bool take_number(str *s, unsigned *out)
{
	uint64_t n = 0;
	size_t i = 0;

	while (i < s->n && i < 4 && is_digit(s->p[i]))
		n = n * 10 + (uint64_t)(s->p[i++] - '0');
	*s = str_skip(*s, i);
	*out = (unsigned)n;
	return i > 0;
}

static bool take_char(str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_skip(*s, 1);
	return true;
}

/* "[+-]hh[:mm[:ss]]" in seconds. */
static bool take_clock(str *s, int32_t *out)
{
	unsigned part[3] = { 0 };
	bool minus = take_char(s, '-');

	if (!minus)
		take_char(s, '+');
	if (!take_number(s, &part[0]))
		return false;
	for (unsigned i = 1; i < 3 && take_char(s, ':'); i++)
		if (!take_number(s, &part[i]))
			return false;
	*out = (int32_t)(part[0] * 3600 + part[1] * 60 + part[2]) * (minus ? -1 : 1);
	return part[0] <= 167;
}

static bool take_name(str *s, char out[16])
{
	bool quoted = take_char(s, '<');
	size_t n = 0;

	while (n < s->n && (quoted ? s->p[n] != '>' : is_alpha(s->p[n])))
		n++;
	if (n == 0 || n >= 16)
		return false;
	memcpy(out, s->p, n);
	out[n] = '\0';
	*s = str_skip(*s, n + quoted);
	return true;
}

static bool take_day(str *s, struct rule_day *out)
{
	*out = (struct rule_day){ .second = 2 * 3600 };
	if (!take_char(s, ',') || !take_char(s, 'M') || !take_number(s, &out->month) ||
	    !take_char(s, '.') || !take_number(s, &out->week) || !take_char(s, '.') ||
	    !take_number(s, &out->weekday))
		return false;
	if (take_char(s, '/') && !take_clock(s, &out->second))
		return false;
	return out->month >= 1 && out->month <= 12 && out->week >= 1 && out->week <= 5 &&
	       out->weekday <= 6;
}

/* "CET-1CEST,M3.5.0,M10.5.0/3"; a form that is not understood leaves the rule unknown. */
static void parse_rule(str s, struct rule *rule)
{
	struct rule r = { 0 };

	if (!take_name(&s, r.standard.name) || !take_clock(&s, &r.standard.seconds))
		return;
	r.standard.seconds = -r.standard.seconds; /* west is positive there */
	r.known = true;
	if (s.n) {
		if (!take_name(&s, r.summer.name))
			return;
		r.summer.seconds = r.standard.seconds + 3600;
		if (s.n && s.p[0] != ',') {
			if (!take_clock(&s, &r.summer.seconds))
				return;
			r.summer.seconds = -r.summer.seconds;
		}
		if (!take_day(&s, &r.start) || !take_day(&s, &r.end))
			return;
		r.has_summer = true;
	}
	*rule = r;
}

struct counts {
	uint32_t utc, std, leap, times, types, chars;
};

static struct counts read_counts(struct rd *r)
{
	struct counts c;

	rd_bytes(r, 15);
	c.utc = rd_u32be(r);
	c.std = rd_u32be(r);
	c.leap = rd_u32be(r);
	c.times = rd_u32be(r);
	c.types = rd_u32be(r);
	c.chars = rd_u32be(r);
	return c;
}

/* The body with 64-bit times. */
static bool read_body(struct rd *r, struct zone *zone)
{
	struct counts c;
	str names;

	rd_bytes(r, 5);
	c = read_counts(r);
	if (r->bad || c.times > ZONE_MAX_TRANSITIONS || c.types == 0 || c.types > 256 ||
	    c.chars > 4096)
		return false;
	zone->n = c.times;
	zone->offset_count = c.types;
	zone->times = mem_zalloc((c.times + 1) * sizeof(*zone->times));
	zone->kinds = mem_zalloc(c.times + 1);
	zone->offsets = mem_zalloc(c.types * sizeof(*zone->offsets));
	for (uint32_t i = 0; i < c.times; i++)
		zone->times[i] = (int64_t)rd_uint(r, 8, true);
	for (uint32_t i = 0; i < c.times; i++)
		zone->kinds[i] = rd_u8(r);
	names = str_skip(str_of((const char *)r->p, r->n), r->pos + 6 * (size_t)c.types);
	names = str_take(names, c.chars);
	for (uint32_t i = 0; i < c.types; i++) {
		str name;

		zone->offsets[i].seconds = (int32_t)rd_u32be(r);
		rd_u8(r);
		name = str_take(str_skip(names, rd_u8(r)), 15);
		for (size_t k = 0; k < name.n && name.p[k]; k++)
			zone->offsets[i].name[k] = name.p[k];
	}
	rd_bytes(r, (size_t)c.chars + (size_t)c.leap * 12 + c.std + c.utc);
	for (uint32_t i = 0; i < c.times; i++)
		if (zone->kinds[i] >= c.types)
			return false;
	return !r->bad;
}

static bool parse_file(str bytes, struct zone *zone)
{
	struct rd r = rd_from(bytes);
	struct counts c;
	str rule;

	if (!str_starts(bytes, STR("TZif")) || bytes.n < 44 || bytes.p[4] < '2')
		return false;
	rd_bytes(&r, 5);
	c = read_counts(&r);
	if (c.times > ZONE_MAX_TRANSITIONS || c.types > 256 || c.chars > 4096 || c.leap > 4096 ||
	    c.std > 256 || c.utc > 256)
		return false;
	rd_bytes(&r, (size_t)c.times * 5 + (size_t)c.types * 6 + c.chars + (size_t)c.leap * 8 +
			     c.std + c.utc);
	if (!read_body(&r, zone))
		return false;
	rule = str_skip(bytes, r.pos);
	if (str_starts(rule, STR("\n")) && str_ends(rule, STR("\n")) && rule.n > 2)
		parse_rule(str_of(rule.p + 1, rule.n - 2), &zone->rule);
	return true;
}

static bool is_name(str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_alnum(name.p[i]) && !strchr("/_+-", name.p[i] ? name.p[i] : '.'))
			return false;
	return name.n < 64 && name.p[0] != '/';
}

struct zone *zone_new(str name, struct err *err)
{
	AUTO(zone_free)
	struct zone *zone = mem_zalloc(sizeof(*zone));
	AUTO(buf_done)
	struct buf bytes = { 0 };
	char path[128];
	struct err reason;

	if (name.n == 0 || str_eq(name, STR("UTC")) || str_eq(name, STR("Local"))) {
		zone->rule.known = true;
		memcpy(zone->rule.standard.name, "UTC", 4);
		return TAKE(zone);
	}
	buf_init(&bytes, ZONE_MAX_BYTES);
	snprintf(path, sizeof(path), ZONE_DIR "%.*s", STR_ARG(str_take(name, 64)));
	/* A zone that cannot be read is as good as unknown; the reason is in no answer. */
	if (!is_name(name) || buf_read_file(&bytes, path, &reason) < 0 ||
	    !parse_file(buf_str(&bytes), zone))
		return err_null(err, ERR_INPUT, "unknown time zone %.*s",
				STR_ARG(str_take(name, 64)));
	return TAKE(zone);
}

/* Seconds since 1970 of the rule's day in a year, in local time. */
static int64_t day_of_rule(const struct rule_day *d, int64_t year)
{
	int64_t first = time_from_civil(year, d->month, 1) / 86400;
	int64_t next = d->month == 12 ? time_from_civil(year + 1, 1, 1) / 86400
				      : time_from_civil(year, d->month + 1, 1) / 86400;
	int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
	int64_t day = first + ((int64_t)d->weekday - weekday + 7) % 7 + 7 * ((int64_t)d->week - 1);

	while (day >= next)
		day -= 7;
	return day * 86400 + d->second;
}

static struct zone_offset by_rule(const struct rule *r, int64_t t)
{
	int64_t year, start, end;
	unsigned month, day;

	if (!r->has_summer)
		return r->standard;
	time_to_civil(t + r->standard.seconds, &year, &month, &day);
	start = day_of_rule(&r->start, year) - r->standard.seconds;
	end = day_of_rule(&r->end, year) - r->summer.seconds;
	if (start < end)
		return t >= start && t < end ? r->summer : r->standard;
	return t >= end && t < start ? r->standard : r->summer;
}

struct zone_offset zone_at(const struct zone *zone, int64_t t)
{
	size_t low = 0, high = zone->n;

	if (zone->rule.known && (zone->n == 0 || t >= zone->times[zone->n - 1]))
		return by_rule(&zone->rule, t);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->times[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return zone->offsets[low ? zone->kinds[low - 1] : 0];
}

int64_t zone_instant(const struct zone *zone, int64_t local)
{
	int32_t guess = zone_at(zone, local).seconds;
	int32_t real = zone_at(zone, local - guess).seconds;

	return local - real;
}
