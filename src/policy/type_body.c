/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of bodies. The literals are looked at in the order in which they are evaluated, so that a
 * variable has a type when it is used: that of what bound it, or of the argument it was handed to
 * first. Only what can never succeed is refused; what is not known meets everything.
 */
#include "policy/typer.h"

#include "base/err.h"

#include <stdarg.h>

void typer_report(struct typer *typer, const struct term *at, const struct buf *details,
		  const char *fmt, ...)
{
	struct compiler *compiler = typer->compiler;
	struct buf text;
	va_list ap;

	buf_init(&text, DETAIL_MAX);
	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	problem_add(compiler->problems, typer->module->file, typer->module->text, at->line, at->col,
		    "rego_type_error", "%.*s", STR_ARG(buf_str(&text)));
	problem_details(compiler->problems, buf_str(details));
	buf_done(&text);
	typer->failed = true;
}

static const struct type *slot_of(const struct typer *typer, int32_t slot)
{
	return slot >= 0 && slot < typer->slot_n ? typer->slots[slot] : &type_any;
}

static void slot_set(struct typer *typer, int32_t slot, const struct type *type)
{
	if (slot >= 0 && slot < typer->slot_n)
		typer->slots[slot] = type;
}

/* ---- terms --------------------------------------------------------------------------------- */

static const struct type *type_of_object(struct typer *typer, const struct term *term)
{
	struct type_part *parts = ARENA_ARRAY(typer->arena, struct type_part, term->n / 2 + 1);
	const struct type *key = NULL, *rest = NULL;
	size_t n = 0;

	for (size_t i = 0; i < term->n; i += 2) {
		const struct type *value = type_of_term(typer, term->items[i + 1]);

		if (!value)
			value = &type_any;
		if (term->items[i]->kind == TERM_VALUE) {
			parts[n].key = term->items[i]->value;
			parts[n++].type = value;
			continue;
		}
		key = type_or(typer->arena, key, type_of_term(typer, term->items[i]));
		rest = type_or(typer->arena, rest, value);
	}
	if (term->n == 0)
		key = rest = &type_any;
	return type_object(typer->arena, parts, n, rest && !key ? &type_any : key, rest);
}

static const struct type *type_of_array(struct typer *typer, const struct term *term)
{
	struct type_part *parts = ARENA_ARRAY(typer->arena, struct type_part, term->n + 1);

	for (size_t i = 0; i < term->n; i++)
		parts[i].type = type_of_term(typer, term->items[i]);
	return type_array(typer->arena, parts, term->n, term->n == 0 ? &type_any : NULL);
}

static const struct type *type_of_set(struct typer *typer, const struct term *term)
{
	const struct type *element = NULL;

	for (size_t i = 0; i < term->n; i++) {
		const struct type *one = type_of_term(typer, term->items[i]);

		element = type_or(typer->arena, element, one ? one : &type_any);
	}
	return type_set(typer->arena, element);
}

const struct type *type_of_term(struct typer *typer, const struct term *term)
{
	switch (term->kind) {
	case TERM_VALUE:
		return term->value.type < VALUE_ARRAY ? type_scalar(term->value.type) : &type_any;
	case TERM_VAR:
		return slot_of(typer, term->slot);
	case TERM_ARRAY:
		return type_of_array(typer, term);
	case TERM_SET:
		return type_of_set(typer, term);
	case TERM_OBJECT:
		return type_of_object(typer, term);
	case TERM_TEMPLATE:
		return type_scalar(VALUE_STRING);
	default:
		return term->type ? term->type : &type_any;
	}
}

/* Has it a variable, outside of calls and brackets, whose type is not known yet? */
bool typer_is_open(const struct typer *typer, const struct term *term)
{
	if (term->kind == TERM_VAR)
		return !slot_of(typer, term->slot);
	if (term->kind != TERM_ARRAY && term->kind != TERM_OBJECT && term->kind != TERM_SET)
		return false;
	for (size_t i = 0; i < term->n; i++) {
		if (typer_is_open(typer, term->items[i]))
			return true;
	}
	return false;
}

static bool bind_array(struct typer *typer, const struct term *term, const struct type *type,
		       bool more)
{
	if (type->kind != VALUE_ARRAY || (term->n != type->n && !type->rest))
		return false;
	for (uint32_t i = 0; i < term->n; i++) {
		if (!typer_bind(typer, term->items[i],
				i < type->n ? type->parts[i].type : type->rest, more))
			return false;
	}
	return true;
}

static bool bind_object(struct typer *typer, const struct term *term, const struct type *type,
			bool more)
{
	if (type->kind != VALUE_OBJECT || (term->n / 2 != type->n && !type->rest))
		return false;
	for (uint32_t i = 0; i < term->n; i += 2) {
		const struct term *key = term->items[i];
		const struct type *value = type->rest ? type_values(typer->arena, type) : NULL;

		if (key->kind == TERM_VALUE) {
			value = type_select(typer->arena, type, &key->value);
			if (!value)
				return false;
		}
		if (!typer_bind(typer, term->items[i + 1], value ? value : &type_any, more))
			return false;
	}
	return true;
}

