/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/glob.h"

#include "base/err.h"

struct writer {
	str pattern;
	size_t at;
	str delimiters;
	struct buf *out;
	struct err *err;
	unsigned depth;
};

static int fail(const struct writer *w, const char *what)
{
	return err_set(w->err, ERR_INPUT, "glob: %s: `%.*s`", what,
		       STR_ARG(str_take(w->pattern, 200)));
}

static int take_rune(struct writer *w, uint32_t *cp)
{
	size_t len = utf8_decode(w->pattern.p + w->at, w->pattern.n - w->at, cp);

	if (len == 0)
		return fail(w, w->at < w->pattern.n ? "invalid UTF-8" : "unexpected end of input");
	w->at += len;
	return 0;
}

static void put_rune(struct buf *out, uint32_t cp) { buf_fmt(out, "\\x{%x}", cp); }

static bool at(const struct writer *w, char c)
{
	return w->at < w->pattern.n && w->pattern.p[w->at] == c;
}

/* Any character that is no delimiter. */
static void put_single(struct writer *w)
{
	uint32_t cp;

	if (w->delimiters.n == 0) {
		buf_byte(w->out, '.');
		return;
	}
	BUF_LIT(w->out, "[^");
	for (size_t i = 0, len; i < w->delimiters.n; i += len) {
		len = utf8_decode(w->delimiters.p + i, w->delimiters.n - i, &cp);
		if (len == 0)
			cp = 0xfffd;
		len = len ? len : 1;
		put_rune(w->out, cp);
	}
	buf_byte(w->out, ']');
}

/* Behind '['. */
static int put_class(struct writer *w)
{
	size_t items = 0;

	buf_byte(w->out, '[');
	if (at(w, '!') || at(w, '^')) {
		w->at++;
		buf_byte(w->out, '^');
	}
	for (; !at(w, ']') || items == 0; items++) {
		uint32_t low, high;

		if (at(w, '\\'))
			w->at++;
		if (take_rune(w, &low) < 0)
			return -1;
		put_rune(w->out, low);
		if (!at(w, '-') || w->at + 1 >= w->pattern.n || w->pattern.p[w->at + 1] == ']')
			continue;
		w->at++;
		if (at(w, '\\'))
			w->at++;
		if (take_rune(w, &high) < 0)
			return -1;
		if (high < low)
			return fail(w, "hi character should be greater than lo character");
		buf_byte(w->out, '-');
		put_rune(w->out, high);
	}
	w->at++;
	buf_byte(w->out, ']');
	return 0;
}

static int step(struct writer *w)
{
	uint32_t cp;

	if (take_rune(w, &cp) < 0)
		return -1;
	switch (cp) {
	case '*':
		if (at(w, '*')) {
			while (at(w, '*'))
				w->at++;
			buf_byte(w->out, '.');
		} else {
			put_single(w);
		}
		buf_byte(w->out, '*');
		return 0;
	case '?':
		put_single(w);
		return 0;
	case '[':
		return put_class(w);
	case '{':
		if (++w->depth > GLOB_MAX_DEPTH)
			return err_set(w->err, ERR_LIMIT, "glob: alternatives nest too deeply");
		BUF_LIT(w->out, "(?:");
		return 0;
	case '}':
		if (w->depth == 0)
			break;
		w->depth--;
		buf_byte(w->out, ')');
		return 0;
	case ',':
		if (w->depth == 0)
			break;
		buf_byte(w->out, '|');
		return 0;
	case '\\':
		if (take_rune(w, &cp) < 0)
			return -1;
		break;
	default:
		break;
	}
	put_rune(w->out, cp);
	return 0;
}

int glob_to_regex(str pattern, str delimiters, struct buf *out, struct err *err)
{
	struct writer w = { .pattern = pattern, .delimiters = delimiters, .out = out, .err = err };

	BUF_LIT(out, "(?s)\\A(?:");
	while (w.at < pattern.n)
		if (step(&w) < 0)
			return -1;
	if (w.depth)
		return fail(&w, "unclosed alternatives");
	BUF_LIT(out, ")\\z");
	if (out->overflow)
		return err_set(err, ERR_LIMIT, "glob: pattern of %zu bytes", pattern.n);
	return 0;
}

void glob_quote(struct buf *out, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr("*?\\[]{}", s.p[i]))
			buf_byte(out, '\\');
		buf_byte(out, s.p[i]);
	}
}
