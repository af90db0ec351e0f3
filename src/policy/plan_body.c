/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

struct op *op_new(struct unit *unit, enum op_kind kind, const struct expr *expr)
{
	struct op *op = ARENA_NEW(unit->arena, struct op);

	op->kind = (uint8_t)kind;
	op->module = unit->module;
	op->expr = unit->compiler->policy->traced ? expr : NULL;
	op->id = expr ? expr->id : 0;
	return op;
}

static struct op *emit(struct safety *safety, enum op_kind kind, const struct expr *expr,
		       struct op ***tail)
{
	struct op *op = op_new(safety->unit, kind, expr);

	**tail = op;
	*tail = &op->next;
	return op;
}

static struct pattern *pattern_new(struct safety *safety, const struct term *term)
{
	struct pattern *pattern = ARENA_NEW(safety->unit->arena, struct pattern);

	if (term)
		plan_pattern(safety, term, pattern);
	else
		pattern->kind = PATTERN_TRUE;
	return pattern;
}

static bool is_relation(const struct term *term)
{
	return term->kind == TERM_CALL && term->builtin && term->builtin->relation;
}

/* Answers of `from` against `to`; NULL: all but false. */
static void emit_match(struct safety *safety, const struct expr *expr, const struct term *from,
		       const struct term *to, struct op ***tail)
{
	enum op_kind kind = is_relation(from) ? OP_RELATION : OP_MATCH;
	struct op *op;

	if (from->kind == TERM_REF && !ready_term(safety, from))
		kind = OP_REF;
	else if (!to && kind == OP_MATCH)
		kind = OP_TEST;
	op = emit(safety, kind, expr, tail);
	loop_binds(safety, from, kind >= OP_SCAN);
	op->node = plan_node(safety, from);
	if (kind >= OP_SCAN)
		loop_enter(safety);
	if (kind != OP_TEST)
		op->pattern = pattern_new(safety, to);
}

void plan_unify(struct safety *safety, const struct expr *expr, struct op ***tail)
{
	struct equations list = { 0 };

	equations_of(expr->a, expr->b, &list);
	for (bool progress = true; progress;) {
		progress = false;
		for (size_t i = 0; i < list.n; i++) {
			struct equation *e = &list.items[i];
			bool forth = !e->done && equation_ready(safety, e->a, e->b);
			bool back = !e->done && equation_ready(safety, e->b, e->a);

			if (!forth && !back)
				continue;
			/* What has choices is the source; the other side may be known or not. */
			if (forth && back)
				forth = !(e->b->kind == TERM_REF && !ready_term(safety, e->b)) &&
					!is_relation(e->b);
			if (forth)
				emit_match(safety, expr, e->a, e->b, tail);
			else
				emit_match(safety, expr, e->b, e->a, tail);
			e->done = progress = true;
		}
	}
	free(list.items);
}

static void plan_scan(struct safety *safety, const struct expr *expr, struct op *op)
{
	op->node = plan_node(safety, expr->c);
	loop_binds(safety, expr->c, true);
	loop_enter(safety);
	if (expr->a)
		op->key = pattern_new(safety, expr->a);
	op->pattern = pattern_new(safety, expr->b);
}

struct safety safety_inner(const struct safety *safety)
{
	struct safety inner = *safety;
	size_t slots = (size_t)safety->unit->slot_n;

	inner.bound = bits_fork(&safety->bound, slots);
	inner.outer = bits_fork(&safety->outer, slots);
	return inner;
}

void safety_inner_done(struct safety *inner)
{
	bits_done(&inner->bound);
	bits_done(&inner->outer);
}

static void plan_every(struct safety *safety, const struct expr *expr, struct op ***tail)
{
	struct op *op = emit(safety, OP_EVERY, expr, tail);
	struct safety inner = safety_inner(safety);

	plan_scan(&inner, expr, op);
	op->body = plan_body(&inner, expr->body, op_new(safety->unit, OP_YIELD, NULL));
	safety_inner_done(&inner);
	op->captured = hoist_body(safety, expr);
}

