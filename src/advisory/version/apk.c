/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apk-package(5), apk-tools 3:
 *
 *	number { "." number } [ letter ] { "_" suffix [ number ] } [ "~" hash ] [ "-r" number ]
 *
 * Versions of the days of apk 2 that version 3 refuses are still ordered: a number may follow the
 * letter ("5.7.1p1"), "-r" alone is "-r0". From the first thing that is not understood on, the text
 * counts byte by byte and sorts before the end; behind a revision it only counts as being there.
 */
#include "advisory/version/version_internal.h"

#include "base/words.h"

/* What stands next, in the order of the scheme. */
enum token_kind {
	TOKEN_PRE_SUFFIX, /* _alpha ... _rc: older than the plain version */
	TOKEN_INVALID,
	TOKEN_END,
	TOKEN_REVISION,
	TOKEN_HASH,
	TOKEN_NUMBER, /* behind a suffix or, leniently, a letter */
	TOKEN_POST_SUFFIX,
	TOKEN_LETTER,
	TOKEN_COMPONENT, /* ".number" */
	TOKEN_FIRST,	 /* the number a version starts with */
};

struct reader {
	str rest;
	enum token_kind last;
	bool lenient;
};

struct token {
	enum token_kind kind;
	int suffix;
	str text;
};

/* In their order; the first SUFFIX_POST of them are pre-releases. */
static const char *const suffixes[] = {
	"alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"
};
#define SUFFIX_POST 4

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_hash(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

static bool suffix_find(str name, int *out)
{
	ptrdiff_t at = words_find(suffixes, ARRAY_LEN(suffixes), name);

	if (at < 0)
		return false;
	*out = (int)at;
	return true;
}

static bool after_suffix_part(enum token_kind last)
{
	return last == TOKEN_PRE_SUFFIX || last == TOKEN_POST_SUFFIX;
}

static bool in_numbers(enum token_kind last)
{
	return last == TOKEN_FIRST || last == TOKEN_COMPONENT;
}

static bool next_suffix(struct reader *r, struct token *out)
{
	str rest = str_skip(r->rest, 1), name = take_while(&rest, is_lower);

	if (r->last == TOKEN_HASH || r->last == TOKEN_REVISION || !suffix_find(name, &out->suffix))
		return false;
	r->rest = rest;
	out->kind = out->suffix < SUFFIX_POST ? TOKEN_PRE_SUFFIX : TOKEN_POST_SUFFIX;
	return true;
}

static bool next_revision(struct reader *r, struct token *out)
{
	if (r->last == TOKEN_REVISION || !str_starts(r->rest, STR("-r")))
		return false;
	str rest = str_skip(r->rest, 2);
	out->text = take_digits(&rest);
	out->kind = TOKEN_REVISION;
	if (out->text.n == 0 && !r->lenient)
		return false;
	r->rest = rest;
	return true;
}

/* Reads what the first byte announces; false when it cannot stand here. */
static bool next_known(struct reader *r, struct token *out)
{
	char first = *r->rest.p;
	str rest = str_skip(r->rest, 1);

	if (first == '_')
		return next_suffix(r, out);
	if (first == '-')
		return next_revision(r, out);
	if (first == '.' && in_numbers(r->last)) {
		out->kind = TOKEN_COMPONENT;
		out->text = take_digits(&rest);
	} else if (is_lower(first) && in_numbers(r->last)) {
		out->kind = TOKEN_LETTER;
		out->text = str_take(r->rest, 1);
	} else if (first == '~' && r->last != TOKEN_HASH && r->last != TOKEN_REVISION) {
		out->kind = TOKEN_HASH;
		out->text = take_while(&rest, is_hash);
	} else if (is_digit(first) &&
		   (after_suffix_part(r->last) || (r->lenient && r->last == TOKEN_LETTER))) {
		out->kind = TOKEN_NUMBER;
		rest = r->rest;
		out->text = take_digits(&rest);
	}
	if (out->text.n == 0)
		return false;
	r->rest = rest;
	return true;
}

static struct token next(struct reader *r)
{
	struct token token = { .kind = TOKEN_INVALID };

	if (r->last == TOKEN_END) { /* start of the text */
		token.text = take_digits(&r->rest);
		if (token.text.n > 0)
			token.kind = TOKEN_FIRST;
	} else if (r->rest.n == 0) {
		token.kind = TOKEN_END;
	} else if (!next_known(r, &token)) {
		token.kind = TOKEN_INVALID;
	}
	if (token.kind == TOKEN_INVALID)
		token.text = r->last == TOKEN_REVISION ? STR_EMPTY : r->rest;
	r->last = token.kind;
	return token;
}

static struct reader reader_of(str text, bool lenient)
{
	return (struct reader){ .rest = str_trim(text), .last = TOKEN_END, .lenient = lenient };
}

static int token_compare(const struct token *a, const struct token *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	switch (a->kind) {
	case TOKEN_PRE_SUFFIX:
	case TOKEN_POST_SUFFIX:
		return a->suffix - b->suffix;
	case TOKEN_COMPONENT: /* as a fraction when one of them has a leading zero */
		if (*a->text.p == '0' || *b->text.p == '0')
			return str_cmp(a->text, b->text);
		return digits_cmp(a->text, b->text);
	case TOKEN_FIRST:
	case TOKEN_NUMBER:
	case TOKEN_REVISION:
		return digits_cmp(a->text, b->text);
	default:
		return str_cmp(a->text, b->text);
	}
}

static int compare(str a, str b)
{
	if (str_eq(a, b))
		return 0;
	struct reader ra = reader_of(a, true), rb = reader_of(b, true);
	for (;;) {
		struct token ta = next(&ra), tb = next(&rb);
		int order = token_compare(&ta, &tb);

		if (order != 0)
			return order;
		if (ta.kind == TOKEN_END || ta.kind == TOKEN_INVALID)
			return 0;
	}
}

static bool fuzzy_equal(str a, str b)
{
	struct reader ra = reader_of(a, true), rb = reader_of(b, true);

	for (;;) {
		struct token ta = next(&ra), tb = next(&rb);

		if (tb.kind == TOKEN_END)
			return true;
		if (token_compare(&ta, &tb) != 0)
			return false;
		if (ta.kind == TOKEN_INVALID)
			return true;
	}
}

static bool valid(str version, unsigned flags)
{
	struct reader r = { .rest = version, .last = TOKEN_END };

	(void)flags;
	for (;;) {
		struct token token = next(&r);

		if (token.kind == TOKEN_INVALID)
			return false;
		if (token.kind == TOKEN_END)
			return true;
	}
}

const struct version_scheme version_scheme_apk = {
	.name = "apk",
	.compare = compare,
	.fuzzy_equal = fuzzy_equal,
	.valid = valid,
};
