/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions of templates: "[concat(parameters('name'), '/', variables('x').y[0])]". What is not
 * known (a function, a parameter without default) makes the whole expression unknown, and the text
 * stays.
 */
#include "base/err.h"
#include "policy/constraint/resource.h"
#include "posture/arm.h"

#define EXPRESSION_MAX_DEPTH 32u
#define EXPRESSION_MAX_ARGS  32u
#define RESOLVE_MAX_DEPTH    200u
#define TEXT_MAX_BYTES	     (64u << 10)

struct expression {
	const struct arm_scope *scope;
	str rest;
	unsigned depth;
};

bool arm_is_expression(str text)
{
	return str_starts(text, STR("[")) && !str_starts(text, STR("[[")) &&
	       str_ends(text, STR("]"));
}

static const struct json *parse_term(struct expression *e);

static void skip_space(struct expression *e)
{
	while (e->rest.n > 0 && is_space(e->rest.p[0]))
		e->rest = str_skip(e->rest, 1);
}

static bool take_char(struct expression *e, char c)
{
	skip_space(e);
	if (e->rest.n == 0 || e->rest.p[0] != c)
		return false;
	e->rest = str_skip(e->rest, 1);
	return true;
}

static const struct json *make(const struct arm_scope *scope, struct json v)
{
	struct json *made = ARENA_NEW(scope->arena, struct json);

	*made = v;
	return made;
}

static const struct json *make_text(const struct arm_scope *scope, str text)
{
	*scope->nodes += text.n / 64 + 1; /* a short expression may make a long text */
	if (text.n > TEXT_MAX_BYTES || *scope->nodes > ARM_MAX_NODES)
		return NULL;
	return make(scope, json_make_str(text));
}

static const struct json *make_bool(const struct arm_scope *scope, bool b)
{
	return make(scope, (struct json){ .type = b ? JSON_TRUE : JSON_FALSE });
}

/* 'it''s' */
static const struct json *parse_text(struct expression *e)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, TEXT_MAX_BYTES);
	for (;;) {
		ptrdiff_t quote = str_find_char(e->rest, '\'');

		if (quote < 0)
			return NULL;
		buf_add(&b, str_take(e->rest, (size_t)quote));
		e->rest = str_skip(e->rest, (size_t)quote + 1);
		if (!str_starts(e->rest, STR("'")))
			break;
		buf_byte(&b, '\'');
		e->rest = str_skip(e->rest, 1);
	}
	if (b.overflow)
		return NULL;
	return make_text(e->scope, str_dup(e->scope->arena, buf_str(&b)));
}

static const struct json *parse_number(struct expression *e)
{
	size_t n = e->rest.p[0] == '-';

	while (n < e->rest.n && is_digit(e->rest.p[n]))
		n++;
	str digits = str_take(e->rest, n);
	int64_t value;

	e->rest = str_skip(e->rest, n);
	if (!str_i64(digits, &value))
		return NULL;
	return make(
		e->scope,
		(struct json){ .type = JSON_NUMBER, .n = (uint32_t)digits.n, .text = digits.p });
}

/* ---- functions ---- */

struct call {
	const struct arm_scope *scope;
	const struct json *args[EXPRESSION_MAX_ARGS];
	size_t n;
};

/* Expressions inside of a value that another expression names. */
static const struct json *call_parameters(const struct call *c)
{
	str name = c->n == 1 ? json_str(c->args[0]) : STR_EMPTY;
	const struct json *given = arm_member(c->scope->given, name);
	const struct json *value = arm_member(given, STR("value"));

	if (!value)
		value = arm_member(arm_member(c->scope->parameters, name), STR("defaultValue"));
	return value && arm_is_expression(json_str(value)) ? NULL : value;
}

static const struct json *call_variables(const struct call *c)
{
	const struct json *value =
		c->n == 1 ? arm_member(c->scope->variables, json_str(c->args[0])) : NULL;

	return value && arm_is_expression(json_str(value)) ? NULL : value;
}

static bool text_of(const struct json *v, str *out)
{
	if (json_is(v, JSON_STRING))
		*out = json_str(v);
	else if (json_is(v, JSON_NUMBER))
		*out = json_number(v);
	else if (json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE))
		*out = json_bool(v) ? STR("True") : STR("False");
	else
		return false;
	return true;
}

