/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/toml_internal.h"

int toml_fail(const struct toml_text *t, enum err_kind kind, const char *what)
{
	return err_set(t->err, kind, "TOML line %u column %zu: %s", t->line,
		       (size_t)(t->p - t->line_start) + 1, what);
}

static bool at(const struct toml_text *t, char c) { return t->p < t->end && *t->p == c; }

static bool starts(const struct toml_text *t, str s)
{
	return str_starts(str_of(t->p, (size_t)(t->end - t->p)), s);
}

void toml_skip_blanks(struct toml_text *t)
{
	while (at(t, ' ') || at(t, '\t'))
		t->p++;
}

/* True and past it when p is at a line end. */
static bool newline(struct toml_text *t)
{
	if (starts(t, STR("\r\n")))
		t->p++;
	if (!at(t, '\n'))
		return false;
	t->p++;
	t->line++;
	t->line_start = t->p;
	return true;
}

static bool is_control(char c) { return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f; }

static int comment(struct toml_text *t)
{
	if (!at(t, '#'))
		return 0;
	while (t->p < t->end && !is_control(*t->p))
		t->p++;
	if (t->p == t->end || *t->p == '\n' || starts(t, STR("\r\n")))
		return 0;
	return toml_fail(t, ERR_INPUT, "control byte in a comment");
}

int toml_skip_lines(struct toml_text *t)
{
	do {
		toml_skip_blanks(t);
		if (comment(t) < 0)
			return -1;
	} while (newline(t));
	return 0;
}

int toml_end_line(struct toml_text *t)
{
	toml_skip_blanks(t);
	if (comment(t) < 0)
		return -1;
	if (t->p == t->end || newline(t))
		return 0;
	return toml_fail(t, ERR_INPUT, "expected the end of the line");
}

/* t->p is at a backslash and not at the end of a line. */
static int escape(struct toml_text *t, struct buf *out)
{
	static const char from[] = "btnfre\"\\", into[] = "\b\t\n\f\r\x1b\"\\";
	char c = t->end - t->p > 1 ? t->p[1] : '\0', bytes[4];
	const char *hit = c ? strchr(from, c) : NULL;
	unsigned digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	uint64_t cp;

	if (hit) {
		buf_byte(out, into[hit - from]);
		t->p += 2;
		return 0;
	}
	if (digits == 0)
		return toml_fail(t, ERR_INPUT, "unknown escape");
	if ((size_t)(t->end - t->p) < digits + 2u ||
	    !str_u64_base(str_of(t->p + 2, digits), 16, &cp) || cp > 0x10ffff ||
	    (cp >= 0xd800 && cp <= 0xdfff))
		return toml_fail(t, ERR_INPUT, "escape that is no character");
	buf_add(out, str_of(bytes, utf8_encode((uint32_t)cp, bytes)));
	t->p += 2 + digits;
	return 0;
}

/* A backslash at the end of a line takes the white space that follows with it. */
static bool joins_lines(struct toml_text *t)
{
	struct toml_text ahead = *t;

	ahead.p++;
	toml_skip_blanks(&ahead);
	if (!newline(&ahead))
		return false;
	do
		toml_skip_blanks(&ahead);
	while (newline(&ahead));
	*t = ahead;
	return true;
}

/* Between three quotes; t->p is behind the opening ones. */
static int long_string(struct toml_text *t, char quote, struct buf *out)
{
	size_t run = 0;

	(void)newline(t);
	while (t->p < t->end) {
		char c = *t->p;

		run = c == quote ? run + 1 : 0;
		if (run == 3) {
			/* Up to two quotes before the closing ones belong to the text. */
			for (int i = 0; i < 2 && t->end - t->p > 1 && t->p[1] == quote; i++) {
				buf_byte(out, quote);
				t->p++;
			}
			t->p++;
			out->n -= 2;
			return 0;
		}
		if (newline(t)) {
			buf_byte(out, '\n');
		} else if (is_control(c)) {
			return toml_fail(t, ERR_INPUT, "control byte in a string");
		} else if (c == '\\' && quote == '"') {
			if (!joins_lines(t) && escape(t, out) < 0)
				return -1;
		} else {
			buf_byte(out, c);
			t->p++;
		}
	}
	return toml_fail(t, ERR_INPUT, "unfinished string");
}

