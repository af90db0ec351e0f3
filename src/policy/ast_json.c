/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/ast_json.h"

static struct value term_json(const struct term *term, struct arena *arena);
static struct value body_json(const struct body *body, struct arena *arena);

static struct value typed(const char *type, struct value value, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "type", value_str(str_c(type)));
	OBJECT_ADD(&b, "value", value);
	return object_builder_take_last(&b);
}

static struct value list_json(struct term *const *items, size_t n, struct arena *arena)
{
	struct value_builder b;

	value_builder_init(&b, arena);
	for (size_t i = 0; i < n; i++)
		value_builder_add(&b, term_json(items[i], arena));
	return value_builder_array(&b);
}

/* The operator of a call is always a ref. */
static struct value call_json(const struct term *call, struct arena *arena)
{
	struct value_builder b;
	struct term *operator= call->items[0];

	value_builder_init(&b, arena);
	if (operator->kind == TERM_VAR)
		value_builder_add(&b, typed("ref", list_json(&operator, 1, arena), arena));
	else
		value_builder_add(&b, term_json(operator, arena));
	for (size_t i = 1; i < call->n; i++)
		value_builder_add(&b, term_json(call->items[i], arena));
	return value_builder_array(&b);
}

static struct value pairs_json(const struct term *object, struct arena *arena)
{
	struct value_builder b;

	value_builder_init(&b, arena);
	for (size_t i = 0; i < object->n; i += 2)
		value_builder_add(&b, list_json(object->items + i, 2, arena));
	return value_builder_array(&b);
}

static struct value comprehension_json(const struct term *term, struct arena *arena)
{
	static const char *const types[] = { "arraycomprehension", "setcomprehension",
					     "objectcomprehension" };
	struct object_builder b;

	object_builder_init(&b, arena);
	if (term->key) {
		OBJECT_ADD(&b, "key", term_json(term->key, arena));
		OBJECT_ADD(&b, "value", term_json(term->head, arena));
	} else {
		OBJECT_ADD(&b, "term", term_json(term->head, arena));
	}
	OBJECT_ADD(&b, "body", body_json(term->body, arena));
	return typed(types[term->kind - TERM_ARRAY_COMP], object_builder_take_last(&b), arena);
}

static struct value term_json(const struct term *term, struct arena *arena)
{
	switch (term->kind) {
	case TERM_VALUE:
		return typed(value_type_name(term->value.type), term->value, arena);
	case TERM_VAR:
		return typed("var", value_str(term->name), arena);
	case TERM_REF:
		return typed("ref", list_json(term->items, term->n, arena), arena);
	case TERM_ARRAY:
		return typed("array", list_json(term->items, term->n, arena), arena);
	case TERM_SET:
		return typed("set", list_json(term->items, term->n, arena), arena);
	case TERM_OBJECT:
		return typed("object", pairs_json(term, arena), arena);
	case TERM_CALL:
		return typed("call", call_json(term, arena), arena);
	case TERM_TEMPLATE:
		return typed("templatestring", list_json(term->items, term->n, arena), arena);
	default:
		return comprehension_json(term, arena);
	}
}

static struct value operation(const char *name, struct term *a, struct term *b, struct arena *arena)
{
	struct term head = { .kind = TERM_VAR, .name = str_c(name) };
	struct term *items[] = { &head, a, b };
	struct term call = { .kind = TERM_CALL, .n = 3, .items = items };

	return call_json(&call, arena);
}

static struct value some_json(const struct expr *expr, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	if (expr->kind == EXPR_SOME) {
		OBJECT_ADD(&b, "symbols", list_json(expr->vars, expr->var_n, arena));
	} else if (expr->kind == EXPR_SOME_IN) {
		struct term head = { .kind = TERM_VAR, .name = STR("internal.member_2") };
		struct term *items[4] = { &head, expr->b, expr->c };
		struct term call = { .kind = TERM_CALL, .n = 3, .items = items };
		struct term *symbol = &call;

		if (expr->a) {
			head.name = STR("internal.member_3");
			items[1] = expr->a;
			items[2] = expr->b;
			items[3] = expr->c;
			call.n = 4;
		}
		OBJECT_ADD(&b, "symbols", list_json(&symbol, 1, arena));
	} else {
		OBJECT_ADD(&b, "key", expr->a ? term_json(expr->a, arena) : value_null());
		OBJECT_ADD(&b, "value", term_json(expr->b, arena));
		OBJECT_ADD(&b, "domain", term_json(expr->c, arena));
		OBJECT_ADD(&b, "body", body_json(expr->body, arena));
	}
	return object_builder_take_last(&b);
}

