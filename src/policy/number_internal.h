/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of number share: decimals as they are written, floats of 64 bits. */
#include "policy/number.h"

/* 0.d1d2d3... * 10^point, without leading or trailing zero digits; n is 0 for zero. */
struct decimal {
	bool negative;
	size_t n;
	const char *first; /* d1; one '.' may stand among the digits */
	int64_t point;
};

/* Exponents beyond this are all alike. */
#define DECIMAL_MAX_EXPONENT INT64_C(1000000000000)

struct decimal decimal_of(str text);
/* Digits as a text without the point; n characters at `out`. */
void decimal_digits(const struct decimal *d, char *out);
/* Within the limit on digits on both sides of the point. */
bool decimal_in_limit(const struct decimal *d);
#define NUMBER_TEXT_BYTES 24 /* of any int64 */
/* Text of v; `small` is the storage for an int64. */
str number_view(const struct value *v, char small[NUMBER_TEXT_BYTES]);

/* +-mantissa * 2^exponent; the top bit of mantissa is set, or it is 0. */
struct real {
	bool negative;
	uint64_t mantissa;
	int64_t exponent;
};

bool real_of(const struct value *v, struct real *out); /* false: over the limit */
/* n * 2^exponent, and a bit more when `sticky`, rounded. */
struct real real_round(const mpz_t n, int64_t exponent, bool sticky);
struct real real_add(struct real a, struct real b);
struct real real_mul(struct real a, struct real b);
struct real real_div(struct real a, struct real b); /* b is not 0 */
/* Towards zero; *exact: nothing was cut. */
void real_trunc(struct real a, mpz_t out, bool *exact);
struct value real_value(struct real a, unsigned bits, struct arena *arena);
