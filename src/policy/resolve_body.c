/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Literals. What may have several answers (a ref with variables in brackets) and stands inside
 * something else becomes a literal of its own in front: f(xs[i]) is t = xs[i]; f(t). Of a negated
 * literal calls and refs in arguments go in front as well, outside of the negation: that is how OPA
 * reads it, and an undefined argument makes the body undefined.
 */
#include "policy/compile.h"

bool term_has_vars(const struct term *term)
{
	switch (term->kind) {
	case TERM_VAR:
		return term->slot >= 0;
	case TERM_REF:
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
	case TERM_CALL:
	case TERM_TEMPLATE:
		for (size_t i = term->kind == TERM_CALL; i < term->n; i++) {
			if (term_has_vars(term->items[i]))
				return true;
		}
		return false;
	default:
		return false;
	}
}

static struct expr *expr_made(struct unit *unit, enum expr_kind kind, const struct term *at)
{
	struct expr *expr = ARENA_NEW(unit->scratch, struct expr);

	expr->kind = (uint8_t)kind;
	expr->line = at->line;
	expr->col = at->col;
	expr->made = true;
	return expr;
}

/* A new variable that unifies with the term, in front of the literal at hand. */
struct term *hoist(struct unit *unit, struct term *term)
{
	struct expr *expr = expr_made(unit, EXPR_UNIFY, term);
	struct term *var = term_var(unit->scratch, STR("$made"), term);

	var->slot = unit_slot(unit, var->name, var);
	expr->a = var;
	expr->b = term;
	body_add(unit->scratch, unit->out, expr);
	return var;
}

static bool ref_has_choices(const struct term *ref)
{
	for (size_t i = 1; i < ref->n; i++) {
		if (term_has_vars(ref->items[i]))
			return true;
	}
	return false;
}

static void hoist_below(struct unit *unit, struct term *term)
{
	for (size_t i = term->kind == TERM_CALL; i < term->n; i++)
		term->items[i] = hoist_refs(unit, term->items[i]);
}

/* The term with the refs that have choices replaced, itself included. */
struct term *hoist_refs(struct unit *unit, struct term *term)
{
	switch (term->kind) {
	case TERM_REF:
		hoist_below(unit, term);
		return ref_has_choices(term) ? hoist(unit, term) : term;
	case TERM_CALL:
		hoist_below(unit, term);
		return term->builtin && term->builtin->relation ? hoist(unit, term) : term;
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		hoist_below(unit, term);
		return term;
	default:
		return term;
	}
}

/* As hoist_refs, but the term itself may stay a ref with choices. */
static struct term *hoist_inside(struct unit *unit, struct term *term)
{
	if (term->kind != TERM_REF && term->kind != TERM_CALL)
		return hoist_refs(unit, term);
	hoist_below(unit, term);
	return term;
}

/* Negated: every ref and call below goes in front. */
static struct term *hoist_all(struct unit *unit, struct term *term, bool itself)
{
	switch (term->kind) {
	case TERM_REF:
	case TERM_CALL:
		for (size_t i = 1; i < term->n; i++)
			term->items[i] = hoist_all(unit, term->items[i], true);
		if (term->kind == TERM_REF && term->items[0]->kind == TERM_CALL)
			term->items[0] = hoist_all(unit, term->items[0], true);
		return itself ? hoist(unit, term) : term;
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		for (size_t i = 0; i < term->n; i++)
			term->items[i] = hoist_all(unit, term->items[i], true);
		return term;
	default:
		return term;
	}
}

static bool is_equality(const struct term *term)
{
	return term->kind == TERM_CALL && term->builtin && term->n == 3 &&
	       str_eq(str_c(term->builtin->name), STR("equal"));
}

static void negate(struct unit *unit, struct expr *expr)
{
	if (expr->kind == EXPR_TERM && is_equality(expr->a)) {
		expr->kind = EXPR_UNIFY;
		expr->b = expr->a->items[2];
		expr->a = expr->a->items[1];
	}
	if (expr->kind == EXPR_UNIFY) {
		expr->a = hoist_all(unit, expr->a, expr->a->kind == TERM_CALL);
		expr->b = hoist_all(unit, expr->b, expr->b->kind == TERM_CALL);
	} else {
		expr->a = hoist_all(unit, expr->a, false);
	}
}

static void resolve_unify(struct unit *unit, struct expr *to, const struct expr *from)
{
	to->b = resolve_term(unit, from->b);
	if (from->kind == EXPR_ASSIGN) {
		to->b = hoist_inside(unit, to->b);
		to->a = resolve_pattern(unit, from->a, true);
		return;
	}
	to->a = resolve_term(unit, from->a);
	if (to->negated)
		return;
	to->a = hoist_inside(unit, to->a);
	to->b = hoist_inside(unit, to->b);
	if (to->a->kind == TERM_REF && to->b->kind == TERM_REF && ref_has_choices(to->a) &&
	    ref_has_choices(to->b))
		to->a = hoist(unit, to->a);
}

static void resolve_every(struct unit *unit, struct expr *to, const struct expr *from)
{
	to->c = hoist_refs(unit, resolve_term(unit, from->c));
	scope_push(unit, false);
	if (from->a)
		to->a = scope_declare(unit, from->a, true);
	to->b = scope_declare(unit, from->b, true);
	to->body = resolve_body(unit, from->body);
	scope_pop(unit);
}

static void resolve_some(struct unit *unit, const struct expr *from)
{
	for (size_t i = 0; i < from->var_n; i++)
		scope_declare(unit, from->vars[i], false);
}

