/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/module_check.h"

#include "base/err.h"
#include "policy/ast.h"
#include "policy/constraint/sync_need.h"

static str part(const struct term *ref, uint32_t i)
{
	if (i >= ref->n)
		return STR_EMPTY;
	if (ref->items[i]->kind == TERM_VAR && i == 0)
		return ref->items[0]->name;
	return term_is_string(ref->items[i]) ? value_text(&ref->items[i]->value) : STR_EMPTY;
}

static int refuse(const struct term *ref, const char *what, struct err *err)
{
	struct buf path;

	buf_init(&path, 512);
	buf_add(&path, part(ref, 0));
	for (uint32_t i = 1; i < ref->n && i < 8; i++) {
		if (term_is_string(ref->items[i]))
			buf_fmt(&path, ".%.*s", STR_ARG(part(ref, i)));
		else
			BUF_LIT(&path, "[_]");
	}
	err_set(err, ERR_INPUT, "%u:%u: %s %.*s", ref->line, ref->col, what,
		STR_ARG(buf_str(&path)));
	buf_done(&path);
	return -1;
}

static bool data_allowed(const struct term *ref)
{
	str name = part(ref, 1);

	return str_eq(name, STR("lib")) || str_eq(name, STR("inventory"));
}

static bool is_alias(const struct sync_needs *needs, str name)
{
	return needs->alias.n > 0 && str_eq(needs->alias, name);
}

static void note_inventory(const struct term *term, struct sync_needs *needs)
{
	const struct term *head;

	if (term->kind != TERM_REF)
		return;
	head = term->items[0];
	if (term_is_var(head, STR("data")) && str_eq(part(term, 1), STR("inventory")))
		sync_needs_reference(needs, term, 2);
	else if (head->kind == TERM_VAR && is_alias(needs, head->name))
		sync_needs_reference(needs, term, 1);
}

/* The name that data.inventory gets by an import; a part of it, and nobody looks further. */
static void note_imports(const struct module *module, struct sync_needs *needs)
{
	needs->alias = STR_EMPTY;
	for (size_t i = 0; i < module->import_n; i++) {
		const struct import *import = &module->imports[i];

		if (!str_eq(part(import->path, 0), STR("data")) ||
		    !str_eq(part(import->path, 1), STR("inventory")))
			continue;
		needs->used = true;
		if (import->path->n > 2 || needs->alias.n > 0)
			needs->unknown = true;
		else
			needs->alias = import->alias;
	}
}

static int check_body(const struct body *body, struct sync_needs *needs, struct err *err);
static int check_expr(const struct expr *expr, struct sync_needs *needs, struct err *err);

/* Recursion is as deep as the module, which the parser has capped. */
static int check_term(const struct term *term, struct sync_needs *needs, struct err *err)
{
	if (!term)
		return 0;
	switch (term->kind) {
	case TERM_VALUE:
		return 0;
	case TERM_VAR:
		if (str_eq(term->name, STR("data")))
			return err_set(err, ERR_INPUT, "%u:%u: disallowed ref data", term->line,
				       term->col);
		/* Under the name of an import, and handed on whole. */
		if (is_alias(needs, term->name))
			needs->used = needs->unknown = true;
		return 0;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		if (check_term(term->key, needs, err) < 0 || check_term(term->head, needs, err) < 0)
			return -1;
		return check_body(term->body, needs, err);
	default:
		break;
	}
	if (term->kind == TERM_REF && term_is_var(term->items[0], STR("data"))) {
		if (!data_allowed(term))
			return refuse(term, "disallowed ref", err);
	}
	note_inventory(term, needs);
	for (uint32_t i = 0; i < term->n; i++) {
		bool head = term->kind == TERM_REF && i == 0 && term->items[0]->kind == TERM_VAR;

		if (!head && check_term(term->items[i], needs, err) < 0)
			return -1;
		if (term->parts && term->parts[i] && check_expr(term->parts[i], needs, err) < 0)
			return -1;
	}
	return 0;
}

static int check_expr(const struct expr *expr, struct sync_needs *needs, struct err *err)
{
	if (check_term(expr->a, needs, err) < 0 || check_term(expr->b, needs, err) < 0 ||
	    check_term(expr->c, needs, err) < 0 || check_body(expr->body, needs, err) < 0)
		return -1;
	for (uint32_t i = 0; i < expr->with_n; i++) {
		if (check_term(expr->withs[i].target, needs, err) < 0 ||
		    check_term(expr->withs[i].value, needs, err) < 0)
			return -1;
	}
	return 0;
}

static int check_body(const struct body *body, struct sync_needs *needs, struct err *err)
{
	for (size_t i = 0; body && i < body->n; i++) {
		if (check_expr(body->items[i], needs, err) < 0)
			return -1;
	}
	return 0;
}

static int check_rule(const struct rule *rule, struct sync_needs *needs, struct err *err)
{
	for (; rule; rule = rule->els) {
		for (uint32_t i = 1; i < rule->ref->n; i++) {
			if (check_term(rule->ref->items[i], needs, err) < 0)
				return -1;
		}
		for (uint32_t i = 0; i < rule->arg_n; i++) {
			if (check_term(rule->args[i], needs, err) < 0)
				return -1;
		}
		if (check_term(rule->key, needs, err) < 0 ||
		    check_term(rule->value, needs, err) < 0 ||
		    check_body(rule->body, needs, err) < 0)
			return -1;
	}
	return 0;
}

static int check_import(const struct import *import, struct err *err)
{
	str root = part(import->path, 0);

	if (str_eq(root, STR("future")) || str_eq(root, STR("rego")) || str_eq(root, STR("input")))
		return 0;
	if (str_eq(root, STR("data")) && data_allowed(import->path))
		return 0;
	return refuse(import->path, "bad import", err);
}

static int check_package(const struct module *module, bool entry, struct err *err)
{
	bool found = !entry;

	if (!entry && (module->package->n < 3 || !str_eq(part(module->package, 1), STR("lib"))))
		return refuse(module->package, "a library's package must be below lib, not", err);
	for (size_t i = 0; i < module->rule_n; i++)
		found = found || str_eq(part(module->rules[i]->ref, 0), STR("violation"));
	if (!found)
		return err_set(err, ERR_INPUT, "missing required rules: [violation]");
	return 0;
}

int module_check(const struct module *module, bool entry, struct sync_needs *needs, struct err *err)
{
	if (check_package(module, entry, err) < 0)
		return -1;
	note_imports(module, needs);
	for (size_t i = 0; i < module->import_n; i++) {
		if (check_import(&module->imports[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < module->rule_n; i++) {
		if (check_rule(module->rules[i], needs, err) < 0)
			return -1;
	}
	return 0;
}
