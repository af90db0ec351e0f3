/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

#include "policy/footprint.h"

/* `what` has one %.*s, for the path. */
#define RULE_ERROR(compiler, rule, code, what, path)                                  \
	problem_add((compiler)->problems, (rule)->module->file, (rule)->module->text, \
		    (rule)->line, (rule)->col, code, what, STR_ARG(path))

static bool is_constant_key(const struct term *term) { return term->kind == TERM_VALUE; }

/* How many items of the rule's ref are constant, the name included. */
static uint32_t constant_items(const struct rule *rule)
{
	uint32_t n = 1;

	while (n < rule->ref->n && is_constant_key(rule->ref->items[n]))
		n++;
	return n;
}

void compile_path_add(struct buf *b, const struct value *key)
{
	str text = value_text(key);
	bool plain = text.n > 0 && !is_digit(text.p[0]);

	for (size_t i = 0; i < text.n; i++)
		plain = plain && (is_alnum(text.p[i]) || text.p[i] == '_');
	if (plain) {
		buf_byte(b, '.');
		buf_add(b, text);
	} else {
		buf_byte(b, '[');
		value_write_rego(key, b);
		buf_byte(b, ']');
	}
}

static str path_of(struct compiler *compiler, const struct tree *tree)
{
	const struct tree **chain =
		ARENA_ARRAY(compiler->scratch, const struct tree *, tree->depth + 1);
	struct buf b;
	str path;

	for (const struct tree *t = tree; t->parent; t = t->parent)
		chain[t->depth] = t;
	buf_init(&b, 1u << 20);
	BUF_LIT(&b, "data");
	for (size_t i = 1; i <= tree->depth; i++)
		compile_path_add(&b, &chain[i]->key);
	path = str_dup(compiler->arena, buf_str(&b));
	buf_done(&b);
	return path;
}

static struct tree *package_tree(struct compiler *compiler, const struct module *module)
{
	struct tree *tree = &compiler->policy->root;

	for (size_t i = 1; i < module->package->n; i++)
		tree = rule_tree_add(compiler->arena, tree, module->package->items[i]->value);
	tree->is_package = true;
	for (struct tree *t = tree; t && !t->has_rules; t = t->parent)
		t->has_rules = true;
	return tree;
}

static enum group_kind kind_of(const struct rule *rule, uint32_t constant)
{
	if (rule->is_function && rule->arg_n > 0)
		return GROUP_FUNCTION; /* f() = x is the document f */
	if (constant < rule->ref->n)
		return GROUP_OBJECT;
	return rule->key ? GROUP_SET : GROUP_COMPLETE;
}

static struct group *group_at(struct compiler *compiler, struct tree *tree, const struct rule *rule,
			      enum group_kind kind)
{
	struct group *group = tree->group;

	if (!group) {
		group = ARENA_NEW(compiler->arena, struct group);
		group->kind = (uint8_t)kind;
		group->tree = tree;
		group->arity = rule->arg_n;
		group->id = compiler->policy->group_n++;
		group->path = path_of(compiler, tree);
		tree->group = group;
		for (struct tree *t = tree; t && !t->has_rules; t = t->parent)
			t->has_rules = true;
	}
	if (group->kind != kind || group->arity != rule->arg_n) {
		RULE_ERROR(compiler, rule, "rego_type_error", "conflicting rules %.*s found",
			   group->path);
		return NULL;
	}
	return group;
}

static struct clause *clause_of(struct compiler *compiler, struct group *group, struct rule *rule)
{
	struct clause *clause = ARENA_NEW(compiler->arena, struct clause);

	clause->rule = rule;
	clause->group = group;
	clause->id = compiler->policy->clause_n++;
	return clause;
}

static void add_rule(struct compiler *compiler, struct tree *package, struct rule *rule)
{
	uint32_t constant = constant_items(rule);
	enum group_kind kind = kind_of(rule, constant);
	struct tree *tree =
		rule_tree_add(compiler->arena, package, value_str(rule->ref->items[0]->name));
	struct clause **chain = NULL;
	struct group *group;

	for (uint32_t i = 1; i < constant; i++)
		tree = rule_tree_add(compiler->arena, tree, rule->ref->items[i]->value);
	if (rule->is_function && constant < rule->ref->n) {
		RULE_ERROR(compiler, rule, "rego_compile_error",
			   "function %.*s cannot have variables in its name",
			   rule->ref->items[0]->name);
		return;
	}
	group = group_at(compiler, tree, rule, kind);
	if (!group)
		return;
	if (rule->is_default) {
		if (group->preset)
			RULE_ERROR(compiler, rule, "rego_type_error",
				   "multiple default rules %.*s found", group->path);
		group->preset = clause_of(compiler, group, rule);
		return;
	}
	group->clauses = arena_grow(compiler->arena, group->clauses, group->n, &group->cap,
				    sizeof(*group->clauses));
	chain = &group->clauses[group->n++];
	for (struct rule *r = rule; r; r = r->els) {
		*chain = clause_of(compiler, group, r);
		chain = &(*chain)->els;
	}
}

