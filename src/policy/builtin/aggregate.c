/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"
#include "policy/number.h"

static int count(struct builtin_call *call, const struct value *args, struct value *out)
{
	str text = value_text(&args[0]);

	if (args[0].type != VALUE_STRING) {
		*out = value_int(args[0].n);
		return BUILTIN_OK;
	}
	if (!builtin_charge_bytes(call, text.n))
		return BUILTIN_HALT;
	*out = value_int((int64_t)utf8_count(text));
	return BUILTIN_OK;
}

static int fold(struct builtin_call *call, enum number_op op, const struct value *v,
		struct value *out)
{
	struct value total = value_int(op == NUMBER_MUL);

	for (uint32_t i = 0; i < v->n; i++) {
		if (v->items[i].type != VALUE_NUMBER)
			return builtin_element_fail(call, 1, v, "number", &v->items[i]);
		if (!total.flag && !builtin_charge(call, 1 + (uint64_t)total.n * total.n / 20000))
			return BUILTIN_HALT;
		if (number_arith(op, &total, &v->items[i], call->arena, &total, call->err) < 0)
			return builtin_from_err(call);
	}
	*out = total;
	return builtin_charge(call, v->n / 16) ? BUILTIN_OK : BUILTIN_HALT;
}

static int sum(struct builtin_call *call, const struct value *args, struct value *out)
{
	return fold(call, NUMBER_ADD, &args[0], out);
}

static int product(struct builtin_call *call, const struct value *args, struct value *out)
{
	return fold(call, NUMBER_MUL, &args[0], out);
}

/* Of an array by looking at all, of a set the first or last. */
static int extreme(struct builtin_call *call, const struct value *v, int sign, struct value *out)
{
	const struct value *best = v->items;

	if (v->n == 0)
		return BUILTIN_UNDEFINED;
	if (v->type == VALUE_SET) {
		*out = v->items[sign < 0 ? 0 : v->n - 1];
		return BUILTIN_OK;
	}
	if (!builtin_charge(call, v->n / 16))
		return BUILTIN_HALT;
	for (uint32_t i = 1; i < v->n; i++)
		if (value_compare(&v->items[i], best) * sign > 0)
			best = &v->items[i];
	*out = *best;
	return BUILTIN_OK;
}

static int max(struct builtin_call *call, const struct value *args, struct value *out)
{
	return extreme(call, &args[0], 1, out);
}

static int min(struct builtin_call *call, const struct value *args, struct value *out)
{
	return extreme(call, &args[0], -1, out);
}

static int item_cmp(const void *a, const void *b) { return value_compare(a, b); }

static int sort(struct builtin_call *call, const struct value *args, struct value *out)
{
	uint32_t n = args[0].n;
	struct value *items;

	*out = args[0];
	out->type = VALUE_ARRAY;
	if (args[0].type == VALUE_SET || n == 0)
		return BUILTIN_OK;
	if (!builtin_charge(call, n / 2))
		return BUILTIN_HALT;
	items = ARENA_ARRAY(call->arena, struct value, n);
	memcpy(items, args[0].items, n * sizeof(*items));
	qsort(items, n, sizeof(*items), item_cmp);
	out->items = items;
	return BUILTIN_OK;
}

static int all(struct builtin_call *call, const struct value *args, struct value *out)
{
	bool found = true;

	if (!builtin_charge(call, args[0].n / 16))
		return BUILTIN_HALT;
	for (uint32_t i = 0; i < args[0].n && found; i++)
		found = value_is_true(&args[0].items[i]);
	*out = value_bool(found);
	return BUILTIN_OK;
}

static int any(struct builtin_call *call, const struct value *args, struct value *out)
{
	bool found = false;

	if (!builtin_charge(call, args[0].n / 16))
		return BUILTIN_HALT;
	for (uint32_t i = 0; i < args[0].n && !found; i++)
		found = value_is_true(&args[0].items[i]);
	*out = value_bool(found);
	return BUILTIN_OK;
}

const struct builtin builtins_aggregate[] = {
	{ "count", "array[any]|object[any: any]|set[any]|string -> number", count },
	{ "sum", "array[number]|set[number] -> number", sum },
	{ "product", "array[number]|set[number] -> number", product },
	{ "max", "array[any]|set[any] -> any", max },
	{ "min", "array[any]|set[any] -> any", min },
	{ "sort", "array[any]|set[any] -> array[any]", sort },
	{ "all", "array[any]|set[any] -> boolean", all, .v0_only = true },
	{ "any", "array[any]|set[any] -> boolean", any, .v0_only = true },
	{ .name = NULL },
};
