/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>

#include "policy/format_internal.h"
#include "policy/number.h"

static size_t runes(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static void fill(struct buf *out, char c, size_t n)
{
	char *room = n ? buf_room(out, n) : NULL;

	if (!room)
		return;
	memset(room, c, n);
	out->n += n;
}

void format_pad(const struct format_flags *f, str text, struct buf *out)
{
	size_t n = runes(text), gap = 0;

	if (f->has_width && (size_t)f->width > n)
		gap = (size_t)f->width - n;
	if (!f->minus)
		fill(out, f->zero ? '0' : ' ', gap);
	buf_add(out, text);
	if (f->minus)
		fill(out, ' ', gap);
}

static const char *prefix(const struct format_flags *f, uint32_t verb, char first)
{
	if (verb == 'O')
		return "0o";
	if (!f->sharp)
		return "";
	switch (verb) {
	case 'b':
		return "0b";
	case 'o':
		return first == '0' ? "" : "0";
	case 'x':
		return "0x";
	case 'X':
		return "0X";
	default:
		return "";
	}
}

/* Digits without sign: precision, sign and prefix around them. */
static void print_digits(const struct format_flags *f, bool negative, str digits, uint32_t verb,
			 struct buf *out)
{
	struct format_flags around = *f;
	char sign = negative ? '-' : f->plus ? '+' : f->space ? ' ' : '\0';
	size_t wanted = f->has_precision ? (size_t)f->precision : 0;
	AUTO(buf_done)
	struct buf b = { 0 };

	around.zero = false;
	buf_init(&b, FORMAT_MAX_WIDTH + digits.n + 8);
	if (f->has_precision && f->precision == 0 && str_eq(digits, STR("0"))) {
		format_pad(&around, STR(""), out);
		return;
	}
	if (!f->has_precision && f->zero && !f->minus && f->has_width && f->width > 0)
		wanted = (size_t)f->width - (sign != '\0');
	if (sign)
		buf_byte(&b, sign);
	buf_add(&b, str_c(prefix(f, verb, wanted > digits.n ? '0' : digits.p[0])));
	if (wanted > digits.n)
		fill(&b, '0', wanted - digits.n);
	buf_add(&b, digits);
	format_pad(&around, buf_str(&b), out);
}

static void print_base(const struct format_flags *f, const struct format_arg *arg, uint32_t verb,
		       int base, struct buf *out)
{
	struct value v = arg->type == FORMAT_INT ? value_int(arg->i) : number_from_text(arg->text);
	char *text = NULL;
	mpz_t z;

	mpz_init(z);
	if (number_mpz(&v, z)) {
		text = mem_alloc(mpz_sizeinbase(z, base < 0 ? -base : base) + 2);
		mpz_get_str(text, base, z);
		print_digits(f, text[0] == '-', str_c(text + (text[0] == '-')), verb, out);
	} else { /* more digits than arithmetic takes */
		format_pad(f, arg->text, out);
	}
	free(text);
	mpz_clear(z);
}

static uint32_t rune_of(int64_t i)
{
	bool scalar = i >= 0 && i <= 0x10ffff && (i < 0xd800 || i > 0xdfff);

	return scalar ? (uint32_t)i : 0xfffd;
}

static void print_rune(const struct format_flags *f, int64_t i, bool quoted, struct buf *out)
{
	char bytes[4];
	str text = str_of(bytes, utf8_encode(rune_of(i), bytes));
	AUTO(buf_done)
	struct buf b = { 0 };

	if (!quoted) {
		format_pad(f, text, out);
		return;
	}
	buf_init(&b, 64);
	if (str_eq(text, STR("\"")))
		BUF_LIT(&b, "'\"'");
	else if (str_eq(text, STR("'")))
		BUF_LIT(&b, "'\\''");
	else
		value_quote(&b, text);
	b.p[0] = b.p[b.n - 1] = '\'';
	format_pad(f, buf_str(&b), out);
}

static void print_unicode(const struct format_flags *f, int64_t i, struct buf *out)
{
	struct format_flags around = *f;
	char text[64], bytes[4];
	int digits = f->has_precision && f->precision > 4 ? f->precision : 4;
	int n = snprintf(text, sizeof(text), "U+%0*" PRIX64, digits > 40 ? 40 : digits,
			 (uint64_t)i);
	str whole;

	around.zero = false;
	if (f->sharp && i >= 0 && i <= 0x10ffff) {
		size_t len = utf8_encode(rune_of(i), bytes);

		n += snprintf(text + n, sizeof(text) - (size_t)n, " '%.*s'", (int)len, bytes);
	}
	whole = str_of(text, (size_t)n);
	format_pad(&around, whole, out);
}

bool format_whole(const struct format_flags *f, const struct format_arg *arg, uint32_t verb,
		  struct buf *out)
{
	bool big = arg->type == FORMAT_BIG;

	switch (verb) {
	case 's':
		if (!big)
			return false;
		__attribute__((fallthrough));
	case 'v':
	case 'd':
		print_base(f, arg, 'd', 10, out);
		return true;
	case 'b':
		print_base(f, arg, verb, 2, out);
		return true;
	case 'o':
	case 'O':
		print_base(f, arg, verb, 8, out);
		return true;
	case 'x':
	case 'X':
		print_base(f, arg, verb, verb == 'x' ? 16 : -16, out);
		return true;
	case 'c':
	case 'q':
		if (!big)
			print_rune(f, arg->i, verb == 'q', out);
		return !big;
	case 'U':
		if (!big)
			print_unicode(f, arg->i, out);
		return !big;
	default:
		return false;
	}
}

/* The fewest digits that read back: as "%e" has them. */
static int shortest(double d, char *text, size_t size)
{
	int n = 0;

	for (int digits = 0; digits < 17; digits++) {
		n = snprintf(text, size, "%.*e", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	return n;
}

/* Go's 'g' with the fewest digits. */
static void print_shortest(double d, struct buf *out)
{
	char text[64];
	const char *e;
	long power;
	int n = shortest(d, text, sizeof(text));

	e = memchr(text, 'e', (size_t)n);
	power = strtoll(e + 1, NULL, 10);
	if (power >= -4 && power < 6) {
		long decimals = (long)(e - text) - (text[0] == '-') - 1 - power;

		decimals -= e - text - (text[0] == '-') > 1; /* the point */
		buf_fmt(out, "%.*f", decimals > 0 ? (int)decimals : 0, d);
	} else {
		buf_add(out, str_of(text, (size_t)n));
	}
}

/* "0x1.8p+01": the exponent has two digits. */
static void print_hex(double d, int precision, struct buf *out)
{
	char text[1100];
	const char *p;
	int n = precision < 0 ? snprintf(text, sizeof(text), "%a", d)
			      : snprintf(text, sizeof(text), "%.*a", precision, d);

	p = memchr(text, 'p', (size_t)n);
	buf_add(out, str_of(text, (size_t)(p + 2 - text)));
	if (strlen(p + 2) < 2)
		buf_byte(out, '0');
	buf_add(out, str_c(p + 2));
}

static void print_binary(double d, struct buf *out)
{
	int exponent;
	double fraction = frexp(d, &exponent);

	buf_fmt(out, "%" PRId64 "p%+d", (int64_t)ldexp(fraction, 53), exponent - 53);
}

#define FLOAT_MAX_PRECISION 1000

bool format_float(const struct format_flags *f, double d, uint32_t verb, struct buf *out)
{
	int precision = !f->has_precision		     ? -1
			: f->precision > FLOAT_MAX_PRECISION ? FLOAT_MAX_PRECISION
							     : f->precision;
	uint32_t kind = verb == 'v' ? 'g' : verb == 'F' ? 'f' : verb >= 'a' ? verb : verb + 32;
	struct format_flags around = *f;
	AUTO(buf_done)
	struct buf b = { 0 };
	bool signed_text;

	if (!(verb < 128 && verb && strchr("vbgGxXfFeE", (int)verb)))
		return false;
	buf_init(&b, 4096);
	if (!signbit(d))
		buf_byte(&b, f->space && !f->plus ? ' ' : '+');
	if (kind == 'b')
		print_binary(d, &b);
	else if (kind == 'x')
		print_hex(d, precision, &b);
	else if (kind == 'g' && precision < 0)
		print_shortest(d, &b);
	else
		buf_fmt(&b,
			kind == 'f'   ? "%.*f"
			: kind == 'e' ? "%.*e"
				      : "%.*g",
			precision < 0 ? 6 : precision, d);
	for (size_t i = 0; i < b.n && verb < 'a' && verb != 'F'; i++)
		b.p[i] = b.p[i] >= 'a' && b.p[i] <= 'z' ? (char)(b.p[i] - 32) : b.p[i];
	signed_text = f->plus || b.p[0] != '+';
	if (!signed_text) {
		format_pad(f, str_skip(buf_str(&b), 1), out);
	} else if (f->zero && f->has_width && (size_t)f->width > b.n) {
		buf_byte(out, b.p[0]);
		around.width--;
		format_pad(&around, str_skip(buf_str(&b), 1), out);
	} else {
		format_pad(f, buf_str(&b), out);
	}
	return true;
}

static str truncated(const struct format_flags *f, str s)
{
	size_t i = 0;

	if (!f->has_precision)
		return s;
	for (int n = 0; i < s.n; i++) {
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
		if (n > f->precision)
			break;
	}
	return str_take(s, i);
}

static void print_hex_bytes(const struct format_flags *f, str s, bool upper, struct buf *out)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	const char *head = !f->sharp ? "" : upper ? "0X" : "0x";
	AUTO(buf_done)
	struct buf b = { 0 };

	if (f->has_precision)
		s = str_take(s, (size_t)f->precision);
	buf_init(&b, out->max);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (f->space && i)
			buf_byte(&b, ' ');
		if (i == 0 || f->space)
			buf_add(&b, str_c(head));
		buf_byte(&b, digits[c >> 4]);
		buf_byte(&b, digits[c & 15]);
	}
	format_pad(f, buf_str(&b), out);
}

static bool fits_backquotes(str s)
{
	uint32_t cp;

	for (size_t i = 0, len; i < s.n; i += len) {
		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len == 0 || cp == '`' || cp == 0xfeff || cp == 0x7f || (cp < ' ' && cp != '\t'))
			return false;
	}
	return true;
}

static void print_quoted(const struct format_flags *f, str s, struct buf *out)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, out->max);
	if (f->sharp && fits_backquotes(s)) {
		buf_byte(&b, '`');
		buf_add(&b, s);
		buf_byte(&b, '`');
	} else if (f->plus) {
		value_quote_ascii(&b, s);
	} else {
		value_quote(&b, s);
	}
	format_pad(f, buf_str(&b), out);
}

bool format_string(const struct format_flags *f, str s, uint32_t verb, struct buf *out)
{
	switch (verb) {
	case 'v':
		if (f->sharp) {
			print_quoted(f, s, out);
			return true;
		}
		__attribute__((fallthrough));
	case 's':
		format_pad(f, truncated(f, s), out);
		return true;
	case 'q':
		print_quoted(f, truncated(f, s), out);
		return true;
	case 'x':
	case 'X':
		print_hex_bytes(f, s, verb == 'X', out);
		return true;
	default:
		return false;
	}
}
