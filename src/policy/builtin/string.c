/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <wctype.h>

#include "policy/builtin.h"
#include "policy/format.h"
#include "policy/number.h"

static int concat(struct builtin_call *call, const struct value *args, struct value *out)
{
	str separator = value_text(&args[0]);
	const struct value *items = &args[1];
	uint64_t total = 0;
	char *text, *p;

	if (builtin_strings(call, 2, items) != BUILTIN_OK)
		return BUILTIN_TYPE;
	for (uint32_t i = 0; i < items->n; i++)
		total += items->items[i].n + (i ? separator.n : 0);
	if (!builtin_charge_result(call, total + items->n))
		return BUILTIN_HALT;
	text = p = arena_bytes(call->arena, total);
	for (uint32_t i = 0; i < items->n; i++) {
		str item = value_text(&items->items[i]);

		if (i && separator.n)
			p = mempcpy(p, separator.p, separator.n);
		if (item.n)
			p = mempcpy(p, item.p, item.n);
	}
	*out = value_str(str_of(text, total));
	return BUILTIN_OK;
}

static int contains(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (!builtin_charge_bytes(call, args[0].n))
		return BUILTIN_HALT;
	*out = value_bool(str_find(value_text(&args[0]), value_text(&args[1])) >= 0);
	return BUILTIN_OK;
}

static int startswith(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)call;
	*out = value_bool(str_starts(value_text(&args[0]), value_text(&args[1])));
	return BUILTIN_OK;
}

static int endswith(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)call;
	*out = value_bool(str_ends(value_text(&args[0]), value_text(&args[1])));
	return BUILTIN_OK;
}

static int format_int(struct builtin_call *call, const struct value *args, struct value *out)
{
	int64_t base = args[1].flag ? args[1].i : 0;
	int rc = BUILTIN_HALT;
	char *text;
	mpz_t z;

	if (base != 2 && base != 8 && base != 10 && base != 16)
		return builtin_type_fail(call, "operand 2 must be one of {2, 8, 10, 16}");
	mpz_init(z);
	if (!number_mpz_trunc(&args[0], z)) {
		rc = builtin_fail(call, "number of more than %u digits", NUMBER_MAX_DIGITS);
	} else if (builtin_charge_bytes(call, mpz_sizeinbase(z, (int)base))) {
		text = arena_bytes(call->arena, mpz_sizeinbase(z, (int)base) + 2);
		mpz_get_str(text, (int)base, z);
		*out = value_str(str_c(text));
		rc = BUILTIN_OK;
	}
	mpz_clear(z);
	return rc;
}

static int64_t count_runes(str s) { return (int64_t)utf8_count(s); }

static int indexof(struct builtin_call *call, const struct value *args, struct value *out)
{
	str base = value_text(&args[0]), search = value_text(&args[1]);
	ptrdiff_t at;

	if (search.n == 0)
		return builtin_fail(call, "empty search character");
	if (!builtin_charge_bytes(call, base.n))
		return BUILTIN_HALT;
	at = str_find(base, search);
	*out = value_int(at < 0 ? -1 : count_runes(str_take(base, (size_t)at)));
	return BUILTIN_OK;
}

/* Overlapping ones count. */
static int indexof_n(struct builtin_call *call, const struct value *args, struct value *out)
{
	str base = value_text(&args[0]), search = value_text(&args[1]);
	struct value_builder found;
	int64_t runes = 0;
	ptrdiff_t at;

	if (search.n == 0)
		return builtin_fail(call, "empty search character");
	if (!builtin_charge_bytes(call, base.n))
		return BUILTIN_HALT;
	value_builder_init(&found, call->arena);
	while ((at = str_find(base, search)) >= 0) {
		if (!builtin_charge_bytes(call, search.n + 4))
			return BUILTIN_HALT;
		runes += count_runes(str_take(base, (size_t)at));
		value_builder_add(&found, value_int(runes));
		base = str_skip(base, (size_t)at + 1);
		runes++;
		while (base.n && ((unsigned char)base.p[0] & 0xc0) == 0x80)
			base = str_skip(base, 1);
	}
	*out = value_builder_array(&found);
	return BUILTIN_OK;
}

static size_t rune_length(str s)
{
	uint32_t cp;
	size_t len = s.n ? utf8_decode(s.p, s.n, &cp) : 0;

	return len ? len : 1;
}

