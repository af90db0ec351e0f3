/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/encoding.h"

#include "base/err.h"
#include "policy/builtin.h"

static int base64_write(struct builtin_call *call, const struct value *v, bool url, bool padded,
			struct value *out)
{
	if (!builtin_charge_result(call, (uint64_t)v->n * 4 / 3))
		return BUILTIN_HALT;
	*out = value_str(encoding_base64_write(value_text(v), url, padded, call->arena));
	return BUILTIN_OK;
}

static int base64_encode_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return base64_write(call, &args[0], false, true, out);
}

static int base64url_encode(struct builtin_call *call, const struct value *args, struct value *out)
{
	return base64_write(call, &args[0], true, true, out);
}

static int base64url_encode_no_pad(struct builtin_call *call, const struct value *args,
				   struct value *out)
{
	return base64_write(call, &args[0], true, false, out);
}

static int base64_decode_(struct builtin_call *call, const struct value *args, struct value *out)
{
	size_t bad;
	str bytes;

	if (!builtin_charge_bytes(call, args[0].n))
		return BUILTIN_HALT;
	if (!encoding_base64_read(value_text(&args[0]), false, true, call->arena, &bytes, &bad))
		return builtin_fail(call, "illegal base64 data at input byte %zu", bad);
	*out = value_str(bytes);
	return BUILTIN_OK;
}

static int base64_is_valid(struct builtin_call *call, const struct value *args, struct value *out)
{
	size_t bad;
	str bytes;

	if (!builtin_charge_bytes(call, args[0].n))
		return BUILTIN_HALT;
	*out = value_bool(
		args[0].type == VALUE_STRING &&
		encoding_base64_read(value_text(&args[0]), false, true, call->arena, &bytes, &bad));
	return BUILTIN_OK;
}

static int base64url_decode(struct builtin_call *call, const struct value *args, struct value *out)
{
	str bytes;

	if (!builtin_charge_bytes(call, args[0].n))
		return BUILTIN_HALT;
	if (encoding_base64url(value_text(&args[0]), call->arena, &bytes, call->err) < 0)
		return BUILTIN_ERROR;
	*out = value_str(bytes);
	return BUILTIN_OK;
}

static int hex_encode(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (!builtin_charge_result(call, (uint64_t)args[0].n * 2))
		return BUILTIN_HALT;
	*out = value_str(encoding_hex(value_text(&args[0]), call->arena));
	return BUILTIN_OK;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = to_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int hex_decode(struct builtin_call *call, const struct value *args, struct value *out)
{
	str s = value_text(&args[0]);
	char *bytes;

	if (!builtin_charge_bytes(call, s.n))
		return BUILTIN_HALT;
	bytes = arena_bytes(call->arena, s.n / 2);
	for (size_t i = 0; i < s.n; i++) {
		int digit = hex_digit(s.p[i]);
		unsigned char c = (unsigned char)s.p[i];

		if (digit < 0 && is_alnum(s.p[i]))
			return builtin_fail(call, "encoding/hex: invalid byte: U+%04X '%c'", c, c);
		if (digit < 0)
			return builtin_fail(call, "encoding/hex: invalid byte: U+%04X", c);
		if (i / 2 < s.n / 2)
			bytes[i / 2] = (char)(i % 2 ? bytes[i / 2] | digit : digit << 4);
	}
	if (s.n % 2)
		return builtin_fail(call, "encoding/hex: odd length hex string");
	*out = value_str(str_of(bytes, s.n / 2));
	return BUILTIN_OK;
}

static void url_escape(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~')
			buf_byte(b, c);
		else if (c == ' ')
			buf_byte(b, '+');
		else
			buf_fmt(b, "%%%02X", (unsigned char)c);
	}
}

static int url_unescape(struct builtin_call *call, str s, str *out)
{
	char *text = arena_bytes(call->arena, s.n), *to = text;

	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] != '%') {
			*to++ = (char)(s.p[i] == '+' ? ' ' : s.p[i]);
			continue;
		}
		high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
		low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return builtin_fail(call, "invalid URL escape \"%.*s\"",
					    STR_ARG(str_take(str_skip(s, i), 3)));
		*to++ = (char)(high << 4 | low);
		i += 2;
	}
	*out = str_of(text, (size_t)(to - text));
	return BUILTIN_OK;
}

static int url_encode(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf b;

	buf_init(&b, BUILTIN_MAX_BYTES);
	url_escape(&b, value_text(&args[0]));
	return builtin_take_text(call, &b, out);
}

static int url_decode(struct builtin_call *call, const struct value *args, struct value *out)
{
	str s;
	int rc;

	if (!builtin_charge_bytes(call, args[0].n))
		return BUILTIN_HALT;
	rc = url_unescape(call, value_text(&args[0]), &s);
	if (rc == BUILTIN_OK)
		*out = value_str(s);
	return rc;
}

