/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include "base/err.h"
#include "policy/builtin.h"
#include "policy/builtin_cache.h"
#include "policy/layout.h"
#include "policy/number.h"
#include "policy/zone.h"

#define SECOND INT64_C(1000000000)

static void *make(str name, struct err *err) { return zone_new(name, err); }

static void free_(void *zone) { zone_free(zone); }

static const struct builtin_compiled kind = { .make = make, .free = free_ };

/* A time as builtins take it: nanoseconds, alone or with a zone (and a layout). */
struct stamp {
	int64_t t; /* seconds */
	uint32_t ns;
	const struct zone *zone;
	str layout;
};

static int read_text(struct builtin_call *call, unsigned pos, const struct value *v, str *out)
{
	if (v->type != VALUE_STRING)
		return builtin_operand_fail(call, pos, "string", v);
	*out = value_text(v);
	return BUILTIN_OK;
}

static int read_stamp(struct builtin_call *call, unsigned pos, const struct value *v,
		      struct stamp *out)
{
	const struct value *number = v;
	str name = STR_EMPTY;
	int64_t ns;

	*out = (struct stamp){ .layout = LAYOUT_RFC3339_NANO };
	if (v->type == VALUE_ARRAY) {
		if (v->n < 1 || v->n > 3)
			return builtin_type_fail(call,
						 "operand %u must be number or array of "
						 "number, time zone and layout",
						 pos);
		number = &v->items[0];
		if (v->n > 1 && read_text(call, pos, &v->items[1], &name) != BUILTIN_OK)
			return BUILTIN_TYPE;
		if (v->n > 2 && read_text(call, pos, &v->items[2], &out->layout) != BUILTIN_OK)
			return BUILTIN_TYPE;
	}
	if (number->type != VALUE_NUMBER)
		return builtin_operand_fail(call, pos, "number", number);
	if (!number_i64(number, &ns))
		return builtin_fail(call, "timestamp too big");
	out->zone = builtin_cached(call, &kind, name);
	if (!out->zone)
		return BUILTIN_ERROR;
	out->t = ns / SECOND - (ns % SECOND < 0);
	out->ns = (uint32_t)(ns - out->t * SECOND);
	out->layout = layout_named(out->layout);
	return BUILTIN_OK;
}

static int put_ns(struct builtin_call *call, int64_t t, uint32_t ns, struct value *out)
{
	int64_t total;

	/* Just before 1970 whole seconds alone may not fit though the sum does. */
	if (t < 0) {
		if (!__builtin_mul_overflow(t + 1, SECOND, &total) &&
		    !__builtin_add_overflow(total, (int64_t)ns - SECOND, &total)) {
			*out = value_int(total);
			return BUILTIN_OK;
		}
	} else if (!__builtin_mul_overflow(t, SECOND, &total) &&
		   !__builtin_add_overflow(total, (int64_t)ns, &total)) {
		*out = value_int(total);
		return BUILTIN_OK;
	}
	return builtin_fail(call, "time outside of valid range");
}

static int now_ns(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)args;
	*out = value_int(call->now_ns);
	return BUILTIN_OK;
}

static int parse_layout(struct builtin_call *call, str layout, str text, struct value *out)
{
	uint32_t ns;
	int64_t t;

	if (!builtin_charge_bytes(call, (uint64_t)layout.n * 8 + text.n))
		return BUILTIN_HALT;
	if (layout_parse(layout, text, &t, &ns, call->err) < 0)
		return BUILTIN_ERROR;
	return put_ns(call, t, ns, out);
}

static int parse_ns(struct builtin_call *call, const struct value *args, struct value *out)
{
	return parse_layout(call, layout_named(value_text(&args[0])), value_text(&args[1]), out);
}

static int parse_rfc3339_ns(struct builtin_call *call, const struct value *args, struct value *out)
{
	return parse_layout(call, LAYOUT_RFC3339, value_text(&args[0]), out);
}

static int format(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct stamp s;
	struct buf b;
	int rc = read_stamp(call, 1, &args[0], &s);

	if (rc != BUILTIN_OK)
		return rc;
	if (!builtin_charge_bytes(call, (uint64_t)s.layout.n * 8))
		return BUILTIN_HALT;
	buf_init(&b, BUILTIN_MAX_BYTES);
	layout_format(s.layout, s.t, s.ns, s.zone, &b);
	return builtin_take_text(call, &b, out);
}

