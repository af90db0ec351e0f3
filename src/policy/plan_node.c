/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"
#include "policy/share.h"

static struct node *node_new(struct unit *unit, enum node_kind kind, const struct term *term)
{
	struct node *node = ARENA_NEW(unit->arena, struct node);

	node->kind = (uint8_t)kind;
	node->line = term->line;
	node->col = term->col;
	return node;
}

static struct node **plan_items(struct safety *safety, const struct term *term, size_t from)
{
	struct node **items = ARENA_ARRAY(safety->unit->arena, struct node *, term->n + 1);

	for (size_t i = from; i < term->n; i++)
		items[i - from] = plan_node(safety, term->items[i]);
	return items;
}

/* A collection of constants is a constant. */
static bool fold(struct safety *safety, struct node *node)
{
	struct arena *arena = safety->unit->arena;
	struct value_builder items;
	struct object_builder members;

	for (size_t i = 0; i < node->n; i++) {
		if (node->items[i]->kind != NODE_CONST)
			return false;
	}
	if (node->kind == NODE_OBJECT) {
		object_builder_init(&members, arena);
		for (size_t i = 0; i < node->n; i += 2)
			object_builder_add(&members, node->items[i]->value,
					   node->items[i + 1]->value);
		node->value = object_builder_take_last(&members);
	} else {
		value_builder_init(&items, arena);
		for (size_t i = 0; i < node->n; i++)
			value_builder_add(&items, node->items[i]->value);
		node->value = node->kind == NODE_SET ? value_builder_set(&items)
						     : value_builder_array(&items);
	}
	node->kind = NODE_CONST;
	return true;
}

static struct node *plan_collection(struct safety *safety, const struct term *term,
				    enum node_kind kind)
{
	struct node *node = node_new(safety->unit, kind, term);

	node->items = plan_items(safety, term, 0);
	node->n = term->n;
	fold(safety, node);
	return node;
}

/* Constant names lead down the tree of rules as far as there are only packages. */
static void enter_tree(struct safety *safety, const struct term *ref, struct node *node,
		       uint32_t *from)
{
	struct tree *tree = &safety->unit->compiler->policy->root;

	while (*from < ref->n && !tree->group && ref->items[*from]->kind == TERM_VALUE) {
		struct tree *child = rule_tree_child(tree, &ref->items[*from]->value);

		if (!child || !child->has_rules)
			break;
		tree = child;
		++*from;
	}
	node->tree = tree;
}

static bool all_strings(const struct term *ref, uint32_t from)
{
	for (uint32_t i = from; i < ref->n; i++) {
		if (!term_is_string(ref->items[i]))
			return false;
	}
	return true;
}

/* The constant names that a ref into the shared part of the input begins with. */
static void plan_place(struct unit *unit, const struct term *ref, uint32_t from, struct node *node)
{
	const struct compiler *compiler = unit->compiler;
	uint32_t n = from;

	if (!compiler->shares || node->root != ROOT_INPUT || n >= ref->n ||
	    !term_is_string(ref->items[n]) ||
	    !str_eq(value_text(&ref->items[n]->value), compiler->common))
		return;
	while (n < ref->n && term_is_string(ref->items[n]))
		n++;
	node->place_n = n - from;
	node->place = share_place(compiler->shares, ref->items + from, node->place_n);
}

static struct node *plan_ref(struct safety *safety, const struct term *ref)
{
	struct unit *unit = safety->unit;
	struct node *node = node_new(unit, NODE_REF, ref);
	const struct term *head = ref->items[0];
	uint32_t from = 1;

	if (head->kind == TERM_VAR && head->slot == SLOT_INPUT) {
		node->root = ROOT_INPUT;
	} else if (head->kind == TERM_VAR && head->slot == SLOT_DATA) {
		node->root = ROOT_DATA;
		enter_tree(safety, ref, node, &from);
		depend(unit, node->tree, ref, from);
	} else {
		node->root = ROOT_NODE;
		node->head = plan_node(safety, head);
	}
	node->n = ref->n - from;
	plan_place(unit, ref, from, node);
	if (all_strings(ref, from)) {
		node->folded = ARENA_ARRAY(unit->arena, struct value, node->n + 1);
		for (uint32_t i = 0; i < node->n; i++)
			node->folded[i] = ref->items[from + i]->value;
	}
	node->args = ARENA_ARRAY(unit->arena, struct pattern, node->n + 1);
	for (uint32_t i = 0; i < node->n; i++)
		plan_pattern(safety, ref->items[from + i], &node->args[i]);
	return node;
}

static uint8_t fast_of(const struct builtin *builtin)
{
	static const struct {
		const char *name;
		uint8_t fast;
	} table[] = {
		{ "equal", FAST_EQ },  { "neq", FAST_NE },	{ "lt", FAST_LT },
		{ "lte", FAST_LE },    { "gt", FAST_GT },	{ "gte", FAST_GE },
		{ "plus", FAST_PLUS }, { "minus", FAST_MINUS }, { "mul", FAST_MUL },
		{ "div", FAST_DIV },   { "rem", FAST_REM },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (str_eq(str_c(builtin->name), str_c(table[i].name)))
			return table[i].fast;
	}
	return FAST_NONE;
}

