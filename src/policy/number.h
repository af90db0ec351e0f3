/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * number: arithmetic on numbers of Rego. Whole numbers are exact whatever their size. As soon as a
 * number with a point or an exponent takes part, both are binary floats with 64 bits of mantissa
 * (rounded to nearest, ties to even) and the result is the shortest decimal that reads back to the
 * same float, as OPA has it. Comparison is exact for all. Numbers of more than NUMBER_MAX_DIGITS
 * digits before or after the point take no part in arithmetic: ERR_LIMIT.
 */
#include <gmp.h>

#include "policy/value.h"

struct err;

#define NUMBER_MAX_DIGITS 20000u

/* From the text of a JSON number (not checked again); the text is shared. */
struct value number_from_text(str text);
/* The same for foreign text: false when it is no JSON number. */
bool number_parse(str text, struct value *out);
str number_text(const struct value *v, struct arena *arena);

int number_compare(const struct value *a, const struct value *b);
uint64_t number_hash(const struct value *v); /* of one that is not flagged */
/* Negative, zero, positive. */
int number_sign(const struct value *v);

/* Written as a whole number of any size (no point, no exponent). */
bool number_is_int_text(const struct value *v);
/* Whole by value (1.0 and 1e2 are) and within the limit on digits. `out` is initialised. */
bool number_mpz(const struct value *v, mpz_t out);
/* Towards zero, of a number within the limit. */
bool number_mpz_trunc(const struct value *v, mpz_t out);
struct value number_from_mpz(const mpz_t z, struct arena *arena);
/* Whole by value and in range. */
bool number_i64(const struct value *v, int64_t *out);
/* Nearest double; infinite when out of range. */
double number_double(const struct value *v);
/* The shortest decimal of a finite double, written as OPA writes results. */
struct value number_from_double(double d, struct arena *arena);

enum number_op { NUMBER_ADD, NUMBER_SUB, NUMBER_MUL, NUMBER_DIV, NUMBER_REM };

/* ERR_INPUT: "divide by zero", "modulo by zero", "modulo on floating-point number". */
int number_arith(enum number_op op, const struct value *a, const struct value *b,
		 struct arena *arena, struct value *out, struct err *err) MUST_USE;

enum number_mode { NUMBER_FLOOR, NUMBER_CEIL, NUMBER_ROUND }; /* round: half away from zero */

int number_to_whole(enum number_mode mode, const struct value *v, struct arena *arena,
		    struct value *out, struct err *err) MUST_USE;
struct value number_abs(const struct value *v, struct arena *arena);
