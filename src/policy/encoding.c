/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/encoding.h"

#include <inttypes.h>

#include "base/err.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* 0 to 63, or -1. */
static int digit_of(char c, bool url)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_digit(c))
		return c - '0' + 52;
	if (c == (url ? '-' : '+'))
		return 62;
	return c == (url ? '_' : '/') ? 63 : -1;
}

static size_t skip_line_ends(str text, size_t at)
{
	while (at < text.n && (text.p[at] == '\n' || text.p[at] == '\r'))
		at++;
	return at;
}

/* The '=' at `at` came after `have` digits of a group: the end of the text must follow. */
static bool read_padding(str text, size_t at, unsigned have, size_t *bad)
{
	size_t next = at + 1;

	if (have < 2) {
		*bad = at;
		return false;
	}
	if (have == 2) {
		next = skip_line_ends(text, next);
		if (next == text.n || text.p[next] != '=') {
			*bad = next == text.n ? text.n : next;
			return false;
		}
		next++;
	}
	*bad = skip_line_ends(text, next);
	return *bad == text.n;
}

bool encoding_base64_read(str text, bool url, bool padded, struct arena *arena, str *out,
			  size_t *bad)
{
	char *bytes = arena_bytes(arena, text.n / 4 * 3 + 3), *to = bytes;
	uint32_t group = 0;
	unsigned have = 0;
	bool ended = false;
	size_t at;

	for (at = 0; at < text.n && !ended; at++) {
		int digit = digit_of(text.p[at], url);

		if (text.p[at] == '\n' || text.p[at] == '\r')
			continue;
		if (digit < 0) {
			*bad = at;
			if (text.p[at] != '=' || !padded || !read_padding(text, at, have, bad))
				return false;
			ended = true;
			break;
		}
		group = group << 6 | (uint32_t)digit;
		if (++have == 4) {
			*to++ = (char)(group >> 16);
			*to++ = (char)(group >> 8);
			*to++ = (char)group;
			have = 0;
		}
	}
	if (have == 1 || (have && padded && !ended)) {
		*bad = text.n - have;
		return false;
	}
	if (have >= 2)
		*to++ = (char)(group >> (have * 6 - 8));
	if (have == 3)
		*to++ = (char)(group >> 2);
	*out = str_of(bytes, (size_t)(to - bytes));
	return true;
}

static char digit_char(unsigned digit, bool url)
{
	if (digit < 62)
		return alphabet[digit];
	return digit == 62 ? (url ? '-' : '+') : (url ? '_' : '/');
}

str encoding_base64_write(str bytes, bool url, bool padded, struct arena *arena)
{
	char *text = arena_bytes(arena, bytes.n / 3 * 4 + 4), *to = text;

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t left = bytes.n - i;
		uint32_t group = (uint32_t)(unsigned char)bytes.p[i] << 16;

		if (left > 1)
			group |= (uint32_t)(unsigned char)bytes.p[i + 1] << 8;
		if (left > 2)
			group |= (unsigned char)bytes.p[i + 2];
		*to++ = digit_char(group >> 18, url);
		*to++ = digit_char(group >> 12 & 63, url);
		if (left > 1 || padded)
			*to++ = left > 1 ? digit_char(group >> 6 & 63, url) : '=';
		if (left > 2 || padded)
			*to++ = left > 2 ? digit_char(group & 63, url) : '=';
	}
	return str_of(text, (size_t)(to - text));
}

int encoding_base64url(str text, struct arena *arena, str *out, struct err *err)
{
	bool padded = str_ends(text, STR("="));
	size_t bad;

	if (!encoding_base64_read(text, true, padded, arena, out, &bad))
		return err_set(err, ERR_INPUT, "illegal base64 data at input byte %zu", bad);
	return 0;
}

str encoding_hex(str bytes, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_bytes(arena, bytes.n * 2);

	for (size_t i = 0; i < bytes.n; i++) {
		text[2 * i] = digits[(unsigned char)bytes.p[i] >> 4];
		text[2 * i + 1] = digits[(unsigned char)bytes.p[i] & 15];
	}
	return str_of(text, bytes.n * 2);
}

