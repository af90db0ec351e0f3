/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>

#include "base/map.h"

const struct json *json_get(const struct json *object, str key)
{
	if (!json_is(object, JSON_OBJECT))
		return NULL;
	for (size_t i = object->n; i-- > 0;)
		if (str_eq(object->members[i].key, key))
			return &object->members[i].value;
	return NULL;
}

const struct json *json_path(const struct json *v, ...)
{
	const char *name;
	va_list ap;

	va_start(ap, v);
	while (v && (name = va_arg(ap, const char *)))
		v = json_get(v, str_c(name));
	va_end(ap);
	return v;
}

const struct json *json_at(const struct json *array, size_t i)
{
	return json_is(array, JSON_ARRAY) && i < array->n ? &array->items[i] : NULL;
}

size_t json_len(const struct json *v)
{
	return json_is(v, JSON_ARRAY) || json_is(v, JSON_OBJECT) ? v->n : 0;
}

str json_str(const struct json *v)
{
	return json_is(v, JSON_STRING) ? str_of(v->text, v->n) : STR_EMPTY;
}

str json_number(const struct json *v)
{
	return json_is(v, JSON_NUMBER) ? str_of(v->text, v->n) : STR_EMPTY;
}

bool json_bool(const struct json *v) { return json_is(v, JSON_TRUE); }

str json_get_str(const struct json *object, str key) { return json_str(json_get(object, key)); }

/* A number as sign, digits without leading or trailing zeros, and power of ten. */
struct decimal {
	bool negative;
	int64_t exponent; /* value = digits * 10^exponent */
	size_t n;	  /* digits; 0 means the value zero */
	size_t first;	  /* index of the first digit counted */
	str text;	  /* mantissa with an optional point */
};

/* Exponents beyond this are equal only when their texts are. */
#define EXPONENT_MAX 1000000000

static struct decimal decimal_of(str text)
{
	struct decimal d = { .negative = str_starts(text, STR("-")) };
	ptrdiff_t e, point;
	size_t last;

	if (d.negative)
		text = str_skip(text, 1);
	e = str_find_char(text, 'e');
	if (e < 0)
		e = str_find_char(text, 'E');
	if (e >= 0) {
		str power = str_without_prefix(str_skip(text, (size_t)e + 1), STR("+"));
		bool down = str_starts(power, STR("-"));

		if (!str_i64(power, &d.exponent) || d.exponent > EXPONENT_MAX ||
		    d.exponent < -EXPONENT_MAX)
			d.exponent = down ? -EXPONENT_MAX : EXPONENT_MAX;
		text = str_take(text, (size_t)e);
	}
	d.text = text;
	point = str_find_char(text, '.');
	if (point >= 0)
		d.exponent -= (int64_t)(text.n - (size_t)point - 1);
	last = text.n;
	while (last > 0 && (text.p[last - 1] == '0' || text.p[last - 1] == '.')) {
		d.exponent += text.p[last - 1] == '0';
		last--;
	}
	while (d.first < last && (text.p[d.first] == '0' || text.p[d.first] == '.'))
		d.first++;
	for (size_t i = d.first; i < last; i++)
		d.n += text.p[i] != '.';
	if (d.n == 0)
		d = (struct decimal){ .text = text };
	return d;
}

/* Digit i (from the front) of d, stepping over the point; *at is the caller's cursor. */
static char decimal_digit(const struct decimal *d, size_t *at)
{
	if (d->text.p[*at] == '.')
		(*at)++;
	return d->text.p[(*at)++];
}

static bool number_equal(str a, str b)
{
	struct decimal x, y;
	size_t i, k;

	if (str_eq(a, b))
		return true;
	x = decimal_of(a);
	y = decimal_of(b);
	if (x.n != y.n || x.exponent != y.exponent || x.negative != y.negative)
		return false;
	i = x.first;
	k = y.first;
	for (size_t left = x.n; left; left--)
		if (decimal_digit(&x, &i) != decimal_digit(&y, &k))
			return false;
	return true;
}

