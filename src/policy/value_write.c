/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "policy/value.h"

/* Escapes of one letter in a literal of Go. */
static char short_escape(char c)
{
	static const char from[] = "\a\b\f\n\r\t\v\"\\", into[] = "abfnrtv\"\\";
	const char *hit = c ? strchr(from, c) : NULL;

	return hit ? into[hit - from] : '\0';
}

/* Controls, formats, spaces other than ' ', surrogate and private code points: shown as escapes. */
static bool is_shown(uint32_t cp)
{
	static const uint32_t hidden[][2] = {
		{ 0x00, 0x1f },	    { 0x7f, 0xa0 },	  { 0xad, 0xad },	 { 0x600, 0x605 },
		{ 0x61c, 0x61c },   { 0x6dd, 0x6dd },	  { 0x70f, 0x70f },	 { 0x1680, 0x1680 },
		{ 0x180e, 0x180e }, { 0x2000, 0x200f },	  { 0x2028, 0x202f },	 { 0x205f, 0x206f },
		{ 0x3000, 0x3000 }, { 0xd800, 0xf8ff },	  { 0xfeff, 0xfeff },	 { 0xfff0, 0xfffb },
		{ 0xfffe, 0xffff }, { 0xe0000, 0xe0fff }, { 0xf0000, 0x10ffff },
	};

	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		if (cp >= hidden[i][0] && cp <= hidden[i][1])
			return false;
	return true;
}

static void escape(struct buf *out, uint32_t cp)
{
	if (cp < 0x80)
		buf_fmt(out, "\\x%02x", cp);
	else if (cp < 0x10000)
		buf_fmt(out, "\\u%04x", cp);
	else
		buf_fmt(out, "\\U%08x", cp);
}

static void quote(struct buf *out, str s, bool ascii)
{
	size_t i = 0;

	buf_byte(out, '"');
	while (i < s.n) {
		size_t from = i, len;
		uint32_t cp = 0;
		char letter;

		while (i < s.n && (unsigned char)s.p[i] >= 0x20 && (unsigned char)s.p[i] < 0x7f &&
		       s.p[i] != '"' && s.p[i] != '\\')
			i++;
		buf_add(out, str_of(s.p + from, i - from));
		if (i == s.n)
			break;
		letter = short_escape(s.p[i]);
		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (letter)
			buf_fmt(out, "\\%c", letter);
		else if (len == 0)
			buf_fmt(out, "\\x%02x", (unsigned char)s.p[i]);
		else if (is_shown(cp) && !(ascii && cp > 0x7e))
			buf_add(out, str_of(s.p + i, len));
		else
			escape(out, cp);
		i += len ? len : 1;
	}
	buf_byte(out, '"');
}

void value_quote(struct buf *out, str s) { quote(out, s, false); }

void value_quote_ascii(struct buf *out, str s) { quote(out, s, true); }

static void write_items(const struct value *v, char open, char close, struct buf *out)
{
	buf_byte(out, open);
	for (uint32_t i = 0; i < v->n; i++) {
		if (i)
			BUF_LIT(out, ", ");
		value_write_rego(&v->items[i], out);
	}
	buf_byte(out, close);
}

static void write_object(const struct value *v, struct buf *out)
{
	buf_byte(out, '{');
	for (uint32_t i = 0; i < v->n; i++) {
		if (i)
			BUF_LIT(out, ", ");
		value_write_rego(&v->members[i].key, out);
		BUF_LIT(out, ": ");
		value_write_rego(&v->members[i].value, out);
	}
	buf_byte(out, '}');
}

void value_write_rego(const struct value *v, struct buf *out)
{
	switch (v->type) {
	case VALUE_NULL:
		BUF_LIT(out, "null");
		break;
	case VALUE_BOOL:
		buf_add(out, v->flag ? STR("true") : STR("false"));
		break;
	case VALUE_NUMBER:
		if (v->flag)
			buf_fmt(out, "%" PRId64, v->i);
		else
			buf_add(out, str_of(v->text, v->n));
		break;
	case VALUE_STRING:
		value_quote(out, value_text(v));
		break;
	case VALUE_ARRAY:
		write_items(v, '[', ']', out);
		break;
	case VALUE_OBJECT:
		write_object(v, out);
		break;
	default:
		if (v->n)
			write_items(v, '{', '}', out);
		else
			BUF_LIT(out, "set()");
	}
}