static void plan_not(struct safety *safety, const struct expr *expr, struct op ***tail)
{
	struct op *op = emit(safety, OP_NOT, expr, tail);
	struct expr *positive = ARENA_NEW(safety->unit->scratch, struct expr);
	struct body body = { .items = &positive, .n = 1 };
	struct safety inner = safety_inner(safety);

	*positive = *expr;
	positive->negated = false;
	positive->made = true;
	op->body = plan_body(&inner, &body, op_new(safety->unit, OP_YIELD, NULL));
	safety_inner_done(&inner);
	op->captured = hoist_body(safety, expr);
}

static void plan_with_target(struct safety *safety, const struct with *with, struct with_plan *plan)
{
	const struct term *target = with->target;
	struct tree *tree = &safety->unit->compiler->policy->root;

	if (target->kind != TERM_REF) {
		plan->kind = target->builtin ? WITH_BUILTIN : WITH_FUNCTION;
		plan->builtin = target->builtin;
		plan->target = target->function;
		return;
	}
	plan->kind = target->items[0]->slot == SLOT_INPUT ? WITH_INPUT : WITH_DATA;
	plan->path_n = target->n - 1;
	plan->path = ARENA_ARRAY(safety->unit->arena, struct value, target->n);
	for (uint32_t i = 1; i < target->n; i++) {
		if (target->items[i]->kind != TERM_VALUE) {
			compile_error(safety->unit, with->line, with->col, "rego_compile_error",
				      "with keyword target must be a constant path");
			return;
		}
		plan->path[i - 1] = target->items[i]->value;
		tree = tree ? rule_tree_child(tree, &plan->path[i - 1]) : NULL;
	}
	plan->target = plan->kind == WITH_DATA ? tree : NULL;
}

static void plan_group(struct safety *safety, const struct expr *expr, struct op ***tail)
{
	struct op *op = emit(safety, OP_WITH, NULL, tail);

	op->withs = ARENA_ARRAY(safety->unit->arena, struct with_plan, expr->with_n);
	op->with_n = expr->with_n;
	for (size_t i = 0; i < expr->with_n; i++) {
		const struct with *with = &expr->withs[i];
		struct with_plan *plan = &op->withs[i];

		plan_with_target(safety, with, plan);
		if (with->value->kind == TERM_CALL && plan->kind >= WITH_FUNCTION &&
		    with->value->n == 0) {
			plan->by_function = with->value->function;
			plan->by_builtin = with->value->builtin;
		} else {
			plan->value = plan_node(safety, with->value);
		}
	}
	op->body = plan_body(safety, expr->body, op_new(safety->unit, OP_YIELD, NULL));
}

/* f(x, y): the last is the result. */
static bool has_result_arg(const struct term *call)
{
	struct builtin_signature signature;

	if (call->function)
		return call->n == call->function->group->arity + 2;
	if (!call->builtin)
		return false;
	builtin_signature(call->builtin, &signature);
	return call->n == signature.arity + 2u && !str_eq(str_c(call->builtin->name), STR("print"));
}

/* The value of a query's expression is part of the answer. */
static void capture(struct unit *unit, const struct expr *expr, struct op *op)
{
	size_t n = unit->capture_n;
	int32_t slot = unit_slot(unit, STR("$expr"), NULL);

	if (op->kind == OP_TEST) {
		op->kind = OP_MATCH;
		op->pattern = ARENA_NEW(unit->arena, struct pattern);
		op->pattern->kind = PATTERN_TRUE;
	}
	op->pattern->n = (uint32_t)slot + 1;
	unit->captures = arena_grow(unit->scratch, unit->captures, n, &unit->capture_cap,
				    sizeof(*unit->captures));
	unit->captures[unit->capture_n++] = (struct capture){ .start = expr->start, .slot = slot };
}

static void plan_term(struct safety *safety, const struct expr *expr, struct op ***tail)
{
	struct term *call;

	if (expr->a->kind != TERM_CALL || !has_result_arg(expr->a)) {
		emit_match(safety, expr, expr->a, NULL, tail);
		if (!safety->unit->rule && !expr->made)
			capture(safety->unit, expr,
				(struct op *)((char *)*tail - offsetof(struct op, next)));
		return;
	}
	call = ARENA_NEW(safety->unit->scratch, struct term);
	*call = *expr->a;
	call->n--;
	emit_match(safety, expr, call, expr->a->items[call->n], tail);
}