/* Year, month, day, hour, minute, second in the stamp's zone. */
static void fields_of(const struct stamp *s, int64_t out[6])
{
	int64_t local = s->t + zone_at(s->zone, s->t).seconds, rest = local % 86400;
	unsigned month, day;

	if (rest < 0)
		rest += 86400;
	time_to_civil(local, &out[0], &month, &day);
	out[1] = month;
	out[2] = day;
	out[3] = rest / 3600;
	out[4] = rest / 60 % 60;
	out[5] = rest % 60;
}

static struct value numbers(struct builtin_call *call, const int64_t *from, size_t n)
{
	struct value_builder b;

	value_builder_init(&b, call->arena);
	for (size_t i = 0; i < n; i++)
		value_builder_add(&b, value_int(from[i]));
	return value_builder_array(&b);
}

static int some_fields(struct builtin_call *call, const struct value *v, unsigned first,
		       struct value *out)
{
	int64_t fields[6];
	struct stamp s;
	int rc = read_stamp(call, 1, v, &s);

	if (rc != BUILTIN_OK)
		return rc;
	fields_of(&s, fields);
	*out = numbers(call, fields + first, 3);
	return BUILTIN_OK;
}

static int date(struct builtin_call *call, const struct value *args, struct value *out)
{
	return some_fields(call, &args[0], 0, out);
}

static int clock_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return some_fields(call, &args[0], 3, out);
}

static int weekday(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct stamp s;
	int64_t local, days;
	int rc = read_stamp(call, 1, &args[0], &s);

	if (rc != BUILTIN_OK)
		return rc;
	local = s.t + zone_at(s.zone, s.t).seconds;
	days = local / 86400 - (local % 86400 < 0);
	*out = value_str(str_c(layout_weekdays[((days + 4) % 7 + 7) % 7]));
	return BUILTIN_OK;
}

#define MAX_STEP INT64_C(1000000000)

static int add_date(struct builtin_call *call, const struct value *args, struct value *out)
{
	int64_t f[6], add[3], month, local;
	struct stamp s;
	int rc = read_stamp(call, 1, &args[0], &s);

	if (rc != BUILTIN_OK)
		return rc;
	for (unsigned i = 0; i < 3; i++) {
		if (builtin_int(call, i + 2, &args[i + 1], &add[i]) != BUILTIN_OK)
			return BUILTIN_TYPE;
		if (add[i] > MAX_STEP || add[i] < -MAX_STEP)
			return builtin_fail(call, "time outside of valid range");
	}
	fields_of(&s, f);
	month = f[1] - 1 + add[1];
	f[0] += add[0] + month / 12 - (month % 12 < 0);
	month = (month % 12 + 12) % 12;
	local = time_from_civil(f[0], (unsigned)month + 1, 1) + (f[2] - 1 + add[2]) * 86400 +
		f[3] * 3600 + f[4] * 60 + f[5];
	return put_ns(call, zone_instant(s.zone, local), s.ns, out);
}

/* Borrows from the next larger field where one is below zero. */
static void borrow(int64_t d[6], const int64_t from[6])
{
	static const int64_t sizes[6] = { 0, 12, 0, 24, 60, 60 };

	for (unsigned i = 5; i >= 3; i--)
		if (d[i] < 0) {
			d[i] += sizes[i];
			d[i - 1]--;
		}
	if (d[2] < 0) { /* days of the month that the earlier time is in */
		int64_t next = from[1] == 12 ? time_from_civil(from[0] + 1, 1, 1)
					     : time_from_civil(from[0], (unsigned)from[1] + 1, 1);

		d[2] += (next - time_from_civil(from[0], (unsigned)from[1], 1)) / 86400;
		d[1]--;
	}
	if (d[1] < 0) {
		d[1] += 12;
		d[0]--;
	}
}

