/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PHP: what composer makes of a version, in the order of PHP's version_compare. The leading numbers
 * are filled to four (dates are not), "x" in them is a very large number; then words with their
 * meaning (dev, alpha, beta, RC, patch) and numbers.
 */
#include "advisory/version/version_internal.h"

#define NUMBERS	    4u
#define DATE_DIGITS 6u /* a first number of so many is a date */

/* In the order of the scheme: any other word, ..., the end, a number, a patch. */
enum token_kind {
	TOKEN_WORD,
	TOKEN_DEV,
	TOKEN_ALPHA,
	TOKEN_BETA,
	TOKEN_RC,
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_PATCH
};

struct token {
	enum token_kind kind;
	str number;
};

struct reader {
	str rest;
	unsigned numbers; /* given so far; NUMBERS once they are behind us */
	bool date, any;	  /* any: the last number was "x" */
};

static const struct token any_number = { .kind = TOKEN_NUMBER, .number = STR_INIT("9999999") };

static enum token_kind word_kind(str word)
{
	static const struct {
		const char *prefix;
		enum token_kind kind;
	} words[] = {
		{ "dev", TOKEN_DEV }, { "a", TOKEN_ALPHA }, { "b", TOKEN_BETA },
		{ "rc", TOKEN_RC },   { "p", TOKEN_PATCH }, { "#", TOKEN_END },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		str prefix = str_c(words[i].prefix);

		if (word.n >= prefix.n && str_ieq(str_take(word, prefix.n), prefix))
			return words[i].kind;
	}
	return TOKEN_WORD;
}

static bool is_any(str s)
{
	bool sign = s.n > 0 && (to_lower(*s.p) == 'x' || *s.p == '*');

	return sign && (s.n == 1 || !is_alnum(s.p[1]));
}

/* One of the leading numbers; false when they are over. */
static bool leading(struct reader *r, struct token *out)
{
	str rest = r->rest;

	if (r->numbers >= NUMBERS)
		return false;
	if (r->numbers > 0) {
		bool more = rest.n > 1 && *rest.p == '.';

		rest = more ? str_skip(rest, 1) : STR_EMPTY;
	}
	r->numbers++;
	if (is_any(rest)) {
		r->any = true;
		r->rest = str_skip(rest, 1);
		*out = any_number;
		return true;
	}
	str digits = take_digits(&rest);
	if (digits.n > 0) {
		r->any = false;
		r->date = r->date || (r->numbers == 1 && digits.n >= DATE_DIGITS);
		r->rest = rest;
		*out = (struct token){ .kind = TOKEN_NUMBER, .number = digits };
		return true;
	}
	if (r->numbers == 1 || r->date) {
		r->numbers = NUMBERS; /* no numbers at all, or a date */
		return false;
	}
	*out = r->any ? any_number : (struct token){ .kind = TOKEN_NUMBER };
	return true;
}

static bool is_separator(char c) { return c == '.' || c == '-' || c == '_' || c == '+'; }
static bool is_word_byte(char c) { return !is_separator(c) && !is_digit(c); }

static struct token next(struct reader *r)
{
	struct token token;

	if (leading(r, &token))
		return token;
	(void)take_while(&r->rest, is_separator);
	if (r->rest.n == 0)
		return (struct token){ .kind = TOKEN_END };
	if (is_digit(*r->rest.p))
		return (struct token){ .kind = TOKEN_NUMBER, .number = take_digits(&r->rest) };
	str word = take_while(&r->rest, is_word_byte);
	if (!str_ieq(word, STR("stable")))
		return (struct token){ .kind = word_kind(word) };
	r->rest = STR_EMPTY; /* nothing behind it counts */
	return (struct token){ .kind = TOKEN_END };
}

static struct reader reader_of(str version)
{
	str text = str_trim(version), before, after;

	if (text.n > 1 && to_lower(*text.p) == 'v' && is_digit(text.p[1]))
		text = str_skip(text, 1);
	if (str_cut(text, '@', &before, &after) && before.n > 0)
		text = before; /* a stability flag */
	if (str_cut(text, '+', &before, &after) && before.n > 0)
		text = before; /* build metadata */
	return (struct reader){ .rest = text };
}

static int compare(str a, str b)
{
	struct reader ra = reader_of(a), rb = reader_of(b);

	for (;;) {
		struct token ta = next(&ra), tb = next(&rb);

		if (ta.kind != tb.kind)
			return ta.kind < tb.kind ? -1 : 1;
		if (ta.kind == TOKEN_END && ra.rest.n == 0 && rb.rest.n == 0)
			return 0;
		int order = ta.kind == TOKEN_NUMBER ? digits_cmp(ta.number, tb.number) : 0;
		if (order != 0)
			return order;
	}
}

const struct version_scheme version_scheme_packagist = {
	.name = "packagist",
	.compare = compare,
};
