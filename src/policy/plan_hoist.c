/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does not depend on the loop around it. Each literal with choices is a loop; a variable
 * depends on the loops of the variables it was made from. A call, a comprehension, a negation or an
 * every that stands in a loop it does not depend on gives the same answer in every round: its
 * answer is kept by the values of the variables it uses. Keeping is lazy, so that what is never
 * reached is never worked out and errors stay where they are. What prints is left alone.
 */
#include "policy/compile.h"

#define LOOP_MAX     63u
#define CAPTURED_MAX 8u /* variables; with more, the same values hardly come twice */
#define KEYS_MAX     4u

void loop_enter(struct safety *safety)
{
	unsigned n = safety->unit->loop_count;

	safety->loops |= 1ull << (n < LOOP_MAX ? n : LOOP_MAX);
}

void loop_bind(struct safety *safety, int32_t slot)
{
	struct unit *unit = safety->unit;

	while (unit->loop_n <= (size_t)slot) {
		unit->loops = arena_grow(unit->scratch, unit->loops, unit->loop_n, &unit->loop_cap,
					 sizeof(*unit->loops));
		unit->loops[unit->loop_n++] = 0;
	}
	unit->loops[slot] = safety->binding;
}

/* The bound variables of a term or of a literal. */
static struct bits captured_bits(const struct safety *safety, const struct term *term,
				 const struct expr *expr)
{
	struct bits bits = bits_fork(&(struct bits){ 0 }, (size_t)safety->unit->slot_n);

	if (term)
		vars_of_term(term, true, &bits);
	if (expr)
		vars_of_expr(expr, true, &bits);
	for (size_t i = 0; i < bits.n; i++)
		bits.words[i] &= i < safety->bound.n ? safety->bound.words[i] : 0;
	return bits;
}

static uint64_t loops_of(const struct safety *safety, const struct bits *bits)
{
	uint64_t loops = 0;

	for (int32_t slot = 0; slot < safety->unit->slot_n; slot++) {
		if (bits_has(bits, slot) && (size_t)slot < safety->unit->loop_n)
			loops |= safety->unit->loops[slot];
	}
	return loops;
}

void loop_binds(struct safety *safety, const struct term *from, bool chooses)
{
	struct bits bits = captured_bits(safety, from, NULL);
	unsigned n = safety->unit->loop_count;

	safety->binding = loops_of(safety, &bits);
	if (chooses) {
		n = safety->unit->loop_count = n + 1;
		safety->binding |= 1ull << (n < LOOP_MAX ? n : LOOP_MAX);
	}
	bits_done(&bits);
}

static bool term_prints(const struct term *term);

static bool expr_prints(const struct expr *expr)
{
	const struct term *terms[] = { expr->a, expr->b, expr->c };

	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		if (terms[i] && term_prints(terms[i]))
			return true;
	}
	for (size_t i = 0; i < expr->with_n; i++) {
		if (term_prints(expr->withs[i].value))
			return true;
	}
	for (size_t i = 0; expr->body && i < expr->body->n; i++) {
		if (expr_prints(expr->body->items[i]))
			return true;
	}
	return false;
}

static bool is_print(const struct builtin *builtin)
{
	return builtin && (str_eq(str_c(builtin->name), STR("print")) ||
			   str_eq(str_c(builtin->name), STR("trace")));
}

static bool term_prints(const struct term *term)
{
	switch (term->kind) {
	case TERM_REF:
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
	case TERM_TEMPLATE:
	case TERM_CALL:
		if (term->kind == TERM_CALL && is_print(term->builtin))
			return true;
		for (size_t i = term->kind == TERM_CALL; i < term->n; i++) {
			if (term_prints(term->items[i]))
				return true;
		}
		return false;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		if (term_prints(term->head) || (term->key && term_prints(term->key)))
			return true;
		for (size_t i = 0; i < term->body->n; i++) {
			if (expr_prints(term->body->items[i]))
				return true;
		}
		return false;
	default:
		return false;
	}
}

static struct captured *captured_new(struct unit *unit, const struct bits *bits)
{
	struct captured *captured = ARENA_NEW(unit->arena, struct captured);

	captured->slots = ARENA_ARRAY(unit->arena, uint32_t, CAPTURED_MAX);
	for (int32_t slot = 0; slot < unit->slot_n; slot++) {
		if (!bits_has(bits, slot))
			continue;
		if (captured->n == CAPTURED_MAX)
			return NULL;
		captured->slots[captured->n++] = (uint32_t)slot;
	}
	return captured;
}

