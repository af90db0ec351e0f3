/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/regex.h"

#include "base/err.h"
#include "policy/builtin.h"
#include "policy/builtin_cache.h"

static void *make(str pattern, struct err *err) { return regex_new(pattern, err); }

static void free_(void *regex) { regex_free(regex); }

static const struct builtin_compiled kind = { .make = make, .free = free_ };

/* What a match that ran into its limit has cost, in steps of the evaluation. */
#define LIMIT_STEPS (REGEX_MATCH_STEPS / 64)

/* A limit that is hit is an error of the builtin; only the budget ends the evaluation. */
static int failed(struct builtin_call *call)
{
	struct err why = *call->err;

	if (why.kind == ERR_LIMIT && !builtin_charge(call, LIMIT_STEPS))
		return BUILTIN_HALT;
	*call->err = why;
	return BUILTIN_ERROR;
}

static struct regex *compiled(struct builtin_call *call, const struct value *pattern)
{
	return builtin_cached(call, &kind, value_text(pattern));
}

static int is_valid(struct builtin_call *call, const struct value *args, struct value *out)
{
	*out = value_bool(args[0].type == VALUE_STRING && compiled(call, &args[0]));
	return BUILTIN_OK;
}

static int match(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct regex *regex = compiled(call, &args[0]);
	int rc;

	if (!regex)
		return failed(call);
	if (!builtin_charge_bytes(call, args[1].n))
		return BUILTIN_HALT;
	rc = regex_match(regex, regex_text(value_text(&args[1]), call->arena), call->err);
	if (rc < 0)
		return failed(call);
	*out = value_bool(rc);
	return BUILTIN_OK;
}

/* The scan of args' text and what each match adds to an array. */
struct collector {
	struct builtin_call *call;
	str text; /* as given */
	struct regex_scan scan;
	struct value_builder items;
	int64_t left; /* matches to take; below 0: all */
};

static int start(struct collector *c, struct builtin_call *call, const struct value *pattern,
		 const struct value *text, int64_t n)
{
	struct regex *regex = compiled(call, pattern);

	if (!regex)
		return failed(call);
	if (!builtin_charge_bytes(call, text->n))
		return BUILTIN_HALT;
	*c = (struct collector){ .call = call, .text = value_text(text), .left = n };
	c->scan.regex = regex;
	c->scan.text = regex_text(c->text, call->arena);
	value_builder_init(&c->items, call->arena);
	return BUILTIN_OK;
}

/* 1, 0 at the end, or a negative status. */
static int next(struct collector *c, const size_t **spans)
{
	int rc;

	if (c->left == 0)
		return 0;
	if (!builtin_charge(c->call, 1))
		return BUILTIN_HALT;
	rc = regex_next(&c->scan, spans, c->call->err);
	c->left -= c->left > 0;
	return rc < 0 ? failed(c->call) : rc;
}

static struct value piece(const struct collector *c, size_t from, size_t to)
{
	return value_str(from == REGEX_NONE ? STR("") : str_of(c->text.p + from, to - from));
}

static int find_n(struct builtin_call *call, const struct value *args, struct value *out)
{
	const size_t *spans;
	struct collector c;
	int64_t n;
	int rc;

	if (builtin_int(call, 3, &args[2], &n) != BUILTIN_OK)
		return BUILTIN_TYPE;
	rc = start(&c, call, &args[0], &args[1], n);
	if (rc != BUILTIN_OK)
		return rc;
	while ((rc = next(&c, &spans)) == 1)
		value_builder_add(&c.items, piece(&c, spans[0], spans[1]));
	*out = value_builder_array(&c.items);
	return rc < 0 ? rc : BUILTIN_OK;
}

static int find_submatches(struct builtin_call *call, const struct value *args, struct value *out)
{
	const size_t *spans;
	struct collector c;
	int64_t n;
	int rc;

	if (builtin_int(call, 3, &args[2], &n) != BUILTIN_OK)
		return BUILTIN_TYPE;
	rc = start(&c, call, &args[0], &args[1], n);
	if (rc != BUILTIN_OK)
		return rc;
	while ((rc = next(&c, &spans)) == 1) {
		struct value_builder groups;

		value_builder_init(&groups, call->arena);
		for (uint32_t i = 0; i <= regex_groups(c.scan.regex); i++)
			value_builder_add(&groups, piece(&c, spans[2 * i], spans[2 * i + 1]));
		value_builder_add(&c.items, value_builder_array(&groups));
	}
	*out = value_builder_array(&c.items);
	return rc < 0 ? rc : BUILTIN_OK;
}

static int split(struct builtin_call *call, const struct value *args, struct value *out)
{
	size_t from = 0, end = 0;
	const size_t *spans;
	struct collector c;
	int rc = start(&c, call, &args[0], &args[1], -1);

	if (rc != BUILTIN_OK)
		return rc;
	while ((args[0].n == 0 || args[1].n) && (rc = next(&c, &spans)) == 1) {
		end = spans[0];
		if (spans[1] != 0)
			value_builder_add(&c.items, piece(&c, from, end));
		from = spans[1];
	}
	if (rc < 0)
		return rc;
	if (end != c.text.n || (args[0].n && args[1].n == 0))
		value_builder_add(&c.items, piece(&c, from, c.text.n));
	*out = value_builder_array(&c.items);
	return BUILTIN_OK;
}

