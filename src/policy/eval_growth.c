/* SPDX-License-Identifier: Apache-2.0 */
/*
 * growth: a document that several rules put together: p[x].y := 1 here, p.a.z there. A place is
 * empty, a value, a set or an object of places; what two rules put at one place must be equal.
 */
#include "policy/eval.h"

#define GROWTH_LINEAR 8u

struct branch {
	struct value key;
	struct growth *at;
};

struct growth {
	enum { EMPTY, LEAF, SET, OBJECT } kind;
	struct value leaf;
	struct value_builder set;
	struct branch *branches;
	uint32_t *slots; /* hash table: index + 1 */
	size_t n, cap, slot_n;
};

struct growth *growth_new(struct eval *ev)
{
	struct growth *growth = ARENA_NEW(ev->arena, struct growth);

	value_builder_init(&growth->set, ev->arena);
	return growth;
}

bool growth_is_empty(const struct growth *growth) { return growth->kind == EMPTY; }

static int conflict(struct eval *ev)
{
	return eval_fail(ev, POLICY_ERROR_CONFLICT, "object keys must be unique");
}

static uint32_t *slot_of(const struct growth *at, const struct value *key)
{
	size_t mask = at->slot_n - 1, i = (size_t)value_hash(key) & mask;

	while (at->slots[i] && !value_equal(&at->branches[at->slots[i] - 1].key, key))
		i = (i + 1) & mask;
	return &at->slots[i];
}

static void rehash(struct eval *ev, struct growth *at)
{
	at->slot_n = at->slot_n ? at->slot_n * 2 : 4 * GROWTH_LINEAR;
	at->slots = ARENA_ARRAY(ev->arena, uint32_t, at->slot_n);
	for (size_t i = 0; i < at->n; i++)
		*slot_of(at, &at->branches[i].key) = (uint32_t)i + 1;
}

static struct growth *branch_of(struct eval *ev, struct growth *at, const struct value *key)
{
	struct growth *child;

	if (at->slot_n > 0) {
		uint32_t found = *slot_of(at, key);

		if (found)
			return at->branches[found - 1].at;
	}
	for (size_t i = 0; at->slot_n == 0 && i < at->n; i++) {
		if (value_equal(&at->branches[i].key, key))
			return at->branches[i].at;
	}
	child = growth_new(ev);
	at->branches = arena_grow(ev->arena, at->branches, at->n, &at->cap, sizeof(*at->branches));
	at->branches[at->n++] = (struct branch){ .key = *key, .at = child };
	if (at->slot_n > 0 ? at->n * 2 > at->slot_n : at->n > GROWTH_LINEAR)
		rehash(ev, at);
	else if (at->slot_n > 0)
		*slot_of(at, key) = (uint32_t)at->n;
	return child;
}

static int put_leaf(struct eval *ev, struct growth *at, const struct value *leaf, bool element)
{
	if (element) {
		if (at->kind != EMPTY && at->kind != SET)
			return conflict(ev);
		at->kind = SET;
		value_builder_add(&at->set, *leaf);
		return 0;
	}
	if (at->kind == LEAF && value_equal(&at->leaf, leaf))
		return 0;
	if (at->kind != EMPTY)
		return conflict(ev);
	at->kind = LEAF;
	at->leaf = *leaf;
	return 0;
}

int growth_put(struct eval *ev, struct growth *at, const struct value *path, size_t n,
	       const struct value *leaf, bool element)
{
	for (size_t i = 0; i < n; i++) {
		if (at->kind != EMPTY && at->kind != OBJECT)
			return conflict(ev);
		at->kind = OBJECT;
		at = branch_of(ev, at, &path[i]);
	}
	return put_leaf(ev, at, leaf, element);
}

/* The members of an object, each put at its own place. */
int growth_merge(struct eval *ev, struct growth *at, const struct value *extent)
{
	if (extent->type == VALUE_SET && at->kind == SET) {
		for (uint32_t i = 0; i < extent->n; i++)
			value_builder_add(&at->set, extent->items[i]);
		return 0;
	}
	if (extent->type != VALUE_OBJECT || at->kind == LEAF)
		return put_leaf(ev, at, extent, false);
	if (at->kind != EMPTY && at->kind != OBJECT)
		return conflict(ev);
	at->kind = OBJECT;
	for (uint32_t i = 0; i < extent->n; i++) {
		const struct value_member *m = &extent->members[i];

		if (growth_merge(ev, branch_of(ev, at, &m->key), &m->value) < 0)
			return -1;
	}
	return 0;
}

struct value growth_value(struct eval *ev, const struct growth *growth)
{
	struct value_builder set = growth->set;
	struct object_builder b;

	if (growth->kind == LEAF)
		return growth->leaf;
	if (growth->kind == SET)
		return value_builder_set(&set);
	object_builder_init(&b, ev->arena);
	for (size_t i = 0; i < growth->n; i++)
		object_builder_add(&b, growth->branches[i].key,
				   growth_value(ev, growth->branches[i].at));
	return object_builder_take_last(&b);
}
