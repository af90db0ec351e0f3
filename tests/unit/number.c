/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/number.h"
#include "test.h"

static const char *text(struct arena *arena, struct value v)
{
	return str_cstr(arena, number_text(&v, arena));
}

static const char *arith(struct arena *arena, enum number_op op, const char *a, const char *b)
{
	struct value x, y, out;
	struct err err;

	if (!number_parse(str_c(a), &x) || !number_parse(str_c(b), &y))
		return "no number";
	if (number_arith(op, &x, &y, arena, &out, &err) < 0)
		return str_cstr(arena, str_c(err.msg));
	return text(arena, out);
}

TEST(number_adds_whole_numbers_exactly)
{
	AUTO(arena_free)
	struct arena *a = arena_new();

	CHECK_STR(arith(a, NUMBER_ADD, "9223372036854775807", "1"), "9223372036854775808");
	CHECK_STR(arith(a, NUMBER_SUB, "9223372036854775808", "1"), "9223372036854775807");
	CHECK_STR(arith(a, NUMBER_MUL, "123456789012345678901234567890", "10"),
		  "1234567890123456789012345678900");
	CHECK_STR(arith(a, NUMBER_DIV, "7", "2"), "3.5");
	CHECK_STR(arith(a, NUMBER_DIV, "-9223372036854775808", "-1"), "9223372036854775808");
	CHECK_STR(arith(a, NUMBER_REM, "-7", "3"), "-1");
	CHECK_STR(arith(a, NUMBER_REM, "7.0", "4"), "3");
	CHECK_STR(arith(a, NUMBER_REM, "7.5", "4"), "modulo on floating-point number");
	CHECK_STR(arith(a, NUMBER_REM, "7", "0"), "modulo by zero");
	CHECK_STR(arith(a, NUMBER_DIV, "7", "0.0"), "divide by zero");
}

TEST(number_has_floats_of_64_bits)
{
	AUTO(arena_free)
	struct arena *a = arena_new();

	CHECK_STR(arith(a, NUMBER_ADD, "0.1", "0.2"), "0.3");
	CHECK_STR(arith(a, NUMBER_DIV, "1", "3"), "0.33333333333333333334");
	CHECK_STR(arith(a, NUMBER_DIV, "2", "3"), "0.6666666666666666667");
	CHECK_STR(arith(a, NUMBER_MUL, "1.5", "2"), "3");
	CHECK_STR(arith(a, NUMBER_MUL, "1234567.5", "1.0"), "1.2345675e+06");
	CHECK_STR(arith(a, NUMBER_MUL, "0.00001", "1.0"), "1e-05");
	CHECK_STR(arith(a, NUMBER_ADD, "1e20", "0.0"), "100000000000000000000");
	CHECK_STR(arith(a, NUMBER_SUB, "0.5", "0.5"), "0");
	CHECK_STR(arith(a, NUMBER_SUB, "1", "1e-30"), "1");
	CHECK_STR(arith(a, NUMBER_MUL, "99.95", "1.0"), "99.95");
	CHECK_STR(arith(a, NUMBER_MUL, "-100.25", "0.1"), "-10.0250000000000000005");
	CHECK_STR(arith(a, NUMBER_MUL, "1e100000", "1.0"), "number of more than 20000 digits");
}

TEST(number_compares_by_value)
{
	static const char *const sorted[] = {
		"-1e99999999", "-12.5", "-12", "-1e-9", "0",	 "1e-99999999",	   "0.5",
		"1",	       "1.5",	"2",   "1e1",	"10.01", "1e9999999999999"
	};

	for (size_t i = 0; i < ARRAY_LEN(sorted); i++)
		for (size_t k = 0; k < ARRAY_LEN(sorted); k++) {
			struct value x, y;
			int want = (i > k) - (i < k);

			CHECK(number_parse(str_c(sorted[i]), &x));
			CHECK(number_parse(str_c(sorted[k]), &y));
			CHECK_INT(number_compare(&x, &y), want);
		}
}

TEST(number_of_equal_value_hashes_the_same)
{
	static const char *const equal[] = { "100", "1e2", "100.00", "0.1e3", "1000E-1" };
	struct value x, y;

	CHECK(number_parse(str_c(equal[0]), &x));
	for (size_t i = 0; i < ARRAY_LEN(equal); i++) {
		CHECK(number_parse(str_c(equal[i]), &y));
		CHECK_INT(number_compare(&x, &y), 0);
		CHECK(value_hash(&x) == value_hash(&y));
	}
	CHECK(!number_parse(STR("01"), &y));
	CHECK(!number_parse(STR("1."), &y));
	CHECK(!number_parse(STR("+1"), &y));
	CHECK(!number_parse(STR(""), &y));
	CHECK(!number_parse(STR("-"), &y));
}

static const char *whole(struct arena *arena, enum number_mode mode, const char *s)
{
	struct value x, out;
	struct err err;

	if (!number_parse(str_c(s), &x) || number_to_whole(mode, &x, arena, &out, &err) < 0)
		return "failed";
	return text(arena, out);
}

TEST(number_rounds)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	struct value x = number_from_text(STR("-1.5"));

	CHECK_STR(whole(a, NUMBER_FLOOR, "-1.5"), "-2");
	CHECK_STR(whole(a, NUMBER_FLOOR, "1.5"), "1");
	CHECK_STR(whole(a, NUMBER_CEIL, "-1.5"), "-1");
	CHECK_STR(whole(a, NUMBER_CEIL, "1.01"), "2");
	CHECK_STR(whole(a, NUMBER_CEIL, "3"), "3");
	CHECK_STR(whole(a, NUMBER_ROUND, "-2.5"), "-3");
	CHECK_STR(whole(a, NUMBER_ROUND, "2.4"), "2");
	CHECK_STR(whole(a, NUMBER_ROUND, "1e30"), "1000000000000000000000000000000");
	CHECK_STR(text(a, number_abs(&x, a)), "1.5");
	CHECK_STR(text(a, number_from_double(0.1, a)), "0.1");
	CHECK_STR(text(a, number_from_double(-1e-300, a)), "-1e-300");
}
