/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/json.h"

/*
 * C1 controls, marks that reorder text, line separators: legal in JSON as they are, but a document
 * that is shown on a terminal must not act on it.
 */
static bool is_mark(uint32_t cp)
{
	return (cp >= 0x80 && cp < 0xa0) || cp == 0x61c || cp == 0x200e || cp == 0x200f ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff ||
	       (cp >= 0xfff9 && cp <= 0xfffb);
}

void json_quote(struct buf *out, str s)
{
	static const char hex[] = "0123456789abcdef";
	size_t i = 0;

	buf_byte(out, '"');
	while (i < s.n) {
		size_t from = i;
		unsigned char c;
		uint32_t cp;
		size_t len;

		while (i < s.n && (unsigned char)s.p[i] >= 0x20 && (unsigned char)s.p[i] < 0x7f &&
		       s.p[i] != '"' && s.p[i] != '\\')
			i++;
		buf_add(out, str_of(s.p + from, i - from));
		if (i == s.n)
			break;
		c = (unsigned char)s.p[i];
		len = c < 0x80 ? 0 : utf8_decode(s.p + i, s.n - i, &cp);
		if (len) {
			if (is_mark(cp))
				buf_fmt(out, "\\u%04x", cp);
			else
				buf_add(out, str_of(s.p + i, len));
			i += len;
			continue;
		}
		i++;
		if (c >= 0x80)
			BUF_LIT(out, "\xef\xbf\xbd");
		else if (c == '"' || c == '\\')
			buf_fmt(out, "\\%c", c);
		else if (c == '\n')
			BUF_LIT(out, "\\n");
		else if (c == '\t')
			BUF_LIT(out, "\\t");
		else if (c == '\r')
			BUF_LIT(out, "\\r");
		else
			buf_fmt(out, "\\u00%c%c", hex[c >> 4], hex[c & 15]);
	}
	buf_byte(out, '"');
}

void json_writer_init(struct json_writer *w, struct buf *out, unsigned indent)
{
	*w = (struct json_writer){ .out = out, .indent = indent };
}

static void new_line(struct json_writer *w)
{
	if (w->indent)
		buf_fmt(w->out, "\n%*s", (int)(w->indent * w->depth), "");
}

/* Before a key or an element: comma and new line. */
static void separate(struct json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->need_comma)
		buf_byte(w->out, ',');
	if (w->depth)
		new_line(w);
}

static void before_value(struct json_writer *w)
{
	assert(w->depth == 0 || w->after_key || !w->is_object[w->depth - 1]);
	separate(w);
	w->need_comma = true;
}

static void open_nested(struct json_writer *w, bool object)
{
	before_value(w);
	assert(w->depth < JSON_WRITER_DEPTH);
	w->is_object[w->depth++] = object;
	w->need_comma = false;
	buf_byte(w->out, object ? '{' : '[');
}

static void close_nested(struct json_writer *w, bool object)
{
	bool had_members = w->need_comma;

	assert(w->depth > 0 && w->is_object[w->depth - 1] == object && !w->after_key);
	w->depth--;
	if (had_members)
		new_line(w);
	buf_byte(w->out, object ? '}' : ']');
	w->need_comma = true;
}

void json_open_object(struct json_writer *w) { open_nested(w, true); }
void json_close_object(struct json_writer *w) { close_nested(w, true); }
void json_open_array(struct json_writer *w) { open_nested(w, false); }
void json_close_array(struct json_writer *w) { close_nested(w, false); }

void json_key(struct json_writer *w, str key)
{
	assert(w->depth > 0 && w->is_object[w->depth - 1] && !w->after_key);
	separate(w);
	json_quote(w->out, key);
	buf_byte(w->out, ':');
	if (w->indent)
		buf_byte(w->out, ' ');
	w->after_key = true;
	w->need_comma = true;
}

void json_put_str(struct json_writer *w, str s)
{
	before_value(w);
	json_quote(w->out, s);
}

void json_put_i64(struct json_writer *w, int64_t v)
{
	before_value(w);
	buf_fmt(w->out, "%" PRId64, v);
}

void json_put_u64(struct json_writer *w, uint64_t v)
{
	before_value(w);
	buf_fmt(w->out, "%" PRIu64, v);
}

void json_put_double(struct json_writer *w, double v)
{
	char text[40];

	before_value(w);
	if (!isfinite(v)) {
		BUF_LIT(w->out, "null");
		return;
	}
	if (v == floor(v) && fabs(v) < 1e15) {
		snprintf(text, sizeof(text), "%.0f", v); /* 100, not 1e+02 */
	} else {
		for (int digits = 1; digits <= 17; digits++) {
			snprintf(text, sizeof(text), "%.*g", digits, v);
			if (strtod(text, NULL) == v)
				break;
		}
	}
	buf_add(w->out, str_c(text));
}

void json_put_bool(struct json_writer *w, bool v)
{
	before_value(w);
	buf_add(w->out, v ? STR("true") : STR("false"));
}

void json_put_null(struct json_writer *w)
{
	before_value(w);
	BUF_LIT(w->out, "null");
}

void json_put_raw(struct json_writer *w, str s)
{
	before_value(w);
	buf_add(w->out, s);
}

void json_put(struct json_writer *w, const struct json *v)
{
	switch (v ? v->type : JSON_NULL) {
	case JSON_NULL:
		json_put_null(w);
		break;
	case JSON_FALSE:
	case JSON_TRUE:
		json_put_bool(w, v->type == JSON_TRUE);
		break;
	case JSON_NUMBER:
		json_put_raw(w, str_of(v->text, v->n));
		break;
	case JSON_STRING:
		json_put_str(w, str_of(v->text, v->n));
		break;
	case JSON_ARRAY:
		json_open_array(w);
		JSON_EACH (v, item)
			json_put(w, item);
		json_close_array(w);
		break;
	default:
		json_open_object(w);
		JSON_MEMBERS (v, member) {
			json_key(w, member->key);
			json_put(w, &member->value);
		}
		json_close_object(w);
	}
}

void json_kv_str(struct json_writer *w, str key, str value)
{
	json_key(w, key);
	json_put_str(w, value);
}

void json_kv_opt(struct json_writer *w, str key, str value)
{
	if (value.n)
		json_kv_str(w, key, value);
}

void json_kv_i64(struct json_writer *w, str key, int64_t value)
{
	json_key(w, key);
	json_put_i64(w, value);
}

void json_kv_u64(struct json_writer *w, str key, uint64_t value)
{
	json_key(w, key);
	json_put_u64(w, value);
}

void json_kv_bool(struct json_writer *w, str key, bool value)
{
	json_key(w, key);
	json_put_bool(w, value);
}

void json_kv_strings(struct json_writer *w, str key, const str *items, size_t n)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_put_str(w, items[i]);
	json_close_array(w);
}