bool json_i64(const struct json *v, int64_t *out)
{
	struct decimal d;
	uint64_t magnitude = 0;
	size_t at;

	if (!json_is(v, JSON_NUMBER))
		return false;
	d = decimal_of(json_number(v));
	if (d.n + (uint64_t)(d.exponent > 0 ? d.exponent : 0) > 19 || d.exponent < 0)
		return false;
	at = d.first;
	for (size_t i = 0; i < d.n; i++)
		magnitude = magnitude * 10 + (uint64_t)(decimal_digit(&d, &at) - '0');
	for (int64_t i = 0; i < d.exponent; i++)
		magnitude *= 10;
	if (magnitude > (uint64_t)INT64_MAX + d.negative)
		return false;
	*out = d.negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

bool json_double(const struct json *v, double *out)
{
	char text[128];
	AUTO(free)
	char *heap = NULL;
	char *p = text;

	if (!json_is(v, JSON_NUMBER))
		return false;
	if (v->n >= sizeof(text))
		p = heap = mem_alloc((size_t)v->n + 1);
	memcpy(p, v->text, v->n);
	p[v->n] = '\0';
	*out = strtod(p, NULL);
	return isfinite(*out);
}

static bool array_equal(const struct json *a, const struct json *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!json_equal(&a->items[i], &b->items[i]))
			return false;
	return true;
}

static bool object_equal(const struct json *a, const struct json *b)
{
	AUTO(arena_free)
	struct arena *scratch = NULL;
	struct map by_key;

	/* Same order is the common case and needs no table. */
	for (size_t i = 0;; i++) {
		if (i == a->n)
			return true;
		if (!str_eq(a->members[i].key, b->members[i].key))
			break;
		if (!json_equal(&a->members[i].value, &b->members[i].value))
			return false;
	}
	scratch = arena_new();
	map_init(&by_key, scratch);
	JSON_MEMBERS (b, m)
		map_put(&by_key, m->key, (void *)(uintptr_t)&m->value);
	JSON_MEMBERS (a, m) {
		const struct json *other = map_get(&by_key, m->key);

		if (!other || !json_equal(&m->value, other))
			return false;
	}
	return true;
}

bool json_equal(const struct json *a, const struct json *b)
{
	if (!a || !b)
		return a == b;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case JSON_NUMBER:
		return number_equal(json_number(a), json_number(b));
	case JSON_STRING:
		return str_eq(json_str(a), json_str(b));
	case JSON_ARRAY:
		return a->n == b->n && array_equal(a, b);
	case JSON_OBJECT:
		return a->n == b->n && object_equal(a, b);
	default:
		return true;
	}
}

static void copy_into(struct json *to, const struct json *v, struct arena *arena)
{
	struct json_member *members;
	struct json *items;

	*to = *v;
	switch (v->type) {
	case JSON_NUMBER:
	case JSON_STRING:
		to->text = str_dup(arena, str_of(v->text, v->n)).p;
		break;
	case JSON_ARRAY:
		items = ARENA_ARRAY(arena, struct json, v->n);
		for (size_t i = 0; i < v->n; i++)
			copy_into(&items[i], &v->items[i], arena);
		to->items = items;
		break;
	case JSON_OBJECT:
		members = ARENA_ARRAY(arena, struct json_member, v->n);
		for (size_t i = 0; i < v->n; i++) {
			members[i].key = str_dup(arena, v->members[i].key);
			copy_into(&members[i].value, &v->members[i].value, arena);
		}
		to->members = members;
		break;
	default:
		break;
	}
}

const struct json *json_copy(const struct json *v, struct arena *arena)
{
	struct json *to;

	if (!v)
		return NULL;
	to = ARENA_NEW(arena, struct json);
	copy_into(to, v, arena);
	return to;
}