static void quote_rune(struct buf *out, str s, size_t len, uint32_t cp)
{
	static const char from[] = "\"\\\b\f\n\r\t", into[] = "\"\\bfnrt";
	const char *hit = cp && cp < 0x80 ? strchr(from, (int)cp) : NULL;

	if (len == 0)
		BUF_LIT(out, "\\ufffd");
	else if (hit)
		buf_fmt(out, "\\%c", into[hit - from]);
	else if (cp < 0x20 || cp == '<' || cp == '>' || cp == '&' || cp == 0x2028 || cp == 0x2029)
		buf_fmt(out, "\\u%04x", cp);
	else
		buf_add(out, str_take(s, len));
}

static void quote(struct buf *out, str s)
{
	buf_byte(out, '"');
	while (s.n) {
		size_t plain = 0, len;
		uint32_t cp = 0;

		while (plain < s.n && (unsigned char)s.p[plain] < 0x80 &&
		       (is_alnum(s.p[plain]) || s.p[plain] == ' ' || s.p[plain] == '-' ||
			s.p[plain] == '_' || s.p[plain] == '.' || s.p[plain] == '/'))
			plain++;
		buf_add(out, str_take(s, plain));
		s = str_skip(s, plain);
		if (s.n == 0)
			break;
		len = utf8_decode(s.p, s.n, &cp);
		quote_rune(out, s, len, cp);
		s = str_skip(s, len ? len : 1);
	}
	buf_byte(out, '"');
}

struct writer {
	const struct encoding_layout *layout;
	struct buf *out;
	unsigned depth;
};

static void new_line(const struct writer *w)
{
	if (!w->layout->pretty)
		return;
	buf_byte(w->out, '\n');
	buf_add(w->out, w->layout->prefix);
	for (unsigned i = 0; i < w->depth; i++)
		buf_add(w->out, w->layout->indent);
}

static void write_value(struct writer *w, const struct value *v);

static void write_key(struct writer *w, const struct value *key)
{
	static const struct encoding_layout compact = { .pretty = false };
	AUTO(buf_done)
	struct buf text = { 0 };

	if (key->type == VALUE_STRING) {
		quote(w->out, value_text(key));
		return;
	}
	buf_init(&text, w->out->max);
	encoding_json(key, &compact, &text);
	quote(w->out, buf_str(&text));
}

static void write_nested(struct writer *w, const struct value *v)
{
	bool object = v->type == VALUE_OBJECT;

	buf_byte(w->out, object ? '{' : '[');
	w->depth++;
	for (uint32_t i = 0; i < v->n && !w->out->overflow; i++) {
		if (i)
			buf_byte(w->out, ',');
		new_line(w);
		if (object) {
			write_key(w, &v->members[i].key);
			buf_add(w->out, w->layout->pretty ? STR(": ") : STR(":"));
		}
		write_value(w, object ? &v->members[i].value : &v->items[i]);
	}
	w->depth--;
	if (v->n)
		new_line(w);
	buf_byte(w->out, object ? '}' : ']');
}

static void write_value(struct writer *w, const struct value *v)
{
	switch (v->type) {
	case VALUE_STRING:
		quote(w->out, value_text(v));
		break;
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_NUMBER:
		value_write_rego(v, w->out);
		break;
	default:
		write_nested(w, v);
	}
}

void encoding_json(const struct value *v, const struct encoding_layout *layout, struct buf *out)
{
	struct writer w = { .layout = layout, .out = out };

	if (layout->pretty)
		buf_add(out, layout->prefix);
	write_value(&w, v);
}

int encoding_json_read(str text, struct arena *arena, struct value *out, struct err *err)
{
	const struct json_opts opts = { .max_depth = ENCODING_MAX_DEPTH, .keep_duplicates = true };
	const struct json *json;

	if (json_parse(text, &opts, arena, &json, err) < 0)
		return -1;
	*out = value_from_json(json, arena);
	return 0;
}