/* NULL when every loop around is one that the answer depends on. */
static struct captured *captured_of(struct safety *safety, const struct term *term,
				    const struct expr *expr)
{
	struct bits bits;
	struct captured *captured = NULL;

	if (safety->loops == 0)
		return NULL;
	bits = captured_bits(safety, term, expr);
	if (safety->loops & ~loops_of(safety, &bits))
		captured = captured_new(safety->unit, &bits);
	bits_done(&bits);
	return captured;
}

/* Not worth a look-up of their own. */
static bool is_cheap(const struct builtin *builtin)
{
	static const char *const names[] = {
		"abs",
		"and",
		"array.slice",
		"ceil",
		"contains",
		"count",
		"div",
		"endswith",
		"equal",
		"floor",
		"gt",
		"gte",
		"is_array",
		"is_boolean",
		"is_null",
		"is_number",
		"is_object",
		"is_set",
		"is_string",
		"lt",
		"lte",
		"minus",
		"mul",
		"neq",
		"object.get",
		"opa.runtime",
		"or",
		"plus",
		"rem",
		"round",
		"startswith",
		"time.now_ns",
		"trace",
		"type_name",
		"internal.member_2",
		"internal.member_3",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_eq(str_c(builtin->name), str_c(names[i])))
			return true;
	}
	return false;
}

/* A function's results are kept by its arguments; a collection made anew is never the same. */
static bool makes_arguments(const struct term *call)
{
	for (size_t i = 1; i < call->n; i++) {
		if (call->items[i]->kind >= TERM_ARRAY)
			return true;
	}
	return false;
}

struct node *hoist_node(struct safety *safety, const struct term *term, struct node *node)
{
	struct captured *captured;
	struct node *hoisted;

	if (safety->unit->failed || node->kind == NODE_CONST)
		return node;
	if (term->kind == TERM_CALL) {
		if (term->builtin ? is_cheap(term->builtin) || term->builtin->relation
				  : !makes_arguments(term))
			return node;
	}
	captured = captured_of(safety, term, NULL);
	if (!captured || term_prints(term))
		return node;
	hoisted = ARENA_NEW(safety->unit->arena, struct node);
	hoisted->kind = NODE_HOISTED;
	hoisted->line = node->line;
	hoisted->col = node->col;
	hoisted->inner = node;
	hoisted->captured = captured;
	return hoisted;
}

struct captured *hoist_body(struct safety *safety, const struct expr *expr)
{
	struct captured *captured;

	if (safety->unit->failed)
		return NULL;
	captured = captured_of(safety, NULL, expr);
	return captured && !expr_prints(expr) ? captured : NULL;
}

/* ---- grouping ------------------------------------------------------------------------------ */

/* Both sides of a comparison for equality; NULL when it is none. */
static struct term *equal_sides(const struct expr *expr, struct term **b)
{
	struct term *call = expr->a;

	if (expr->negated)
		return NULL;
	if (expr->kind == EXPR_UNIFY) {
		*b = expr->b;
		return expr->a;
	}
	if (expr->kind != EXPR_TERM || call->kind != TERM_CALL || !call->builtin || call->n != 3 ||
	    !str_eq(str_c(call->builtin->name), STR("equal")))
		return NULL;
	*b = call->items[2];
	return call->items[1];
}

/* It has variables, all of them known before the comprehension. */
static bool is_key(const struct safety *safety, const struct term *term)
{
	struct bits bits, known;
	bool any = false, all = true;

	if (term->kind != TERM_VAR && term->kind != TERM_REF && term->kind != TERM_CALL)
		return false;
	if (term_prints(term) || !ready_term(safety, term))
		return false;
	bits = bits_fork(&(struct bits){ 0 }, (size_t)safety->unit->slot_n);
	vars_of_term(term, true, &bits);
	known = captured_bits(safety, term, NULL);
	for (size_t i = 0; i < bits.n; i++) {
		any |= known.words[i] != 0;
		all &= bits.words[i] == known.words[i];
	}
	bits_done(&bits);
	bits_done(&known);
	return any && all;
}

struct draft {
	struct body body;
	const struct term *keys[KEYS_MAX];
	struct term *vars[KEYS_MAX];
	uint32_t n;
};