static void add_pair(struct buf *b, str key, str value)
{
	if (b->n)
		buf_byte(b, '&');
	url_escape(b, key);
	buf_byte(b, '=');
	url_escape(b, value);
}

static int url_encode_object(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf b;

	buf_init(&b, BUILTIN_MAX_BYTES);
	for (uint32_t i = 0; i < args[0].n; i++) {
		const struct value *key = &args[0].members[i].key;
		const struct value *v = &args[0].members[i].value;
		bool list = v->type == VALUE_ARRAY || v->type == VALUE_SET;

		if (key->type != VALUE_STRING || (!list && v->type != VALUE_STRING) ||
		    (list && builtin_strings(call, 1, v) != BUILTIN_OK)) {
			buf_done(&b);
			return builtin_type_fail(call,
						 "operand 1 values must be strings, arrays of "
						 "strings or sets of strings");
		}
		if (!list)
			add_pair(&b, value_text(key), value_text(v));
		for (uint32_t k = 0; list && k < v->n; k++)
			add_pair(&b, value_text(key), value_text(&v->items[k]));
	}
	return builtin_take_text(call, &b, out);
}

static int pair_cmp(const void *a, const void *b)
{
	const struct value_member *x = a, *y = b;
	int c = value_compare(&x->key, &y->key);

	return c ? c : (x->value.text > y->value.text) - (x->value.text < y->value.text);
}

/* Values of equal keys in one array each; they came in the order of their texts in memory. */
static struct value group_pairs(struct builtin_call *call, struct object_builder *pairs)
{
	struct object_builder grouped;

	object_builder_init(&grouped, call->arena);
	if (pairs->n)
		qsort(pairs->members, pairs->n, sizeof(*pairs->members), pair_cmp);
	for (size_t i = 0, end; i < pairs->n; i = end) {
		struct value_builder values;

		value_builder_init(&values, call->arena);
		for (end = i; end < pairs->n &&
			      value_equal(&pairs->members[i].key, &pairs->members[end].key);
		     end++)
			value_builder_add(&values, pairs->members[end].value);
		object_builder_add(&grouped, pairs->members[i].key, value_builder_array(&values));
	}
	return object_builder_take_last(&grouped);
}

static int url_decode_object(struct builtin_call *call, const struct value *args, struct value *out)
{
	str rest = value_text(&args[0]), pair;
	struct object_builder pairs;
	char *order = arena_bytes(call->arena, rest.n + 1);

	if (!builtin_charge_bytes(call, rest.n * 4))
		return BUILTIN_HALT;
	object_builder_init(&pairs, call->arena);
	while (str_split(&rest, '&', &pair)) {
		str key = pair, value = STR_EMPTY;
		int rc;

		if (pair.n == 0)
			continue;
		if (str_find_char(pair, ';') >= 0)
			return builtin_fail(call, "invalid semicolon separator in query");
		str_cut(pair, '=', &key, &value);
		rc = url_unescape(call, key, &key);
		if (rc == BUILTIN_OK)
			rc = url_unescape(call, value, &value);
		if (rc != BUILTIN_OK)
			return rc;
		/* One block for all values, so that their addresses tell their order. */
		if (value.n)
			memcpy(order, value.p, value.n);
		object_builder_add(&pairs, value_str(key), value_str(str_of(order, value.n)));
		order += value.n + (value.n == 0);
	}
	*out = group_pairs(call, &pairs);
	return BUILTIN_OK;
}

#define TEXT_TEXT "string -> string"

const struct builtin builtins_encoding[] = {
	{ "base64.encode", TEXT_TEXT, base64_encode_ },
	{ "base64.decode", TEXT_TEXT, base64_decode_ },
	{ "base64.is_valid", "any -> boolean", base64_is_valid },
	{ "base64url.encode", TEXT_TEXT, base64url_encode },
	{ "base64url.encode_no_pad", TEXT_TEXT, base64url_encode_no_pad },
	{ "base64url.decode", TEXT_TEXT, base64url_decode },
	{ "hex.encode", TEXT_TEXT, hex_encode },
	{ "hex.decode", TEXT_TEXT, hex_decode },
	{ "urlquery.encode", TEXT_TEXT, url_encode },
	{ "urlquery.decode", TEXT_TEXT, url_decode },
	{ "urlquery.encode_object", "object[string: string|array[string]|set[string]] -> string",
	  url_encode_object },
	{ "urlquery.decode_object", "string -> object[string: array[string]]", url_decode_object },
	{ .name = NULL },
};
