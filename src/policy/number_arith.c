/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "policy/number_internal.h"

/* Both fit int64: the answer without big numbers, unless it overflows. */
static bool arith_small(enum number_op op, int64_t a, int64_t b, int64_t *out)
{
	switch (op) {
	case NUMBER_ADD:
		return !__builtin_add_overflow(a, b, out);
	case NUMBER_SUB:
		return !__builtin_sub_overflow(a, b, out);
	case NUMBER_MUL:
		return !__builtin_mul_overflow(a, b, out);
	default:
		if (b == 0 || b == -1 || (op == NUMBER_DIV && a % b != 0))
			return false;
		*out = op == NUMBER_DIV ? a / b : a % b;
		return true;
	}
}

static int too_large(struct err *err)
{
	return err_set(err, ERR_LIMIT, "number of more than %u digits", NUMBER_MAX_DIGITS);
}

/* 1: *out is written; 0: a division that leaves a rest. */
static int arith_whole(enum number_op op, mpz_t x, mpz_t y, struct arena *arena, struct value *out,
		       struct err *err)
{
	switch (op) {
	case NUMBER_ADD:
		mpz_add(x, x, y);
		break;
	case NUMBER_SUB:
		mpz_sub(x, x, y);
		break;
	case NUMBER_MUL:
		mpz_mul(x, x, y);
		break;
	case NUMBER_DIV:
		if (mpz_sgn(y) == 0)
			return err_set(err, ERR_INPUT, "divide by zero");
		if (!mpz_divisible_p(x, y))
			return 0;
		mpz_divexact(x, x, y);
		break;
	case NUMBER_REM:
		if (mpz_sgn(y) == 0)
			return err_set(err, ERR_INPUT, "modulo by zero");
		mpz_tdiv_r(x, x, y);
		break;
	}
	if (mpz_sizeinbase(x, 10) > NUMBER_MAX_DIGITS)
		return too_large(err);
	*out = number_from_mpz(x, arena);
	return 1;
}

static int try_whole(enum number_op op, const struct value *a, const struct value *b,
		     struct arena *arena, struct value *out, struct err *err)
{
	mpz_t x, y;
	int rc = 0;

	/* The rest of a division is asked of values, the others of how numbers are written. */
	if (op != NUMBER_REM && (!number_is_int_text(a) || !number_is_int_text(b)))
		return 0;
	mpz_init(x);
	mpz_init(y);
	if (number_mpz(a, x) && number_mpz(b, y))
		rc = arith_whole(op, x, y, arena, out, err);
	mpz_clear(x);
	mpz_clear(y);
	return rc;
}

int number_arith(enum number_op op, const struct value *a, const struct value *b,
		 struct arena *arena, struct value *out, struct err *err)
{
	struct real x, y, r;
	int64_t small;
	int rc;

	if (a->flag && b->flag && arith_small(op, a->i, b->i, &small)) {
		*out = value_int(small);
		return 0;
	}
	rc = try_whole(op, a, b, arena, out, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	if (op == NUMBER_REM)
		return err_set(err, ERR_INPUT, "modulo on floating-point number");
	if (!real_of(a, &x) || !real_of(b, &y))
		return too_large(err);
	if (op == NUMBER_DIV && y.mantissa == 0)
		return err_set(err, ERR_INPUT, "divide by zero");
	y.negative ^= op == NUMBER_SUB;
	if (op == NUMBER_MUL)
		r = real_mul(x, y);
	else if (op == NUMBER_DIV)
		r = real_div(x, y);
	else
		r = real_add(x, y);
	if (r.exponent > NUMBER_MAX_DIGITS * 3 || r.exponent < -(int64_t)NUMBER_MAX_DIGITS * 3)
		return too_large(err);
	*out = real_value(r, 64, arena);
	return 0;
}

static void step(enum number_mode mode, struct real r, mpz_t whole)
{
	if (mode == NUMBER_FLOOR && r.negative)
		mpz_sub_ui(whole, whole, 1);
	else if (mode == NUMBER_CEIL && !r.negative)
		mpz_add_ui(whole, whole, 1);
}

int number_to_whole(enum number_mode mode, const struct value *v, struct arena *arena,
		    struct value *out, struct err *err)
{
	struct real r;
	bool exact;
	mpz_t whole;

	if (number_is_int_text(v)) {
		*out = *v;
		return 0;
	}
	if (!real_of(v, &r))
		return too_large(err);
	if (r.exponent >= 0) {
		*out = real_value(r, 64, arena);
		return 0;
	}
	if (mode == NUMBER_ROUND)
		r = real_add(r, (struct real){ r.negative, UINT64_C(1) << 63, -64 });
	mpz_init(whole);
	real_trunc(r, whole, &exact);
	if (!exact)
		step(mode, r, whole);
	*out = number_from_mpz(whole, arena);
	mpz_clear(whole);
	return 0;
}

bool number_mpz_trunc(const struct value *v, mpz_t out)
{
	struct real r;
	bool exact;

	if (number_mpz(v, out))
		return true;
	if (!real_of(v, &r))
		return false;
	real_trunc(r, out, &exact);
	return true;
}
