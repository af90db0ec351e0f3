/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "policy/number_internal.h"

#define BITS 64

struct real real_round(const mpz_t n, int64_t exponent, bool sticky)
{
	struct real r = { .negative = mpz_sgn(n) < 0 };
	size_t bits = mpz_sgn(n) ? mpz_sizeinbase(n, 2) : 0;
	bool half, rest;
	mpz_t m;

	if (bits == 0)
		return r;
	mpz_init(m);
	mpz_abs(m, n);
	r.exponent = exponent + (int64_t)bits - BITS;
	if (bits <= BITS) {
		mpz_mul_2exp(m, m, BITS - bits);
		r.mantissa = mpz_get_ui(m);
		mpz_clear(m);
		return r;
	}
	half = mpz_tstbit(m, bits - BITS - 1);
	rest = sticky || mpz_scan1(m, 0) < bits - BITS - 1;
	mpz_tdiv_q_2exp(m, m, bits - BITS);
	r.mantissa = mpz_get_ui(m);
	mpz_clear(m);
	if (half && (rest || (r.mantissa & 1))) {
		if (++r.mantissa == 0) {
			r.mantissa = UINT64_C(1) << 63;
			r.exponent++;
		}
	}
	return r;
}

/* n / d rounded. */
static struct real quotient(mpz_t n, mpz_t d)
{
	size_t bits_n = mpz_sizeinbase(n, 2), bits_d = mpz_sizeinbase(d, 2);
	int64_t shift = (int64_t)bits_d + BITS + 2 - (int64_t)bits_n;
	struct real r;
	mpz_t q, rest;

	if (shift < 0)
		shift = 0;
	mpz_init(q);
	mpz_init(rest);
	mpz_mul_2exp(n, n, (size_t)shift);
	mpz_tdiv_qr(q, rest, n, d);
	r = real_round(q, -shift, mpz_sgn(rest) != 0);
	mpz_clear(q);
	mpz_clear(rest);
	return r;
}

bool real_of(const struct value *v, struct real *out)
{
	char small[NUMBER_TEXT_BYTES];
	struct decimal d = decimal_of(number_view(v, small));
	int64_t power = d.point - (int64_t)d.n;
	char *digits;
	mpz_t n, p;

	*out = (struct real){ 0 };
	if (!decimal_in_limit(&d))
		return false;
	if (d.n == 0)
		return true;
	digits = mem_alloc(d.n + 1);
	decimal_digits(&d, digits);
	digits[d.n] = '\0';
	mpz_init(n);
	mpz_init(p);
	mpz_set_str(n, digits, 10);
	free(digits);
	mpz_ui_pow_ui(p, 10, (unsigned long)(power < 0 ? -power : power));
	if (power < 0) {
		*out = quotient(n, p);
	} else {
		mpz_mul(n, n, p);
		*out = real_round(n, 0, false);
	}
	out->negative = d.negative;
	mpz_clear(n);
	mpz_clear(p);
	return true;
}

static void set_real(mpz_t out, struct real a)
{
	mpz_set_ui(out, a.mantissa);
	if (a.negative)
		mpz_neg(out, out);
}

/* Beyond this distance the smaller one only tells which way to round. */
#define FAR 192

struct real real_add(struct real a, struct real b)
{
	struct real r;
	mpz_t x, y;

	if (a.mantissa == 0)
		return b;
	if (b.mantissa == 0)
		return a;
	if (a.exponent < b.exponent) {
		struct real swap = a;

		a = b;
		b = swap;
	}
	if (a.exponent - b.exponent > FAR)
		b = (struct real){ b.negative, 1, a.exponent - FAR };
	mpz_init(x);
	mpz_init(y);
	set_real(x, a);
	set_real(y, b);
	mpz_mul_2exp(x, x, (size_t)(a.exponent - b.exponent));
	mpz_add(x, x, y);
	r = real_round(x, b.exponent, false);
	mpz_clear(x);
	mpz_clear(y);
	return r;
}

struct real real_mul(struct real a, struct real b)
{
	struct real r;
	mpz_t x;

	mpz_init(x);
	mpz_set_ui(x, a.mantissa);
	mpz_mul_ui(x, x, b.mantissa);
	r = real_round(x, a.exponent + b.exponent, false);
	r.negative = a.negative != b.negative && r.mantissa;
	mpz_clear(x);
	return r;
}

struct real real_div(struct real a, struct real b)
{
	struct real r = { 0 };
	mpz_t x, y;

	if (a.mantissa == 0)
		return r;
	mpz_init(x);
	mpz_init(y);
	mpz_set_ui(x, a.mantissa);
	mpz_set_ui(y, b.mantissa);
	r = quotient(x, y);
	r.exponent += a.exponent - b.exponent;
	r.negative = a.negative != b.negative;
	mpz_clear(x);
	mpz_clear(y);
	return r;
}

void real_trunc(struct real a, mpz_t out, bool *exact)
{
	*exact = true;
	mpz_set_ui(out, a.mantissa);
	if (a.exponent >= 0) {
		mpz_mul_2exp(out, out, (size_t)a.exponent);
	} else {
		uint64_t cut = (uint64_t)-a.exponent;

		*exact = a.mantissa == 0 || (uint64_t)__builtin_ctzll(a.mantissa) >= cut;
		mpz_tdiv_q_2exp(out, out, (size_t)cut);
	}
	if (a.negative)
		mpz_neg(out, out);
}

