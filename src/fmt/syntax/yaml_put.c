/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/yaml_put.h"

#include "base/err.h"
#include "fmt/syntax/yaml_internal.h"

/* Can the text stand without quotes, for any reader of YAML? */
static bool is_plain(str s, bool flow)
{
	AUTO(arena_free)
	struct arena *scratch = NULL;
	struct json v;
	struct err err;

	if (s.n == 0 || s.n > 200 || !(is_alnum(s.p[0]) || s.p[0] == '/' || s.p[0] == '_') ||
	    s.p[s.n - 1] == ':')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_alnum(c) && !strchr("_./-:+@", c))
			return false;
		if (c == '\0' || (c == ':' && flow))
			return false;
	}
	scratch = arena_new();
	if (yaml_scalar(YAML_KUBERNETES, s, true, STR_EMPTY, scratch, &v, &err) < 0 ||
	    v.type != JSON_STRING)
		return false;
	/* Dates and numbers in base 60 are no texts to everybody. */
	return !is_digit(s.p[0]) || (str_find_char(s, ':') < 0 && str_find_char(s, '-') < 0);
}

static void put_text(struct buf *b, str s, enum yaml_quote quote, bool flow)
{
	bool simple = str_is_utf8(s);

	for (size_t i = 0; i < s.n; i++)
		simple = simple && (unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f;
	if (quote == YAML_QUOTE_NONE && is_plain(s, flow)) {
		buf_add(b, s);
	} else if (quote == YAML_QUOTE_SINGLE && simple) {
		buf_byte(b, '\'');
		for (size_t i = 0; i < s.n; i++) {
			if (s.p[i] == '\'')
				buf_byte(b, '\'');
			buf_byte(b, s.p[i]);
		}
		buf_byte(b, '\'');
	} else {
		json_quote(b, s);
	}
}

void yaml_put_key(struct buf *b, str key, const struct yaml_style *style)
{
	put_text(b, key, style->json ? YAML_QUOTE_DOUBLE : YAML_QUOTE_NONE, false);
}

static void put_scalar(struct buf *b, const struct json *v, enum yaml_quote quote, bool flow)
{
	struct json_writer w;

	if (v->type == JSON_STRING) {
		put_text(b, json_str(v), quote, flow);
		return;
	}
	json_writer_init(&w, b, 0);
	json_put(&w, v);
}

void yaml_put_inline(struct buf *b, const struct json *v, const struct yaml_style *style,
		     enum yaml_quote quote, bool flow)
{
	enum yaml_quote inner = style->json ? YAML_QUOTE_DOUBLE : YAML_QUOTE_NONE;
	bool more = false;

	if (v->type == JSON_ARRAY) {
		buf_byte(b, '[');
		JSON_EACH (v, item) {
			if (more)
				BUF_LIT(b, ", ");
			yaml_put_inline(b, item, style, inner, true);
			more = true;
		}
		buf_byte(b, ']');
	} else if (v->type == JSON_OBJECT) {
		buf_byte(b, '{');
		JSON_MEMBERS (v, m) {
			if (more)
				BUF_LIT(b, ", ");
			put_text(b, m->key, inner, true);
			BUF_LIT(b, ": ");
			yaml_put_inline(b, &m->value, style, inner, true);
			more = true;
		}
		buf_byte(b, '}');
	} else {
		put_scalar(b, v, quote, flow);
	}
}

static void put_spaces(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_byte(b, ' ');
}

static bool is_inline(const struct json *v)
{
	return (v->type != JSON_ARRAY && v->type != JSON_OBJECT) || v->n == 0;
}

void yaml_put_member(struct buf *b, str key, const struct json *v, const struct yaml_style *style,
		     size_t column, bool first)
{
	if (!first)
		put_spaces(b, column);
	yaml_put_key(b, key, style);
	buf_byte(b, ':');
	if (is_inline(v)) {
		buf_byte(b, ' ');
		yaml_put_inline(b, v, style, YAML_QUOTE_NONE, false);
		buf_add(b, style->newline);
		return;
	}
	buf_add(b, style->newline);
	yaml_put_block(b, v, style, column + (v->type == JSON_ARRAY ? style->list : style->indent),
		       false);
}

void yaml_put_block(struct buf *b, const struct json *v, const struct yaml_style *style,
		    size_t column, bool first)
{
	if (v->type == JSON_OBJECT) {
		JSON_MEMBERS (v, m) {
			yaml_put_member(b, m->key, &m->value, style, column, first);
			first = false;
		}
		return;
	}
	JSON_EACH (v, item) {
		if (!first)
			put_spaces(b, column);
		first = false;
		BUF_LIT(b, "- ");
		if (is_inline(item)) {
			yaml_put_inline(b, item, style, YAML_QUOTE_NONE, false);
			buf_add(b, style->newline);
		} else {
			yaml_put_block(b, item, style, column + 2, true);
		}
	}
}

void yaml_put_lines(struct buf *b, const struct json *v, const struct yaml_style *style, str before,
		    str unit)
{
	AUTO(buf_done)
	struct buf inner = { 0 };
	bool more = false, list = v->type == JSON_ARRAY;

	if (is_inline(v)) {
		yaml_put_inline(b, v, style, style->json ? YAML_QUOTE_DOUBLE : YAML_QUOTE_NONE,
				true);
		return;
	}
	buf_init(&inner, 4096);
	buf_add(&inner, before);
	buf_add(&inner, unit);
	buf_byte(b, list ? '[' : '{');
	for (uint32_t i = 0; i < v->n; i++) {
		if (more)
			buf_byte(b, ',');
		buf_add(b, style->newline);
		buf_add(b, buf_str(&inner));
		if (!list) {
			yaml_put_key(b, v->members[i].key, style);
			BUF_LIT(b, ": ");
		}
		yaml_put_lines(b, list ? &v->items[i] : &v->members[i].value, style,
			       buf_str(&inner), unit);
		more = true;
	}
	buf_add(b, style->newline);
	buf_add(b, before);
	buf_byte(b, list ? ']' : '}');
}