/* Bytes of the first `n` runes. */
static size_t rune_bytes(str s, int64_t n)
{
	size_t i = 0;

	if (n >= (int64_t)s.n)
		return s.n;
	for (; n > 0 && i < s.n; n--)
		i += rune_length(str_skip(s, i));
	return i;
}

static int substring(struct builtin_call *call, const struct value *args, struct value *out)
{
	str base = value_text(&args[0]);
	int64_t offset, length;

	if (builtin_int(call, 2, &args[1], &offset) != BUILTIN_OK ||
	    builtin_int(call, 3, &args[2], &length) != BUILTIN_OK)
		return BUILTIN_TYPE;
	if (offset < 0)
		return builtin_fail(call, "negative offset");
	if (!builtin_charge_bytes(call, base.n))
		return BUILTIN_HALT;
	base = str_skip(base, rune_bytes(base, offset));
	if (length >= 0)
		base = str_take(base, rune_bytes(base, length));
	*out = value_str(base);
	return BUILTIN_OK;
}

static bool is_ascii(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void change_case(str s, bool upper, struct buf *out)
{
	locale_t locale = is_ascii(s) ? NULL : newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);

	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t cp = (unsigned char)s.p[i];
		char bytes[4];

		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len > 1 && locale)
			cp = (uint32_t)(upper ? towupper_l(cp, locale) : towlower_l(cp, locale));
		else if (upper ? cp >= 'a' && cp <= 'z' : cp >= 'A' && cp <= 'Z')
			cp ^= 0x20;
		len = len ? len : 1;
		buf_add(out, str_of(bytes, utf8_encode(cp, bytes)));
	}
	if (locale)
		freelocale(locale);
}

static int cased(struct builtin_call *call, str s, bool upper, struct value *out)
{
	struct buf b;

	if (!builtin_charge_bytes(call, s.n))
		return BUILTIN_HALT;
	buf_init(&b, BUILTIN_MAX_BYTES);
	change_case(s, upper, &b);
	return builtin_take_text(call, &b, out);
}

static int lower(struct builtin_call *call, const struct value *args, struct value *out)
{
	return cased(call, value_text(&args[0]), false, out);
}

static int upper(struct builtin_call *call, const struct value *args, struct value *out)
{
	return cased(call, value_text(&args[0]), true, out);
}

static int split(struct builtin_call *call, const struct value *args, struct value *out)
{
	str rest = value_text(&args[0]), separator = value_text(&args[1]);
	struct value_builder parts;
	ptrdiff_t at;

	if (!builtin_charge(call, rest.n / (separator.n ? 64 : 8)))
		return BUILTIN_HALT;
	value_builder_init(&parts, call->arena);
	while (separator.n == 0 && rest.n) {
		size_t len = rune_length(rest);

		value_builder_add(&parts, value_str(str_take(rest, len)));
		rest = str_skip(rest, len);
	}
	while (separator.n && (at = str_find(rest, separator)) >= 0) {
		value_builder_add(&parts, value_str(str_take(rest, (size_t)at)));
		rest = str_skip(rest, (size_t)at + separator.n);
	}
	if (separator.n)
		value_builder_add(&parts, value_str(rest));
	if (!builtin_charge(call, parts.n / 16))
		return BUILTIN_HALT;
	*out = value_builder_array(&parts);
	return BUILTIN_OK;
}

/* Between all runes and at both ends. */
static void replace_empty(str s, str with, struct buf *b)
{
	buf_add(b, with);
	while (s.n && !b->overflow) {
		size_t len = rune_length(s);

		buf_add(b, str_take(s, len));
		buf_add(b, with);
		s = str_skip(s, len);
	}
}

static int replace(struct builtin_call *call, const struct value *args, struct value *out)
{
	str rest = value_text(&args[0]), old = value_text(&args[1]), with = value_text(&args[2]);
	struct buf b;
	ptrdiff_t at;

	if (!builtin_charge_bytes(call, rest.n))
		return BUILTIN_HALT;
	if (old.n && str_find(rest, old) < 0) {
		*out = args[0];
		return BUILTIN_OK;
	}
	buf_init(&b, BUILTIN_MAX_BYTES);
	if (old.n == 0)
		replace_empty(rest, with, &b);
	while (old.n && !b.overflow && (at = str_find(rest, old)) >= 0) {
		buf_add(&b, str_take(rest, (size_t)at));
		buf_add(&b, with);
		rest = str_skip(rest, (size_t)at + old.n);
	}
	if (old.n)
		buf_add(&b, rest);
	return builtin_take_text(call, &b, out);
}

