/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

static int check_sets(struct builtin_call *call, const struct value *v)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < v->n; i++) {
		if (v->items[i].type != VALUE_SET)
			return builtin_element_fail(call, 1, v, "set", &v->items[i]);
		n += v->items[i].n;
	}
	return builtin_charge(call, n / 8) ? BUILTIN_OK : BUILTIN_HALT;
}

static int union_(struct builtin_call *call, const struct value *args, struct value *out)
{
	int rc = check_sets(call, &args[0]);
	struct value_builder all;

	if (rc != BUILTIN_OK)
		return rc;
	value_builder_init(&all, call->arena);
	for (uint32_t i = 0; i < args[0].n; i++)
		for (uint32_t k = 0; k < args[0].items[i].n; k++)
			value_builder_add(&all, args[0].items[i].items[k]);
	*out = value_builder_set(&all);
	return BUILTIN_OK;
}

static int intersection(struct builtin_call *call, const struct value *args, struct value *out)
{
	int rc = check_sets(call, &args[0]);
	const struct value *least = args[0].items;
	struct value_builder common;

	if (rc != BUILTIN_OK)
		return rc;
	for (uint32_t i = 1; i < args[0].n; i++)
		if (args[0].items[i].n < least->n)
			least = &args[0].items[i];
	value_builder_init(&common, call->arena);
	for (uint32_t k = 0; args[0].n && k < least->n; k++) {
		bool everywhere = true;

		if (!builtin_charge(call, args[0].n / 8))
			return BUILTIN_HALT;
		for (uint32_t i = 0; i < args[0].n && everywhere; i++)
			everywhere = value_contains(&args[0].items[i], &least->items[k]);
		if (everywhere)
			value_builder_add(&common, least->items[k]);
	}
	*out = value_builder_set(&common);
	return BUILTIN_OK;
}

static int set_diff(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder kept;

	if (!builtin_charge(call, args[0].n / 8))
		return BUILTIN_HALT;
	value_builder_init(&kept, call->arena);
	for (uint32_t i = 0; i < args[0].n; i++)
		if (!value_contains(&args[1], &args[0].items[i]))
			value_builder_add(&kept, args[0].items[i]);
	*out = value_builder_set(&kept);
	return BUILTIN_OK;
}

const struct builtin builtins_set[] = {
	{ "union", "set[set[any]] -> set[any]", union_ },
	{ "intersection", "set[set[any]] -> set[any]", intersection },
	{ "set_diff", "set[any], set[any] -> set[any]", set_diff, .v0_only = true },
	{ .name = NULL },
};
