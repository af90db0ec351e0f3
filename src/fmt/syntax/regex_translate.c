/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/syntax/regex.h"
#include "fmt/syntax/regex_internal.h"

struct translator {
	struct regex_reader r;
	struct regex_names *names;
	unsigned depth;
	bool has_atom;	    /* something stands before the cursor that can be repeated */
	bool after_repeat;  /* it was repeated already */
	size_t repeat_from; /* by what stands there */
};

static char peek(const struct translator *t, size_t ahead)
{
	const struct regex_reader *r = &t->r;

	return r->at + ahead < r->text.n ? r->text.p[r->at + ahead] : '\0';
}

static void atom(struct translator *t)
{
	t->has_atom = true;
	t->after_repeat = false;
}

static void put_literal(struct buf *out, uint32_t cp)
{
	if (cp < 0x80 && is_alnum((char)cp))
		buf_byte(out, (char)cp);
	else if (cp >= 0xd800 && cp <= 0xdfff)
		BUF_LIT(out, "[^\\x{0}-\\x{10ffff}]");
	else
		buf_fmt(out, "\\x{%x}", cp);
}

/* "{n}", "{n,}", "{n,m}" at the cursor: its length, or 0. */
static size_t repeat_length(str s, uint64_t *low, uint64_t *high)
{
	ptrdiff_t close = str_find_char(str_take(s, 32), '}');
	str body, before, after;

	if (close < 2)
		return 0;
	body = str_of(s.p + 1, (size_t)close - 1);
	*high = 0;
	if (!str_cut(body, ',', &before, &after)) {
		if (!str_u64(body, low))
			return 0;
		*high = *low;
	} else if (!str_u64(before, low) || (after.n && !str_u64(after, high))) {
		return 0;
	} else if (after.n == 0) {
		*high = UINT64_MAX;
	}
	return (size_t)close + 1;
}

/* A repetition at the cursor, of `n` bytes. */
static int put_repeat(struct translator *t, size_t n, uint64_t low, uint64_t high)
{
	struct regex_reader *r = &t->r;
	size_t from = r->at;
	str op = str_of(r->text.p + from, n);

	r->at += n;
	if (t->after_repeat)
		return regex_fail(r, "invalid nested repetition operator", t->repeat_from);
	if (!t->has_atom)
		return regex_fail(r, "missing argument to repetition operator", from);
	if (low > REGEX_MAX_REPEAT ||
	    (high != UINT64_MAX && (high > REGEX_MAX_REPEAT || high < low)))
		return regex_fail(r, "invalid repeat count", from);
	buf_add(r->out, op);
	if (peek(t, 0) == '?') {
		r->at++;
		buf_byte(r->out, '?');
	}
	t->after_repeat = true;
	t->repeat_from = from;
	return 0;
}

static bool is_repeat_ahead(const struct translator *t)
{
	uint64_t low, high;
	char c = peek(t, 0);

	return c == '*' || c == '+' || c == '?' ||
	       (c == '{' && repeat_length(str_skip(t->r.text, t->r.at), &low, &high));
}

/* An assertion; PCRE2 repeats it only within a group. */
static void put_assertion(struct translator *t, const char *text)
{
	bool wrap = is_repeat_ahead(t);

	buf_fmt(t->r.out, "%s%s%s", wrap ? "(?:" : "", text, wrap ? ")" : "");
	atom(t);
}

/* \Q...\E; the end of the pattern ends it, too. */
static int put_quoted(struct translator *t)
{
	struct regex_reader *r = &t->r;

	r->at++;
	while (r->at < r->text.n) {
		uint32_t cp;

		if (peek(t, 0) == '\\' && peek(t, 1) == 'E') {
			r->at += 2;
			break;
		}
		if (regex_rune(r, &cp) < 0)
			return -1;
		put_literal(r->out, cp);
		atom(t);
	}
	return 0;
}

/* The cursor is at a backslash. */
static int put_escape(struct translator *t)
{
	struct regex_reader *r = &t->r;
	size_t from = r->at++;
	uint32_t cp;
	int rc;

	switch (peek(t, 0)) {
	case 'Q':
		return put_quoted(t);
	case 'A':
	case 'b':
	case 'B':
	case 'z': {
		char text[3] = { '\\', peek(t, 0), '\0' };

		r->at++;
		put_assertion(t, text);
		return 0;
	}
	default:
		break;
	}
	rc = regex_class_escape(r, false);
	if (rc == 0) {
		rc = regex_escape(r, &cp);
		if (rc == 1)
			put_literal(r->out, cp);
	}
	if (rc < 0)
		return -1;
	if (rc == 0) {
		r->at++;
		return regex_fail(r, "invalid escape sequence", from);
	}
	atom(t);
	return 0;
}

static bool is_name(str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_alnum(name.p[i]) && name.p[i] != '_')
			return false;
	return name.n > 0;
}