void typer_bind_any(struct typer *typer, const struct term *term)
{
	if (term->kind == TERM_VAR && !slot_of(typer, term->slot))
		slot_set(typer, term->slot, &type_any);
	if (term->kind != TERM_ARRAY && term->kind != TERM_OBJECT && term->kind != TERM_SET)
		return;
	for (size_t i = 0; i < term->n; i++)
		typer_bind_any(typer, term->items[i]);
}

static bool bind_union(struct typer *typer, const struct term *term, const struct type *type)
{
	bool any = false;

	for (uint32_t i = 0; i < type->n; i++)
		any |= typer_bind(typer, term, type->parts[i].type, true);
	return any;
}

/* Variables of the term get their types; `more`: one of several that they may have. */
bool typer_bind(struct typer *typer, const struct term *term, const struct type *type, bool more)
{
	const struct type *before;

	if (!type)
		type = &type_any;
	switch (term->kind) {
	case TERM_VAR:
		before = slot_of(typer, term->slot);
		if (before && !more)
			return type_meets(before, type);
		slot_set(typer, term->slot, type_or(typer->arena, before, type));
		return true;
	case TERM_ARRAY:
	case TERM_OBJECT:
		if (type->kind == TYPE_ANY) {
			typer_bind_any(typer, term);
			return true;
		}
		if (type->kind == TYPE_UNION)
			return bind_union(typer, term, type);
		return term->kind == TERM_ARRAY ? bind_array(typer, term, type, more)
						: bind_object(typer, term, type, more);
	case TERM_SET:
		typer_bind_any(typer, term);
		return type_meets(type_of_term(typer, term), type);
	default:
		return type_meets(type_of_term(typer, term), type);
	}
}

static bool unify(struct typer *typer, const struct term *a, const struct term *b)
{
	bool open_a = typer_is_open(typer, a), open_b = typer_is_open(typer, b);

	if (open_a && !open_b)
		return typer_bind(typer, a, type_of_term(typer, b), false);
	if (open_b && !open_a)
		return typer_bind(typer, b, type_of_term(typer, a), false);
	if (!open_a)
		return type_meets(type_of_term(typer, a), type_of_term(typer, b));
	if (a->kind == TERM_ARRAY && b->kind == TERM_ARRAY && a->n == b->n) {
		for (uint32_t i = 0; i < a->n; i++) {
			if (!unify(typer, a->items[i], b->items[i]))
				return false;
		}
		return true;
	}
	/* Both sides bind: what is left is not known. */
	typer_bind_any(typer, a);
	typer_bind_any(typer, b);
	return true;
}

/* ---- calls --------------------------------------------------------------------------------- */

static const struct type *wanted(const struct typer *typer, const struct term *call, uint32_t i)
{
	const struct group *group = call->function ? call->function->group : NULL;
	const struct type *type;

	if (group)
		return group->args ? group->args[i] : &type_any;
	type = type_of_argument(call->builtin->type, i, typer->arena);
	return type ? type : &type_any;
}

static uint32_t arity_of(const struct term *call)
{
	struct builtin_signature signature;

	if (call->function)
		return call->function->group->arity;
	builtin_signature(call->builtin, &signature);
	return signature.arity;
}

static void report_call(struct typer *typer, const struct term *call, uint32_t arity)
{
	struct buf details;

	buf_init(&details, DETAIL_MAX);
	BUF_LIT(&details, "have: (");
	for (uint32_t i = 1; i < call->n; i++) {
		if (i > 1)
			BUF_LIT(&details, ", ");
		type_write(type_of_term(typer, call->items[i]), &details);
	}
	BUF_LIT(&details, ")\nwant: (");
	for (uint32_t i = 0; i < arity; i++) {
		if (i > 0)
			BUF_LIT(&details, ", ");
		type_write(wanted(typer, call, i), &details);
	}
	buf_byte(&details, ')');
	typer_report(
		typer, call, &details, "%.*s: invalid argument(s)",
		STR_ARG(call->function ? call->function->group->path : str_c(call->builtin->name)));
	buf_done(&details);
}

static bool check_call(struct typer *typer, struct term *call)
{
	uint32_t arity = arity_of(call);
	const struct type *result;
	bool print = call->builtin && str_eq(str_c(call->builtin->name), STR("print"));

	call->type = &type_any;
	if ((!call->builtin && !call->function) || print ||
	    (call->builtin && call->builtin->v0_only) || call->n < arity + 1)
		return true;
	result = call->function ? call->function->group->type
				: type_of_result(call->builtin->type, typer->arena);
	for (uint32_t i = 0; i < arity; i++) {
		if (typer_bind(typer, call->items[i + 1], wanted(typer, call, i), false))
			continue;
		report_call(typer, call, arity);
		return false;
	}
	if (call->builtin && call->builtin->relation)
		result = &type_any;
	call->type = result ? result : &type_any;
	if (call->n == arity + 2 && !typer_bind(typer, call->items[arity + 1], call->type, false)) {
		report_call(typer, call, arity);
		return false;
	}
	return true;
}

