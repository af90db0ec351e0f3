/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "policy/number_internal.h"

static const char *digits_end(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/* number = [ "-" ] int [ frac ] [ exp ] (RFC 8259, section 6). */
static bool is_number(str s)
{
	const char *p = s.p, *end, *from;

	if (s.n == 0)
		return false;
	end = p + s.n;
	p += *p == '-';
	from = p;
	p = digits_end(p, end);
	if (p == from || (*from == '0' && p - from > 1))
		return false;
	if (p < end && *p == '.') {
		from = ++p;
		p = digits_end(p, end);
		if (p == from)
			return false;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		from = p;
		p = digits_end(p, end);
		if (p == from)
			return false;
	}
	return p == end;
}

struct value number_from_text(str text)
{
	int64_t i;

	if (text.n <= 20 && str_i64(text, &i))
		return value_int(i);
	return (struct value){ .type = VALUE_NUMBER, .n = (uint32_t)text.n, .text = text.p };
}

bool number_parse(str text, struct value *out)
{
	if (!is_number(text))
		return false;
	*out = number_from_text(text);
	return true;
}

str number_view(const struct value *v, char small[NUMBER_TEXT_BYTES])
{
	if (!v->flag)
		return str_of(v->text, v->n);
	return str_of(small, (size_t)snprintf(small, NUMBER_TEXT_BYTES, "%" PRId64, v->i));
}

str number_text(const struct value *v, struct arena *arena)
{
	return v->flag ? str_fmt(arena, "%" PRId64, v->i) : str_of(v->text, v->n);
}

struct decimal decimal_of(str text)
{
	struct decimal d = { .negative = str_starts(text, STR("-")) };
	ptrdiff_t e, point;
	size_t last, first = 0, zeros = 0;

	text = str_skip(text, d.negative);
	e = str_find_char(text, 'e');
	if (e < 0)
		e = str_find_char(text, 'E');
	if (e >= 0) {
		str power = str_without_prefix(str_skip(text, (size_t)e + 1), STR("+"));
		bool down = str_starts(power, STR("-"));

		if (!str_i64(power, &d.point) || d.point > DECIMAL_MAX_EXPONENT ||
		    d.point < -DECIMAL_MAX_EXPONENT)
			d.point = down ? -DECIMAL_MAX_EXPONENT : DECIMAL_MAX_EXPONENT;
		text = str_take(text, (size_t)e);
	}
	point = str_find_char(text, '.');
	last = text.n;
	while (last > 0 && (text.p[last - 1] == '0' || text.p[last - 1] == '.'))
		last--;
	while (first < last && (text.p[first] == '0' || text.p[first] == '.')) {
		zeros += text.p[first] == '0';
		first++;
	}
	if (first == last)
		return (struct decimal){ 0 };
	d.first = text.p + first;
	d.n = last - first - (point >= (ptrdiff_t)first && point < (ptrdiff_t)last);
	d.point += (point < 0 ? (int64_t)text.n : (int64_t)point) - (int64_t)zeros;
	return d;
}

void decimal_digits(const struct decimal *d, char *out)
{
	const char *p = d->first;

	for (size_t i = 0; i < d->n; i++) {
		p += *p == '.';
		out[i] = *p++;
	}
}

bool decimal_in_limit(const struct decimal *d)
{
	int64_t max = NUMBER_MAX_DIGITS;

	return d->n <= (size_t)max && d->point <= max && d->point >= -max;
}

static int compare_magnitude(const struct decimal *x, const struct decimal *y)
{
	const char *p = x->first, *q = y->first;

	if (x->point != y->point)
		return x->point < y->point ? -1 : 1;
	for (size_t i = 0; i < x->n && i < y->n; i++, p++, q++) {
		p += *p == '.';
		q += *q == '.';
		if (*p != *q)
			return *p < *q ? -1 : 1;
	}
	return (x->n > y->n) - (x->n < y->n);
}

int number_compare(const struct value *a, const struct value *b)
{
	char small_a[NUMBER_TEXT_BYTES], small_b[NUMBER_TEXT_BYTES];
	struct decimal x, y;
	int c;

	if (a->flag && b->flag)
		return (a->i > b->i) - (a->i < b->i);
	x = decimal_of(number_view(a, small_a));
	y = decimal_of(number_view(b, small_b));
	if (x.n == 0 || y.n == 0) {
		int sign_x = x.n == 0 ? 0 : x.negative ? -1 : 1;
		int sign_y = y.n == 0 ? 0 : y.negative ? -1 : 1;

		return (sign_x > sign_y) - (sign_x < sign_y);
	}
	if (x.negative != y.negative)
		return x.negative ? -1 : 1;
	c = compare_magnitude(&x, &y);
	return x.negative ? -c : c;
}

int number_sign(const struct value *v)
{
	struct decimal d;

	if (v->flag)
		return (v->i > 0) - (v->i < 0);
	d = decimal_of(str_of(v->text, v->n));
	return d.n == 0 ? 0 : d.negative ? -1 : 1;
}

static bool decimal_i64(const struct decimal *d, int64_t *out)
{
	char digits[24];
	uint64_t magnitude = 0;

	if (d->point < (int64_t)d->n || d->point > 19)
		return false;
	decimal_digits(d, digits);
	for (int64_t i = 0; i < d->point; i++) {
		unsigned digit = i < (int64_t)d->n ? (unsigned)(digits[i] - '0') : 0;

		if (__builtin_mul_overflow(magnitude, 10, &magnitude) ||
		    __builtin_add_overflow(magnitude, digit, &magnitude))
			return false;
	}
	if (magnitude > (uint64_t)INT64_MAX + d->negative)
		return false;
	*out = d->negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

bool number_i64(const struct value *v, int64_t *out)
{
	struct decimal d;

	if (v->flag) {
		*out = v->i;
		return true;
	}
	d = decimal_of(str_of(v->text, v->n));
	return decimal_i64(&d, out);
}

uint64_t number_hash(const struct value *v)
{
	struct decimal d = decimal_of(str_of(v->text, v->n));
	uint64_t h = 0xcbf29ce484222325u;
	const char *p = d.first;
	int64_t i;

	if (decimal_i64(&d, &i))
		return (uint64_t)i;
	for (size_t k = 0; k < d.n; k++, p++) {
		p += *p == '.';
		h = (h ^ (unsigned char)*p) * 0x100000001b3u;
	}
	return h ^ (uint64_t)d.point ^ ((uint64_t)d.negative << 63);
}

bool number_is_int_text(const struct value *v)
{
	str s = str_of(v->text, v->n);

	if (v->flag)
		return true;
	s = str_without_prefix(s, STR("-"));
	return digits_end(s.p, s.p + s.n) == s.p + s.n;
}

static void set_i64(mpz_t out, int64_t i) { mpz_set_si(out, (long)i); }

bool number_mpz(const struct value *v, mpz_t out)
{
	struct decimal d;
	char *digits;

	if (v->flag) {
		set_i64(out, v->i);
		return true;
	}
	d = decimal_of(str_of(v->text, v->n));
	if (d.point < (int64_t)d.n || d.point > (int64_t)NUMBER_MAX_DIGITS)
		return false;
	digits = mem_alloc((size_t)d.point + 1);
	memset(digits, '0', (size_t)d.point);
	decimal_digits(&d, digits);
	digits[d.point] = '\0';
	if (d.n == 0)
		set_i64(out, 0);
	else
		mpz_set_str(out, digits, 10);
	free(digits);
	if (d.negative)
		mpz_neg(out, out);
	return true;
}

struct value number_from_mpz(const mpz_t z, struct arena *arena)
{
	char *text;

	if (mpz_fits_slong_p(z))
		return value_int((int64_t)mpz_get_si(z));
	text = arena_bytes(arena, mpz_sizeinbase(z, 10) + 2);
	mpz_get_str(text, 10, z);
	return number_from_text(str_c(text));
}

double number_double(const struct value *v)
{
	char small[64], *p = small;
	double d;

	if (v->flag)
		return (double)v->i;
	if (v->n >= sizeof(small))
		p = mem_alloc((size_t)v->n + 1);
	memcpy(p, v->text, v->n);
	p[v->n] = '\0';
	d = strtod(p, NULL);
	if (p != small)
		free(p);
	return d;
}

struct value number_from_double(double d, struct arena *arena)
{
	int exponent;
	double fraction = frexp(fabs(d), &exponent);
	struct real r = { .negative = d < 0, .mantissa = (uint64_t)ldexp(fraction, 64) };

	r.exponent = exponent - 64;
	return real_value(r, 53, arena);
}

struct value number_abs(const struct value *v, struct arena *arena)
{
	if (number_sign(v) >= 0)
		return *v;
	if (v->flag && v->i != INT64_MIN)
		return value_int(-v->i);
	return number_from_text(str_skip(number_text(v, arena), 1));
}
