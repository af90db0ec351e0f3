/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value.h"

#include <endian.h>

#include "base/map.h"
#include "policy/number.h"

static int compare_items(const struct value *a, const struct value *b)
{
	uint32_t n = a->n < b->n ? a->n : b->n;

	for (uint32_t i = 0; i < n; i++) {
		int c = value_compare(&a->items[i], &b->items[i]);

		if (c)
			return c;
	}
	return (a->n > b->n) - (a->n < b->n);
}

static int compare_members(const struct value *a, const struct value *b)
{
	uint32_t n = a->n < b->n ? a->n : b->n;

	for (uint32_t i = 0; i < n; i++) {
		int c = value_compare(&a->members[i].key, &b->members[i].key);

		if (c == 0)
			c = value_compare(&a->members[i].value, &b->members[i].value);
		if (c)
			return c;
	}
	return (a->n > b->n) - (a->n < b->n);
}

int value_compare(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	switch (a->type) {
	case VALUE_BOOL:
		return (int)a->flag - (int)b->flag;
	case VALUE_NUMBER:
		if (a->flag && b->flag)
			return (a->i > b->i) - (a->i < b->i);
		return number_compare(a, b);
	case VALUE_STRING:
		return str_cmp(str_of(a->text, a->n), str_of(b->text, b->n));
	case VALUE_ARRAY:
	case VALUE_SET:
		return a->items == b->items && a->n == b->n ? 0 : compare_items(a, b);
	case VALUE_OBJECT:
		return a->members == b->members && a->n == b->n ? 0 : compare_members(a, b);
	default:
		return 0;
	}
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == VALUE_NUMBER)
		return value_compare(a, b) == 0;
	if (a->n != b->n)
		return false;
	if (a->type == VALUE_STRING)
		return a->n == 0 || memcmp(a->text, b->text, a->n) == 0;
	return value_compare(a, b) == 0;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

uint64_t value_hash(const struct value *v)
{
	uint64_t h = mix(0x51ed270b, v->type);

	switch (v->type) {
	case VALUE_BOOL:
		return mix(h, v->flag);
	case VALUE_NUMBER:
		return mix(h, v->flag ? (uint64_t)v->i : number_hash(v));
	case VALUE_STRING:
		return mix(h, hash_keyed(str_of(v->text, v->n)));
	case VALUE_ARRAY:
	case VALUE_SET:
		for (uint32_t i = 0; i < v->n; i++)
			h = mix(h, value_hash(&v->items[i]));
		return mix(h, v->n);
	case VALUE_OBJECT:
		for (uint32_t i = 0; i < v->n; i++) {
			h = mix(h, value_hash(&v->members[i].key));
			h = mix(h, value_hash(&v->members[i].value));
		}
		return mix(h, v->n);
	default:
		return h;
	}
}

