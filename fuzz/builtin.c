/* SPDX-License-Identifier: Apache-2.0 */
/* Input: the name of a builtin, a blank, its arguments as a JSON array; {"$set": [...]} is a set.
 */
#include "policy/builtin.h"

#include <assert.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BUDGET 20000u

static struct value with_sets(struct value v, struct arena *arena)
{
	const struct value *set = VALUE_GET(&v, "$set");
	struct value_builder items;
	struct object_builder members;

	value_builder_init(&items, arena);
	object_builder_init(&members, arena);
	if (set && set->type == VALUE_ARRAY) {
		for (uint32_t i = 0; i < set->n; i++)
			value_builder_add(&items, with_sets(set->items[i], arena));
		return value_builder_set(&items);
	}
	if (v.type == VALUE_ARRAY) {
		for (uint32_t i = 0; i < v.n; i++)
			value_builder_add(&items, with_sets(v.items[i], arena));
		return value_builder_array(&items);
	}
	if (v.type != VALUE_OBJECT)
		return v;
	for (uint32_t i = 0; i < v.n; i++)
		object_builder_add(&members, v.members[i].key,
				   with_sets(v.members[i].value, arena));
	return object_builder_take_last(&members);
}

/* Sets and keys are in order and without repeats; equal values hash the same. */
static void check_form(const struct value *v)
{
	for (uint32_t i = 0; v->type >= VALUE_ARRAY && i < v->n; i++) {
		bool object = v->type == VALUE_OBJECT;
		const struct value *key = object ? &v->members[i].key : &v->items[i];

		if (i && v->type != VALUE_ARRAY)
			assert(value_compare(object ? &v->members[i - 1].key : key - 1, key) < 0);
		check_form(key);
		if (object)
			check_form(&v->members[i].value);
		else if (v->type == VALUE_SET)
			assert(value_contains(v, key));
	}
}

struct budget {
	struct builtin_call call; /* first, so that it leads to the budget */
	uint64_t spent;
};

static bool charge(struct builtin_call *call, uint64_t steps)
{
	struct budget *budget = (struct budget *)call;

	budget->spent += steps;
	if (budget->spent <= BUDGET)
		return true;
	IGNORE(err_set(call->err, ERR_LIMIT, "budget used up")); /* -1 by contract */
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	struct err err;
	struct budget budget = { .call = { .arena = arena,
					   .err = &err,
					   .charge = charge,
					   .cache = cache,
					   .now_ns = 1 } };
	str name, text;
	const struct json *json;
	const struct builtin *b;
	struct builtin_signature sig;
	struct value args, first, second;
	int rc;

	if (!str_cut(str_of((const char *)data, size), ' ', &name, &text))
		return 0;
	b = builtin_find(name);
	if (!b || json_parse(text, NULL, arena, &json, &err) < 0)
		return 0;
	args = with_sets(value_from_json(json, arena), arena);
	builtin_signature(b, &sig);
	if (args.type != VALUE_ARRAY || args.n != sig.arity)
		return 0;
	rc = builtin_run(b, &sig, &budget.call, args.items, &first);
	if (rc != BUILTIN_OK)
		return 0;
	check_form(&first);
	assert(value_fits_depth(&first, VALUE_MAX_DEPTH + 8));
	budget.spent = 0;
	assert(builtin_run(b, &sig, &budget.call, args.items, &second) == BUILTIN_OK);
	if (!b->nondeterministic) {
		assert(value_equal(&first, &second));
		assert(value_hash(&first) == value_hash(&second));
	}
	return 0;
}