/* m * 2^exponent as digits (heap) without trailing zeros; value = 0.digits * 10^*point. */
static char *exact_digits(const mpz_t m, int64_t exponent, int64_t *point)
{
	mpz_t n, p;
	char *text;
	size_t len;

	mpz_init_set(n, m);
	if (exponent >= 0) {
		mpz_mul_2exp(n, n, (size_t)exponent);
	} else {
		mpz_init(p);
		mpz_ui_pow_ui(p, 5, (unsigned long)-exponent);
		mpz_mul(n, n, p);
		mpz_clear(p);
	}
	text = mem_alloc(mpz_sizeinbase(n, 10) + 2);
	mpz_get_str(text, 10, n);
	mpz_clear(n);
	len = strlen(text);
	*point = (int64_t)len + (exponent < 0 ? exponent : 0);
	while (len > 1 && text[len - 1] == '0')
		text[--len] = '\0';
	return text;
}

struct digits {
	char *text;
	size_t n;
	int64_t point;
};

static char digit_at(const struct digits *d, size_t i, int64_t base)
{
	int64_t at = (int64_t)i - (base - d->point);

	return at >= 0 && at < (int64_t)d->n ? d->text[at] : '0';
}

static void round_up(struct digits *d, size_t n)
{
	while (n > 0 && d->text[n - 1] == '9')
		n--;
	if (n == 0) {
		d->text[0] = '1';
		d->point++;
		n = 1;
	} else {
		d->text[n - 1]++;
	}
	d->n = n;
}

static void round_down(struct digits *d, size_t n)
{
	while (n > 1 && d->text[n - 1] == '0')
		n--;
	d->n = n;
}

static void round_nearest(struct digits *d, size_t n)
{
	bool up = d->text[n] > '5';

	if (d->text[n] == '5')
		up = n + 1 < d->n || (n > 0 && ((d->text[n - 1] - '0') & 1));
	if (up)
		round_up(d, n);
	else
		round_down(d, n);
}

static struct digits digits_of(const mpz_t m, int64_t exponent)
{
	struct digits d;

	d.text = exact_digits(m, exponent, &d.point);
	d.n = strlen(d.text);
	return d;
}

/*
 * Cuts the exact digits of x to the fewest that still lie between the middles to the neighbours;
 * the middles count when the mantissa is even.
 */
static void shorten(struct digits *x, const struct digits *low, const struct digits *high,
		    bool inclusive)
{
	for (size_t i = 0; i < x->n; i++) {
		char m = x->text[i], l = digit_at(low, i, x->point),
		     u = digit_at(high, i, x->point);
		bool more_low = (int64_t)i + 1 < (int64_t)low->n + (x->point - low->point);
		bool more_high = (int64_t)i + 1 < (int64_t)high->n + (x->point - high->point);
		bool down = l != m || (inclusive && !more_low);
		bool up = m != u && (inclusive || m + 1 < u || more_high);

		if (down && up && i + 1 < x->n)
			round_nearest(x, i + 1);
		else if (down)
			round_down(x, i + 1);
		else if (up)
			round_up(x, i + 1);
		if (down || up)
			return;
	}
}

static struct digits shortest(struct real a, unsigned bits)
{
	uint64_t unit = bits == 64 ? 1 : UINT64_C(1) << (64 - bits);
	struct digits x, low, high;
	mpz_t m, edge;

	/* Twice the mantissa, so that half a unit is whole. */
	mpz_init(m);
	mpz_init(edge);
	mpz_set_ui(m, a.mantissa);
	mpz_mul_2exp(m, m, 1);
	x = digits_of(m, a.exponent - 1);
	mpz_sub_ui(edge, m, unit);
	low = digits_of(edge, a.exponent - 1);
	mpz_add_ui(edge, m, unit);
	high = digits_of(edge, a.exponent - 1);
	shorten(&x, &low, &high, !(a.mantissa & unit));
	mpz_clear(m);
	mpz_clear(edge);
	free(low.text);
	free(high.text);
	return x;
}

static str plain(const struct digits *d, bool negative, struct arena *arena)
{
	size_t whole = d->point > 0 ? (size_t)d->point : 1;
	size_t zeros = d->point < 0 ? (size_t)-d->point : 0;
	char *out = arena_bytes(arena, whole + zeros + d->n + 3), *p = out;

	if (negative)
		*p++ = '-';
	if (d->point <= 0)
		*p++ = '0';
	for (int64_t i = 0; i < d->point; i++)
		*p++ = i < (int64_t)d->n ? d->text[i] : '0';
	if (d->point < (int64_t)d->n) {
		size_t from = d->point > 0 ? (size_t)d->point : 0;

		*p++ = '.';
		memset(p, '0', zeros);
		p += zeros;
		memcpy(p, d->text + from, d->n - from);
		p += d->n - from;
	}
	return str_of(out, (size_t)(p - out));
}

struct value real_value(struct real a, unsigned bits, struct arena *arena)
{
	struct digits d;
	bool whole;
	str text;

	if (a.mantissa == 0)
		return value_int(0);
	d = shortest(a, bits);
	whole = a.exponent >= 0 || __builtin_ctzll(a.mantissa) >= -a.exponent;
	if (whole || (d.point > -4 && d.point < 7))
		text = plain(&d, a.negative, arena);
	else
		text = str_fmt(arena, "%s%c%s%.*se%c%02u", a.negative ? "-" : "", d.text[0],
			       d.n > 1 ? "." : "", (int)d.n - 1, d.text + 1,
			       d.point - 1 < 0 ? '-' : '+',
			       (unsigned)(d.point - 1 < 0 ? 1 - d.point : d.point - 1));
	free(d.text);
	return number_from_text(text);
}