static size_t name_length(str s)
{
	size_t n = 0;

	while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '_'))
		n++;
	return n;
}

/* `rest` is behind a '$': takes a name or number, bare or in braces. False: neither. */
static bool take_reference(str *rest, str *name)
{
	bool braces = rest->n && rest->p[0] == '{';
	str s = str_skip(*rest, braces);
	size_t n = name_length(s);

	if (n == 0 || (braces && (n >= s.n || s.p[n] != '}')))
		return false;
	*name = str_take(s, n);
	*rest = str_skip(s, n + braces);
	return true;
}

/* $1, $name, ${name}, $$ of the replacement. */
static void expand(const struct collector *c, str with, const size_t *spans, struct buf *b)
{
	ptrdiff_t at;
	str name;

	while ((at = str_find_char(with, '$')) >= 0) {
		uint64_t number = 0;

		buf_add(b, str_take(with, (size_t)at));
		with = str_skip(with, (size_t)at + 1);
		if (with.n && with.p[0] == '$') {
			buf_byte(b, '$');
			with = str_skip(with, 1);
			continue;
		}
		if (!take_reference(&with, &name)) {
			buf_byte(b, '$');
			continue;
		}
		if (!str_u64(name, &number)) {
			number = regex_group(c->scan.regex, name);
			if (number == 0)
				continue;
		}
		if (number <= regex_groups(c->scan.regex) && spans[2 * number] != REGEX_NONE)
			buf_add(b, str_of(c->text.p + spans[2 * number],
					  spans[2 * number + 1] - spans[2 * number]));
	}
	buf_add(b, with);
}

static int replace(struct builtin_call *call, const struct value *args, struct value *out)
{
	const size_t *spans;
	struct collector c;
	size_t done = 0;
	struct buf b;
	int rc = start(&c, call, &args[1], &args[0], -1);

	if (rc != BUILTIN_OK)
		return rc;
	buf_init(&b, BUILTIN_MAX_BYTES);
	while (!b.overflow && (rc = next(&c, &spans)) == 1) {
		buf_add(&b, str_of(c.text.p + done, spans[0] - done));
		done = spans[1];
		expand(&c, value_text(&args[2]), spans, &b);
	}
	if (rc < 0) {
		buf_done(&b);
		return rc;
	}
	buf_add(&b, str_skip(c.text, done));
	return builtin_take_text(call, &b, out);
}

/* The regular expression of a template: parts in delimiters are expressions, the rest is text. */
static int template_regex(struct builtin_call *call, const struct value *args, struct buf *b)
{
	str rest = value_text(&args[0]), open = value_text(&args[2]), close = value_text(&args[3]);
	char begin = open.p ? open.p[0] : 0,
	     end = close.p ? close.p[0] : 0; /* the caller checked */
	str all = rest;

	buf_byte(b, '^');
	while (rest.n) {
		ptrdiff_t from = str_find_char(rest, begin);
		size_t i, depth = 1;

		regex_quote(b, from < 0 ? rest : str_take(rest, (size_t)from));
		if (from < 0)
			break;
		rest = str_skip(rest, (size_t)from + 1);
		for (i = 0; i < rest.n; i++) {
			depth += rest.p[i] == begin && begin != end;
			depth -= rest.p[i] == end;
			if (depth == 0)
				break;
		}
		if (i == rest.n)
			return builtin_fail(call, "unbalanced braces in %.*s",
					    STR_ARG(str_take(all, 200)));
		buf_byte(b, '(');
		buf_add(b, str_take(rest, i));
		buf_byte(b, ')');
		rest = str_skip(rest, i + 1);
	}
	buf_byte(b, '$');
	return BUILTIN_OK;
}

static int template_match(struct builtin_call *call, const struct value *args, struct value *out)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct value parts[2] = { { 0 }, args[1] };
	int rc;

	if (args[2].n != 1)
		return builtin_fail(
			call, "start delimiter has to be exactly one character long but is %u long",
			args[2].n);
	if (args[3].n != 1)
		return builtin_fail(
			call, "end delimiter has to be exactly one character long but is %u long",
			args[3].n);
	buf_init(&b, REGEX_MAX_PATTERN + 1);
	rc = template_regex(call, args, &b);
	if (rc != BUILTIN_OK)
		return rc;
	parts[0] = value_str(buf_str(&b));
	return match(call, parts, out);
}

#define TEST_STRING "string, string -> boolean"

const struct builtin builtins_regex[] = {
	{ "regex.is_valid", "any -> boolean", is_valid },
	{ "regex.match", TEST_STRING, match },
	{ "re_match", TEST_STRING, match, .v0_only = true },
	{ "regex.find_n", "string, string, number -> array[string]", find_n },
	{ "regex.find_all_string_submatch_n", "string, string, number -> array[array[string]]",
	  find_submatches },
	{ "regex.split", "string, string -> array[string]", split },
	{ "regex.replace", "string, string, string -> string", replace },
	{ "regex.template_match", "string, string, string, string -> boolean", template_match },
	{ .name = NULL },
};