/* n bytes, 1 to 8 of them, as a number of the same order: parts of it may overlap. */
static inline uint64_t short_text(const char *p, uint32_t n)
{
	uint32_t first, last;

	if (n < sizeof(first)) /* the first, that in the middle, the last */
		return (uint64_t)(unsigned char)p[0] << 16 |
		       (uint64_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
	memcpy(&first, p, sizeof(first));
	memcpy(&last, p + n - sizeof(last), sizeof(last));
	return (uint64_t)be32toh(first) << 32 | be32toh(last);
}

/* Tables of up to this many strings are searched one by one: unequal lengths cost nothing. */
#define LINEAR_MEMBERS 8u

/* `text` is not empty. */
static bool is_text(const struct value *v, const struct value *text)
{
	if (v->type != VALUE_STRING || v->n != text->n)
		return false;
	if (v->text == text->text)
		return true;
	return v->n <= 8 ? short_text(v->text, v->n) == short_text(text->text, v->n)
			 : memcmp(v->text, text->text, v->n) == 0;
}

static __attribute__((noinline)) const struct value *get_linear(const struct value *object,
								const struct value *key)
{
	bool text = key->type == VALUE_STRING && key->n > 0;

	for (uint32_t i = 0; i < object->n; i++) {
		const struct value_member *m = &object->members[i];

		if (text ? is_text(&m->key, key) : value_equal(&m->key, key))
			return &m->value;
	}
	return NULL;
}

/* value_compare without the detours that it makes for two texts, nor a call for short ones. */
static inline int compare_key(const struct value *a, const struct value *b)
{
	uint32_t n = a->n < b->n ? a->n : b->n;
	int c = 0;

	if (a->type != VALUE_STRING || b->type != VALUE_STRING)
		return value_compare(a, b);
	if (n >= 1 && n <= 8) {
		uint64_t x = short_text(a->text, n), y = short_text(b->text, n);

		c = (x > y) - (x < y);
	} else if (n > 0) {
		c = memcmp(a->text, b->text, n);
	}
	return c ? c : (a->n > b->n) - (a->n < b->n);
}

static __attribute__((noinline)) const struct value *get_sorted(const struct value *object,
								const struct value *key)
{
	uint32_t low = 0, high = object->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int c = compare_key(&object->members[middle].key, key);

		if (c == 0)
			return &object->members[middle].value;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Each way apart: the short one saves no registers for the other. */
const struct value *value_get(const struct value *object, const struct value *key)
{
	if (!object || object->type != VALUE_OBJECT)
		return NULL;
	return object->n <= LINEAR_MEMBERS ? get_linear(object, key) : get_sorted(object, key);
}

const struct value *value_get_str(const struct value *object, str key)
{
	struct value v = value_str(key);

	return value_get(object, &v);
}

static const struct value *find_element(const struct value *set, const struct value *element)
{
	uint32_t low = 0, high = set->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int c = value_compare(&set->items[middle], element);

		if (c == 0)
			return &set->items[middle];
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool value_contains(const struct value *set, const struct value *element)
{
	return set->type == VALUE_SET && find_element(set, element);
}

const struct value *value_step(const struct value *v, const struct value *key)
{
	switch (v->type) {
	case VALUE_OBJECT:
		return value_get(v, key);
	case VALUE_ARRAY:
		if (key->type != VALUE_NUMBER || !key->flag || key->i < 0 || key->i >= v->n)
			return NULL;
		return &v->items[key->i];
	case VALUE_SET:
		return find_element(v, key);
	default:
		return NULL;
	}
}

const char *value_type_name(enum value_type type)
{
	static const char *const names[] = { "null",  "boolean", "number", "string",
					     "array", "object",	 "set" };

	return names[type];
}

/* A number of 11 bits: 6 of mantissa, 5 of exponent; the nearest one. */
static void set_size(struct value *v, uint64_t size)
{
	unsigned exponent = 0, bits;

	if (size >= 128)
		exponent = size >> 38 ? 31 : 57 - (unsigned)__builtin_clzll(size);
	if (exponent > 0)
		size = (size + (1ull << (exponent - 1))) >> exponent;
	if (size > 127) {
		size = exponent < 31 ? 64 : 127;
		exponent += exponent < 31;
	}
	/* From 64 on the first bit goes without saying. */
	bits = size < 64 ? (unsigned)size : (exponent + 1) << 6 | ((unsigned)size & 63);
	if (bits > 2047)
		bits = 2047;
	v->size_high = (uint8_t)(bits >> 7 & 15);
	v->size_low = (uint16_t)(bits & 127);
}

uint64_t value_size(const struct value *v)
{
	unsigned bits = (unsigned)v->size_high << 7 | v->size_low, exponent = bits >> 6;

	if (v->type < VALUE_ARRAY)
		return 1;
	if (bits == 0)
		return 1 + (uint64_t)v->n;
	return exponent == 0 ? bits : (uint64_t)(64 | (bits & 63)) << (exponent - 1);
}

void value_measure(struct value *v)
{
	unsigned depth = 0;
	uint64_t size = 1;

	for (uint32_t i = 0; i < v->n; i++) {
		if (v->type != VALUE_OBJECT) {
			depth = v->items[i].depth > depth ? v->items[i].depth : depth;
			size += value_size(&v->items[i]);
			continue;
		}
		depth = v->members[i].key.depth > depth ? v->members[i].key.depth : depth;
		depth = v->members[i].value.depth > depth ? v->members[i].value.depth : depth;
		size += value_size(&v->members[i].key) + value_size(&v->members[i].value);
	}
	v->depth = (uint16_t)(depth < 511 ? depth + 1 : depth) & 511;
	set_size(v, size);
}

bool value_fits_depth(const struct value *v, unsigned max)
{
	if (v->type < VALUE_ARRAY || (v->depth > 0 && v->depth <= max))
		return true;
	if (max == 0)
		return false;
	for (uint32_t i = 0; i < v->n; i++) {
		if (v->type != VALUE_OBJECT) {
			if (!value_fits_depth(&v->items[i], max - 1))
				return false;
		} else if (!value_fits_depth(&v->members[i].key, max - 1) ||
			   !value_fits_depth(&v->members[i].value, max - 1)) {
			return false;
		}
	}
	return true;
}

void value_copy(struct value *to, const struct value *from, struct arena *arena)
{
	struct value_member *members;
	struct value *items;

	*to = *from;
	switch (from->type) {
	case VALUE_NUMBER:
		if (!from->flag)
			to->text = str_dup(arena, str_of(from->text, from->n)).p;
		break;
	case VALUE_STRING:
		to->text = str_dup(arena, str_of(from->text, from->n)).p;
		break;
	case VALUE_ARRAY:
	case VALUE_SET:
		items = ARENA_ARRAY(arena, struct value, from->n);
		for (uint32_t i = 0; i < from->n; i++)
			value_copy(&items[i], &from->items[i], arena);
		to->items = items;
		break;
	case VALUE_OBJECT:
		members = ARENA_ARRAY(arena, struct value_member, from->n);
		for (uint32_t i = 0; i < from->n; i++) {
			value_copy(&members[i].key, &from->members[i].key, arena);
			value_copy(&members[i].value, &from->members[i].value, arena);
		}
		to->members = members;
		break;
	default:
		break;
	}
}
