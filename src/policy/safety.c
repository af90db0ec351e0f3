/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which variables a literal needs and which it binds. A variable inside a comprehension is that of
 * the body around it when it stands there too; then the comprehension waits for it.
 */
#include "policy/compile.h"

struct bits bits_copy(struct arena *arena, const struct bits *bits, size_t slots)
{
	struct bits copy = { .n = slots / 64 + 1 };

	if (copy.n < bits->n)
		copy.n = bits->n;
	copy.words = ARENA_ARRAY(arena, uint64_t, copy.n);
	if (bits->n > 0)
		memcpy(copy.words, bits->words, bits->n * sizeof(uint64_t));
	return copy;
}

void vars_of_expr(const struct expr *expr, bool closures, struct bits *bits)
{
	const struct term *terms[] = { expr->a, expr->b, expr->c };

	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		if (terms[i] && !(expr->kind == EXPR_EVERY && i < 2 && !closures))
			vars_of_term(terms[i], closures, bits);
	}
	for (size_t i = 0; i < expr->with_n; i++)
		vars_of_term(expr->withs[i].value, closures, bits);
	if (!expr->body || (expr->kind == EXPR_EVERY && !closures))
		return;
	for (size_t i = 0; i < expr->body->n; i++)
		vars_of_expr(expr->body->items[i], closures, bits);
}

void vars_of_term(const struct term *term, bool closures, struct bits *bits)
{
	switch (term->kind) {
	case TERM_VAR:
		if (term->slot >= 0)
			bits_set(bits, term->slot);
		break;
	case TERM_REF:
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
	case TERM_TEMPLATE:
	case TERM_CALL:
		for (size_t i = term->kind == TERM_CALL; i < term->n; i++)
			vars_of_term(term->items[i], closures, bits);
		break;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		if (!closures)
			break;
		vars_of_term(term->head, true, bits);
		if (term->key)
			vars_of_term(term->key, true, bits);
		for (size_t i = 0; i < term->body->n; i++)
			vars_of_expr(term->body->items[i], true, bits);
		break;
	default:
		break;
	}
}

static bool all_bound(const struct safety *safety, const struct bits *vars)
{
	for (size_t i = 0; i < vars->n; i++) {
		uint64_t outer = i < safety->outer.n ? safety->outer.words[i] : 0;
		uint64_t bound = i < safety->bound.n ? safety->bound.words[i] : 0;

		if (vars->words[i] & outer & ~bound)
			return false;
	}
	return true;
}

static struct bits no_bits(const struct safety *safety)
{
	return bits_copy(safety->unit->arena, &(struct bits){ 0 }, (size_t)safety->unit->slot_n);
}

static bool ready_closure(const struct safety *safety, const struct term *term)
{
	struct bits vars = no_bits(safety);

	vars_of_term(term, true, &vars);
	return all_bound(safety, &vars);
}

bool ready_term(const struct safety *safety, const struct term *term)
{
	switch (term->kind) {
	case TERM_VAR:
		return term->slot < 0 || bits_has(&safety->bound, term->slot);
	case TERM_REF:
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
	case TERM_TEMPLATE:
	case TERM_CALL:
		for (size_t i = term->kind == TERM_CALL; i < term->n; i++) {
			if (!ready_term(safety, term->items[i]))
				return false;
		}
		return true;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		return ready_closure(safety, term);
	default:
		return true;
	}
}

bool ready_pattern(const struct safety *safety, const struct term *term)
{
	bool object = term->kind == TERM_OBJECT;

	if (term->kind == TERM_VAR)
		return true;
	if (term->kind != TERM_ARRAY && !object)
		return ready_term(safety, term);
	for (size_t i = 0; i < term->n; i++) {
		if (object && i % 2 == 0 ? !ready_term(safety, term->items[i])
					 : !ready_pattern(safety, term->items[i]))
			return false;
	}
	return true;
}

static void bind(struct safety *safety, const struct term *term)
{
	if (term->kind == TERM_VAR && term->slot >= 0)
		bits_set(&safety->bound, term->slot);
	if (term->kind != TERM_ARRAY && term->kind != TERM_OBJECT)
		return;
	for (size_t i = term->kind == TERM_OBJECT; i < term->n;
	     i += 1 + (term->kind == TERM_OBJECT))
		bind(safety, term->items[i]);
}

static struct safety fork_of(const struct safety *safety)
{
	struct safety copy = *safety;

	copy.bound = bits_copy(safety->unit->arena, &safety->bound, (size_t)safety->unit->slot_n);
	return copy;
}

/* Brackets bind from left to right. */
static bool ready_ref(struct safety *safety, const struct term *ref)
{
	struct safety fork;

	if (ready_term(safety, ref))
		return true;
	if (!ready_term(safety, ref->items[0]))
		return false;
	fork = fork_of(safety);
	for (size_t i = 1; i < ref->n; i++) {
		if (!ready_pattern(&fork, ref->items[i]))
			return false;
		bind(&fork, ref->items[i]);
	}
	safety->bound = fork.bound;
	return true;
}