static const struct json *join(const struct call *c, size_t first, str between)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	str text;

	buf_init(&b, TEXT_MAX_BYTES);
	for (size_t i = first; i < c->n; i++) {
		if (!text_of(c->args[i], &text))
			return NULL;
		if (i > first)
			buf_add(&b, between);
		buf_add(&b, text);
	}
	if (b.overflow)
		return NULL;
	return make_text(c->scope, str_dup(c->scope->arena, buf_str(&b)));
}

static const struct json *call_concat(const struct call *c) { return join(c, 0, STR_EMPTY); }

/* format('{0}-{1}', a, b) */
static const struct json *call_format(const struct call *c)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	str form = c->n > 0 ? json_str(c->args[0]) : STR_EMPTY, text;

	buf_init(&b, TEXT_MAX_BYTES);
	while (form.n > 0) {
		ptrdiff_t open = str_find_char(form, '{'), close;
		uint64_t at;

		if (open < 0)
			break;
		buf_add(&b, str_take(form, (size_t)open));
		form = str_skip(form, (size_t)open + 1);
		close = str_find_char(form, '}');
		if (close < 0 || !str_u64(str_take(form, (size_t)close), &at) || at + 1 >= c->n ||
		    !text_of(c->args[at + 1], &text))
			return NULL;
		buf_add(&b, text);
		form = str_skip(form, (size_t)close + 1);
	}
	buf_add(&b, form);
	return b.overflow ? NULL : make_text(c->scope, str_dup(c->scope->arena, buf_str(&b)));
}

static const struct json *call_lower(const struct call *c)
{
	if (c->n != 1 || !json_is(c->args[0], JSON_STRING))
		return NULL;
	return make_text(c->scope, str_lower(c->scope->arena, json_str(c->args[0])));
}

/* resourceId('type', 'name', ...): enough to be recognised by. */
static const struct json *call_resource_id(const struct call *c)
{
	return c->n < 2 ? NULL : join(c, 0, STR("/"));
}

static const struct json *call_equals(const struct call *c)
{
	if (c->n != 2)
		return NULL;
	if (json_is(c->args[0], JSON_STRING) && json_is(c->args[1], JSON_STRING))
		return make_bool(c->scope, str_ieq(json_str(c->args[0]), json_str(c->args[1])));
	return make_bool(c->scope, json_equal(c->args[0], c->args[1]));
}

static const struct json *call_not(const struct call *c)
{
	if (c->n != 1 || (!json_is(c->args[0], JSON_TRUE) && !json_is(c->args[0], JSON_FALSE)))
		return NULL;
	return make_bool(c->scope, !json_bool(c->args[0]));
}

static const struct json *call_if(const struct call *c)
{
	if (c->n != 3 || (!json_is(c->args[0], JSON_TRUE) && !json_is(c->args[0], JSON_FALSE)))
		return NULL;
	return c->args[json_bool(c->args[0]) ? 1 : 2];
}

static const struct json *call_true(const struct call *c) { return make_bool(c->scope, true); }
static const struct json *call_false(const struct call *c) { return make_bool(c->scope, false); }

static const struct json *call_null(const struct call *c)
{
	return make(c->scope, (struct json){ .type = JSON_NULL });
}

static const struct json *call_array(const struct call *c)
{
	struct json *items = ARENA_ARRAY(c->scope->arena, struct json, c->n);

	*c->scope->nodes += c->n + 1;
	for (size_t i = 0; i < c->n; i++)
		items[i] = *c->args[i];
	return make(c->scope, json_make_array(items, c->n));
}

static const struct {
	const char *name;
	const struct json *(*call)(const struct call *c);
} functions[] = {
	{ "concat", call_concat },
	{ "createArray", call_array },
	{ "equals", call_equals },
	{ "false", call_false },
	{ "format", call_format },
	{ "if", call_if },
	{ "not", call_not },
	{ "null", call_null },
	{ "parameters", call_parameters },
	{ "resourceId", call_resource_id },
	{ "toLower", call_lower },
	{ "true", call_true },
	{ "variables", call_variables },
};

static const struct json *parse_call(struct expression *e, str name)
{
	struct call c = { .scope = e->scope };

	if (!take_char(e, ')')) {
		do {
			if (c.n == EXPRESSION_MAX_ARGS)
				return NULL;
			c.args[c.n] = parse_term(e);
			if (!c.args[c.n++])
				return NULL;
		} while (take_char(e, ','));
		if (!take_char(e, ')'))
			return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		if (str_ieq(name, str_c(functions[i].name)))
			return functions[i].call(&c);
	}
	return NULL;
}

