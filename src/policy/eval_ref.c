/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/eval.h"

#include "policy/watch.h"

#define REST_MAX 16u /* names of a ref that are told to who looks on */

/*
 * Where a ref stands: at a value, or at a place of the tree of rules with the base document of the
 * same path.
 */
struct place {
	struct tree *tree; /* NULL: a value */
	const struct value *base;
	struct value value;
	bool stored; /* the value is of the base documents, whose keys are strings */
};

/* In base documents a number names the key that is its text. */
static const struct value *stored_step(const struct value *v, const struct value *key)
{
	char text[24];
	int n;

	if (v->type != VALUE_OBJECT || key->type != VALUE_NUMBER || !key->flag)
		return value_step(v, key);
	n = snprintf(text, sizeof(text), "%lld", (long long)key->i);
	return value_get_str(v, str_of(text, (size_t)n));
}

const struct value *eval_base(struct eval *ev, const struct tree *tree)
{
	const struct value *parent;

	if (!tree->parent)
		return &ev->context->data;
	if (ev->context->data.n == 0)
		return NULL;
	parent = eval_base(ev, tree->parent);
	return parent && parent->type == VALUE_OBJECT ? value_get(parent, &tree->key) : NULL;
}

bool eval_is_replaced(const struct eval *ev, const struct tree *tree)
{
	for (size_t i = 0; i < ev->context->replaced_n; i++) {
		if (ev->context->replaced[i] == tree)
			return true;
	}
	return false;
}

bool eval_above_replaced(const struct eval *ev, const struct tree *tree)
{
	for (; tree && ev->context->replaced_n > 0; tree = tree->parent) {
		if (eval_is_replaced(ev, tree))
			return true;
	}
	return false;
}

static int place_of(struct place *place, const struct value *v)
{
	if (!v)
		return 0;
	*place = (struct place){ .value = *v };
	return 1;
}

static int place_stored(struct place *place, const struct value *v)
{
	int rc = place_of(place, v);

	place->stored = true;
	return rc;
}

/* The start of a ref. 1, 0, -1. */
static int place_root(struct eval *ev, const struct node *node, struct value *slots,
		      struct place *place)
{
	int rc;

	switch (node->root) {
	case ROOT_INPUT:
		place->tree = NULL;
		place->value = ev->context->input;
		return ev->context->has_input;
	case ROOT_DATA:
		place->tree = node->tree;
		/* Where there is a rule, base documents do not count. */
		if (node->tree->group && ev->context->replaced_n == 0)
			return 1;
		place->base = eval_base(ev, node->tree);
		if (eval_above_replaced(ev, node->tree) || !node->tree->has_rules)
			return place_stored(place, place->base);
		return 1;
	default:
		place->tree = NULL;
		rc = eval_node(ev, node->head, slots, &place->value);
		return rc;
	}
}

/* One name or bracket on. */
static int place_step(struct eval *ev, const struct place *at, const struct value *key,
		      struct place *out)
{
	struct tree *tree = at->tree, *child;
	const struct value *base;
	struct value v;
	int rc;

	if (!tree) {
		const struct value *found =
			at->stored ? stored_step(&at->value, key) : value_step(&at->value, key);

		watch_step(ev->run->watch, &at->value, key, 1, found);
		return at->stored ? place_stored(out, found) : place_of(out, found);
	}
	if (tree->group) {
		rc = eval_group_key(ev, tree->group, at->base, key, &v);
		if (rc == 1)
			*out = (struct place){ .value = v };
		return rc;
	}
	base = at->base && at->base->type == VALUE_OBJECT ? stored_step(at->base, key) : NULL;
	child = rule_tree_child(tree, key);
	if (!child || !child->has_rules || eval_is_replaced(ev, child))
		return place_stored(out, base);
	*out = (struct place){ .tree = child, .base = base };
	return 1;
}

static int place_value(struct eval *ev, const struct place *at, struct value *out)
{
	if (at->tree)
		return eval_extent(ev, at->tree, at->base, out);
	*out = at->value;
	return 1;
}

