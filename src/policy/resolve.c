/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

static struct term *root(struct unit *unit, str name, int32_t slot, const struct term *at)
{
	struct term *term = term_var(unit->scratch, name, at);

	term->slot = slot;
	return term;
}

static struct term *root_ref(struct unit *unit, bool data, const struct term *at)
{
	struct term *head =
		root(unit, data ? STR("data") : STR("input"), data ? SLOT_DATA : SLOT_INPUT, at);

	return term_list(unit->scratch, TERM_REF, &head, 1, at);
}

static struct local *find_local(struct unit *unit, str name)
{
	for (struct scope *scope = unit->scope; scope; scope = scope->up) {
		struct local *local = map_get(&scope->names, name);

		if (local)
			return local;
	}
	return NULL;
}

/* The documents that a name stands for in this module: input, data, an import, a rule. */
static struct term *global(struct unit *unit, const struct term *var)
{
	struct import *import = map_get(&unit->imports, var->name);
	const struct term *package = unit->module->package;
	struct map *names;
	struct term *ref;

	if (str_eq(var->name, STR("input")) || str_eq(var->name, STR("data")))
		return root_ref(unit, var->name.p[0] == 'd', var);
	if (import) {
		import->used = true;
		ref = term_list(unit->scratch, TERM_REF, import->path->items, import->path->n, var);
		ref->items[0] =
			root_ref(unit, import->path->items[0]->name.p[0] == 'd', var)->items[0];
		return ref;
	}
	names = unit->names;
	if (!package || !names || !map_has(names, var->name))
		return NULL;
	ref = term_list(unit->scratch, TERM_REF, package->items, package->n, var);
	ref->items = ARENA_ARRAY(unit->scratch, struct term *, package->n + 1);
	memcpy(ref->items, package->items, package->n * sizeof(struct term *));
	ref->items[0] = root(unit, STR("data"), SLOT_DATA, var);
	ref->items[ref->n++] = term_value(unit->scratch, value_str(var->name), var);
	return ref;
}

static struct term *resolve_var(struct unit *unit, const struct term *var)
{
	struct local *local = find_local(unit, var->name);
	struct term *to;

	if (!local) {
		to = name_is_wildcard(var->name) ? NULL : global(unit, var);
		if (to)
			return to;
		local = map_get(&unit->free, var->name);
	}
	to = term_var(unit->scratch, var->name, var);
	if (!local) {
		local = ARENA_NEW(unit->scratch, struct local);
		local->var = to;
		local->scope = unit->scope;
		local->slot = unit_slot(unit, var->name, to);
		map_put(&unit->free, var->name, local);
	}
	local->used = true;
	to->slot = local->slot;
	return to;
}

static struct term *resolve_ref(struct unit *unit, const struct term *term)
{
	struct term *head = resolve_term(unit, term->items[0]);
	struct term *ref = term_new(unit->scratch, TERM_REF, term->line, term->col);
	uint32_t base = head->kind == TERM_REF ? head->n : 1;

	ref->items = ARENA_ARRAY(unit->scratch, struct term *, base + term->n - 1);
	if (head->kind == TERM_REF)
		memcpy(ref->items, head->items, base * sizeof(struct term *));
	else
		ref->items[0] = head;
	ref->n = base;
	for (size_t i = 1; i < term->n; i++)
		ref->items[ref->n++] = resolve_term(unit, term->items[i]);
	return ref;
}

static struct term *resolve_items(struct unit *unit, const struct term *term)
{
	struct term *to =
		term_list(unit->scratch, (enum term_kind)term->kind, term->items, term->n, term);

	for (size_t i = 0; i < term->n; i++)
		to->items[i] = resolve_term(unit, term->items[i]);
	return to;
}

static struct term *resolve_comprehension(struct unit *unit, const struct term *term)
{
	struct term *to =
		term_new(unit->scratch, (enum term_kind)term->kind, term->line, term->col);

	scope_push(unit, false);
	to->body = resolve_body(unit, term->body);
	if (term->key)
		to->key = resolve_head(unit, term->key, to->body);
	to->head = resolve_head(unit, term->head, to->body);
	scope_pop(unit);
	return to;
}

/*
 * What may be undefined without harm (an expression of a template string, an argument of print):
 * the set of its values. `infix` marks it.
 */
static struct term *resolve_guarded(struct unit *unit, const struct term *term,
				    const struct expr *part)
{
	struct term *to;

	if (term->kind == TERM_VALUE)
		return resolve_term(unit, term);
	to = term_new(unit->scratch, TERM_SET_COMP, term->line, term->col);
	to->infix = true;
	to->body = ARENA_NEW(unit->scratch, struct body);
	scope_push(unit, false);
	if (part && part->with_n > 0) {
		struct expr unify = *part;

		unify.kind = EXPR_ASSIGN;
		unify.a = term_var(unit->scratch, STR("$part"), term);
		unify.b = part->a;
		to->body = resolve_body(
			unit, &(struct body){ .items = (struct expr *[]){ &unify }, .n = 1 });
		to->head = resolve_var(unit, unify.a);
	} else {
		to->head = resolve_head(unit, term, to->body);
	}
	scope_pop(unit);
	return to;
}

static struct term *resolve_template(struct unit *unit, const struct term *term)
{
	struct term *to = term_list(unit->scratch, TERM_TEMPLATE, term->items, term->n, term);