static str take_name(struct expression *e)
{
	size_t n = 0;

	while (n < e->rest.n && (is_alnum(e->rest.p[n]) || e->rest.p[n] == '_'))
		n++;
	str name = str_take(e->rest, n);

	e->rest = str_skip(e->rest, n);
	return name;
}

/* .member and [index] behind a value. */
static const struct json *parse_path(struct expression *e, const struct json *v)
{
	for (;;) {
		if (v && take_char(e, '.')) {
			v = arm_member(v, take_name(e));
		} else if (v && take_char(e, '[')) {
			const struct json *key = parse_term(e);
			int64_t at;

			if (!key || !take_char(e, ']'))
				return NULL;
			if (json_i64(key, &at))
				v = at < 0 ? NULL : json_at(v, (size_t)at);
			else
				v = arm_member(v, json_str(key));
		} else {
			return v;
		}
	}
}

static const struct json *parse_term(struct expression *e)
{
	const struct json *v = NULL;

	if (++e->depth > EXPRESSION_MAX_DEPTH)
		return NULL;
	skip_space(e);
	if (e->rest.n == 0) {
		e->depth--;
		return NULL;
	}
	if (take_char(e, '\'')) {
		v = parse_text(e);
	} else if (is_digit(e->rest.p[0]) || e->rest.p[0] == '-') {
		v = parse_number(e);
	} else {
		str name = take_name(e);

		if (name.n > 0 && take_char(e, '('))
			v = parse_path(e, parse_call(e, name));
	}
	e->depth--;
	return v;
}

/* NULL: not known. */
static const struct json *evaluate(const struct arm_scope *scope, str text)
{
	struct expression e = { .scope = scope, .rest = str_drop_end(str_skip(text, 1), 1) };
	const struct json *v = parse_term(&e);

	skip_space(&e);
	return e.rest.n == 0 ? v : NULL;
}

/* ---- whole values ---- */

static const struct json *resolve(const struct arm_scope *scope, const struct json *v,
				  unsigned depth, struct err *err);

static const struct json *resolve_text(const struct arm_scope *scope, const struct json *v)
{
	str text = json_str(v);
	const struct json *worked_out;

	if (str_starts(text, STR("[[")))
		return make(scope, json_make_str(str_skip(text, 1)));
	if (!arm_is_expression(text) || text.n > TEXT_MAX_BYTES)
		return v;
	worked_out = evaluate(scope, text);
	return worked_out ? worked_out : v;
}

static const struct json *resolve_array(const struct arm_scope *scope, const struct json *v,
					unsigned depth, struct err *err)
{
	struct json *items = ARENA_ARRAY(scope->arena, struct json, v->n);

	for (uint32_t i = 0; i < v->n; i++) {
		const struct json *item = resolve(scope, &v->items[i], depth, err);

		if (!item)
			return NULL;
		items[i] = *item;
	}
	return make(scope, json_make_array(items, v->n));
}

static const struct json *resolve_object(const struct arm_scope *scope, const struct json *v,
					 unsigned depth, struct err *err)
{
	struct json_member *members = ARENA_ARRAY(scope->arena, struct json_member, v->n);

	for (uint32_t i = 0; i < v->n; i++) {
		const struct json *value = resolve(scope, &v->members[i].value, depth, err);

		if (!value)
			return NULL;
		members[i] = (struct json_member){ .key = v->members[i].key, .value = *value };
	}
	return make(scope, json_make_object(members, v->n));
}

static const struct json *resolve(const struct arm_scope *scope, const struct json *v,
				  unsigned depth, struct err *err)
{
	if (++*scope->nodes > ARM_MAX_NODES || depth > RESOLVE_MAX_DEPTH)
		return err_null(err, ERR_LIMIT, "template of more than %u values, or %u levels",
				ARM_MAX_NODES, RESOLVE_MAX_DEPTH);
	if (v->type == JSON_STRING)
		return resolve_text(scope, v);
	if (v->type == JSON_ARRAY)
		return resolve_array(scope, v, depth + 1, err);
	if (v->type == JSON_OBJECT)
		return resolve_object(scope, v, depth + 1, err);
	return v;
}

const struct json *arm_resolve(const struct arm_scope *scope, const struct json *value,
			       struct err *err)
{
	return resolve(scope, value, 0, err);
}