static struct node *plan_call(struct safety *safety, const struct term *call)
{
	struct unit *unit = safety->unit;
	struct node *node = node_new(unit, call->function ? NODE_FUNCTION : NODE_BUILTIN, call);

	node->function = call->function;
	if (call->function)
		depend(unit, call->function, call, call->n);
	node->builtin = call->builtin;
	node->items = plan_items(safety, call, 1);
	node->n = call->n - 1;
	if (call->builtin && str_eq(str_c(call->builtin->name), STR("print"))) {
		node->kind = NODE_PRINT;
		return node;
	}
	check_call_arity(unit, call);
	if (!call->builtin)
		return hoist_node(safety, call, node);
	builtin_signature(call->builtin, &node->signature);
	node->fast = fast_of(call->builtin);
	return hoist_node(safety, call, node);
}

struct node *plan_comprehension(struct safety *safety, const struct term *term)
{
	struct unit *unit = safety->unit;
	struct node *node = node_new(unit, NODE_COMP, term);
	struct safety inner = safety_inner(safety);

	node->comp = term->kind;
	vars_of_term(term->head, false, &inner.outer);
	if (term->key)
		vars_of_term(term->key, false, &inner.outer);
	node->body = plan_body(&inner, term->body, op_new(unit, OP_YIELD, NULL));
	if (node->body) {
		node->element = plan_node(&inner, term->head);
		if (term->key)
			node->key = plan_node(&inner, term->key);
	}
	safety_inner_done(&inner);
	if (term->infix || unit->failed || !node->body)
		return node;
	return hoist_node(safety, term, hoist_grouping(safety, term, node));
}

static void report_unbound(struct safety *safety, const struct term *var)
{
	struct unit *unit = safety->unit;
	str name = name_is_wildcard(var->name) ? STR("_") : var->name;

	if (!unit->failed)
		compile_error(unit, var->line, var->col, "rego_unsafe_var_error",
			      "var %.*s is unsafe", STR_ARG(name));
}

struct node *plan_node(struct safety *safety, const struct term *term)
{
	struct node *node;

	switch (term->kind) {
	case TERM_VAR:
		if (!bits_has(&safety->bound, term->slot))
			report_unbound(safety, term);
		node = node_new(safety->unit, NODE_SLOT, term);
		node->slot = (uint32_t)term->slot;
		return node;
	case TERM_REF:
		return plan_ref(safety, term);
	case TERM_ARRAY:
		return plan_collection(safety, term, NODE_ARRAY);
	case TERM_SET:
		return plan_collection(safety, term, NODE_SET);
	case TERM_OBJECT:
		return plan_collection(safety, term, NODE_OBJECT);
	case TERM_CALL:
		return plan_call(safety, term);
	case TERM_TEMPLATE:
		node = node_new(safety->unit, NODE_TEMPLATE, term);
		node->items = plan_items(safety, term, 0);
		node->n = term->n;
		return node;
	case TERM_VALUE:
		node = node_new(safety->unit, NODE_CONST, term);
		node->value = term->value;
		return node;
	default:
		return plan_comprehension(safety, term);
	}
}

void plan_pattern(struct safety *safety, const struct term *term, struct pattern *out)
{
	struct unit *unit = safety->unit;
	bool object = term->kind == TERM_OBJECT;

	*out = (struct pattern){ .kind = PATTERN_EQUAL };
	if (term->kind == TERM_VAR && !bits_has(&safety->bound, term->slot)) {
		bits_set(&safety->bound, term->slot);
		loop_bind(safety, term->slot);
		out->slot = (uint32_t)term->slot;
		out->kind = name_is_wildcard(term->name) && !str_eq(term->name, STR("$made")) &&
					    !str_eq(term->name, STR("$part"))
				    ? PATTERN_ANY
				    : PATTERN_BIND;
		return;
	}
	if ((term->kind != TERM_ARRAY && !object) || ready_term(safety, term)) {
		out->node = plan_node(safety, term);
		return;
	}
	out->kind = object ? PATTERN_OBJECT : PATTERN_ARRAY;
	out->n = object ? term->n / 2 : term->n;
	out->items = ARENA_ARRAY(unit->arena, struct pattern, out->n + 1);
	if (object)
		out->keys = ARENA_ARRAY(unit->arena, struct node *, out->n + 1);
	for (uint32_t i = 0; object && i < out->n; i++)
		out->keys[i] = plan_node(safety, term->items[2 * i]);
	for (uint32_t i = 0; i < out->n; i++)
		plan_pattern(safety, term->items[object ? 2 * i + 1 : i], &out->items[i]);
}
