/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "fmt/syntax/regex.h"

#include <pcre2.h>

#include "base/err.h"
#include "fmt/syntax/regex_internal.h"

struct regex {
	struct arena *arena;
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	struct regex_names names;
};

static void auto_pcre2_compile_context_free(pcre2_compile_context **p)
{
	pcre2_compile_context_free(*p);
}

/* `text` ends with it, \p{Name} or as it is written for PCRE2, \p{sc:Name}. */
static pcre2_code *unknown_property(str text, struct err *err)
{
	size_t at = text.n;
	ptrdiff_t script;

	while (at > 0 && text.p[at - 1] != '\\')
		at--;
	text = str_skip(text, at);
	script = str_find(text, STR("sc:"));
	if (script < 0)
		return err_null(err, ERR_INPUT,
				"error parsing regexp: invalid character class range: `\\%.*s`",
				STR_ARG(str_take(text, 100)));
	return err_null(err, ERR_INPUT,
			"error parsing regexp: invalid character class range: `\\%.*s%.*s`",
			STR_ARG(str_take(text, (size_t)script)),
			STR_ARG(str_take(str_skip(text, (size_t)script + 3), 100)));
}

static pcre2_code *compile(str text, struct err *err)
{
	AUTO(pcre2_compile_context_free)
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	const uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX |
				 PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_UTF_CHECK;
	PCRE2_UCHAR message[128];
	PCRE2_SIZE at;
	pcre2_code *code;
	int number;

	if (!context || pcre2_set_newline(context, PCRE2_NEWLINE_LF) != 0)
		return err_null(err, ERR_SYS, "regular expression: no memory");
	pcre2_set_parens_nest_limit(context, REGEX_MAX_DEPTH + 2);
	code = pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &number, &at, context);
	if (code)
		return code;
	if (number == PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY)
		return unknown_property(str_take(text, at), err);
	pcre2_get_error_message(number, message, sizeof(message));
	return err_null(err, number == PCRE2_ERROR_HEAP_FAILED ? ERR_SYS : ERR_INPUT,
			"error parsing regexp: %s", (const char *)message);
}

struct regex *regex_new(str pattern, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	AUTO(regex_free)
	struct regex *regex = NULL;

	if (pattern.n > REGEX_MAX_PATTERN)
		return err_null(err, ERR_LIMIT, "regular expression of %zu bytes", pattern.n);
	regex = mem_zalloc(sizeof(*regex));
	regex->arena = arena_new();
	regex->names.arena = regex->arena;
	buf_init(&text, (size_t)REGEX_MAX_PATTERN * 12);
	BUF_LIT(&text, "(?:");
	if (regex_translate(pattern, &regex->names, &text, err) < 0)
		return NULL;
	BUF_LIT(&text, ")");
	regex->code = compile(buf_str(&text), err);
	if (!regex->code)
		return NULL;
	regex->data = pcre2_match_data_create_from_pattern(regex->code, NULL);
	regex->context = pcre2_match_context_create(NULL);
	if (!regex->data || !regex->context)
		return err_null(err, ERR_SYS, "regular expression: no memory");
	pcre2_set_match_limit(regex->context, REGEX_MATCH_STEPS);
	pcre2_set_depth_limit(regex->context, REGEX_MATCH_DEPTH);
	pcre2_set_heap_limit(regex->context, REGEX_HEAP_KIB);
	return TAKE(regex);
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_match_context_free(regex->context);
	pcre2_match_data_free(regex->data);
	pcre2_code_free(regex->code);
	arena_free(regex->arena);
	free(regex);
}

uint32_t regex_groups(const struct regex *regex) { return (uint32_t)regex->names.n; }

uint32_t regex_group(const struct regex *regex, str name)
{
	for (size_t i = 0; name.n && i < regex->names.n; i++)
		if (str_eq(regex->names.names[i], name))
			return (uint32_t)i + 1;
	return 0;
}

str regex_group_name(const struct regex *regex, uint32_t i)
{
	return i && i <= regex->names.n ? regex->names.names[i - 1] : STR_EMPTY;
}

str regex_text(str s, struct arena *arena)
{
	char *copy;
	uint32_t cp;

	if (str_is_utf8(s))
		return s.p ? s : STR("");
	copy = arena_bytes(arena, s.n);
	memcpy(copy, s.p, s.n);
	for (size_t i = 0, len; i < s.n; i += len ? len : 1) {
		len = utf8_decode(s.p + i, s.n - i, &cp);
		if (len == 0)
			copy[i] = '\x1a';
	}
	return str_of(copy, s.n);
}

int regex_find(struct regex *regex, str text, size_t from, const size_t **spans, struct err *err)
{
	PCRE2_UCHAR message[128];
	int rc = pcre2_match(regex->code, (PCRE2_SPTR)text.p, text.n, from, PCRE2_NO_UTF_CHECK,
			     regex->data, regex->context);

	if (rc >= 0) {
		*spans = pcre2_get_ovector_pointer(regex->data);
		return 1;
	}
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	pcre2_get_error_message(rc, message, sizeof(message));
	return err_set(err, ERR_LIMIT, "regular expression: %s", (const char *)message);
}

static size_t rune_length(str s, size_t at)
{
	size_t n = 1;

	while (at + n < s.n && ((unsigned char)s.p[at + n] & 0xc0) == 0x80)
		n++;
	return n;
}

int regex_next(struct regex_scan *scan, const size_t **spans, struct err *err)
{
	while (!scan->done && scan->at <= scan->text.n) {
		int rc = regex_find(scan->regex, scan->text, scan->at, spans, err);
		bool accept = true;

		if (rc <= 0) {
			scan->done = true;
			return rc;
		}
		if ((*spans)[1] == scan->at) { /* empty, and nothing was skipped */
			accept = !(scan->after_match && (*spans)[0] == scan->last_end);
			scan->at += rune_length(scan->text, scan->at);
		} else {
			scan->at = (*spans)[1];
		}
		scan->last_end = (*spans)[1];
		scan->after_match = true;
		if (accept)
			return 1;
	}
	return 0;
}

int regex_match(struct regex *regex, str text, struct err *err)
{
	const size_t *spans;

	return regex_find(regex, text, 0, &spans, err);
}

void regex_quote(struct buf *out, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (strchr("\\.+*?()|[]{}^$", s.p[i]) && s.p[i])
			buf_byte(out, '\\');
		buf_byte(out, s.p[i]);
	}
}
