/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <endian.h>

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

/* Most keys are texts, and most texts differ in their first byte. */
static int key_cmp(const struct value_member *a, const struct value_member *b)
{
	const struct value *x = &a->key, *y = &b->key;

	if (x->type == VALUE_STRING && y->type == VALUE_STRING && x->n > 0 && y->n > 0 &&
	    x->text[0] != y->text[0])
		return (unsigned char)x->text[0] < (unsigned char)y->text[0] ? -1 : 1;
	return value_compare(x, y);
}

static bool members_sorted(const struct value_member *members, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (key_cmp(&members[i - 1], &members[i]) >= 0)
			return false;
	return true;
}

/* A member by the first eight bytes of its key, which tell most texts apart. */
struct sorted {
	uint64_t first; /* 0 for what is no text: then they are equal, and compared whole */
	const struct value_member *member;
};

static uint64_t first_bytes(const struct value *key)
{
	uint64_t first = 0;

	if (key->type != VALUE_STRING)
		return 0;
	if (key->n >= sizeof(first)) {
		memcpy(&first, key->text, sizeof(first));
		return be64toh(first);
	}
	for (uint32_t i = 0; i < key->n; i++)
		first |= (uint64_t)(unsigned char)key->text[i] << (56 - 8 * i);
	return first;
}

static bool comes_first(const struct sorted *a, const struct sorted *b)
{
	if (a->first != b->first && a->member->key.type == b->member->key.type)
		return a->first < b->first;
	return key_cmp(a->member, b->member) <= 0;
}

#define INSERTED 6u /* so few are not merged */

static void insert_members(struct sorted *m, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sorted one = m[i];
		size_t at = i;

		for (; at > 0 && !comes_first(&m[at - 1], &one); at--)
			m[at] = m[at - 1];
		m[at] = one;
	}
}

/* Merges from two sorted halves, so that equal keys keep their order. */
static void sort_members(struct sorted *m, struct sorted *spare, size_t n)
{
	size_t half = n / 2, i = 0, k = half, to = 0;

	if (n <= INSERTED) {
		insert_members(m, n);
		return;
	}
	sort_members(m, spare, half);
	sort_members(m + half, spare, n - half);
	if (comes_first(&m[half - 1], &m[half]))
		return;
	memcpy(spare, m, half * sizeof(*m));
	while (i < half && k < n)
		m[to++] = comes_first(&spare[i], &m[k]) ? spare[i++] : m[k++];
	if (i < half)
		memcpy(m + to, spare + i, (half - i) * sizeof(*m));
}

static struct value object_take(struct object_builder *b)
{
	struct value v = { .type = VALUE_OBJECT, .n = (uint32_t)b->n, .members = b->members };

	assert(b->n <= UINT32_MAX);
	value_measure(&v);
	*b = (struct object_builder){ .arena = b->arena };
	return v;
}

#define SORT_BY_INSERTION 12u /* members; more are merged */

/* True when some keys are equal. */
static bool sort_stable(struct object_builder *b)
{
	bool twins = false;
	struct value_member *moved;
	struct sorted *sorted;

	for (size_t i = 1; i < b->n && b->n <= SORT_BY_INSERTION; i++) {
		struct value_member m = b->members[i];
		size_t at = i;

		for (; at > 0; at--) {
			int c = key_cmp(&b->members[at - 1], &m);

			twins |= c == 0;
			if (c <= 0)
				break;
			b->members[at] = b->members[at - 1];
		}
		b->members[at] = m;
	}
	if (b->n <= SORT_BY_INSERTION)
		return twins;
	sorted = mem_alloc(b->n * 2 * sizeof(*sorted));
	moved = mem_alloc(b->n * sizeof(*moved));
	for (size_t i = 0; i < b->n; i++)
		sorted[i] = (struct sorted){ first_bytes(&b->members[i].key), &b->members[i] };
	sort_members(sorted, sorted + b->n, b->n);
	for (size_t i = 0; i < b->n; i++) {
		moved[i] = *sorted[i].member;
		twins |= i > 0 && sorted[i - 1].first == sorted[i].first &&
			 key_cmp(&moved[i - 1], &moved[i]) == 0;
	}
	memcpy(b->members, moved, b->n * sizeof(*moved));
	free(moved);
	free(sorted);
	return twins;
}

bool object_builder_take(struct object_builder *b, struct value *out)
{
	size_t kept = 0;

	if (!members_sorted(b->members, b->n) && sort_stable(b)) {
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

	if (!members_sorted(b->members, b->n) && sort_stable(b)) {
		for (size_t i = 0; i < b->n; i++) {
			if (kept && !key_cmp(&b->members[kept - 1], &b->members[i]))
				kept--;
			b->members[kept++] = b->members[i];
		}
		b->n = kept;
	}
	return object_take(b);
}
