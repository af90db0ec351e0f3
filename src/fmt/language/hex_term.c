/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/hex_internal.h"

#include "base/err.h"
#include "fmt/language/hex.h"

void hex_space(struct hex_reader *r, char comment)
{
	for (; r->pos < r->text.n; r->pos++) {
		char c = r->text.p[r->pos];

		if (c == comment) {
			while (r->pos + 1 < r->text.n && r->text.p[r->pos + 1] != '\n')
				r->pos++;
		} else if (!is_space(c)) {
			return;
		}
	}
}

static bool at(const struct hex_reader *r, str what)
{
	return str_starts(str_skip(r->text, r->pos), what);
}

static int fail(const struct hex_reader *r, const char *what, struct err *err)
{
	return err_set(err, ERR_INPUT, "byte %zu: %s", r->pos, what);
}

static void put_text(struct json *out, str text)
{
	*out = (struct json){ .type = JSON_STRING, .n = (uint32_t)text.n, .text = text.p };
}

/* "..." or '...'; what a backslash quotes stays as it stands. */
static int take_quoted(struct hex_reader *r, struct json *out, struct err *err)
{
	char quote = r->text.p[r->pos];
	size_t start = ++r->pos;

	for (; r->pos < r->text.n && r->text.p[r->pos] != quote; r->pos++) {
		if (r->text.p[r->pos] == '\\')
			r->pos++;
	}
	if (r->pos >= r->text.n)
		return fail(r, "text without an end", err);
	put_text(out, str_of(r->text.p + start, r->pos - start));
	r->pos++;
	return 0;
}

/* Atoms and numbers. */
static int take_word(struct hex_reader *r, struct json *out, struct err *err)
{
	size_t start = r->pos;

	while (r->pos < r->text.n && (is_alnum(r->text.p[r->pos]) ||
				      str_find_char(STR("_@.?!-+"), r->text.p[r->pos]) >= 0))
		r->pos++;
	if (r->pos == start)
		return fail(r, "expected a term", err);
	/* Erlang ends a file with a full stop. */
	while (r->pos > start + 1 && r->text.p[r->pos - 1] == '.')
		r->pos--;
	put_text(out, str_of(r->text.p + start, r->pos - start));
	return 0;
}

struct items {
	struct json *p;
	size_t n, cap;
};

static void push(struct hex_reader *r, struct items *items, struct json value)
{
	items->p = arena_grow(r->arena, items->p, items->n, &items->cap, sizeof(*items->p));
	items->p[items->n++] = value;
}

/* "key: value" of a keyword list becomes a tuple. */
static void push_pair(struct hex_reader *r, struct items *items, struct json value)
{
	struct json *pair = ARENA_ARRAY(r->arena, struct json, 2);

	pair[0] = items->p[items->n - 1];
	pair[1] = value;
	items->p[items->n - 1] = (struct json){ .type = JSON_ARRAY, .n = 2, .items = pair };
}

static int take_items(struct hex_reader *r, char comment, char close, struct json *out,
		      struct err *err)
{
	struct items items = { .n = 0 };
	bool pair = false;

	for (;;) {
		struct json value;

		hex_space(r, comment);
		if (r->pos >= r->text.n)
			return fail(r, "the end is missing", err);
		if (r->text.p[r->pos] == close)
			break;
		if (r->text.p[r->pos] == ',') {
			r->pos++;
			continue;
		}
		if (at(r, STR("=>"))) {
			r->pos += 2;
			continue;
		}
		if (hex_term(r, comment, &value, err) < 0)
			return -1;
		if (pair && items.n > 0)
			push_pair(r, &items, value);
		else
			push(r, &items, value);
		pair = false;
		if (r->pos < r->text.n && r->text.p[r->pos] == ':' &&
		    json_is(&value, JSON_STRING)) {
			r->pos++;
			pair = true;
		}
	}
	r->pos++;
	*out = (struct json){ .type = JSON_ARRAY, .n = (uint32_t)items.n, .items = items.p };
	return 0;
}

static int take_inner(struct hex_reader *r, char comment, struct json *out, struct err *err)
{
	char c = r->text.p[r->pos];

	if (at(r, STR("%{"))) {
		r->pos += 2;
		return take_items(r, comment, '}', out, err);
	}
	if (at(r, STR("#{"))) {
		r->pos += 2;
		return take_items(r, comment, '}', out, err);
	}
	if (c == '{' || c == '[') {
		r->pos++;
		return take_items(r, comment, c == '{' ? '}' : ']', out, err);
	}
	if (at(r, STR("<<"))) {
		r->pos += 2;
		hex_space(r, comment);
		if (r->pos >= r->text.n || r->text.p[r->pos] != '"')
			return fail(r, "a binary that is no text", err);
		if (take_quoted(r, out, err) < 0)
			return -1;
		hex_space(r, comment);
		if (at(r, STR("/utf8")))
			r->pos += 5;
		if (!at(r, STR(">>")))
			return fail(r, "expected '>>'", err);
		r->pos += 2;
		return 0;
	}
	if (c == ':' && r->pos + 1 < r->text.n) {
		r->pos++;
		c = r->text.p[r->pos];
	}
	return c == '"' || c == '\'' ? take_quoted(r, out, err) : take_word(r, out, err);
}

int hex_term(struct hex_reader *r, char comment, struct json *out, struct err *err)
{
	int result;

	hex_space(r, comment);
	if (r->pos >= r->text.n)
		return fail(r, "expected a term", err);
	if (r->depth >= HEX_MAX_DEPTH)
		return err_set(err, ERR_LIMIT, "terms nested more than %u deep", HEX_MAX_DEPTH);
	if (r->values++ >= HEX_MAX_VALUES)
		return err_set(err, ERR_LIMIT, "more than %u terms", HEX_MAX_VALUES);
	r->depth++;
	result = take_inner(r, comment, out, err);
	r->depth--;
	return result;
}
