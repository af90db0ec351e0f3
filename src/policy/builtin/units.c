/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"
#include "policy/number.h"

/* Decimal and binary powers: k is 1 (10^3, 2^10), m in lower case thousandths. */
static const char powers[] = "kmgtpe";

#define UNITS_MAX_EXPONENT 1000
#define UNITS_MAX_BYTES	   1024u

/* Sign, digits, point, exponent at the start of s. */
static size_t number_length(str s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), e;

	while (i < s.n && (is_digit(s.p[i]) || s.p[i] == '.'))
		i++;
	e = i;
	if (e < s.n && (s.p[e] == 'e' || s.p[e] == 'E')) {
		e++;
		e += e < s.n && (s.p[e] == '-' || s.p[e] == '+');
		/* "10E" is ten exa, "1e3" a thousand. */
		if (e < s.n && is_digit(s.p[e])) {
			while (e < s.n && is_digit(s.p[e]))
				e++;
			return e;
		}
	}
	return i;
}

static bool parse_exponent(str s, int64_t *out)
{
	bool negative = str_starts(s, STR("-"));
	uint64_t n;

	if (!str_u64(str_skip(s, negative || str_starts(s, STR("+"))), &n) ||
	    n > UNITS_MAX_EXPONENT)
		return false;
	*out = negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static void scale(mpq_t q, unsigned long base, int64_t power)
{
	mpz_t factor;

	mpz_init(factor);
	mpz_ui_pow_ui(factor, base, (unsigned long)(power < 0 ? -power : power));
	if (power < 0)
		mpz_mul(mpq_denref(q), mpq_denref(q), factor);
	else
		mpz_mul(mpq_numref(q), mpq_numref(q), factor);
	mpq_canonicalize(q);
	mpz_clear(factor);
}

static bool parse_number(str s, mpq_t out)
{
	char digits[UNITS_MAX_BYTES + 2];
	size_t n = 0, decimals = 0, points = 0, seen = 0;
	ptrdiff_t e = str_find_char(s, 'e');
	int64_t power = 0;

	if (e < 0)
		e = str_find_char(s, 'E');
	if (e >= 0 && !parse_exponent(str_skip(s, (size_t)e + 1), &power))
		return false;
	if (e >= 0)
		s = str_take(s, (size_t)e);
	for (size_t i = 0; i < s.n; i++) {
		points += s.p[i] == '.';
		decimals += points && is_digit(s.p[i]);
		seen += is_digit(s.p[i]);
		if (s.p[i] != '.' && s.p[i] != '+')
			digits[n++] = s.p[i];
	}
	digits[n] = '\0';
	if (points > 1 || seen == 0)
		return false;
	mpz_set_str(mpq_numref(out), digits, 10);
	scale(out, 10, power - (int64_t)decimals);
	return true;
}

/* "", k, ki, m ... False: not known. `bytes`: "kb" and "kib" too, and m is always mega. */
static bool scale_unit(mpq_t q, str unit, bool bytes)
{
	bool binary = unit.n >= 2 && to_lower(unit.p[1]) == 'i';
	const char *hit;
	size_t want;

	if (unit.n == 0 || (bytes && str_ieq(unit, STR("b"))))
		return true;
	hit = strchr(powers, to_lower(unit.p[0]));
	if (!hit || !unit.p[0])
		return false;
	want = 1u + binary;
	if (bytes && unit.n > want && to_lower(unit.p[want]) == 'b')
		want++;
	if (unit.n != want)
		return false;
	if (!bytes && unit.p[0] == 'm' && !binary)
		scale(q, 10, -3);
	else
		scale(q, binary ? 2 : 10, (hit - powers + 1) * (binary ? 10 : 3));
	return true;
}

static str without_quotes(str s, struct arena *arena)
{
	char *text = arena_bytes(arena, s.n), *to = text;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '"')
			*to++ = s.p[i];
	return str_of(text, (size_t)(to - text));
}

/* Ten decimals, as Go's Rat.FloatString(10) has them. */
static struct value fixed(const mpq_t q, struct arena *arena)
{
	mpz_t n, rest;
	str text;
	char *digits;
	bool negative = mpq_sgn(q) < 0;

	mpz_init(n);
	mpz_init(rest);
	mpz_ui_pow_ui(n, 10, 10);
	mpz_mul(n, n, mpq_numref(q));
	mpz_abs(n, n);
	mpz_mul_2exp(n, n, 1);
	mpz_add(n, n, mpq_denref(q));
	mpz_mul_2exp(rest, mpq_denref(q), 1);
	mpz_tdiv_q(n, n, rest); /* to nearest, half away from zero */
	digits = mpz_get_str(NULL, 10, n);
	text = str_fmt(arena, "%s%.*s%s", negative ? "-" : "",
		       (int)(strlen(digits) < 11 ? 11 - strlen(digits) : 0), "00000000000", digits);
	free(digits);
	mpz_clear(n);
	mpz_clear(rest);
	return number_from_text(
		str_fmt(arena, "%.*s.%.*s", (int)text.n - 10, text.p, 10, text.p + text.n - 10));
}

static int convert(struct builtin_call *call, str s, bool bytes, struct value *out)
{
	const char *what = bytes ? "byte " : "";
	size_t n = number_length(s);
	str number = str_take(s, n), unit = str_skip(s, n);
	mpz_t whole;
	mpq_t q;
	int rc = BUILTIN_OK;

	if (str_find_char(s, ' ') >= 0)
		return builtin_fail(call, "spaces not allowed in resource strings");
	if (n == 0)
		return builtin_fail(call, "no %samount provided", what);
	mpq_init(q);
	mpz_init(whole);
	if (n > UNITS_MAX_BYTES || !parse_number(number, q))
		rc = builtin_fail(call, "could not parse %samount to a number", what);
	else if (!scale_unit(q, unit, bytes))
		rc = builtin_fail(call, "%sunit %.*s not recognized", what,
				  STR_ARG(str_take(unit, 100)));
	else if (bytes || mpz_cmp_ui(mpq_denref(q), 1) == 0) {
		mpz_tdiv_q(whole, mpq_numref(q), mpq_denref(q));
		*out = number_from_mpz(whole, call->arena);
	} else {
		*out = fixed(q, call->arena);
	}
	mpq_clear(q);
	mpz_clear(whole);
	return rc;
}

static int parse(struct builtin_call *call, const struct value *args, struct value *out)
{
	return convert(call, without_quotes(value_text(&args[0]), call->arena), false, out);
}

static int parse_bytes(struct builtin_call *call, const struct value *args, struct value *out)
{
	return convert(call, without_quotes(value_text(&args[0]), call->arena), true, out);
}

const struct builtin builtins_units[] = {
	{ "units.parse", "string -> number", parse },
	{ "units.parse_bytes", "string -> number", parse_bytes },
	{ .name = NULL },
};
