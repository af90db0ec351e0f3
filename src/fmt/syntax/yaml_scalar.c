/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/base64.h"
#include "base/err.h"
#include "fmt/syntax/yaml_internal.h"

/* Longer plain scalars are no numbers. */
#define NUMBER_MAX 1024u

static void set_text(struct json *out, enum json_type type, str text)
{
	*out = (struct json){ .type = (uint8_t)type,
			      .n = (uint32_t)text.n,
			      .text = text.p ? text.p : "" };
}

/* word, Word or WORD */
static bool is_word(str text, str word)
{
	bool lower = true, upper = true;

	if (!str_ieq(text, word))
		return false;
	for (size_t i = 1; i < text.n; i++) {
		lower = lower && (!is_alpha(text.p[i]) || text.p[i] >= 'a');
		upper = upper && (!is_alpha(text.p[i]) || text.p[i] <= 'Z');
	}
	return text.n == 1 || lower || (upper && text.p[0] <= 'Z');
}

static bool is_one_of(str text, const char *const *words)
{
	for (; *words; words++)
		if (is_word(text, str_c(*words)))
			return true;
	return false;
}

static bool is_null(str text)
{
	static const char *const words[] = { "null", NULL };

	return text.n == 0 || str_eq(text, STR("~")) || is_one_of(text, words);
}

static bool is_bool(enum yaml_schema schema, str text, bool *value)
{
	static const char *const yes[] = { "true", "yes", "on", "y", NULL };
	static const char *const no[] = { "false", "no", "off", "n", NULL };
	static const char *const core_yes[] = { "true", NULL };
	static const char *const core_no[] = { "false", NULL };
	bool old = schema == YAML_KUBERNETES;

	*value = is_one_of(text, old ? yes : core_yes);
	return *value || is_one_of(text, old ? no : core_no);
}

static bool is_inf_or_nan(str text)
{
	static const char *const words[] = { "inf", "nan", NULL };

	if (text.n == 5 && (text.p[0] == '+' || text.p[0] == '-'))
		text = str_skip(text, 1);
	return text.n == 4 && text.p[0] == '.' &&
	       (str_eq(text, STR(".NaN")) || is_one_of(str_skip(text, 1), words));
}

static str without_underscores(str text, struct arena *arena)
{
	char *p;
	size_t n = 0;

	if (str_find_char(text, '_') < 0)
		return text;
	p = arena_bytes(arena, text.n);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '_')
			p[n++] = text.p[i];
	return str_of(p, n);
}

/* 0x1F, 0o17, 0b11, 017: value and sign as decimal text. False: none of these. */
static bool based_number(str text, struct arena *arena, str *out)
{
	bool negative = str_starts(text, STR("-"));
	unsigned base = 8;
	uint64_t value = 0;
	str digits;

	if (text.n && (text.p[0] == '-' || text.p[0] == '+'))
		text = str_skip(text, 1);
	if (text.n < 2 || text.p[0] != '0')
		return false;
	switch (to_lower(text.p[1])) {
	case 'x':
		base = 16;
		digits = str_skip(text, 2);
		break;
	case 'o':
		digits = str_skip(text, 2);
		break;
	case 'b':
		base = 2;
		digits = str_skip(text, 2);
		break;
	default:
		digits = str_skip(text, 1);
	}
	if (base == 2) {
		if (digits.n == 0 || digits.n > 64)
			return false;
		for (size_t i = 0; i < digits.n; i++) {
			if (digits.p[i] != '0' && digits.p[i] != '1')
				return false;
			value = value << 1 | (uint64_t)(digits.p[i] - '0');
		}
	} else if (!str_u64_base(digits, base, &value)) {
		return false;
	}
	if (negative && value > (uint64_t)INT64_MAX + 1)
		return false;
	*out = str_fmt(arena, "%s%llu", negative && value ? "-" : "", (unsigned long long)value);
	return true;
}

static size_t digits_from(str s, size_t i)
{
	while (i < s.n && is_digit(s.p[i]))
		i++;
	return i;
}

/*
 * [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? as a JSON number: no plus sign, no leading
 * zeros, a digit on both sides of the point.
 */
static bool decimal_number(str text, struct arena *arena, str *out)
{
	bool negative = str_starts(text, STR("-"));
	str whole, fraction = STR_EMPTY, power = STR_EMPTY;
	size_t i = negative || str_starts(text, STR("+")), from = i;
	struct json value;
	double d;

	i = digits_from(text, i);
	whole = str_of(text.p + from, i - from);
	if (i < text.n && text.p[i] == '.') {
		from = ++i;
		i = digits_from(text, i);
		fraction = str_of(text.p + from, i - from);
	}
	if (whole.n == 0 && fraction.n == 0)
		return false;
	if (i < text.n && (text.p[i] == 'e' || text.p[i] == 'E')) {
		from = i++;
		i += i < text.n && (text.p[i] == '-' || text.p[i] == '+');
		if (digits_from(text, i) == i)
			return false;
		i = digits_from(text, i);
		power = str_of(text.p + from, i - from);
	}
	if (i != text.n)
		return false;
	while (whole.n > 1 && whole.p[0] == '0')
		whole = str_skip(whole, 1);
	*out = str_fmt(arena, "%s%.*s%s%.*s%.*s", negative ? "-" : "",
		       STR_ARG(whole.n ? whole : STR("0")), fraction.n ? "." : "",
		       STR_ARG(fraction), STR_ARG(power));
	set_text(&value, JSON_NUMBER, *out);
	return json_double(&value, &d); /* beyond doubles it is a text, as for others */
}

