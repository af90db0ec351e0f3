/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be read but means nothing, told from the tree alone: values on the left of :=, names
 * that hide input and data, imports of one name, `with` in place of what cannot be replaced.
 */
#include "policy/compile.h"

#include <stdarg.h>

struct refusal {
	struct compiler *compiler;
	const struct module *module;
	bool strict; /* of the module: v1, or asked for */
};

static void refuse(const struct refusal *refusal, const struct term *at, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static void refuse(const struct refusal *refusal, const struct term *at, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	problem_add(refusal->compiler->problems, refusal->module->file, refusal->module->text,
		    at->line, at->col, "rego_compile_error", "%s", text);
}

static bool is_root(const struct term *term)
{
	return term->kind == TERM_VAR &&
	       (str_eq(term->name, STR("input")) || str_eq(term->name, STR("data")));
}

/* ---- bodies ---------------------------------------------------------------------------------- */

static void check_target(const struct refusal *refusal, const struct term *target)
{
	if (is_root(target) && refusal->strict) {
		refuse(refusal, target,
		       "variables must not shadow %.*s (use a different variable name)",
		       STR_ARG(target->name));
	} else if (target->kind == TERM_ARRAY || target->kind == TERM_OBJECT) {
		bool object = target->kind == TERM_OBJECT;

		for (uint32_t i = object; i < target->n; i += 1 + object)
			check_target(refusal, target->items[i]);
	} else if (target->kind != TERM_VAR) {
		refuse(refusal, target, "cannot assign to %s", term_kind_name(target));
	}
}

static void check_body(const struct refusal *refusal, const struct body *body);

static void check_term(const struct refusal *refusal, const struct term *term)
{
	if (!term)
		return;
	switch (term->kind) {
	case TERM_VALUE:
	case TERM_VAR:
		return;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		check_term(refusal, term->key);
		check_term(refusal, term->head);
		check_body(refusal, term->body);
		return;
	default:
		for (uint32_t i = 0; i < term->n; i++)
			check_term(refusal, term->items[i]);
	}
}

static void check_body(const struct refusal *refusal, const struct body *body)
{
	for (size_t i = 0; body && i < body->n; i++) {
		const struct expr *expr = body->items[i];

		if (expr->kind == EXPR_ASSIGN)
			check_target(refusal, expr->a);
		check_term(refusal, expr->a);
		check_term(refusal, expr->b);
		check_term(refusal, expr->c);
		check_body(refusal, expr->body);
		for (uint32_t k = 0; k < expr->with_n; k++)
			check_term(refusal, expr->withs[k].value);
	}
}

static void check_rule(const struct refusal *refusal, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->arg_n && refusal->strict; i++) {
		if (is_root(rule->args[i]))
			refuse(refusal, rule->args[i],
			       "args must not shadow %.*s (use a different variable name)",
			       STR_ARG(rule->args[i]->name));
	}
	for (; rule; rule = rule->els) {
		check_term(refusal, rule->key);
		check_term(refusal, rule->value);
		check_body(refusal, rule->body);
	}
}

/* ---- imports --------------------------------------------------------------------------------- */

static void path_text(const struct term *path, struct buf *out)
{
	buf_add(out, path->items[0]->name);
	for (uint32_t i = 1; i < path->n; i++)
		compile_path_add(out, &path->items[i]->value);
}

static void check_imports(const struct refusal *refusal)
{
	struct map names;

	map_init(&names, refusal->compiler->scratch);
	for (size_t i = 0; i < refusal->module->import_n; i++) {
		const struct import *import = &refusal->module->imports[i], *before;
		struct buf text;

		if (import->alias.n == 0)
			continue;
		before = map_get(&names, import->alias);
		if (!before) {
			map_put(&names, import->alias, &refusal->module->imports[i]);
			continue;
		}
		buf_init(&text, 300);
		path_text(before->path, &text);
		problem_add(refusal->compiler->problems, refusal->module->file,
			    refusal->module->text, import->line, import->col, "rego_compile_error",
			    "import must not shadow import %.*s", STR_ARG(buf_str(&text)));
		buf_done(&text);
	}
}

void compile_refuse(struct compiler *compiler, const struct module *module)
{
	struct refusal refusal = { .compiler = compiler,
				   .module = module,
				   .strict = compiler->strict || !module->v0 || module->rego_v1 };

	if (refusal.strict)
		check_imports(&refusal);
	for (size_t i = 0; i < module->rule_n; i++)
		check_rule(&refusal, module->rules[i]);
}

/* ---- with ------------------------------------------------------------------------------------ */

void refuse_with_function(struct unit *unit, const struct term *at, const struct builtin *builtin)
{
	str name = str_c(builtin->name);
	const char *why = NULL;

	if (str_eq(name, STR("eq")) || str_starts(name, STR("rego.metadata.")))
		compile_error(unit, at->line, at->col, "rego_compile_error",
			      "with keyword replacing built-in function: replacement of \"%s\" "
			      "invalid",
			      builtin->name);
	else if (str_starts(name, STR("internal.")))
		compile_error(unit, at->line, at->col, "rego_compile_error",
			      "with keyword replacing built-in function: replacement of internal "
			      "function \"%s\" invalid",
			      builtin->name);
	else if (builtin->relation)
		why = "relation";
	else if (str_eq(name, STR("print")))
		why = "void function";
	if (why)
		compile_error(unit, at->line, at->col, "rego_compile_error",
			      "with keyword replacing built-in function: target must not be a %s",
			      why);
}

void refuse_with_part(struct unit *unit, const struct term *target)
{
	const struct tree *tree = &unit->compiler->policy->root;

	for (uint32_t i = 1; tree && i + 1 < target->n; i++) {
		if (target->items[i]->kind != TERM_VALUE)
			return;
		tree = rule_tree_child(tree, &target->items[i]->value);
		if (!tree || !tree->group)
			continue;
		compile_error(unit, target->line, target->col, "rego_compile_error",
			      "with keyword cannot partially replace virtual document(s)");
		return;
	}
}
