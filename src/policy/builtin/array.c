/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

static int concat(struct builtin_call *call, const struct value *args, struct value *out)
{
	size_t n = (size_t)args[0].n + args[1].n;
	struct value *items;

	if (!builtin_charge(call, n / 32) || !builtin_charge_result(call, n * sizeof(struct value)))
		return BUILTIN_HALT;
	items = ARENA_ARRAY(call->arena, struct value, n);
	if (args[0].n)
		memcpy(items, args[0].items, args[0].n * sizeof(*items));
	if (args[1].n)
		memcpy(items + args[0].n, args[1].items, args[1].n * sizeof(*items));
	*out = (struct value){ .type = VALUE_ARRAY, .n = (uint32_t)n, .items = items };
	value_measure(out);
	return BUILTIN_OK;
}

static int64_t clamp(int64_t i, int64_t most) { return i < 0 ? 0 : i > most ? most : i; }

static int slice(struct builtin_call *call, const struct value *args, struct value *out)
{
	int64_t start, stop;

	if (builtin_int(call, 2, &args[1], &start) != BUILTIN_OK ||
	    builtin_int(call, 3, &args[2], &stop) != BUILTIN_OK)
		return BUILTIN_TYPE;
	start = clamp(start, args[0].n);
	stop = clamp(stop, args[0].n);
	*out = args[0];
	out->n = start < stop ? (uint32_t)(stop - start) : 0;
	out->items = args[0].n ? args[0].items + start : args[0].items;
	return BUILTIN_OK;
}

static int reverse(struct builtin_call *call, const struct value *args, struct value *out)
{
	uint32_t n = args[0].n;
	struct value *items;

	if (!builtin_charge(call, n / 32))
		return BUILTIN_HALT;
	items = ARENA_ARRAY(call->arena, struct value, n);
	for (uint32_t i = 0; i < n; i++)
		items[i] = args[0].items[n - 1 - i];
	*out = (struct value){ .type = VALUE_ARRAY, .n = n, .items = items };
	value_measure(out);
	return BUILTIN_OK;
}

/* One level. */
static int flatten(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder all;

	value_builder_init(&all, call->arena);
	for (uint32_t i = 0; i < args[0].n; i++) {
		const struct value *item = &args[0].items[i];

		if (item->type != VALUE_ARRAY) {
			value_builder_add(&all, *item);
			continue;
		}
		if (!builtin_charge(call, item->n / 32 + 1))
			return BUILTIN_HALT;
		for (uint32_t k = 0; k < item->n; k++)
			value_builder_add(&all, item->items[k]);
	}
	*out = value_builder_array(&all);
	return BUILTIN_OK;
}

const struct builtin builtins_array[] = {
	{ "array.concat", "array[any], array[any] -> array[any]", concat },
	{ "array.slice", "array[any], number, number -> array[any]", slice },
	{ "array.reverse", "array[any] -> array[any]", reverse },
	{ "array.flatten", "array[any] -> array[any]", flatten },
	{ .name = NULL },
};
