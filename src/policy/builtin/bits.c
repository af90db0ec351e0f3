/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "policy/builtin.h"
#include "policy/number.h"

static int whole_operand(struct builtin_call *call, unsigned pos, const struct value *v, mpz_t out)
{
	if (number_mpz(v, out))
		return BUILTIN_OK;
	return builtin_type_fail(
		call, "operand %u must be integer number but got floating-point number", pos);
}

static int apply(struct builtin_call *call, const struct value *args,
		 void (*op)(mpz_t, const mpz_t, const mpz_t), struct value *out)
{
	mpz_t a, b;
	int rc;

	mpz_init(a);
	mpz_init(b);
	rc = whole_operand(call, 1, &args[0], a);
	if (rc == BUILTIN_OK)
		rc = whole_operand(call, 2, &args[1], b);
	if (rc == BUILTIN_OK) {
		op(a, a, b);
		*out = number_from_mpz(a, call->arena);
	}
	mpz_clear(a);
	mpz_clear(b);
	return rc;
}

static int and_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return apply(call, args, mpz_and, out);
}

static int or_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return apply(call, args, mpz_ior, out);
}

static int xor_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return apply(call, args, mpz_xor, out);
}

static int negate(struct builtin_call *call, const struct value *args, struct value *out)
{
	mpz_t a;
	int rc;

	mpz_init(a);
	rc = whole_operand(call, 1, &args[0], a);
	if (rc == BUILTIN_OK) {
		mpz_com(a, a);
		*out = number_from_mpz(a, call->arena);
	}
	mpz_clear(a);
	return rc;
}

#define SHIFT_MAX (NUMBER_MAX_DIGITS * 3)

static int shift(struct builtin_call *call, const struct value *args, bool left, struct value *out)
{
	int64_t by = 0;
	mpz_t a, b;
	int rc;

	mpz_init(a);
	mpz_init(b);
	rc = whole_operand(call, 1, &args[0], a);
	if (rc == BUILTIN_OK)
		rc = whole_operand(call, 2, &args[1], b);
	if (rc == BUILTIN_OK && mpz_sgn(b) < 0)
		rc = builtin_type_fail(call, "operand 2 must be an unsigned integer number but got "
					     "a negative integer");
	if (rc == BUILTIN_OK) {
		by = mpz_cmp_ui(b, SHIFT_MAX) > 0 ? SHIFT_MAX + 1 : (int64_t)mpz_get_ui(b);
		if (left && mpz_sgn(a) && by + (int64_t)mpz_sizeinbase(a, 2) > SHIFT_MAX) {
			IGNORE(err_set(call->err, ERR_LIMIT, "a number of more than %u bits",
				       SHIFT_MAX)); /* -1 by contract */
			rc = BUILTIN_HALT;
		}
	}
	if (rc == BUILTIN_OK) {
		if (left)
			mpz_mul_2exp(a, a, (mp_bitcnt_t)by);
		else
			mpz_fdiv_q_2exp(a, a, mpz_fits_ulong_p(b) ? mpz_get_ui(b) : SHIFT_MAX * 2);
		*out = number_from_mpz(a, call->arena);
	}
	mpz_clear(a);
	mpz_clear(b);
	return rc;
}

static int lsh(struct builtin_call *call, const struct value *args, struct value *out)
{
	return shift(call, args, true, out);
}

static int rsh(struct builtin_call *call, const struct value *args, struct value *out)
{
	return shift(call, args, false, out);
}

#define NUMBERS "number, number -> number"

const struct builtin builtins_bits[] = {
	{ "bits.and", NUMBERS, and_ },
	{ "bits.or", NUMBERS, or_ },
	{ "bits.xor", NUMBERS, xor_ },
	{ "bits.negate", "number -> number", negate },
	{ "bits.lsh", NUMBERS, lsh },
	{ "bits.rsh", NUMBERS, rsh },
	{ .name = NULL },
};