static void plan_literal(struct safety *safety, const struct expr *expr, struct op ***tail)
{
	struct op *op;

	if (expr->negated) {
		plan_not(safety, expr, tail);
		return;
	}
	switch (expr->kind) {
	case EXPR_UNIFY:
	case EXPR_ASSIGN:
		plan_unify(safety, expr, tail);
		break;
	case EXPR_SOME_IN:
		op = emit(safety, OP_SCAN, expr, tail);
		plan_scan(safety, expr, op);
		break;
	case EXPR_EVERY:
		plan_every(safety, expr, tail);
		break;
	case EXPR_GROUP:
		plan_group(safety, expr, tail);
		break;
	default:
		plan_term(safety, expr, tail);
		break;
	}
}

/* Names the variables that keep a literal from being placed. */
static void report_unsafe(struct safety *safety, const struct expr *expr, struct bits *told)
{
	struct unit *unit = safety->unit;
	struct bits vars = bits_copy(unit->scratch, &(struct bits){ 0 }, (size_t)unit->slot_n);

	vars_of_expr(expr, true, &vars);
	for (int32_t slot = 0; slot < unit->slot_n; slot++) {
		str name = unit->slot_names[slot];
		const struct term *var = unit->slot_vars[slot];

		if (!bits_has(&vars, slot) || bits_has(&safety->bound, slot) ||
		    bits_has(told, slot) || !bits_has(&safety->outer, slot))
			continue;
		bits_set(told, slot);
		if (str_eq(name, STR("$made")) || str_eq(name, STR("$part")))
			continue;
		compile_error(unit, var->line, var->col, "rego_unsafe_var_error",
			      "var %.*s is unsafe",
			      STR_ARG(name_is_wildcard(name) ? STR("_") : name));
	}
}

static void report_stuck(struct safety *safety, const struct body *body, const bool *done)
{
	struct unit *unit = safety->unit;
	struct bits told = bits_copy(unit->scratch, &(struct bits){ 0 }, (size_t)unit->slot_n);

	for (size_t i = 0; i < body->n; i++) {
		if (!done[i])
			report_unsafe(safety, body->items[i], &told);
	}
	for (size_t i = 0; i < body->n && !unit->failed; i++) {
		if (!done[i])
			compile_error(unit, body->items[i]->line, body->items[i]->col,
				      "rego_unsafe_var_error", "expression is unsafe");
	}
}

struct op *plan_body(struct safety *safety, struct body *body, struct op *end)
{
	struct unit *unit = safety->unit;
	struct op *first = NULL, **tail = &first;
	bool *done = ARENA_ARRAY(unit->scratch, bool, body->n + 1);
	struct expr **order = ARENA_ARRAY(unit->scratch, struct expr *, body->n + 1);
	size_t left = body->n;

	if (body->n > COMPILE_MAX_LITERALS) {
		compile_error(unit, body->items[0]->line, body->items[0]->col, "rego_compile_error",
			      "a body of more than %u expressions", COMPILE_MAX_LITERALS);
		return NULL;
	}
	if (body->n > 0 && unit->slot_n > COMPILE_MAX_SLOTS) {
		compile_error(unit, body->items[0]->line, body->items[0]->col, "rego_compile_error",
			      "a rule of more than %d variables", COMPILE_MAX_SLOTS);
		return NULL;
	}
	for (size_t i = 0; i < body->n; i++)
		vars_of_expr(body->items[i], false, &safety->outer);
	for (bool progress = true; left > 0 && progress;) {
		progress = false;
		for (size_t i = 0; i < body->n; i++) {
			if (done[i] || !ready_expr(safety, body->items[i], false))
				continue;
			plan_literal(safety, body->items[i], &tail);
			if (unit->failed)
				return NULL;
			order[body->n - left] = body->items[i];
			done[i] = progress = true;
			left--;
		}
	}
	if (left > 0) {
		report_stuck(safety, body, done);
		return NULL;
	}
	if (!body->planned)
		body->planned = order;
	*tail = end;
	return first;
}
