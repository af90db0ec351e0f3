/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"
#include "policy/number.h"

#define TYPE_TEST(name, type_)                                                                  \
	static int name(struct builtin_call *call, const struct value *args, struct value *out) \
	{                                                                                       \
		(void)call;                                                                     \
		*out = value_bool(args[0].type == (type_));                                     \
		return BUILTIN_OK;                                                              \
	}                                                                                       \
	struct type_needs_semicolon

TYPE_TEST(is_null, VALUE_NULL);
TYPE_TEST(is_boolean, VALUE_BOOL);
TYPE_TEST(is_number, VALUE_NUMBER);
TYPE_TEST(is_string, VALUE_STRING);
TYPE_TEST(is_array, VALUE_ARRAY);
TYPE_TEST(is_object, VALUE_OBJECT);
TYPE_TEST(is_set, VALUE_SET);

static int type_name(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)call;
	*out = value_str(str_c(value_type_name(args[0].type)));
	return BUILTIN_OK;
}

/*
 * What Go reads as a decimal float and JSON does not: a plus sign, leading zeros, a point at an
 * end. False when it is no number.
 */
static bool normal_number(str s, struct arena *arena, struct value *out)
{
	bool negative = str_starts(s, STR("-"));
	size_t zeros = 0, digits = 0, point;
	str tail;

	s = str_skip(s, negative || str_starts(s, STR("+")));
	while (zeros + 1 < s.n && s.p[zeros] == '0' && is_digit(s.p[zeros + 1]))
		zeros++;
	s = str_skip(s, zeros);
	while (digits < s.n && is_digit(s.p[digits]))
		digits++;
	point = digits < s.n && s.p[digits] == '.';
	tail = str_skip(s, digits + point);
	if (digits == 0 && !(tail.n && point && is_digit(tail.p[0])))
		return false;
	return number_parse(str_fmt(arena, "%s%.*s%s%.*s", negative ? "-" : "",
				    digits ? (int)digits : 1, digits ? s.p : "0",
				    point && tail.n && is_digit(tail.p[0]) ? "." : "",
				    STR_ARG(tail)),
			    out);
}

/* What Go reads as a float that is no number. */
static bool is_no_number(str s)
{
	while (s.n && (s.p[0] == '+' || s.p[0] == '-'))
		s = str_skip(s, 1);
	return str_ieq(s, STR("inf")) || str_ieq(s, STR("infinity")) || str_ieq(s, STR("nan"));
}

#define NUMBER_TEXT_MAX (64u << 10)

static int to_number(struct builtin_call *call, const struct value *args, struct value *out)
{
	str s = value_text(&args[0]);
	double d;

	switch (args[0].type) {
	case VALUE_NULL:
		*out = value_int(0);
		return BUILTIN_OK;
	case VALUE_BOOL:
		*out = value_int(args[0].flag);
		return BUILTIN_OK;
	case VALUE_NUMBER:
		*out = args[0];
		return BUILTIN_OK;
	default:
		break;
	}
	if (is_no_number(s))
		return builtin_type_fail(call, "operand 1 must be valid number string");
	if (s.n > NUMBER_TEXT_MAX || (!number_parse(s, out) && !normal_number(s, call->arena, out)))
		return builtin_fail(call, "strconv.ParseFloat: parsing \"%.*s\": invalid syntax",
				    STR_ARG(str_take(s, 200)));
	d = number_double(out);
	if (d - d != 0)
		return builtin_fail(call,
				    "strconv.ParseFloat: parsing \"%.*s\": value out of range",
				    STR_ARG(str_take(s, 200)));
	return BUILTIN_OK;
}

static int cast_array(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)call;
	*out = args[0];
	out->type = VALUE_ARRAY;
	return BUILTIN_OK;
}

static int cast_set(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder all;

	if (!builtin_charge(call, args[0].n / 8))
		return BUILTIN_HALT;
	value_builder_init(&all, call->arena);
	for (uint32_t i = 0; i < args[0].n; i++)
		value_builder_add(&all, args[0].items[i]);
	*out = value_builder_set(&all);
	return BUILTIN_OK;
}

static int cast_same(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)call;
	*out = args[0];
	return BUILTIN_OK;
}

#define TEST_TYPE "any -> boolean"

const struct builtin builtins_type[] = {
	{ "is_null", TEST_TYPE, is_null },
	{ "is_boolean", TEST_TYPE, is_boolean },
	{ "is_number", TEST_TYPE, is_number },
	{ "is_string", TEST_TYPE, is_string },
	{ "is_array", TEST_TYPE, is_array },
	{ "is_object", TEST_TYPE, is_object },
	{ "is_set", TEST_TYPE, is_set },
	{ "type_name", "any -> string", type_name },
	{ "to_number", "null|boolean|number|string -> number", to_number },
	{ "cast_array", "array[any]|set[any] -> array[any]", cast_array, .v0_only = true },
	{ "cast_set", "array[any]|set[any] -> set[any]", cast_set, .v0_only = true },
	{ "cast_string", "string -> string", cast_same, .v0_only = true },
	{ "cast_boolean", "boolean -> boolean", cast_same, .v0_only = true },
	{ "cast_null", "null -> null", cast_same, .v0_only = true },
	{ "cast_object", "object[any: any] -> object[any: any]", cast_same, .v0_only = true },
	{ .name = NULL },
};
