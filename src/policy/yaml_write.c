/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/yaml_write.h"

#include "policy/encoding.h"

/* Words that would be read as something else than a string. */
static bool is_word(str s)
{
	static const char *const words[] = { "null", "true", "false", "yes",  "no", "on",
					     "off",  "y",    "n",     "~",    "<<", "=",
					     ".nan", ".inf", "-.inf", "+.inf" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ieq(s, str_c(words[i])))
			return true;
	return false;
}

static bool plain_char(char c)
{
	return is_alnum(c) || c == '_' || c == '/' || c == '.' || c == '-' || c == '+' ||
	       c == '(' || c == ')' || c == ';' || c == '$' || c == '^' || c == '~' || c == '=' ||
	       c == '<';
}

/* Strings that stay strings without quotes: begin like a word, hold nothing that means anything. */
static bool is_plain(str s)
{
	if (s.n == 0 || !(is_alpha(s.p[0]) || s.p[0] == '_' || s.p[0] == '/') || is_word(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char next = i + 1 < s.n ? s.p[i + 1] : '\0';
		bool inner = next && next != ' ';

		if (plain_char(s.p[i]) || (s.p[i] == ' ' && inner && next != '#'))
			continue;
		if ((s.p[i] == ':' || s.p[i] == ',' || s.p[i] == '@') && inner)
			continue;
		return false;
	}
	return true;
}

static void write_scalar(const struct value *v, struct buf *out)
{
	static const struct encoding_layout compact = { .pretty = false };

	if (v->type == VALUE_STRING && is_plain(value_text(v)))
		buf_add(out, value_text(v));
	else
		encoding_json(v, &compact, out); /* JSON is YAML */
}

static void new_line(struct buf *out, unsigned indent)
{
	buf_byte(out, '\n');
	for (unsigned i = 0; i < indent; i++)
		BUF_LIT(out, "  ");
}

static void write_block(const struct value *v, unsigned indent, struct buf *out);

static void write_key(const struct value *key, struct buf *out)
{
	static const struct encoding_layout compact = { .pretty = false };
	struct buf text = { 0 };
	struct value string;

	if (key->type == VALUE_STRING) {
		write_scalar(key, out);
		return;
	}
	buf_init(&text, out->max);
	encoding_json(key, &compact, &text);
	string = value_str(buf_str(&text));
	encoding_json(&string, &compact, out);
	buf_done(&text);
}

/* Behind "key:": a list keeps the indentation of the key, as Go's writer has it. */
static void write_member(const struct value *v, unsigned indent, struct buf *out)
{
	bool nested = v->type >= VALUE_ARRAY && v->n;

	if (!nested) {
		buf_byte(out, ' ');
		write_block(v, indent, out);
		return;
	}
	indent += v->type == VALUE_OBJECT;
	new_line(out, indent);
	write_block(v, indent, out);
}

static void write_block(const struct value *v, unsigned indent, struct buf *out)
{
	if (v->type < VALUE_ARRAY || v->n == 0) {
		write_scalar(v, out);
		return;
	}
	for (uint32_t i = 0; i < v->n && !out->overflow; i++) {
		if (i)
			new_line(out, indent);
		if (v->type == VALUE_OBJECT) {
			write_key(&v->members[i].key, out);
			buf_byte(out, ':');
			write_member(&v->members[i].value, indent, out);
		} else {
			BUF_LIT(out, "- ");
			write_block(&v->items[i], indent + 1, out);
		}
	}
}

void yaml_write(const struct value *v, struct buf *out)
{
	write_block(v, 0, out);
	buf_byte(out, '\n');
}