static int short_string(struct toml_text *t, char quote, struct buf *out)
{
	while (t->p < t->end && *t->p != quote) {
		if (is_control(*t->p))
			return toml_fail(t, ERR_INPUT, "control byte in a string");
		if (*t->p == '\\' && quote == '"') {
			if (escape(t, out) < 0)
				return -1;
			continue;
		}
		buf_byte(out, *t->p++);
	}
	if (t->p == t->end)
		return toml_fail(t, ERR_INPUT, "unfinished string");
	t->p++;
	return 0;
}

/* Most strings are short ones without escapes: a view of the text. */
static bool plain_string(struct toml_text *t, char quote, str *out)
{
	const char *p = t->p + 1;

	while (p < t->end && *p != quote && !is_control(*p) && (*p != '\\' || quote == '\''))
		p++;
	if (p == t->end || *p != quote)
		return false;
	*out = str_of(t->p + 1, (size_t)(p - t->p - 1));
	t->p = p + 1;
	return true;
}

int toml_string(struct toml_text *t, bool multiline, str *out)
{
	char quote = *t->p;
	const char three[] = { quote, quote, quote };
	bool is_long = starts(t, str_of(three, 3));
	struct buf text;
	int rc;

	if (is_long && !multiline)
		return toml_fail(t, ERR_INPUT, "a long string as key");
	if (!is_long && plain_string(t, quote, out))
		return 0;
	buf_init(&text, (size_t)(t->end - t->p) + 1);
	t->p += is_long ? 3 : 1;
	rc = is_long ? long_string(t, quote, &text) : short_string(t, quote, &text);
	if (rc == 0)
		*out = str_dup(t->arena, buf_str(&text));
	buf_done(&text);
	return rc;
}

static bool number_of(str s, size_t from, size_t n, uint64_t least, uint64_t most)
{
	uint64_t v;

	return s.n >= from + n && str_u64(str_of(s.p + from, n), &v) && v >= least && v <= most;
}

static bool is_date(str s)
{
	static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t year = 0, month = 0;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !str_u64(str_take(s, 4), &year) ||
	    !str_u64(str_of(s.p + 5, 2), &month) || month < 1 || month > 12)
		return false;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return number_of(s, 8, 2, 1, month == 2 && !leap ? 28 : days[month - 1]);
}

/* HH:MM[:SS[.digits]] */
static bool is_time(str s)
{
	if (s.n < 5 || s.p[2] != ':' || !number_of(s, 0, 2, 0, 23) || !number_of(s, 3, 2, 0, 59))
		return false;
	s = str_skip(s, 5);
	if (s.n == 0)
		return true;
	if (s.p[0] != ':' || !number_of(s, 1, 2, 0, 60))
		return false;
	s = str_skip(s, 3);
	if (s.n == 0)
		return true;
	if (s.p[0] != '.' || s.n == 1)
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return true;
}

static bool is_datetime(str s)
{
	str time;

	if (is_date(s) || is_time(s))
		return true;
	if (s.n < 11 || !is_date(str_take(s, 10)) || !strchr("Tt ", s.p[10]))
		return false;
	time = str_skip(s, 11);
	if (is_time(time))
		return true;
	if (time.n && (time.p[time.n - 1] == 'Z' || time.p[time.n - 1] == 'z'))
		return is_time(str_drop_end(time, 1));
	if (time.n < 6)
		return false;
	str offset = str_skip(time, time.n - 6);

	return (offset.p[0] == '+' || offset.p[0] == '-') && offset.p[3] == ':' &&
	       number_of(offset, 1, 2, 0, 23) && number_of(offset, 4, 2, 0, 59) &&
	       is_time(str_drop_end(time, 6));
}

