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

/* A copy that is freed: planning tries much more than it keeps. */
struct bits bits_fork(const struct bits *bits, size_t slots)
{
	struct bits copy = { .n = slots / 64 + 1 };

	if (copy.n < bits->n)
		copy.n = bits->n;
	copy.words = mem_zalloc(copy.n * sizeof(uint64_t));
	if (bits->n > 0)
		memcpy(copy.words, bits->words, bits->n * sizeof(uint64_t));
	return copy;
}

void bits_done(struct bits *bits)
{
	free(bits->words);
	*bits = (struct bits){ 0 };
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
	return bits_fork(&(struct bits){ 0 }, (size_t)safety->unit->slot_n);
}

static bool ready_closure(const struct safety *safety, const struct term *term)
{
	struct bits vars = no_bits(safety);
	bool ready;

	vars_of_term(term, true, &vars);
	ready = all_bound(safety, &vars);
	free(vars.words);
	return ready;
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

	copy.bound = bits_fork(&safety->bound, (size_t)safety->unit->slot_n);
	return copy;
}

/* Ends a fork; what it bound is kept when it was ready. */
static bool join(struct safety *safety, struct safety *fork, bool ready)
{
	if (ready)
		memcpy(safety->bound.words, fork->bound.words, safety->bound.n * sizeof(uint64_t));
	free(fork->bound.words);
	return ready;
}

static bool ready_brackets(struct safety *fork, const struct term *ref)
{
	for (size_t i = 1; i < ref->n; i++) {
		if (!ready_pattern(fork, ref->items[i]))
			return false;
		bind(fork, ref->items[i]);
	}
	return true;
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
	return join(safety, &fork, ready_brackets(&fork, ref));
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

void equations_of(const struct term *a, const struct term *b, struct equations *out)
{
	bool arrays = a->kind == TERM_ARRAY && b->kind == TERM_ARRAY && a->n == b->n;
	bool objects = a->kind == TERM_OBJECT && b->kind == TERM_OBJECT && same_keys(a, b);

	if (arrays || objects) {
		for (size_t i = objects; i < a->n; i += 1 + objects)
			equations_of(a->items[i], b->items[i], out);
		return;
	}
	if (out->n == out->cap) {
		out->cap = out->cap ? out->cap * 2 : 8;
		out->items = mem_realloc(out->items, out->cap * sizeof(*out->items));
	}
	out->items[out->n++] = (struct equation){ .a = a, .b = b };
}

bool equation_ready(const struct safety *safety, const struct term *a, const struct term *b)
{
	struct safety fork;
	bool ready;

	if (ready_term(safety, a))
		return ready_pattern(safety, b);
	if (a->kind != TERM_REF)
		return false;
	fork = fork_of(safety);
	ready = ready_ref(&fork, a) && ready_pattern(&fork, b);
	free(fork.bound.words);
	return ready;
}

static bool ready_unify(struct safety *safety, const struct expr *expr)
{
	struct equations list = { 0 };
	size_t left;

	equations_of(expr->a, expr->b, &list);
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
	free(list.items);
	return left == 0;
}

static bool ready_every(const struct safety *safety, const struct expr *expr)
{
	struct bits vars;
	bool ready;

	if (!ready_term(safety, expr->c))
		return false;
	vars = no_bits(safety);
	for (size_t i = 0; i < expr->body->n; i++)
		vars_of_expr(expr->body->items[i], true, &vars);
	ready = all_bound(safety, &vars);
	free(vars.words);
	return ready;
}

static bool ready_group(struct safety *safety, const struct expr *expr)
{
	struct safety fork;
	size_t n = expr->body->n, left = n;
	bool *done;

	for (size_t i = 0; i < expr->with_n; i++) {
		if (!ready_term(safety, expr->withs[i].value))
			return false;
	}
	fork = fork_of(safety);
	done = mem_zalloc(n + 1);
	for (bool progress = true; left > 0 && progress;) {
		progress = false;
		for (size_t i = 0; i < n; i++) {
			if (done[i] || !ready_expr(&fork, expr->body->items[i], true))
				continue;
			done[i] = progress = true;
			left--;
		}
	}
	free(done);
	return join(safety, &fork, left == 0);
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

bool ready_expr(struct safety *safety, const struct expr *expr, bool keep)
{
	struct safety fork = fork_of(safety);
	bool ready = ready_now(&fork, expr);

	join(safety, &fork, ready && keep);
	return ready;
}