/* The body with `key == part` as `$key = part`. */
static void draft_body(struct safety *safety, const struct body *body, struct draft *draft)
{
	struct unit *unit = safety->unit;

	for (size_t i = 0; i < body->n; i++) {
		struct expr *expr = body->items[i];
		struct term *b = NULL, *a = equal_sides(expr, &b);
		bool first = a && is_key(safety, a) && !is_key(safety, b);
		bool second = a && is_key(safety, b) && !is_key(safety, a);

		if ((first || second) && draft->n < KEYS_MAX) {
			const struct term *key = first ? a : b;
			struct expr *bind = ARENA_NEW(unit->scratch, struct expr);
			struct term *var = term_var(unit->scratch, STR("$made"), key);

			var->slot = unit_slot(unit, var->name, var);
			*bind = *expr;
			bind->kind = EXPR_UNIFY;
			bind->a = var;
			bind->b = first ? b : a;
			draft->keys[draft->n] = key;
			draft->vars[draft->n++] = var;
			expr = bind;
		}
		body_add(unit->scratch, &draft->body, expr);
	}
}

static struct expr draft_expr(struct draft *draft)
{
	return (struct expr){ .kind = EXPR_GROUP, .body = &draft->body };
}

static bool plan_grouping(struct safety *inner, const struct term *term, struct draft *draft,
			  struct grouping *grouping)
{
	struct unit *unit = inner->unit;
	struct expr whole = draft_expr(draft);

	vars_of_term(term->head, false, &inner->outer);
	if (term->key)
		vars_of_term(term->key, false, &inner->outer);
	vars_of_expr(&whole, false, &inner->outer);
	if (!ready_expr(inner, &whole, false))
		return false;
	grouping->body = plan_body(inner, &draft->body, op_new(unit, OP_YIELD, NULL));
	if (unit->failed || !grouping->body)
		return false;
	grouping->element = plan_node(inner, term->head);
	if (term->key)
		grouping->key = plan_node(inner, term->key);
	return !unit->failed;
}

static bool captures_less(struct safety *safety, const struct term *term, struct draft *draft,
			  struct grouping *grouping)
{
	struct unit *unit = safety->unit;
	struct expr whole = draft_expr(draft);
	struct bits bits = captured_bits(safety, term->head, &whole);
	struct captured *captured = NULL;

	if (term->key)
		vars_of_term(term->key, true, &bits);
	for (size_t i = 0; i < bits.n; i++)
		bits.words[i] &= i < safety->bound.n ? safety->bound.words[i] : 0;
	if (safety->loops & ~loops_of(safety, &bits))
		captured = captured_new(unit, &bits);
	bits_done(&bits);
	if (captured)
		grouping->captured = *captured;
	return captured != NULL;
}

struct node *hoist_grouping(struct safety *safety, const struct term *term, struct node *node)
{
	struct unit *unit = safety->unit;
	struct draft draft = { 0 };
	struct grouping *grouping;
	struct safety inner;
	struct node *grouped;
	bool planned;

	if (safety->loops == 0 || safety->grouping || term->body->n > COMPILE_MAX_LITERALS ||
	    term_prints(term))
		return node;
	draft_body(safety, term->body, &draft);
	if (draft.n == 0)
		return node;
	grouping = ARENA_NEW(unit->arena, struct grouping);
	if (!captures_less(safety, term, &draft, grouping))
		return node;
	inner = safety_inner(safety);
	inner.grouping = true;
	planned = plan_grouping(&inner, term, &draft, grouping);
	safety_inner_done(&inner);
	if (!planned)
		return node;
	grouping->key_n = draft.n;
	grouping->keys = ARENA_ARRAY(unit->arena, struct node *, draft.n);
	grouping->slots = ARENA_ARRAY(unit->arena, uint32_t, draft.n);
	for (uint32_t i = 0; i < draft.n; i++) {
		grouping->keys[i] = plan_node(safety, draft.keys[i]);
		grouping->slots[i] = (uint32_t)draft.vars[i]->slot;
	}
	grouped = ARENA_NEW(unit->arena, struct node);
	grouped->kind = NODE_GROUPED;
	grouped->comp = node->comp;
	grouped->line = node->line;
	grouped->col = node->col;
	grouped->inner = node;
	grouped->grouping = grouping;
	return grouped;
}