static bool digit_of_base(char c, unsigned base)
{
	if (base <= 10)
		return c >= '0' && c < (char)('0' + base);
	return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

/* Digits with single underscores between them, copied without those; 0 when there are none. */
static size_t take_digits(str *s, unsigned base, char *to)
{
	size_t i = 0, n = 0;

	while (i < s->n) {
		bool under = s->p[i] == '_';

		if (under && (i == 0 || s->p[i - 1] == '_'))
			return 0;
		if (!under && !digit_of_base(s->p[i], base))
			break;
		if (!under)
			to[n++] = s->p[i];
		i++;
	}
	if (i > 0 && s->p[i - 1] == '_')
		return 0;
	*s = str_skip(*s, i);
	return n;
}

static bool based_integer(str s, struct arena *arena, str *out)
{
	unsigned base = s.p[1] == 'x' ? 16 : s.p[1] == 'o' ? 8 : 2;
	char *digits = arena_bytes(arena, s.n);
	uint64_t v = 0;
	size_t n;

	s = str_skip(s, 2);
	n = take_digits(&s, base, digits);
	if (n == 0 || s.n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned d = is_digit(digits[i]) ? (unsigned)(digits[i] - '0')
						 : (unsigned)(to_lower(digits[i]) - 'a' + 10);

		if (v > ((uint64_t)INT64_MAX - d) / base)
			return false;
		v = v * base + d;
	}
	*out = str_fmt(arena, "%llu", (unsigned long long)v);
	return true;
}

/* [+-]digits[.digits][e[+-]digits] as JSON text. */
static bool decimal(str s, struct arena *arena, str *out)
{
	char *to = arena_bytes(arena, s.n + 1);
	size_t n = 0, digits;
	bool whole = true;
	int64_t v;

	if (s.n && (s.p[0] == '+' || s.p[0] == '-')) {
		if (s.p[0] == '-')
			to[n++] = '-';
		s = str_skip(s, 1);
	}
	digits = take_digits(&s, 10, to + n);
	if (digits == 0 || (digits > 1 && to[n] == '0'))
		return false;
	n += digits;
	if (s.n && s.p[0] == '.') {
		whole = false;
		to[n++] = '.';
		s = str_skip(s, 1);
		digits = take_digits(&s, 10, to + n);
		if (digits == 0)
			return false;
		n += digits;
	}
	if (s.n && (s.p[0] == 'e' || s.p[0] == 'E')) {
		whole = false;
		to[n++] = 'e';
		s = str_skip(s, 1);
		if (s.n && (s.p[0] == '+' || s.p[0] == '-')) {
			to[n++] = s.p[0];
			s = str_skip(s, 1);
		}
		digits = take_digits(&s, 10, to + n);
		if (digits == 0)
			return false;
		n += digits;
	}
	*out = str_of(to, n);
	return s.n == 0 && (!whole || str_i64(*out, &v));
}

static bool is_bare_byte(char c)
{
	return is_alnum(c) || c == '+' || c == '-' || c == '_' || c == '.' || c == ':';
}

static str bare_word(struct toml_text *t)
{
	const char *from = t->p, *p = t->p;

	while (p < t->end && is_bare_byte(*p))
		p++;
	/* One blank may stand between date and time. */
	if (is_date(str_of(from, (size_t)(p - from))) && t->end - p > 2 && *p == ' ' &&
	    is_digit(p[1])) {
		p++;
		while (p < t->end && is_bare_byte(*p))
			p++;
	}
	t->p = p;
	return str_of(from, (size_t)(p - from));
}

int toml_bare(struct toml_text *t, struct json *out)
{
	const char *from = t->p;
	str word = bare_word(t), number;
	str unsigned_word =
		word.n && (word.p[0] == '+' || word.p[0] == '-') ? str_skip(word, 1) : word;

	*out = (struct json){ .type = JSON_NUMBER };
	if (str_eq(word, STR("true")) || str_eq(word, STR("false"))) {
		out->type = word.n == 4 ? JSON_TRUE : JSON_FALSE;
		return 0;
	}
	if (str_eq(unsigned_word, STR("inf")) || str_eq(unsigned_word, STR("nan"))) {
		out->type = JSON_STRING;
		number = word.p[0] == '-' && unsigned_word.p[0] == 'i' ? word : unsigned_word;
	} else if (is_datetime(word)) {
		out->type = JSON_STRING;
		number = word;
	} else if (word.n > 2 && word.p[0] == '0' && strchr("xob", word.p[1])) {
		if (!based_integer(word, t->arena, &number))
			word.n = 0;
	} else if (!decimal(word, t->arena, &number)) {
		word.n = 0;
	}
	if (word.n == 0) {
		t->p = from;
		return toml_fail(t, ERR_INPUT, "expected a value");
	}
	out->text = number.p;
	out->n = (uint32_t)number.n;
	return 0;
}