static int add_group(struct translator *t, str name, size_t from)
{
	struct regex_names *names = t->names;

	for (size_t i = 0; name.n && i < names->n; i++)
		if (str_eq(names->names[i], name))
			return regex_fail(&t->r, "duplicate capture group name", from);
	names->names = arena_grow(names->arena, names->names, names->n, &names->cap,
				  sizeof(*names->names));
	names->names[names->n++] = name.n ? str_dup(names->arena, name) : STR_EMPTY;
	buf_byte(t->r.out, '(');
	return 0;
}

/* "(?P<name>" or "(?<name>" at the cursor; `skip` bytes to the name. */
static int open_named(struct translator *t, size_t skip)
{
	struct regex_reader *r = &t->r;
	str rest = str_skip(r->text, r->at + skip);
	ptrdiff_t close = str_find_char(rest, '>');
	size_t from = r->at;

	if (close < 0) {
		r->at = r->text.n;
		return regex_fail(r, "invalid named capture", from);
	}
	r->at += skip + (size_t)close + 1;
	if (!is_name(str_take(rest, (size_t)close)))
		return regex_fail(r, "invalid named capture", from);
	return add_group(t, str_take(rest, (size_t)close), from);
}

/* "(?flags)" or "(?flags:" at the cursor. 1: a group was opened. */
static int open_flags(struct translator *t)
{
	struct regex_reader *r = &t->r;
	size_t from = r->at;
	bool minus = false, any = false;

	for (r->at += 2; r->at < r->text.n;) {
		char c = r->text.p[r->at++];

		if (c == ')' || c == ':') {
			if (minus && !any)
				break;
			buf_add(r->out, str_of(r->text.p + from, r->at - from));
			return c == ':';
		}
		if (c == '-' && !minus) {
			minus = true;
			any = false;
			continue;
		}
		if (c == '-' || !c || !strchr("imsU", c))
			break;
		any = true;
	}
	return regex_fail(r, "invalid or unsupported Perl syntax", from);
}

/* The cursor is at '('. */
static int open_group(struct translator *t)
{
	struct regex_reader *r = &t->r;
	int rc = 1;

	if (++t->depth > REGEX_MAX_DEPTH)
		return err_set(r->err, ERR_LIMIT,
			       "error parsing regexp: expression nests too deeply");
	if (peek(t, 1) != '?') {
		r->at++;
		rc = add_group(t, STR_EMPTY, r->at) < 0 ? -1 : 1;
	} else if (peek(t, 2) == 'P' && peek(t, 3) == '<') {
		rc = open_named(t, 4) < 0 ? -1 : 1;
	} else if (peek(t, 2) == '<' && peek(t, 3) != '=' && peek(t, 3) != '!') {
		rc = open_named(t, 3) < 0 ? -1 : 1;
	} else {
		rc = open_flags(t);
	}
	t->depth -= rc == 0;
	t->has_atom = t->after_repeat = false;
	return rc < 0 ? -1 : 0;
}

static int close_group(struct translator *t)
{
	struct regex_reader *r = &t->r;

	if (t->depth == 0) {
		r->at = 0;
		return regex_fail(r, "unexpected )", 0);
	}
	t->depth--;
	r->at++;
	buf_byte(r->out, ')');
	atom(t);
	return 0;
}

static int put_brace(struct translator *t)
{
	uint64_t low, high;
	size_t n = repeat_length(str_skip(t->r.text, t->r.at), &low, &high);

	if (n)
		return put_repeat(t, n, low, high);
	t->r.at++;
	BUF_LIT(t->r.out, "\\{");
	atom(t);
	return 0;
}

static int step(struct translator *t)
{
	struct regex_reader *r = &t->r;
	uint32_t cp;

	switch (peek(t, 0)) {
	case '\\':
		return put_escape(t);
	case '(':
		return open_group(t);
	case ')':
		return close_group(t);
	case '|':
		r->at++;
		buf_byte(r->out, '|');
		t->has_atom = t->after_repeat = false;
		return 0;
	case '[':
		atom(t);
		return regex_class(r);
	case '*':
	case '+':
	case '?':
		return put_repeat(t, 1, 0, 0);
	case '{':
		return put_brace(t);
	case '^':
	case '$':
		cp = (unsigned char)r->text.p[r->at++];
		put_assertion(t, cp == '^' ? "^" : "$");
		return 0;
	case '.':
		r->at++;
		buf_byte(r->out, '.');
		atom(t);
		return 0;
	default:
		if (regex_rune(r, &cp) < 0)
			return -1;
		put_literal(r->out, cp);
		atom(t);
		return 0;
	}
}

int regex_translate(str pattern, struct regex_names *names, struct buf *out, struct err *err)
{
	struct translator t = { .r = { .text = pattern, .out = out, .err = err }, .names = names };

	while (t.r.at < pattern.n)
		if (step(&t) < 0)
			return -1;
	if (t.depth) {
		t.r.at = 0;
		return regex_fail(&t.r, "missing closing )", 0);
	}
	if (out->overflow)
		return err_set(err, ERR_LIMIT, "error parsing regexp: expression too large");
	return 0;
}
