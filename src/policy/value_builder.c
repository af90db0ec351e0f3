/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "policy/value.h"

void value_builder_init(struct value_builder *b, struct arena *arena)
{
	*b = (struct value_builder){ .arena = arena };
}

void value_builder_add(struct value_builder *b, struct value v)
{
	b->items = arena_grow(b->arena, b->items, b->n, &b->cap, sizeof(*b->items));
	b->items[b->n++] = v;
}

static struct value take(struct value_builder *b, enum value_type type)
{
	struct value v = { .type = (uint8_t)type, .n = (uint32_t)b->n, .items = b->items };

	assert(b->n <= UINT32_MAX);
	value_measure(&v);
	*b = (struct value_builder){ .arena = b->arena };
	return v;
}

struct value value_builder_array(struct value_builder *b) { return take(b, VALUE_ARRAY); }

static int item_cmp(const void *a, const void *b) { return value_compare(a, b); }

static bool items_sorted(const struct value *items, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (value_compare(&items[i - 1], &items[i]) >= 0)
			return false;
	return true;
}

struct value value_builder_set(struct value_builder *b)
{
	size_t kept = 0;

	if (!items_sorted(b->items, b->n)) {
		qsort(b->items, b->n, sizeof(*b->items), item_cmp);
		for (size_t i = 0; i < b->n; i++)
			if (kept == 0 || value_compare(&b->items[kept - 1], &b->items[i]) != 0)
				b->items[kept++] = b->items[i];
		b->n = kept;
	}
	return take(b, VALUE_SET);
}

void object_builder_init(struct object_builder *b, struct arena *arena)
{
	*b = (struct object_builder){ .arena = arena };
}

void object_builder_add(struct object_builder *b, struct value key, struct value value)
{
	b->members = arena_grow(b->arena, b->members, b->n, &b->cap, sizeof(*b->members));
	b->members[b->n++] = (struct value_member){ .key = key, .value = value };
}

static int key_cmp(const void *a, const void *b)
{
	const struct value_member *x = a, *y = b;

	return value_compare(&x->key, &y->key);
}

static bool members_sorted(const struct value_member *members, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (value_compare(&members[i - 1].key, &members[i].key) >= 0)
			return false;
	return true;
}

/* Merges from two sorted halves, so that equal keys keep their order. */
static void sort_members(struct value_member *m, struct value_member *spare, size_t n)
{
	size_t half = n / 2, i = 0, k = half, to = 0;

	if (n < 2)
		return;
	sort_members(m, spare, half);
	sort_members(m + half, spare, n - half);
	memcpy(spare, m, n * sizeof(*m));
	while (i < half || k < n) {
		bool left = k == n || (i < half && key_cmp(&spare[i], &spare[k]) <= 0);

		m[to++] = left ? spare[i++] : spare[k++];
	}
}

static struct value object_take(struct object_builder *b)
{
	struct value v = { .type = VALUE_OBJECT, .n = (uint32_t)b->n, .members = b->members };

	assert(b->n <= UINT32_MAX);
	value_measure(&v);
	*b = (struct object_builder){ .arena = b->arena };
	return v;
}

static void sort_stable(struct object_builder *b)
{
	struct value_member *spare = mem_alloc(b->n * sizeof(*spare));

	sort_members(b->members, spare, b->n);
	free(spare);
}

bool object_builder_take(struct object_builder *b, struct value *out)
{
	size_t kept = 0;

	if (!members_sorted(b->members, b->n)) {
		sort_stable(b);
		for (size_t i = 0; i < b->n; i++) {
			struct value_member *last = kept ? &b->members[kept - 1] : NULL;

			if (!last || value_compare(&last->key, &b->members[i].key) != 0)
				b->members[kept++] = b->members[i];
			else if (!value_equal(&last->value, &b->members[i].value))
				return false;
		}
		b->n = kept;
	}
	*out = object_take(b);
	return true;
}

struct value object_builder_take_last(struct object_builder *b)
{
	size_t kept = 0;

	if (!members_sorted(b->members, b->n)) {
		sort_stable(b);
		for (size_t i = 0; i < b->n; i++) {
			if (kept && !key_cmp(&b->members[kept - 1], &b->members[i]))
				kept--;
			b->members[kept++] = b->members[i];
		}
		b->n = kept;
	}
	return object_take(b);
}
