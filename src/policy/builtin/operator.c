/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"
#include "policy/number.h"

static int arith(struct builtin_call *call, enum number_op op, const struct value *args,
		 struct value *out)
{
	if (!args[0].flag && !args[1].flag &&
	    !builtin_charge(call, (uint64_t)args[0].n * args[1].n / 20000))
		return BUILTIN_HALT;
	if (number_arith(op, &args[0], &args[1], call->arena, out, call->err) < 0)
		return builtin_from_err(call);
	return BUILTIN_OK;
}

static int plus(struct builtin_call *call, const struct value *args, struct value *out)
{
	return arith(call, NUMBER_ADD, args, out);
}

/* Elements of the set a (sorted) that are in b, or are not. */
static struct value select_items(struct builtin_call *call, const struct value *a,
				 const struct value *b, bool in)
{
	struct value_builder kept;
	uint32_t k = 0;

	value_builder_init(&kept, call->arena);
	for (uint32_t i = 0; i < a->n; i++) {
		int c = 1;

		while (k < b->n && (c = value_compare(&b->items[k], &a->items[i])) < 0)
			k++;
		if ((k < b->n && c == 0) == in)
			value_builder_add(&kept, a->items[i]);
	}
	return value_builder_set(&kept);
}

static int minus(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (args[0].type != args[1].type)
		return builtin_operand_fail(call, 2, value_type_name(args[0].type), &args[1]);
	if (args[0].type == VALUE_NUMBER)
		return arith(call, NUMBER_SUB, args, out);
	if (!builtin_charge(call, (args[0].n + args[1].n) / 16))
		return BUILTIN_HALT;
	*out = select_items(call, &args[0], &args[1], false);
	return BUILTIN_OK;
}

static int set_and(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (!builtin_charge(call, (args[0].n + args[1].n) / 16))
		return BUILTIN_HALT;
	*out = select_items(call, &args[0], &args[1], true);
	return BUILTIN_OK;
}

static int set_or(struct builtin_call *call, const struct value *args, struct value *out)
{
	const struct value *a = &args[0], *b = &args[1];
	struct value_builder all;
	uint32_t i = 0, k = 0;

	if (!builtin_charge(call, (a->n + b->n) / 16))
		return BUILTIN_HALT;
	value_builder_init(&all, call->arena);
	while (i < a->n || k < b->n) {
		int c = i == a->n ? 1 : k == b->n ? -1 : value_compare(&a->items[i], &b->items[k]);

		value_builder_add(&all, c <= 0 ? a->items[i] : b->items[k]);
		i += c <= 0;
		k += c >= 0;
	}
	*out = value_builder_set(&all);
	return BUILTIN_OK;
}

static int mul(struct builtin_call *call, const struct value *args, struct value *out)
{
	return arith(call, NUMBER_MUL, args, out);
}

static int divide(struct builtin_call *call, const struct value *args, struct value *out)
{
	return arith(call, NUMBER_DIV, args, out);
}

static int rem(struct builtin_call *call, const struct value *args, struct value *out)
{
	return arith(call, NUMBER_REM, args, out);
}

#define COMPARISON(name, test)                                                                  \
	static int name(struct builtin_call *call, const struct value *args, struct value *out) \
	{                                                                                       \
		(void)call;                                                                     \
		*out = value_bool(test);                                                        \
		return BUILTIN_OK;                                                              \
	}                                                                                       \
	struct operator_needs_semicolon

COMPARISON(equal, value_equal(&args[0], &args[1]));
COMPARISON(neq, !value_equal(&args[0], &args[1]));
COMPARISON(lt, value_compare(&args[0], &args[1]) < 0);
COMPARISON(lte, value_compare(&args[0], &args[1]) <= 0);
COMPARISON(gt, value_compare(&args[0], &args[1]) > 0);
COMPARISON(gte, value_compare(&args[0], &args[1]) >= 0);

static bool has_member(const struct value *collection, const struct value *v)
{
	if (collection->type == VALUE_SET)
		return value_contains(collection, v);
	for (uint32_t i = 0; i < collection->n; i++) {
		const struct value *item = collection->type == VALUE_OBJECT
						   ? &collection->members[i].value
						   : &collection->items[i];

		if (value_equal(item, v))
			return true;
	}
	return false;
}

static int member(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (args[1].type < VALUE_ARRAY) {
		*out = value_bool(false);
		return BUILTIN_OK;
	}
	if (args[1].type != VALUE_SET && !builtin_charge(call, args[1].n / 16))
		return BUILTIN_HALT;
	*out = value_bool(has_member(&args[1], &args[0]));
	return BUILTIN_OK;
}

static int member_key(struct builtin_call *call, const struct value *args, struct value *out)
{
	const struct value *found =
		args[2].type < VALUE_ARRAY ? NULL : value_step(&args[2], &args[0]);

	(void)call;
	*out = value_bool(found && value_equal(found, &args[1]));
	return BUILTIN_OK;
}

#define NUMBERS "number, number -> number"
#define ANY_ANY "any, any -> boolean"

const struct builtin builtins_operator[] = {
	{ "plus", NUMBERS, plus, .infix = "+" },
	{ "minus", "number|set[any], number|set[any] -> number|set[any]", minus, .infix = "-" },
	{ "mul", NUMBERS, mul, .infix = "*" },
	{ "div", NUMBERS, divide, .infix = "/" },
	{ "rem", NUMBERS, rem, .infix = "%" },
	{ "and", "set[any], set[any] -> set[any]", set_and, .infix = "&" },
	{ "or", "set[any], set[any] -> set[any]", set_or, .infix = "|" },
	{ "equal", ANY_ANY, equal, .infix = "==" },
	{ "neq", ANY_ANY, neq, .infix = "!=" },
	{ "lt", ANY_ANY, lt, .infix = "<" },
	{ "lte", ANY_ANY, lte, .infix = "<=" },
	{ "gt", ANY_ANY, gt, .infix = ">" },
	{ "gte", ANY_ANY, gte, .infix = ">=" },
	{ "internal.member_2", ANY_ANY, member, .infix = "in" },
	{ "internal.member_3", "any, any, any -> boolean", member_key, .infix = "in" },
	{ .name = NULL },
};