static int diff(struct builtin_call *call, const struct value *args, struct value *out)
{
	int64_t x[6], y[6];
	struct stamp a, b;
	int rc = read_stamp(call, 1, &args[0], &a);

	if (rc == BUILTIN_OK)
		rc = read_stamp(call, 2, &args[1], &b);
	if (rc != BUILTIN_OK)
		return rc;
	/* The second lookup may have dropped the first zone. */
	rc = read_stamp(call, 1, &args[0], &a);
	if (rc != BUILTIN_OK)
		return rc;
	b.zone = a.zone;
	if (a.t > b.t || (a.t == b.t && a.ns > b.ns)) {
		struct stamp swap = a;

		a = b;
		b = swap;
	}
	fields_of(&a, x);
	fields_of(&b, y);
	for (unsigned i = 0; i < 6; i++)
		y[i] -= x[i];
	if (b.ns < a.ns)
		y[5]--;
	borrow(y, x);
	*out = numbers(call, y, 6);
	return BUILTIN_OK;
}

static bool unit_ns(str unit, int64_t *out)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = { { "ns", 1 },	     { "us", 1000 },	    { "\xc2\xb5s", 1000 },
		      { "\xce\xbcs", 1000 }, { "ms", 1000000 },	    { "s", SECOND },
		      { "m", 60 * SECOND },  { "h", 3600 * SECOND } };

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_eq(unit, str_c(units[i].name))) {
			*out = units[i].ns;
			return true;
		}
	return false;
}

/* "1.5h" at the start of *s, added to *total. */
static bool take_part(str *s, uint64_t *total)
{
	uint64_t whole = 0, part;
	double fraction = 0, scale = 1;
	bool digits = false;
	size_t i = 0, from;
	int64_t unit;

	for (; i < s->n && is_digit(s->p[i]); i++, digits = true)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(s->p[i] - '0'), &whole))
			return false;
	if (i < s->n && s->p[i] == '.')
		for (i++; i < s->n && is_digit(s->p[i]); i++, digits = true) {
			scale /= 10;
			fraction += scale * (s->p[i] - '0');
		}
	for (from = i; i < s->n && s->p[i] != '.' && !is_digit(s->p[i]);)
		i++;
	if (!digits || !unit_ns(str_of(s->p + from, i - from), &unit) ||
	    __builtin_mul_overflow(whole, (uint64_t)unit, &part) ||
	    __builtin_add_overflow(*total, part, total) ||
	    __builtin_add_overflow(*total, (uint64_t)(fraction * (double)unit + 0.5), total))
		return false;
	*s = str_skip(*s, i);
	return true;
}

static int parse_duration_ns(struct builtin_call *call, const struct value *args, struct value *out)
{
	str s = value_text(&args[0]), all = s;
	bool minus = str_starts(s, STR("-"));
	uint64_t total = 0;
	bool ok;

	s = str_skip(s, minus || str_starts(s, STR("+")));
	ok = s.n > 0;
	if (str_eq(s, STR("0"))) {
		*out = value_int(0);
		return BUILTIN_OK;
	}
	while (ok && s.n)
		ok = take_part(&s, &total);
	if (!ok || total > (uint64_t)INT64_MAX + minus)
		return builtin_fail(call, "time: invalid duration \"%.*s\"",
				    STR_ARG(str_take(all, 100)));
	*out = value_int(minus ? (int64_t)(0 - total) : (int64_t)total);
	return BUILTIN_OK;
}

#define STAMP "number|array[any]"

const struct builtin builtins_time[] = {
	{ "time.now_ns", "-> number", now_ns, .nondeterministic = true },
	{ "time.parse_ns", "string, string -> number", parse_ns },
	{ "time.parse_rfc3339_ns", "string -> number", parse_rfc3339_ns },
	{ "time.parse_duration_ns", "string -> number", parse_duration_ns },
	{ "time.format", STAMP " -> string", format },
	{ "time.date", STAMP " -> array[number]", date },
	{ "time.clock", STAMP " -> array[number]", clock_ },
	{ "time.weekday", STAMP " -> string", weekday },
	{ "time.add_date", STAMP ", number, number, number -> number", add_date },
	{ "time.diff", STAMP ", " STAMP " -> array[number]", diff },
	{ .name = NULL },
};