static void mark_used(struct unit *unit, const struct term *term)
{
	struct local *local;

	if (term->kind == TERM_VAR && (local = map_get(&unit->scope->names, term->name)))
		local->used = true;
	if (term->kind == TERM_ARRAY || term->kind == TERM_OBJECT) {
		for (size_t i = 0; i < term->n; i++)
			mark_used(unit, term->items[i]);
	}
}

static void resolve_some_in(struct unit *unit, struct expr *to, const struct expr *from)
{
	to->c = hoist_refs(unit, resolve_term(unit, from->c));
	if (from->a)
		to->a = hoist_refs(unit, resolve_pattern(unit, from->a, false));
	to->b = hoist_refs(unit, resolve_pattern(unit, from->b, false));
	if (from->a)
		mark_used(unit, from->a);
	mark_used(unit, from->b);
}

uint32_t literal_new(struct unit *unit, uint32_t line)
{
	struct compiler *compiler = unit->compiler;

	compiler->literals = arena_grow(unit->scratch, compiler->literals, compiler->expr_n,
					&compiler->expr_cap, sizeof(*compiler->literals));
	compiler->literals[compiler->expr_n] =
		(struct literal){ .module = unit->module, .line = line };
	return (uint32_t)compiler->expr_n++;
}

static struct expr *resolve_expr(struct unit *unit, const struct expr *from)
{
	struct expr *to = ARENA_NEW(unit->scratch, struct expr);

	*to = *from;
	to->id = literal_new(unit, from->line);
	to->withs = NULL;
	to->with_n = 0;
	switch (from->kind) {
	case EXPR_SOME:
		resolve_some(unit, from);
		return NULL;
	case EXPR_SOME_IN:
		resolve_some_in(unit, to, from);
		return to;
	case EXPR_EVERY:
		resolve_every(unit, to, from);
		return to;
	case EXPR_UNIFY:
	case EXPR_ASSIGN:
		resolve_unify(unit, to, from);
		break;
	default:
		to->a = resolve_term(unit, from->a);
		if (!to->negated)
			to->a = hoist_inside(unit, to->a);
		break;
	}
	if (to->negated)
		negate(unit, to);
	return to;
}

static void resolve_literal(struct unit *unit, const struct expr *from)
{
	struct body *out = unit->out;
	struct expr *group, *to;

	if (from->with_n == 0) {
		to = resolve_expr(unit, from);
		if (to)
			body_add(unit->scratch, out, to);
		return;
	}
	group = ARENA_NEW(unit->scratch, struct expr);
	*group = (struct expr){ .kind = EXPR_GROUP, .line = from->line, .col = from->col };
	resolve_with(unit, group, from);
	group->body = ARENA_NEW(unit->scratch, struct body);
	unit->out = group->body;
	to = resolve_expr(unit, from);
	if (to)
		body_add(unit->scratch, unit->out, to);
	unit->out = out;
	body_add(unit->scratch, out, group);
}

struct body *resolve_body(struct unit *unit, const struct body *body)
{
	struct body *out = unit->out, *to = ARENA_NEW(unit->scratch, struct body);

	unit->out = to;
	for (size_t i = 0; body && i < body->n; i++)
		resolve_literal(unit, body->items[i]);
	unit->out = out;
	return to;
}

struct term *resolve_head(struct unit *unit, const struct term *term, struct body *body)
{
	struct body *out = unit->out;
	struct term *to;

	unit->out = body;
	to = hoist_refs(unit, resolve_term(unit, term));
	unit->out = out;
	return to;
}

/* ---- with ---------------------------------------------------------------------------------- */

static bool is_input(const struct term *target)
{
	return target->kind == TERM_REF && target->items[0]->slot == SLOT_INPUT;
}

/* A function by its bare name; NULL when there is none of that name. */
static struct term *function_named(struct unit *unit, const struct term *name)
{
	struct problems *problems = unit->compiler->problems;
	struct term *to = term_new(unit->scratch, TERM_CALL, name->line, name->col);
	size_t n = problems->n, dropped = problems->dropped;
	bool failed = unit->failed;

	if (name->kind != TERM_VAR && name->kind != TERM_REF)
		return NULL;
	resolve_call(unit, to, name, false);
	if (to->builtin || to->function)
		return to;
	unit->failed = failed;
	problems->n = n;
	problems->dropped = dropped;
	return NULL;
}

/* A target: a document, or a function by its name. */
static struct term *resolve_target(struct unit *unit, const struct term *target)
{
	struct term *to = function_named(unit, target);

	if (to) {
		if (to->builtin)
			refuse_with_function(unit, target, to->builtin);
		return to;
	}
	to = resolve_term(unit, target);
	if (to->kind == TERM_REF && (is_input(to) || to->items[0]->slot == SLOT_DATA)) {
		if (!is_input(to))
			refuse_with_part(unit, to);
		return to;
	}
	compile_error(unit, target->line, target->col, "rego_type_error",
		      "with keyword target must reference existing %s",
		      "input, data, or a function");
	return to;
}

void resolve_with(struct unit *unit, struct expr *to, const struct expr *from)
{
	to->withs = ARENA_ARRAY(unit->scratch, struct with, from->with_n);
	to->with_n = from->with_n;
	for (size_t i = 0; i < from->with_n; i++) {
		struct with *with = &to->withs[i];
		struct term *function;

		*with = from->withs[i];
		with->target = resolve_target(unit, from->withs[i].target);
		function = with->target->kind == TERM_CALL
				   ? function_named(unit, from->withs[i].value)
				   : NULL;
		with->value = function ? function
				       : hoist_refs(unit, resolve_term(unit, from->withs[i].value));
	}
}