static int sprintf_(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf b;

	if (!builtin_charge_bytes(call, args[0].n))
		return BUILTIN_HALT;
	buf_init(&b, BUILTIN_MAX_BYTES);
	format_values(value_text(&args[0]), &args[1], &b);
	return builtin_take_text(call, &b, out);
}

static int print(struct builtin_call *call, const struct value *args, struct value *out)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, BUILTIN_MAX_BYTES);
	for (uint32_t i = 0; i < args[0].n; i++) {
		const struct value *v = &args[0].items[i];

		/* The compiler wraps each operand in a set, empty when it is undefined. */
		if (i)
			buf_byte(&b, ' ');
		if (v->type == VALUE_SET && v->n == 0)
			BUF_LIT(&b, "<undefined>");
		else if (v->type == VALUE_SET)
			v = &v->items[0];
		if (v->type == VALUE_STRING)
			buf_add(&b, value_text(v));
		else if (v->type != VALUE_SET || v->n)
			value_write_rego(v, &b);
	}
	if (!builtin_charge_result(call, b.n))
		return BUILTIN_HALT;
	if (call->print)
		call->print(call, buf_str(&b));
	*out = value_bool(true);
	return BUILTIN_OK;
}

static int trace(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (call->print)
		call->print(call, value_text(&args[0]));
	*out = value_bool(true);
	return BUILTIN_OK;
}

/* Strings are put in as they are, other values as Rego; an undefined part is said so. */
static int template_string(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf b;

	buf_init(&b, BUILTIN_MAX_BYTES);
	for (uint32_t i = 0; i < args[0].n; i++) {
		const struct value *v = &args[0].items[i];

		if (v->type == VALUE_SET && v->n == 0) {
			BUF_LIT(&b, "<undefined>");
			continue;
		}
		if (v->type == VALUE_SET)
			v = &v->items[0];
		if (v->type == VALUE_STRING)
			buf_add(&b, value_text(v));
		else
			value_write_rego(v, &b);
	}
	return builtin_take_text(call, &b, out);
}

static int reverse(struct builtin_call *call, const struct value *args, struct value *out)
{
	str s = value_text(&args[0]);
	char *to;

	if (!builtin_charge_bytes(call, s.n))
		return BUILTIN_HALT;
	to = arena_bytes(call->arena, s.n) + s.n;
	*out = value_str(str_of(to - s.n, s.n));
	while (s.n) {
		size_t len = rune_length(s);

		to -= len;
		memcpy(to, s.p, len);
		s = str_skip(s, len);
	}
	return BUILTIN_OK;
}

static int count(struct builtin_call *call, const struct value *args, struct value *out)
{
	str rest = value_text(&args[0]), search = value_text(&args[1]);
	int64_t n = 0;
	ptrdiff_t at;

	if (!builtin_charge_bytes(call, rest.n))
		return BUILTIN_HALT;
	if (search.n == 0) {
		*out = value_int(count_runes(rest) + 1);
		return BUILTIN_OK;
	}
	for (; (at = str_find(rest, search)) >= 0; n++)
		rest = str_skip(rest, (size_t)at + search.n);
	*out = value_int(n);
	return BUILTIN_OK;
}

#define STRING_TEST "string, string -> boolean"

const struct builtin builtins_string[] = {
	{ "concat", "string, set[string]|array[string] -> string", concat },
	{ "contains", STRING_TEST, contains },
	{ "startswith", STRING_TEST, startswith },
	{ "endswith", STRING_TEST, endswith },
	{ "format_int", "number, number -> string", format_int },
	{ "indexof", "string, string -> number", indexof },
	{ "indexof_n", "string, string -> array[number]", indexof_n },
	{ "substring", "string, number, number -> string", substring },
	{ "lower", "string -> string", lower },
	{ "upper", "string -> string", upper },
	{ "split", "string, string -> array[string]", split },
	{ "replace", "string, string, string -> string", replace },
	{ "sprintf", "string, array[any] -> string", sprintf_ },
	{ "strings.reverse", "string -> string", reverse },
	{ "strings.count", "string, string -> number", count },
	{ "internal.print", "array[any] -> boolean", print, .nondeterministic = true },
	{ "internal.template_string", "array[any] -> string", template_string },
	{ "trace", "string -> boolean", trace, .nondeterministic = true },
	{ .name = NULL },
};
