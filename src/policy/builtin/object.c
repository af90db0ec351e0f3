/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

static int get(struct builtin_call *call, const struct value *args, struct value *out)
{
	const struct value *found = &args[0];

	(void)call;
	if (args[1].type != VALUE_ARRAY)
		found = value_get(found, &args[1]);
	else
		for (uint32_t i = 0; i < args[1].n && found; i++)
			found = value_step(found, &args[1].items[i]);
	*out = found ? *found : args[2];
	return BUILTIN_OK;
}

static int keys(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder all;

	if (!builtin_charge(call, args[0].n / 32))
		return BUILTIN_HALT;
	value_builder_init(&all, call->arena);
	for (uint32_t i = 0; i < args[0].n; i++)
		value_builder_add(&all, args[0].members[i].key);
	*out = value_builder_set(&all);
	return BUILTIN_OK;
}

/* The keys of an object, the elements of an array or set, as a set. */
static struct value key_set(struct builtin_call *call, const struct value *v)
{
	struct value_builder all;

	if (v->type == VALUE_SET)
		return *v;
	value_builder_init(&all, call->arena);
	for (uint32_t i = 0; i < v->n; i++)
		value_builder_add(&all, v->type == VALUE_OBJECT ? v->members[i].key : v->items[i]);
	return value_builder_set(&all);
}

static int select_keys(struct builtin_call *call, const struct value *args, bool keep,
		       struct value *out)
{
	struct object_builder kept;
	struct value chosen;

	if (!builtin_charge(call, (args[0].n + args[1].n) / 8))
		return BUILTIN_HALT;
	chosen = key_set(call, &args[1]);
	object_builder_init(&kept, call->arena);
	for (uint32_t i = 0; i < args[0].n; i++) {
		const struct value_member *m = &args[0].members[i];

		if (value_contains(&chosen, &m->key) == keep)
			object_builder_add(&kept, m->key, m->value);
	}
	*out = object_builder_take_last(&kept);
	return BUILTIN_OK;
}

static int filter(struct builtin_call *call, const struct value *args, struct value *out)
{
	return select_keys(call, args, true, out);
}

static int remove_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return select_keys(call, args, false, out);
}

struct tagged_member {
	struct value_member member;
	uint32_t at;
};

static int tagged_cmp(const void *a, const void *b)
{
	const struct tagged_member *x = a, *y = b;
	int c = value_compare(&x->member.key, &y->member.key);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

/*
 * Of the objects, later ones win and values that are objects are merged: of the values of one key
 * those behind the last that is no object. `objects` is an array of objects only.
 */
static bool merge(struct builtin_call *call, const struct value *objects, uint32_t n,
		  struct value *out)
{
	struct tagged_member *all;
	struct object_builder merged;
	size_t total = 0, used = 0;

	for (uint32_t i = 0; i < n; i++)
		total += objects[i].n;
	if (!builtin_charge(call, total / 8 + 1))
		return false;
	all = ARENA_ARRAY(call->arena, struct tagged_member, total);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < objects[i].n; k++)
			all[used++] = (struct tagged_member){ objects[i].members[k], i };
	qsort(all, total, sizeof(*all), tagged_cmp);
	object_builder_init(&merged, call->arena);
	for (size_t i = 0, end; i < total; i = end) {
		struct value_builder values;
		struct value v = value_null();

		value_builder_init(&values, call->arena);
		for (end = i; end < total && value_equal(&all[i].member.key, &all[end].member.key);
		     end++) {
			v = all[end].member.value;
			if (v.type != VALUE_OBJECT)
				values.n = 0;
			else
				value_builder_add(&values, v);
		}
		if (values.n > 1 && !merge(call, values.items, (uint32_t)values.n, &v))
			return false;
		object_builder_add(&merged, all[i].member.key, v);
	}
	*out = object_builder_take_last(&merged);
	return true;
}

static int union_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return merge(call, args, 2, out) ? BUILTIN_OK : BUILTIN_HALT;
}

static int union_n(struct builtin_call *call, const struct value *args, struct value *out)
{
	const struct value *v = &args[0];

	for (uint32_t i = 0; i < v->n; i++)
		if (v->items[i].type != VALUE_OBJECT)
			return builtin_element_fail(call, 1, v, "object", &v->items[i]);
	return merge(call, v->items, v->n, out) ? BUILTIN_OK : BUILTIN_HALT;
}

/* As a run of elements. 1, 0, or BUILTIN_HALT. */
static int array_in(struct builtin_call *call, const struct value *super, const struct value *sub)
{
	for (uint32_t i = 0; i + sub->n <= super->n; i++) {
		uint32_t k = 0;

		while (k < sub->n && value_equal(&super->items[i + k], &sub->items[k]))
			k++;
		if (k == sub->n)
			return 1;
		if (!builtin_charge(call, k / 8))
			return BUILTIN_HALT;
	}
	return 0;
}

static int elements_in(struct builtin_call *call, const struct value *super,
		       const struct value *set)
{
	struct value all = key_set(call, super);

	if (!builtin_charge(call, (super->n + set->n) / 8))
		return BUILTIN_HALT;
	for (uint32_t i = 0; i < set->n; i++)
		if (!value_contains(&all, &set->items[i]))
			return 0;
	return 1;
}

static int object_in(struct builtin_call *call, const struct value *super, const struct value *sub);

static int member_in(struct builtin_call *call, const struct value *super, const struct value *sub)
{
	if (super->type == sub->type && super->type == VALUE_OBJECT)
		return object_in(call, super, sub);
	if (super->type == sub->type && super->type == VALUE_ARRAY)
		return array_in(call, super, sub);
	if (super->type == sub->type && super->type == VALUE_SET)
		return elements_in(call, super, sub);
	return value_equal(super, sub);
}

static int object_in(struct builtin_call *call, const struct value *super, const struct value *sub)
{
	if (!builtin_charge(call, sub->n / 8))
		return BUILTIN_HALT;
	for (uint32_t i = 0; i < sub->n; i++) {
		const struct value *other = value_get(super, &sub->members[i].key);
		int rc = other ? member_in(call, other, &sub->members[i].value) : 0;

		if (rc != 1)
			return rc;
	}
	return 1;
}

static int subset(struct builtin_call *call, const struct value *args, struct value *out)
{
	bool array_set = args[0].type == VALUE_ARRAY && args[1].type == VALUE_SET;
	int rc;

	if (args[0].type != args[1].type && !array_set)
		return builtin_type_fail(call, "both arguments object.subset must be of the same "
					       "type or array and set");
	rc = array_set ? elements_in(call, &args[0], &args[1])
		       : member_in(call, &args[0], &args[1]);
	if (rc < 0)
		return rc;
	*out = value_bool(rc);
	return BUILTIN_OK;
}

#define OBJECT "object[any: any]"
#define KEYS   "object[any: any]|set[any]|array[any]"

const struct builtin builtins_object[] = {
	{ "object.get", OBJECT ", any, any -> any", get },
	{ "object.keys", OBJECT " -> set[any]", keys },
	{ "object.filter", OBJECT ", " KEYS " -> " OBJECT, filter },
	{ "object.remove", OBJECT ", " KEYS " -> " OBJECT, remove_ },
	{ "object.union", OBJECT ", " OBJECT " -> " OBJECT, union_ },
	{ "object.union_n", "array[" OBJECT "] -> " OBJECT, union_n },
	{ "object.subset", KEYS ", " KEYS " -> boolean", subset },
	{ .name = NULL },
};