	for (size_t i = 0; i < term->n; i++)
		to->items[i] = resolve_guarded(unit, term->items[i], term->parts[i]);
	return to;
}

static bool is_document_call(struct unit *unit, const struct term *term);

static struct term *resolve_call_term(struct unit *unit, const struct term *term)
{
	struct term *to = term_list(unit->scratch, TERM_CALL, term->items, term->n, term);
	struct value constant;
	bool print;

	to->infix = term->infix;
	resolve_call(unit, to, term->items[0], term->infix);
	print = to->builtin && str_eq(str_c(to->builtin->name), STR("print"));
	if (print || (to->builtin && str_eq(str_c(to->builtin->name), STR("trace"))))
		unit->compiler->prints = true;
	for (size_t i = 1; i < term->n; i++)
		to->items[i] = print ? resolve_guarded(unit, term->items[i], NULL)
				     : resolve_term(unit, term->items[i]);
	if (to->builtin && metadata_call(unit, to, &constant))
		return term_value(unit->scratch, constant, term);
	return to;
}

struct term *resolve_term(struct unit *unit, const struct term *term)
{
	switch (term->kind) {
	case TERM_VAR:
		return resolve_var(unit, term);
	case TERM_REF:
		return resolve_ref(unit, term);
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		return resolve_items(unit, term);
	case TERM_CALL:
		if (is_document_call(unit, term))
			return resolve_term(unit, term->items[0]);
		return resolve_call_term(unit, term);
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		return resolve_comprehension(unit, term);
	case TERM_TEMPLATE:
		return resolve_template(unit, term);
	default:
		return term_value(unit->scratch, term->value, term);
	}
}

struct term *resolve_pattern(struct unit *unit, const struct term *term, bool assigned)
{
	struct term *to;

	if (term->kind == TERM_VAR)
		return scope_declare(unit, term, assigned);
	if (term->kind != TERM_ARRAY && term->kind != TERM_OBJECT)
		return resolve_term(unit, term);
	to = term_list(unit->scratch, (enum term_kind)term->kind, term->items, term->n, term);
	for (size_t i = 0; i < term->n; i++) {
		bool key = term->kind == TERM_OBJECT && i % 2 == 0;

		to->items[i] = key ? resolve_term(unit, term->items[i])
				   : resolve_pattern(unit, term->items[i], assigned);
	}
	return to;
}

/* ---- calls -------------------------------------------------------------------------------- */

static bool dotted(const struct term *operator, struct buf * out)
{
	if (operator->kind == TERM_VAR) {
		buf_add(out, operator->name);
		return true;
	}
	if (operator->kind != TERM_REF || operator->items[0]->kind != TERM_VAR)
		return false;
	buf_add(out, operator->items[0]->name);
	for (size_t i = 1; i < operator->n; i++) {
		if (!term_is_string(operator->items[i]))
			return false;
		buf_byte(out, '.');
		buf_add(out, value_text(&operator->items[i]->value));
	}
	return true;
}

/* The place in data that a dotted name of a rule means, or NULL. */
static struct tree *tree_of(struct unit *unit, const struct term *operator)
{
	const struct term *head = operator->kind == TERM_REF ? operator->items[0] : operator;
	struct tree *tree = &unit->compiler->policy->root;
	struct term *path = head->kind == TERM_VAR ? global(unit, head) : NULL;

	if (!path || path->items[0]->slot != SLOT_DATA)
		return NULL;
	for (size_t i = 1; tree && i < path->n; i++)
		tree = rule_tree_child(tree, &path->items[i]->value);
	for (size_t i = 1; tree && operator->kind == TERM_REF && i<operator->n; i++) {
		const struct term *part = operator->items[i];

		tree = part->kind == TERM_VALUE ? rule_tree_child(tree, &part->value) : NULL;
	}
	return tree && tree->group ? tree : NULL;
}

static struct tree *function_of(struct unit *unit, const struct term *operator)
{
	struct tree *tree = tree_of(unit, operator);

	return tree && tree->group->kind == GROUP_FUNCTION ? tree : NULL;
}

/* f() where f is a document. */
static bool is_document_call(struct unit *unit, const struct term *term)
{
	const struct tree *tree =
		term->n == 1 && !term->infix ? tree_of(unit, term->items[0]) : NULL;

	return tree && tree->group->kind != GROUP_FUNCTION;
}

void resolve_call(struct unit *unit, struct term *call, const struct term *operator, bool infix)
{
	bool deprecated = false;
	struct buf name;

	buf_init(&name, 1024);
	if (infix) {
		call->builtin = builtin_find(operator->name);
	} else if (dotted(operator, & name)) {
		call->function = function_of(unit, operator);
		if (!call->function)
			call->builtin = builtin_find(buf_str(&name));
		deprecated = call->builtin && call->builtin->v0_only && !unit->module->v0;
		if (deprecated)
			call->builtin = NULL;
		if (call->builtin && call->builtin->optional && !unit->compiler->external_data)
			call->builtin = NULL;
	}
	if (!call->builtin && !call->function)
		compile_error(unit, operator->line, operator->col, "rego_type_error",
			      deprecated ? "deprecated built-in function calls in expression: %.*s"
					 : "undefined function %.*s",
			      STR_ARG(buf_str(&name)));
	buf_done(&name);
}
