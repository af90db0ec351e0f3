/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/number.h"

#include "base/err.h"
#include "base/map.h"
#include "policy/builtin.h"

static int abs_(struct builtin_call *call, const struct value *args, struct value *out)
{
	*out = number_abs(&args[0], call->arena);
	return BUILTIN_OK;
}

static int whole(struct builtin_call *call, enum number_mode mode, const struct value *v,
		 struct value *out)
{
	if (number_to_whole(mode, v, call->arena, out, call->err) < 0)
		return builtin_from_err(call);
	return BUILTIN_OK;
}

static int round_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return whole(call, NUMBER_ROUND, &args[0], out);
}

static int ceil_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return whole(call, NUMBER_CEIL, &args[0], out);
}

static int floor_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return whole(call, NUMBER_FLOOR, &args[0], out);
}

static int whole_operand(struct builtin_call *call, unsigned pos, const struct value *v, mpz_t out)
{
	if (number_mpz(v, out))
		return BUILTIN_OK;
	return builtin_type_fail(
		call, "operand %u must be integer number but got floating-point number", pos);
}

/* from, from +- step, ... to; `step` is above zero. */
static int fill_range(struct builtin_call *call, mpz_t from, const mpz_t to, mpz_t step,
		      struct value *out)
{
	bool down = mpz_cmp(from, to) > 0;
	struct value_builder items;

	value_builder_init(&items, call->arena);
	if (down)
		mpz_neg(step, step);
	while (down ? mpz_cmp(from, to) >= 0 : mpz_cmp(from, to) <= 0) {
		if (!builtin_charge(call, items.n % 8 == 0))
			return BUILTIN_HALT;
		if (items.n >= BUILTIN_MAX_ITEMS) {
			IGNORE(err_set(call->err, ERR_LIMIT, "a range of more than %u numbers",
				       BUILTIN_MAX_ITEMS)); /* -1 by contract */
			return BUILTIN_HALT;
		}
		value_builder_add(&items, number_from_mpz(from, call->arena));
		mpz_add(from, from, step);
	}
	*out = value_builder_array(&items);
	return BUILTIN_OK;
}

static int range_of(struct builtin_call *call, const struct value *args, const struct value *by,
		    struct value *out)
{
	mpz_t from, to, step;
	int rc;

	mpz_init(from);
	mpz_init(to);
	mpz_init(step);
	rc = whole_operand(call, 1, &args[0], from);
	if (rc == BUILTIN_OK)
		rc = whole_operand(call, 2, &args[1], to);
	if (rc == BUILTIN_OK)
		rc = whole_operand(call, 3, by, step);
	if (rc == BUILTIN_OK && mpz_sgn(step) <= 0)
		rc = builtin_fail(call, "step must be a positive number above zero");
	if (rc == BUILTIN_OK)
		rc = fill_range(call, from, to, step, out);
	mpz_clear(from);
	mpz_clear(to);
	mpz_clear(step);
	return rc;
}

static int range(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value one = value_int(1);

	return range_of(call, args, &one, out);
}

static int range_step(struct builtin_call *call, const struct value *args, struct value *out)
{
	return range_of(call, args, &args[2], out);
}

static int intn(struct builtin_call *call, const struct value *args, struct value *out)
{
	uint64_t n;
	int64_t i;

	if (builtin_int(call, 2, &args[1], &i) != BUILTIN_OK)
		return BUILTIN_TYPE;
	n = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
	*out = value_int(n ? (int64_t)(siphash(value_text(&args[0]), call->seed, n) % n) : 0);
	return BUILTIN_OK;
}

#define NUMBER "number -> number"

const struct builtin builtins_number[] = {
	{ "abs", NUMBER, abs_ },
	{ "round", NUMBER, round_ },
	{ "ceil", NUMBER, ceil_ },
	{ "floor", NUMBER, floor_ },
	{ "numbers.range", "number, number -> array[number]", range },
	{ "numbers.range_step", "number, number, number -> array[number]", range_step },
	{ "rand.intn", "string, number -> number", intn, .nondeterministic = true },
	{ .name = NULL },
};