/* A ref of constant names into a value. */
static int follow(const struct eval *ev, const struct node *node, const struct value *v,
		  struct value *out)
{
	for (uint32_t i = 0; i < node->n; i++) {
		const struct value *from = v;

		if (v->type == VALUE_OBJECT)
			v = value_get_str(v, value_text(&node->folded[i]));
		else
			v = value_step(v, &node->folded[i]);
		watch_step(ev->run->watch, from, &node->folded[i], node->n - i, v);
		if (!v)
			return 0;
	}
	*out = *v;
	return 1;
}

/* A ref that ends at its i-th bracket: the constant names that would have followed. */
static void tell_rest(struct eval *ev, const struct node *node, uint32_t i, const struct place *at)
{
	struct value keys[REST_MAX], from = at->value;
	uint32_t n = 0;

	if (!ev->run->watch)
		return;
	if (at->tree && (!at->tree->group || at->tree->group->kind != GROUP_COMPLETE ||
			 eval_group(ev, at->tree->group, &from) != 1))
		return;
	for (; i < node->n && n < REST_MAX; i++) {
		if (node->args[i].kind != PATTERN_EQUAL || node->args[i].node->kind != NODE_CONST)
			break;
		keys[n++] = node->args[i].node->value;
	}
	if (n > 1)
		watch_step(ev->run->watch, &from, keys, n, NULL);
}

/* The brackets from the i-th on, into a value that is none of the base documents. */
static int follow_keys(struct eval *ev, const struct node *node, uint32_t i, struct value *slots,
		       const struct value *v, struct value *out)
{
	for (; i < node->n; i++) {
		const struct node *bracket = node->args[i].node;
		const struct value *key, *from = v;
		struct value made;
		int rc = 1;

		if (bracket->kind == NODE_CONST) {
			key = &bracket->value;
		} else if (bracket->kind == NODE_SLOT) {
			key = &slots[bracket->slot];
		} else {
			key = &made;
			rc = eval_node(ev, bracket, slots, &made);
		}
		if (rc == 1) {
			v = value_step(from, key);
			watch_step(ev->run->watch, from, key, 1, v);
			rc = v != NULL;
		}
		if (rc == 0)
			tell_rest(ev, node, i, &(struct place){ .value = *from });
		if (rc != 1)
			return rc;
	}
	*out = *v;
	return 1;
}

int eval_ref(struct eval *ev, const struct node *node, struct value *slots, struct value *out)
{
	struct place at = { 0 };
	struct value key;
	int rc;

	if (node->place && ev->context->shares) {
		const struct value *v = eval_place(ev, node);

		return v ? follow_keys(ev, node, node->place_n, slots, v, out) : 0;
	}
	if (node->root == ROOT_INPUT && node->folded)
		return ev->context->has_input ? follow(ev, node, &ev->context->input, out) : 0;
	if (node->root == ROOT_NODE && node->folded && node->head->kind == NODE_SLOT)
		return follow(ev, node, &slots[node->head->slot], out);
	rc = place_root(ev, node, slots, &at);
	if (rc == 1 && !at.tree && node->folded) {
		struct value from = at.value;

		return follow(ev, node, &from, out);
	}
	for (uint32_t i = 0; i < node->n && rc == 1; i++) {
		struct place from = at;

		if (!at.tree && !at.stored)
			return follow_keys(ev, node, i, slots, &from.value, out);
		rc = eval_node(ev, node->args[i].node, slots, &key);
		if (rc == 1)
			rc = place_step(ev, &from, &key, &at);
		if (rc == 0)
			tell_rest(ev, node, i, &from);
	}
	return rc == 1 ? place_value(ev, &at, out) : rc;
}

/* ---- refs with choices --------------------------------------------------------------------- */

struct walk {
	const struct op *op;
	struct value *slots;
	struct sink *sink;
};

static int walk_on(struct eval *ev, const struct walk *walk, const struct place *at, uint32_t i);

static int walk_end(struct eval *ev, const struct walk *walk, const struct place *at)
{
	struct value v;
	int rc = place_value(ev, at, &v);

	if (rc == 1)
		rc = eval_match(ev, walk->op->pattern, &v, walk->slots);
	return rc == 1 ? eval_run(ev, walk->op->next, walk->slots, walk->sink) : rc;
}

