/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/glob.h"

#include "base/err.h"
#include "fmt/syntax/regex.h"
#include "policy/builtin.h"
#include "policy/builtin_cache.h"

/* The key of a compiled glob: number of bytes of the delimiters, ':', delimiters, pattern. */
static void *make(str key, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	str head, rest;
	uint64_t n;

	if (!str_cut(key, ':', &head, &rest) || !str_u64(head, &n))
		return err_null(err, ERR_INPUT, "glob: no delimiters");
	buf_init(&text, REGEX_MAX_PATTERN);
	if (glob_to_regex(str_skip(rest, n), str_take(rest, n), &text, err) < 0)
		return NULL;
	return regex_new(buf_str(&text), err);
}

static void free_(void *regex) { regex_free(regex); }

static const struct builtin_compiled kind = { .make = make, .free = free_ };

static int delimiters_of(struct builtin_call *call, const struct value *v, struct buf *out)
{
	uint32_t cp;

	if (v->type == VALUE_NULL)
		return BUILTIN_OK;
	if (builtin_strings(call, 2, v) != BUILTIN_OK)
		return BUILTIN_TYPE;
	for (uint32_t i = 0; i < v->n; i++) {
		str s = value_text(&v->items[i]);

		if (s.n == 0 || utf8_decode(s.p, s.n, &cp) != s.n)
			return builtin_element_fail(call, 2, v, "rune", &v->items[i]);
		buf_add(out, s);
	}
	if (v->n == 0)
		buf_byte(out, '.');
	return BUILTIN_OK;
}

static int match(struct builtin_call *call, const struct value *args, struct value *out)
{
	AUTO(buf_done)
	struct buf delimiters = { 0 };
	AUTO(buf_done)
	struct buf key = { 0 };
	struct regex *regex;
	int rc;

	buf_init(&delimiters, 4096);
	buf_init(&key, REGEX_MAX_PATTERN + 8192);
	rc = delimiters_of(call, &args[1], &delimiters);
	if (rc != BUILTIN_OK)
		return rc;
	buf_fmt(&key, "%zu:", delimiters.n);
	buf_add(&key, buf_str(&delimiters));
	buf_add(&key, value_text(&args[0]));
	if (key.overflow || delimiters.overflow)
		return builtin_fail(call, "glob: pattern of %u bytes", args[0].n);
	if (!builtin_charge_bytes(call, args[2].n))
		return BUILTIN_HALT;
	regex = builtin_cached(call, &kind, buf_str(&key));
	rc = regex ? regex_match(regex, regex_text(value_text(&args[2]), call->arena), call->err)
		   : -1;
	if (rc < 0 && call->err->kind == ERR_LIMIT && !builtin_charge(call, REGEX_MATCH_STEPS / 64))
		return BUILTIN_HALT;
	if (rc < 0)
		return BUILTIN_ERROR;
	*out = value_bool(rc);
	return BUILTIN_OK;
}

static int quote_meta(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf b;

	buf_init(&b, BUILTIN_MAX_BYTES);
	glob_quote(&b, value_text(&args[0]));
	return builtin_take_text(call, &b, out);
}

const struct builtin builtins_glob[] = {
	{ "glob.match", "string, null|array[string], string -> boolean", match },
	{ "glob.quote_meta", "string -> string", quote_meta },
	{ .name = NULL },
};