static struct value terms_json(const struct expr *expr, struct arena *arena)
{
	switch (expr->kind) {
	case EXPR_UNIFY:
		return operation("eq", expr->a, expr->b, arena);
	case EXPR_ASSIGN:
		return operation("assign", expr->a, expr->b, arena);
	case EXPR_TERM:
		return expr->a->kind == TERM_CALL ? call_json(expr->a, arena)
						  : term_json(expr->a, arena);
	default:
		return some_json(expr, arena);
	}
}

static struct value withs_json(const struct expr *expr, struct arena *arena)
{
	struct value_builder list;

	value_builder_init(&list, arena);
	for (size_t i = 0; i < expr->with_n; i++) {
		struct object_builder with;

		object_builder_init(&with, arena);
		OBJECT_ADD(&with, "target", term_json(expr->withs[i].target, arena));
		OBJECT_ADD(&with, "value", term_json(expr->withs[i].value, arena));
		value_builder_add(&list, object_builder_take_last(&with));
	}
	return value_builder_array(&list);
}

static struct value body_json(const struct body *body, struct arena *arena)
{
	struct value_builder list;

	value_builder_init(&list, arena);
	for (size_t i = 0; i < body->n; i++) {
		const struct expr *expr = body->items[i];
		struct object_builder b;

		object_builder_init(&b, arena);
		OBJECT_ADD(&b, "index", value_int((int64_t)i));
		OBJECT_ADD(&b, "terms", terms_json(expr, arena));
		if (expr->negated)
			OBJECT_ADD(&b, "negated", value_bool(true));
		if (expr->with_n > 0)
			OBJECT_ADD(&b, "with", withs_json(expr, arena));
		value_builder_add(&list, object_builder_take_last(&b));
	}
	return value_builder_array(&list);
}

static struct value head_json(const struct rule *rule, struct arena *arena)
{
	struct term yes = { .kind = TERM_VALUE, .value = value_bool(true) };
	struct object_builder b;

	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "name", value_str(rule->ref->items[0]->name));
	if (rule->is_function)
		OBJECT_ADD(&b, "args", list_json(rule->args, rule->arg_n, arena));
	if (rule->key)
		OBJECT_ADD(&b, "key", term_json(rule->key, arena));
	else
		OBJECT_ADD(&b, "value", term_json(rule->value ? rule->value : &yes, arena));
	if (rule->assign)
		OBJECT_ADD(&b, "assign", value_bool(true));
	OBJECT_ADD(&b, "ref", list_json(rule->ref->items, rule->ref->n, arena));
	return object_builder_take_last(&b);
}

static struct value rule_json(const struct rule *rule, struct arena *arena)
{
	struct term yes = { .kind = TERM_VALUE, .value = value_bool(true) };
	struct expr fact = { .kind = EXPR_TERM, .a = &yes };
	struct expr *items[] = { &fact };
	struct body body = { .items = items, .n = 1 };
	struct object_builder b;

	object_builder_init(&b, arena);
	if (rule->is_default)
		OBJECT_ADD(&b, "default", value_bool(true));
	OBJECT_ADD(&b, "head", head_json(rule, arena));
	OBJECT_ADD(&b, "body", body_json(rule->body ? rule->body : &body, arena));
	if (rule->els)
		OBJECT_ADD(&b, "else", rule_json(rule->els, arena));
	return object_builder_take_last(&b);
}

struct value module_value(const struct module *module, struct arena *arena)
{
	struct object_builder b, package;
	struct value_builder imports, rules;

	object_builder_init(&b, arena);
	object_builder_init(&package, arena);
	OBJECT_ADD(&package, "path", list_json(module->package->items, module->package->n, arena));
	OBJECT_ADD(&b, "package", object_builder_take_last(&package));
	value_builder_init(&imports, arena);
	for (size_t i = 0; i < module->import_n; i++) {
		const struct import *import = &module->imports[i];
		struct object_builder one;

		object_builder_init(&one, arena);
		OBJECT_ADD(&one, "path", term_json(import->path, arena));
		if (import->renamed)
			OBJECT_ADD(&one, "alias", value_str(import->alias));
		value_builder_add(&imports, object_builder_take_last(&one));
	}
	if (module->import_n > 0)
		OBJECT_ADD(&b, "imports", value_builder_array(&imports));
	value_builder_init(&rules, arena);
	for (size_t i = 0; i < module->rule_n; i++)
		value_builder_add(&rules, rule_json(module->rules[i], arena));
	if (module->rule_n > 0)
		OBJECT_ADD(&b, "rules", value_builder_array(&rules));
	return object_builder_take_last(&b);
}