/* A key that is a choice, tried. */
static int walk_try(struct eval *ev, const struct walk *walk, const struct value *key,
		    const struct place *next, uint32_t i)
{
	const struct pattern *arg = &walk->op->node->args[i];
	int rc;

	if (eval_step(ev) < 0)
		return -1;
	if (arg->kind == PATTERN_BIND || arg->kind == PATTERN_ANY) {
		walk->slots[arg->slot] = *key;
		return walk_on(ev, walk, next, i + 1);
	}
	rc = eval_match(ev, arg, key, walk->slots);
	return rc == 1 ? walk_on(ev, walk, next, i + 1) : rc;
}

static int walk_value(struct eval *ev, const struct walk *walk, const struct value *v, uint32_t i)
{
	if (v->type >= VALUE_ARRAY)
		watch_step(ev->run->watch, v, NULL, 0, v);
	for (uint32_t k = 0; v->type >= VALUE_ARRAY && k < v->n; k++) {
		struct place next = { 0 };
		struct value key;
		int rc;

		if (v->type == VALUE_OBJECT) {
			key = v->members[k].key;
			next.value = v->members[k].value;
		} else {
			next.value = v->items[k];
			key = v->type == VALUE_SET ? v->items[k] : value_int(k);
		}
		watch_step(ev->run->watch, v, &key, 1, &next.value);
		rc = walk_try(ev, walk, &key, &next, i);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Packages and rules below a place, then base documents that have no rules. */
static int walk_tree(struct eval *ev, const struct walk *walk, const struct place *at, uint32_t i)
{
	const struct tree *tree = at->tree;

	for (size_t k = 0; k < tree->n; k++) {
		struct place next;
		int rc = place_step(ev, at, &tree->children[k]->key, &next);

		if (rc == 1 && tree->children[k]->has_rules)
			rc = walk_try(ev, walk, &tree->children[k]->key, &next, i);
		else if (rc == 1)
			rc = 0;
		if (rc != 0)
			return rc;
	}
	for (uint32_t k = 0; at->base && at->base->type == VALUE_OBJECT && k < at->base->n; k++) {
		const struct value_member *m = &at->base->members[k];
		const struct tree *child = rule_tree_child(tree, &m->key);
		struct place next = { .value = m->value };
		int rc;

		if (child && child->has_rules)
			continue;
		rc = walk_try(ev, walk, &m->key, &next, i);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int walk_on(struct eval *ev, const struct walk *walk, const struct place *at, uint32_t i)
{
	const struct node *node = walk->op->node;
	struct place here = *at;

	for (; i < node->n && node->args[i].kind == PATTERN_EQUAL; i++) {
		struct place from = here;
		struct value key;
		int rc = eval_node(ev, node->args[i].node, walk->slots, &key);

		if (rc == 1)
			rc = place_step(ev, &from, &key, &here);
		if (rc == 0)
			tell_rest(ev, node, i, &from);
		if (rc != 1)
			return rc;
	}
	if (eval_enter(ev) < 0)
		return -1;
	if (i == node->n)
		return walk_end(ev, walk, &here);
	if (here.tree && !here.tree->group)
		return walk_tree(ev, walk, &here, i);
	if (here.tree) {
		struct value v;
		int rc = eval_extent(ev, here.tree, here.base, &v);

		return rc == 1 ? walk_value(ev, walk, &v, i) : rc;
	}
	return walk_value(ev, walk, &here.value, i);
}

int eval_ref_each(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink)
{
	struct walk walk = { .op = op, .slots = slots, .sink = sink };
	struct place at = { 0 };
	int rc;

	if (op->node->place && ev->context->shares) {
		const struct value *v = eval_place(ev, op->node);

		if (!v)
			return 0;
		at.value = *v;
		return walk_on(ev, &walk, &at, op->node->place_n);
	}
	rc = place_root(ev, op->node, slots, &at);
	return rc == 1 ? walk_on(ev, &walk, &at, 0) : rc;
}
