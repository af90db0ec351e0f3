/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No rule may need its own value. The graph has two nodes for each place of the tree: its own
 * rules, and all that is at it and below.
 */
#include "policy/compile.h"

enum color { WHITE, GREY, BLACK };

static void add_edge(struct unit *unit, struct tree *tree, bool whole)
{
	struct tree *from = unit->group->tree;
	size_t cap = from->edge_cap;

	if (from->edge_n > 0 && from->edges[from->edge_n - 1].tree == tree &&
	    from->edges[from->edge_n - 1].whole == whole)
		return;
	from->edges =
		arena_grow(unit->scratch, from->edges, from->edge_n, &cap, sizeof(*from->edges));
	from->edge_cap = (uint32_t)cap;
	from->edges[from->edge_n++] = (struct edge){ .tree = tree, .whole = whole };
}

void depend(struct unit *unit, struct tree *tree, const struct term *ref, uint32_t from)
{
	if (!unit->group || !tree || !tree->has_rules)
		return;
	if (tree->group)
		add_edge(unit, tree, false);
	if (from >= ref->n) {
		add_edge(unit, tree, true);
	} else if (ref->items[from]->kind == TERM_VALUE) {
		depend(unit, rule_tree_child(tree, &ref->items[from]->value), ref, from + 1);
	} else {
		for (size_t i = 0; i < tree->n; i++)
			depend(unit, tree->children[i], ref, from + 1);
	}
}

struct visit {
	struct tree *tree;
	bool whole;
	size_t next;
};

static void report(struct compiler *compiler, const struct visit *stack, size_t n,
		   const struct visit *again)
{
	struct buf path;
	size_t from = n;
	const struct rule *rule = NULL;
	const struct tree *first = NULL;

	while (from > 0 &&
	       !(stack[from - 1].tree == again->tree && stack[from - 1].whole == again->whole))
		from--;
	buf_init(&path, 2000);
	for (size_t i = from ? from - 1 : 0; i < n; i++) {
		const struct group *group = stack[i].whole ? NULL : stack[i].tree->group;

		if (!group)
			continue;
		if (!first) {
			first = stack[i].tree;
			rule = group->n > 0 ? group->clauses[0]->rule : group->preset->rule;
		}
		buf_add(&path, group->path);
		BUF_LIT(&path, " -> ");
	}
	if (first) {
		buf_add(&path, first->group->path);
		problem_add(compiler->problems, rule->module->file, rule->module->text, rule->line,
			    rule->col, "rego_recursion_error", "rule %.*s is recursive: %.*s",
			    STR_ARG(first->group->path), STR_ARG(buf_str(&path)));
	}
	buf_done(&path);
}

/* The next neighbour of the place on top; false when there is none. */
static bool neighbour(struct visit *top, struct visit *out)
{
	struct tree *tree = top->tree;

	*out = (struct visit){ 0 };
	if (!top->whole) {
		if (top->next == tree->edge_n)
			return false;
		out->tree = tree->edges[top->next].tree;
		out->whole = tree->edges[top->next++].whole;
		return true;
	}
	if (top->next == 0 && tree->group) {
		top->next++;
		out->tree = tree;
		return true;
	}
	if (top->next == 0)
		top->next++;
	if (top->next > tree->n)
		return false;
	out->tree = tree->children[top->next++ - 1];
	out->whole = true;
	return true;
}

static void search(struct compiler *compiler, struct tree *tree, struct group **order,
		   size_t *count)
{
	struct visit *stack = NULL, next;
	size_t n = 0, cap = 0;

	stack = arena_grow(compiler->scratch, stack, n, &cap, sizeof(*stack));
	stack[n++] = (struct visit){ .tree = tree, .whole = true };
	tree->color[1] = GREY;
	while (n > 0) {
		uint8_t *color;

		if (!neighbour(&stack[n - 1], &next)) {
			n--;
			stack[n].tree->color[stack[n].whole] = BLACK;
			if (!stack[n].whole && stack[n].tree->group)
				order[(*count)++] = stack[n].tree->group;
			continue;
		}
		color = &next.tree->color[next.whole];
		if (*color == GREY)
			report(compiler, stack, n, &next);
		if (*color != WHITE)
			continue;
		*color = GREY;
		stack = arena_grow(compiler->scratch, stack, n, &cap, sizeof(*stack));
		stack[n++] = next;
	}
}

/* Every place is reached from the root. */
void compile_recursion(struct compiler *compiler, struct group **order, size_t *n)
{
	search(compiler, &compiler->policy->root, order, n);
}