static uint32_t arity_of(const struct term *call)
{
	struct builtin_signature signature;

	if (call->function)
		return call->function->group->arity;
	builtin_signature(call->builtin, &signature);
	return signature.arity;
}

static bool ready_call(struct safety *safety, const struct term *call)
{
	uint32_t args = call->n - 1;

	if ((!call->function && !call->builtin) || args != arity_of(call) + 1)
		return ready_term(safety, call);
	for (uint32_t i = 1; i < args; i++) {
		if (!ready_term(safety, call->items[i]))
			return false;
	}
	if (!ready_pattern(safety, call->items[args]))
		return false;
	bind(safety, call->items[args]);
	return true;
}

/* ---- unification --------------------------------------------------------------------------- */

static bool same_keys(const struct term *a, const struct term *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i += 2) {
		if (a->items[i]->kind != TERM_VALUE || b->items[i]->kind != TERM_VALUE ||
		    !value_equal(&a->items[i]->value, &b->items[i]->value))
			return false;
	}
	return true;
}

void equations_of(struct unit *unit, const struct term *a, const struct term *b,
		  struct equations *out)
{
	bool arrays = a->kind == TERM_ARRAY && b->kind == TERM_ARRAY && a->n == b->n;
	bool objects = a->kind == TERM_OBJECT && b->kind == TERM_OBJECT && same_keys(a, b);

	if (arrays || objects) {
		for (size_t i = objects; i < a->n; i += 1 + objects)
			equations_of(unit, a->items[i], b->items[i], out);
		return;
	}
	out->items = arena_grow(unit->arena, out->items, out->n, &out->cap, sizeof(*out->items));
	out->items[out->n++] = (struct equation){ .a = a, .b = b };
}

bool equation_ready(const struct safety *safety, const struct term *a, const struct term *b)
{
	struct safety fork;

	if (ready_term(safety, a))
		return ready_pattern(safety, b);
	if (a->kind != TERM_REF)
		return false;
	fork = fork_of(safety);
	return ready_ref(&fork, a) && ready_pattern(&fork, b);
}

static bool ready_unify(struct safety *safety, const struct expr *expr)
{
	struct equations list = { 0 };
	size_t left;

	equations_of(safety->unit, expr->a, expr->b, &list);
	left = list.n;
	for (bool progress = true; left > 0 && progress;) {
		progress = false;
		for (size_t i = 0; i < list.n; i++) {
			struct equation *e = &list.items[i];

			if (e->done || (!equation_ready(safety, e->a, e->b) &&
					!equation_ready(safety, e->b, e->a)))
				continue;
			if (e->a->kind == TERM_REF)
				(void)ready_ref(safety, e->a);
			if (e->b->kind == TERM_REF)
				(void)ready_ref(safety, e->b);
			bind(safety, e->a);
			bind(safety, e->b);
			e->done = progress = true;
			left--;
		}
	}
	return left == 0;
}

static bool ready_every(const struct safety *safety, const struct expr *expr)
{
	struct bits vars = no_bits(safety);

	if (!ready_term(safety, expr->c))
		return false;
	for (size_t i = 0; i < expr->body->n; i++)
		vars_of_expr(expr->body->items[i], true, &vars);
	return all_bound(safety, &vars);
}

static bool ready_group(struct safety *safety, const struct expr *expr)
{
	struct safety fork = fork_of(safety);
	size_t n = expr->body->n, left = n;
	bool *done = ARENA_ARRAY(safety->unit->arena, bool, n + 1);

	for (size_t i = 0; i < expr->with_n; i++) {
		if (!ready_term(safety, expr->withs[i].value))
			return false;
	}
	for (bool progress = true; left > 0 && progress;) {
		progress = false;
		for (size_t i = 0; i < n; i++) {
			if (done[i] || !ready_expr(&fork, expr->body->items[i]))
				continue;
			done[i] = progress = true;
			left--;
		}
	}
	if (left == 0)
		safety->bound = fork.bound;
	return left == 0;
}

static bool ready_now(struct safety *safety, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_UNIFY:
	case EXPR_ASSIGN:
		if (expr->negated)
			return ready_term(safety, expr->a) && ready_term(safety, expr->b);
		return ready_unify(safety, expr);
	case EXPR_SOME_IN:
		if (!ready_term(safety, expr->c) || (expr->a && !ready_pattern(safety, expr->a)) ||
		    !ready_pattern(safety, expr->b))
			return false;
		if (expr->a)
			bind(safety, expr->a);
		bind(safety, expr->b);
		return true;
	case EXPR_EVERY:
		return ready_every(safety, expr);
	case EXPR_GROUP:
		return ready_group(safety, expr);
	default:
		break;
	}
	if (expr->negated)
		return ready_term(safety, expr->a);
	if (expr->a->kind == TERM_REF)
		return ready_ref(safety, expr->a);
	if (expr->a->kind == TERM_CALL)
		return ready_call(safety, expr->a);
	return ready_term(safety, expr->a);
}

bool ready_expr(struct safety *safety, const struct expr *expr)
{
	struct safety fork = fork_of(safety);

	if (!ready_now(&fork, expr))
		return false;
	safety->bound = fork.bound;
	return true;
}