static void check_comprehension(struct typer *typer, struct term *term)
{
	const struct type *head, *key;
	bool ok;

	if (term->type)
		return;
	ok = check_body(typer, term->body);
	ok = check_term(typer, term->head) && ok;
	if (term->key)
		ok = check_term(typer, term->key) && ok;
	head = ok ? type_of_term(typer, term->head) : &type_any;
	if (!head)
		head = &type_any;
	if (term->kind == TERM_ARRAY_COMP) {
		term->type = type_array(typer->arena, NULL, 0, head);
	} else if (term->kind == TERM_SET_COMP) {
		term->type = term->infix ? &type_any : type_set(typer->arena, head);
	} else {
		key = ok && term->key ? type_of_term(typer, term->key) : NULL;
		term->type = type_object(typer->arena, NULL, 0, key ? key : &type_any, head);
	}
}

/* Everything below the term; false when something was refused. */
bool check_term(struct typer *typer, struct term *term)
{
	bool ok = true;

	switch (term->kind) {
	case TERM_REF:
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
	case TERM_TEMPLATE:
	case TERM_CALL:
		if (term->type)
			return true;
		for (size_t i = term->kind == TERM_CALL; i < term->n; i++)
			ok = check_term(typer, term->items[i]) && ok;
		if (ok && term->kind == TERM_REF)
			ok = typer_check_ref(typer, term);
		else if (ok && term->kind == TERM_CALL)
			ok = check_call(typer, term);
		return ok;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		check_comprehension(typer, term);
		return true;
	default:
		return true;
	}
}

/* ---- literals ------------------------------------------------------------------------------ */

static void check_match(struct typer *typer, const struct expr *expr, const struct term *a,
			const struct term *b)
{
	struct buf details;
	struct term at = { .line = expr->line, .col = expr->col };
	const struct type *left = typer_is_open(typer, a) ? NULL : type_of_term(typer, a);
	const struct type *right = typer_is_open(typer, b) ? NULL : type_of_term(typer, b);

	if (unify(typer, a, b))
		return;
	buf_init(&details, DETAIL_MAX);
	BUF_LIT(&details, "left  : ");
	type_write(left ? left : type_of_term(typer, a), &details);
	BUF_LIT(&details, "\nright : ");
	type_write(right ? right : type_of_term(typer, b), &details);
	typer_report(typer, &at, &details, "match error");
	buf_done(&details);
}

static bool is_equality(const struct term *term)
{
	return term->kind == TERM_CALL && term->builtin && term->n == 3 &&
	       str_eq(str_c(term->builtin->name), STR("equal"));
}

/* Variables of `some k, x in xs` and `every`. */
static void check_elements(struct typer *typer, const struct expr *expr)
{
	const struct type *type, *keys, *values;

	if (!check_term(typer, expr->c))
		return;
	if (expr->a)
		(void)check_term(typer, expr->a);
	(void)check_term(typer, expr->b);
	type = type_of_term(typer, expr->c);
	keys = type ? type_keys(typer->arena, type) : NULL;
	values = type ? type_values(typer->arena, type) : NULL;
	if (expr->a)
		(void)typer_bind(typer, expr->a, keys, false);
	(void)typer_bind(typer, expr->b, values, false);
}

static void check_literal(struct typer *typer, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_SOME_IN:
		check_elements(typer, expr);
		return;
	case EXPR_EVERY:
		check_elements(typer, expr);
		(void)check_body(typer, expr->body);
		return;
	case EXPR_GROUP:
		for (size_t i = 0; i < expr->with_n; i++) {
			if (expr->withs[i].value->kind != TERM_CALL || expr->withs[i].value->n > 0)
				(void)check_term(typer, expr->withs[i].value);
		}
		(void)check_body(typer, expr->body);
		return;
	case EXPR_UNIFY:
	case EXPR_ASSIGN:
		if (check_term(typer, expr->a) && check_term(typer, expr->b))
			check_match(typer, expr, expr->a, expr->b);
		return;
	default:
		break;
	}
	if (!is_equality(expr->a)) {
		(void)check_term(typer, expr->a);
		return;
	}
	if (check_term(typer, expr->a->items[1]) && check_term(typer, expr->a->items[2]))
		check_match(typer, expr, expr->a->items[1], expr->a->items[2]);
}

bool check_body(struct typer *typer, const struct body *body)
{
	bool before = typer->failed, ok;

	typer->failed = false;
	for (size_t i = 0; i < body->n; i++)
		check_literal(typer, body->planned ? body->planned[i] : body->items[i]);
	ok = !typer->failed;
	typer->failed |= before;
	return ok;
}
