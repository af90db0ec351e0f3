/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/footprint.h"

#include "policy/compile.h"
#include "policy/share.h"

struct walk {
	struct compiler *compiler;
	struct footprint *out;
};

static void look_node(struct walk *w, const struct node *node);
static void look_body(struct walk *w, const struct op *op);

static bool begins(const struct footprint_path *path, const struct footprint_path *with)
{
	if (path->n < with->n)
		return false;
	for (uint32_t i = 0; i < with->n; i++) {
		if (!value_equal(&path->keys[i], &with->keys[i]))
			return false;
	}
	return true;
}

static void add_path(struct walk *w, const struct footprint_path *path)
{
	struct footprint *out = w->out;
	uint32_t kept = 0;

	if (path->n == 0) {
		out->unknown = true;
		return;
	}
	if (str_eq(value_text(&path->keys[0]), w->compiler->common)) {
		out->common = true;
		return;
	}
	for (uint32_t i = 0; i < out->n; i++) {
		if (begins(path, &out->paths[i]))
			return;
	}
	for (uint32_t i = 0; i < out->n; i++) {
		if (!begins(&out->paths[i], path))
			out->paths[kept++] = out->paths[i];
	}
	out->n = kept;
	if (kept == FOOTPRINT_PATHS)
		out->unknown = true;
	else
		out->paths[out->n++] = *path;
}

/* The constant names that a place of the input begins with. */
static void look_input(struct walk *w, const struct node *node)
{
	struct value *keys = ARENA_ARRAY(w->compiler->arena, struct value, node->n + 1);
	struct footprint_path path = { .keys = keys };

	while (path.n < node->n && node->args[path.n].kind == PATTERN_EQUAL &&
	       node->args[path.n].node->kind == NODE_CONST &&
	       node->args[path.n].node->value.type == VALUE_STRING) {
		keys[path.n] = node->args[path.n].node->value;
		path.n++;
	}
	add_path(w, &path);
}

static void look_group(struct walk *w, const struct group *group)
{
	const struct footprint *of = group ? group->footprint : NULL;

	if (!of || of->unknown) {
		w->out->unknown = true;
		return;
	}
	w->out->common |= of->common;
	w->out->local |= of->local;
	for (uint32_t i = 0; i < of->n; i++)
		add_path(w, &of->paths[i]);
}

static void look_pattern(struct walk *w, const struct pattern *pattern)
{
	if (!pattern)
		return;
	switch (pattern->kind) {
	case PATTERN_EQUAL:
		look_node(w, pattern->node);
		break;
	case PATTERN_ARRAY:
	case PATTERN_OBJECT:
		for (uint32_t i = 0; i < pattern->n; i++) {
			if (pattern->kind == PATTERN_OBJECT)
				look_node(w, pattern->keys[i]);
			look_pattern(w, &pattern->items[i]);
		}
		break;
	default:
		break;
	}
}

static void look_ref(struct walk *w, const struct node *node)
{
	if (node->root == ROOT_INPUT)
		look_input(w, node);
	else if (node->root == ROOT_DATA)
		look_group(w, node->tree->group);
	else
		look_node(w, node->head);
	for (uint32_t i = 0; i < node->n; i++)
		look_pattern(w, &node->args[i]);
}

static void look_node(struct walk *w, const struct node *node)
{
	if (!node || w->out->unknown)
		return;
	switch (node->kind) {
	case NODE_CONST:
	case NODE_SLOT:
		return;
	case NODE_REF:
		look_ref(w, node);
		return;
	case NODE_COMP:
		look_body(w, node->body);
		look_node(w, node->key);
		look_node(w, node->element);
		return;
	case NODE_HOISTED:
	case NODE_GROUPED:
		look_node(w, node->inner);
		return;
	case NODE_PRINT:
		w->out->unknown = true;
		return;
	default: /* collections, calls, templates */
		if (node->function)
			look_group(w, node->function->group);
		if (node->builtin && node->builtin->nondeterministic)
			w->out->unknown = true;
		for (uint32_t i = 0; i < node->n; i++)
			look_node(w, node->items[i]);
	}
}

static void look_body(struct walk *w, const struct op *op)
{
	for (; op && op->kind != OP_YIELD && !w->out->unknown; op = op->next) {
		if (op->kind == OP_WITH) {
			w->out->unknown = true;
			return;
		}
		look_node(w, op->node);
		look_pattern(w, op->key);
		look_pattern(w, op->pattern);
		look_body(w, op->body);
	}
}

static void look_clause(struct walk *w, const struct clause *clause)
{
	for (; clause; clause = clause->els) {
		w->out->local |= !clause->rule->module->shared;
		for (uint32_t i = 0; i < clause->arg_n; i++)
			look_pattern(w, &clause->args[i]);
		look_body(w, clause->plan);
		for (uint32_t i = 0; i < clause->key_n; i++)
			look_node(w, clause->keys[i]);
		look_node(w, clause->key);
		look_node(w, clause->value);
	}
}

void compile_footprints(struct compiler *compiler, struct group *const *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct group *group = order[i];
		struct footprint *out = ARENA_NEW(compiler->arena, struct footprint);
		struct walk w = { .compiler = compiler, .out = out };

		/* Rules below its name are part of its value. */
		out->unknown = group->tree->n > 0;
		for (size_t k = 0; k < group->n; k++)
			look_clause(&w, group->clauses[k]);
		if (group->preset)
			look_clause(&w, group->preset);
		group->footprint = out;
		/* The same parameters come together with the same template next to never. */
		if (!out->unknown && (!out->local || out->n == 0))
			group->share = share_id(compiler->shares, out->local ? 0 : compiler->shared,
						group->path);
		group->keeps = group->share != 0 && group->kind == GROUP_FUNCTION && !out->common &&
			       out->n == 0 && share_ids_are_unique(compiler->shares);
	}
}