static bool is_whole(str number)
{
	return str_find_char(number, '.') < 0 && str_find_char(number, 'e') < 0 &&
	       str_find_char(number, 'E') < 0;
}

static bool is_number(str text, struct arena *arena, str *out)
{
	if (text.n == 0 || text.n > NUMBER_MAX ||
	    !(is_digit(text.p[0]) || text.p[0] == '-' || text.p[0] == '+' || text.p[0] == '.'))
		return false;
	if (text.p[0] != '.')
		text = without_underscores(text, arena);
	return based_number(text, arena, out) || decimal_number(text, arena, out);
}

static int binary(str text, struct arena *arena, struct json *out, struct err *err)
{
	char *packed = arena_bytes(arena, text.n);
	size_t n = 0;
	str bytes;

	for (size_t i = 0; i < text.n; i++)
		if (!is_space(text.p[i]))
			packed[n++] = text.p[i];
	if (!base64_decode(arena, str_of(packed, n), &bytes))
		return err_set(err, ERR_INPUT, "!!binary that is not base64");
	if (!str_is_utf8(bytes))
		return err_set(err, ERR_UNSUPPORTED, "!!binary of bytes that are not UTF-8");
	set_text(out, JSON_STRING, bytes);
	return 0;
}

/* A scalar with one of YAML's own tags. */
static int tagged(enum yaml_schema schema, str text, str tag, struct arena *arena, struct json *out,
		  struct err *err)
{
	str number;
	bool value;

	if (str_eq(tag, STR("binary")))
		return binary(text, arena, out, err);
	if (str_eq(tag, STR("null")) && is_null(text)) {
		*out = (struct json){ .type = JSON_NULL };
		return 0;
	}
	if (str_eq(tag, STR("bool")) && is_bool(schema, text, &value)) {
		*out = (struct json){ .type = value ? JSON_TRUE : JSON_FALSE };
		return 0;
	}
	if ((str_eq(tag, STR("int")) || str_eq(tag, STR("float"))) &&
	    is_number(text, arena, &number) && (str_eq(tag, STR("float")) || is_whole(number))) {
		set_text(out, JSON_NUMBER, str_dup(arena, number));
		return 0;
	}
	if (str_eq(tag, STR("null")) || str_eq(tag, STR("bool")) || str_eq(tag, STR("int")) ||
	    str_eq(tag, STR("float")))
		return err_set(err, is_inf_or_nan(text) ? ERR_UNSUPPORTED : ERR_INPUT,
			       "\"%.*s\" is no !!%.*s", STR_ARG(str_take(text, 80)), STR_ARG(tag));
	set_text(out, JSON_STRING, str_dup(arena, text));
	return 0;
}

int yaml_scalar(enum yaml_schema schema, str text, bool plain, str tag, struct arena *arena,
		struct json *out, struct err *err)
{
	str number;
	bool value;

	if (schema == YAML_TEXT || (!plain && str_empty(tag))) {
		set_text(out, JSON_STRING, str_dup(arena, text));
		return 0;
	}
	if (!str_empty(tag))
		return tagged(schema, text,
			      str_starts(tag, STR("tag:yaml.org,2002:")) ? str_skip(tag, 18)
									 : STR("str"),
			      arena, out, err);
	if (is_inf_or_nan(text))
		return err_set(err, ERR_UNSUPPORTED, "%.*s has no form in JSON", STR_ARG(text));
	if (is_null(text))
		*out = (struct json){ .type = JSON_NULL };
	else if (is_bool(schema, text, &value))
		*out = (struct json){ .type = value ? JSON_TRUE : JSON_FALSE };
	else if (is_number(text, arena, &number))
		set_text(out, JSON_NUMBER, str_dup(arena, number));
	else
		set_text(out, JSON_STRING, str_dup(arena, text));
	return 0;
}

int yaml_key(const struct json *value, struct arena *arena, str *out, struct err *err)
{
	struct json_writer w;
	struct buf text;
	double d;

	switch (value->type) {
	case JSON_STRING:
		*out = json_str(value);
		return 0;
	case JSON_TRUE:
		*out = STR("true");
		return 0;
	case JSON_FALSE:
		*out = STR("false");
		return 0;
	case JSON_NUMBER:
		*out = json_number(value);
		if (is_whole(*out) || !json_double(value, &d))
			return 0;
		buf_init(&text, 64);
		json_writer_init(&w, &text, 0);
		json_put_double(&w, d);
		*out = str_dup(arena, buf_str(&text));
		buf_done(&text);
		return 0;
	default:
		return err_set(err, ERR_UNSUPPORTED, "a key that is neither text nor number");
	}
}