struct map *compile_names(struct compiler *compiler, const struct module *module)
{
	struct buf path;
	struct map *names;

	if (!module->package)
		return NULL;
	buf_init(&path, 1u << 20);
	for (size_t i = 1; i < module->package->n; i++)
		compile_path_add(&path, &module->package->items[i]->value);
	names = map_get(&compiler->packages, buf_str(&path));
	if (!names) {
		names = ARENA_NEW(compiler->scratch, struct map);
		map_init(names, compiler->scratch);
		map_put(&compiler->packages, buf_str(&path), names);
	}
	buf_done(&path);
	return names;
}

static void add_module(struct compiler *compiler, struct module *module)
{
	struct tree *package = package_tree(compiler, module);
	struct map *names = compile_names(compiler, module);

	for (size_t i = 0; i < module->rule_n; i++) {
		struct rule *rule = module->rules[i];

		map_put(names, rule->ref->items[0]->name, rule);
		if (str_eq(rule->ref->items[0]->name, STR("input")) ||
		    (str_eq(rule->ref->items[0]->name, STR("data")) && !module->v0)) {
			RULE_ERROR(compiler, rule, "rego_compile_error",
				   "rules must not shadow %.*s (use a different rule name)",
				   rule->ref->items[0]->name);
			continue;
		}
		add_rule(compiler, package, rule);
	}
}

/* A rule whose value is whole cannot have rules below its name. */
static void check_below(struct compiler *compiler, const struct tree *tree)
{
	const struct group *group = tree->group;

	if (group && group->kind != GROUP_OBJECT && tree->n > 0) {
		const struct rule *rule =
			group->n > 0 ? group->clauses[0]->rule : group->preset->rule;

		for (size_t i = 0; i < tree->n; i++) {
			if (tree->children[i]->is_package || tree->children[i]->has_rules) {
				RULE_ERROR(
					compiler, rule, "rego_type_error",
					"rule %.*s conflicts with rules or packages below its name",
					group->path);
				break;
			}
		}
	}
	for (size_t i = 0; i < tree->n; i++)
		check_below(compiler, tree->children[i]);
}

void compile_conflicts(struct compiler *compiler)
{
	check_below(compiler, &compiler->policy->root);
}

static void compile_groups(struct compiler *compiler, struct tree *tree)
{
	struct group *group = tree->group;

	if (group) {
		for (size_t i = 0; i < group->n; i++) {
			for (struct clause *c = group->clauses[i]; c; c = c->els)
				compile_clause(compiler, group, c);
		}
		if (group->preset)
			compile_clause(compiler, group, group->preset);
		index_build(compiler, group);
	}
	for (size_t i = 0; i < tree->n; i++)
		compile_groups(compiler, tree->children[i]);
}

/* What lives in the scratch arena of the compiler. */
static void forget(struct tree *tree)
{
	struct group *group = tree->group;

	tree->edges = NULL;
	tree->edge_n = tree->edge_cap = 0;
	for (size_t i = 0; group && i < group->n; i++) {
		for (struct clause *c = group->clauses[i]; c; c = c->els)
			c->parts = NULL;
	}
	if (group && group->preset)
		group->preset->parts = NULL;
	for (size_t i = 0; i < tree->n; i++)
		forget(tree->children[i]);
}

static void check_imports(struct compiler *compiler)
{
	for (size_t m = 0; compiler->strict && m < compiler->policy->module_n; m++) {
		const struct module *module = compiler->policy->modules[m];

		for (size_t i = 0; i < module->import_n; i++) {
			const struct import *import = &module->imports[i];

			if (!import->used)
				problem_add(compiler->problems, module->file, module->text,
					    import->line, import->col, "rego_compile_error",
					    "import %.*s unused", STR_ARG(import->alias));
		}
	}
}

void compile_rules(struct compiler *compiler)
{
	struct policy *policy = compiler->policy;
	struct group **order;
	size_t n = 0;

	for (size_t i = 0; i < policy->module_n; i++) {
		compile_refuse(compiler, policy->modules[i]);
		add_module(compiler, policy->modules[i]);
	}
	if (compiler->problems->n > 0)
		return;
	compile_conflicts(compiler);
	compile_groups(compiler, &policy->root);
	check_imports(compiler);
	if (compiler->problems->n > 0)
		return;
	order = ARENA_ARRAY(compiler->scratch, struct group *, policy->group_n + 1);
	compile_recursion(compiler, order, &n);
	if (compiler->problems->n == 0)
		compile_types(compiler, order, n);
	if (compiler->problems->n == 0 && compiler->shares)
		compile_footprints(compiler, order, n);
	forget(&policy->root);
}
