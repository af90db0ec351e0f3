/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/azure_form.h"

#include "base/err.h"
#include "fmt/syntax/yaml.h"
#include "policy/constraint/resource.h"

#define PREFIX	  "k8sazure"
#define NOTES_MAX 1000u

static const unsigned char table[] = {
#include "k8sazure.yaml.inc"
};

int azure_form_load(struct arena *arena, struct azure_form *out, struct err *err)
{
	const struct json *root, *rules;

	if (yaml_parse(str_of((const char *)table, sizeof(table)), NULL, arena, &root, NULL, err) <
	    0)
		return err_wrap(err, "k8sazure.yaml");
	rules = JSON_GET(root, "rules");
	*out = (struct azure_form){ .rules = ARENA_ARRAY(arena, struct azure_rule,
							 json_len(rules)) };
	JSON_EACH (rules, rule) {
		out->rules[out->n++] = (struct azure_rule){
			.rule = json_get_str(rule, STR("rule")),
			.kind = json_get_str(rule, STR("kind")),
			.parameters = JSON_GET(rule, "parameters"),
		};
	}
	return 0;
}

bool azure_form_is(str kind)
{
	return kind.n > strlen(PREFIX) && str_ieq(str_take(kind, strlen(PREFIX)), STR(PREFIX));
}

/* "K8sAzureV2ContainerNoPrivilege" and "K8sAzureV3NoPrivilege": "NoPrivilege". */
static str core_of(str kind)
{
	str rest = str_skip(kind, strlen(PREFIX));
	size_t digits = 1;

	if (rest.n > 1 && to_lower(rest.p[0]) == 'v' && is_digit(rest.p[1])) {
		while (digits < rest.n && is_digit(rest.p[digits]))
			digits++;
		rest = str_skip(rest, digits);
	}
	if (str_ieq(str_take(rest, strlen("Container")), STR("Container")))
		rest = str_skip(rest, strlen("Container"));
	return rest;
}

const struct azure_rule *azure_form_of_kind(const struct azure_form *form, str kind)
{
	for (size_t i = 0; i < form->n; i++) {
		if (azure_form_is(kind) && str_ieq(core_of(kind), core_of(form->rules[i].kind)))
			return &form->rules[i];
	}
	return NULL;
}

const struct azure_rule *azure_form_of_rule(const struct azure_form *form, str id)
{
	for (size_t i = 0; i < form->n; i++) {
		if (str_eq(id, form->rules[i].rule))
			return &form->rules[i];
	}
	return NULL;
}

/* ---- building ---- */

static const struct json *text_value(str text, struct arena *arena)
{
	struct json *v = ARENA_NEW(arena, struct json);

	*v = json_make_str(text);
	return v;
}

/* The object with the value set below it; levels that are not there are made. */
static const struct json *with_path(const struct json *object, const str *path, size_t n,
				    const struct json *value, struct arena *arena)
{
	const struct json *levels[8] = { object };

	for (size_t i = 0; i + 1 < n; i++)
		levels[i + 1] = json_get(levels[i], path[i]);
	for (size_t i = n; i > 0; i--)
		value = json_with(levels[i - 1], path[i - 1], value, arena);
	return value;
}

static str replaced(str text, str from, str to, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 64u << 20);
	for (;;) {
		ptrdiff_t at = str_find(text, from);

		if (at < 0 || from.n == 0)
			break;
		buf_add(&b, str_take(text, (size_t)at));
		buf_add(&b, to);
		text = str_skip(text, (size_t)at + from.n);
	}
	buf_add(&b, text);
	return str_dup(arena, buf_str(&b));
}

static str rego_with(const struct azure_rule *rule, str rego, struct arena *arena)
{
	JSON_EACH (rule->parameters, p) {
		str ours = json_get_str(p, STR("ours")), theirs = json_get_str(p, STR("theirs"));
		str inner = json_get_str(p, STR("inner"));

		if (inner.n > 0)
			rego = replaced(rego,
					str_fmt(arena, "input.parameters.%.*s.%.*s", STR_ARG(ours),
						STR_ARG(inner)),
					str_fmt(arena, "input.parameters.%.*s", STR_ARG(theirs)),
					arena);
		else
			rego = replaced(rego, ours, theirs, arena);
	}
	return rego;
}

static const struct json *targets_with(const struct azure_rule *rule, const struct json *targets,
				       struct arena *arena)
{
	size_t n = json_len(targets);
	struct json *items = ARENA_ARRAY(arena, struct json, n),
		    *list = ARENA_NEW(arena, struct json);

	for (size_t i = 0; i < n; i++) {
		const struct json *target = json_at(targets, i);
		str rego = rego_with(rule, json_get_str(target, STR("rego")), arena);

		items[i] = *json_with(target, STR("rego"), text_value(rego, arena), arena);
	}
	*list = json_make_array(items, n);
	return list;
}

/* Members under their names over there; what has an inner form loses it, or gets it back. */
enum direction { OUT, IN };

static const struct json *renamed(const struct azure_rule *rule, const struct json_member *m,
				  enum direction direction, str *name)
{
	*name = m->key;
	JSON_EACH (rule->parameters, p) {
		str ours = json_get_str(p, STR("ours")), theirs = json_get_str(p, STR("theirs"));

		if (str_eq(m->key, direction == OUT ? ours : theirs)) {
			*name = direction == OUT ? theirs : ours;
			return p;
		}
	}
	return NULL;
}

static const struct json *schema_with(const struct azure_rule *rule, const struct json *properties,
				      struct arena *arena)
{
	const struct json *out = NULL;

	JSON_MEMBERS (properties, m) {
		str name, inner;
		const struct json *p = renamed(rule, m, OUT, &name), *schema = &m->value;

		inner = json_get_str(p, STR("inner"));
		if (inner.n > 0)
			schema = json_get(JSON_GET(schema, "properties"), inner);
		out = json_with(out, name, schema, arena);
	}
	return out;
}

const struct json *azure_form_template(const struct azure_rule *rule, const struct json *template,
				       struct arena *arena)
{
	static const str name[] = { STR_INIT("metadata"), STR_INIT("name") };
	static const str kind[] = { STR_INIT("spec"), STR_INIT("crd"), STR_INIT("spec"),
				    STR_INIT("names"), STR_INIT("kind") };
	static const str schema[] = { STR_INIT("spec"),
				      STR_INIT("crd"),
				      STR_INIT("spec"),
				      STR_INIT("validation"),
				      STR_INIT("openAPIV3Schema"),
				      STR_INIT("properties") };
	static const str targets[] = { STR_INIT("spec"), STR_INIT("targets") };
	const struct json *properties = template;

	for (size_t i = 0; i < ARRAY_LEN(schema); i++)
		properties = json_get(properties, schema[i]);
	template = with_path(template, name, ARRAY_LEN(name),
			     text_value(str_lower(arena, rule->kind), arena), arena);
	template = with_path(template, kind, ARRAY_LEN(kind), text_value(rule->kind, arena), arena);
	if (properties)
		template = with_path(template, schema, ARRAY_LEN(schema),
				     schema_with(rule, properties, arena), arena);
	return with_path(template, targets, ARRAY_LEN(targets),
			 targets_with(rule, json_path(template, "spec", "targets", NULL), arena),
			 arena);
}

const struct json *azure_form_constraint(const struct azure_rule *rule,
					 const struct json *constraint, struct arena *arena)
{
	static const str path[] = { STR_INIT("spec"), STR_INIT("parameters") };
	const struct json *parameters = json_path(constraint, "spec", "parameters", NULL);
	const struct json *out = NULL;

	constraint = json_with(constraint, STR("kind"), text_value(rule->kind, arena), arena);
	JSON_MEMBERS (parameters, m) {
		str name, inner;
		const struct json *p = renamed(rule, m, OUT, &name), *value = &m->value;

		inner = json_get_str(p, STR("inner"));
		if (inner.n > 0 && json_get(value, inner))
			value = json_get(value, inner);
		out = json_with(out, name, value, arena);
	}
	return out ? with_path(constraint, path, ARRAY_LEN(path), out, arena) : constraint;
}

/* ---- back ---- */

static void note(struct azure_notes *notes, str text, struct arena *arena)
{
	if (notes->n == NOTES_MAX)
		return;
	notes->items = arena_grow(arena, notes->items, notes->n, &notes->cap, sizeof(str));
	notes->items[notes->n++] = text;
}

static const struct json *take_in(const struct json *p, const struct json *value,
				  struct arena *arena)
{
	str inner = json_get_str(p, STR("inner"));

	/* Policies hand on the object itself, too. */
	if (inner.n == 0 || json_get(value, inner))
		return value;
	return json_with(NULL, inner, value, arena);
}

int azure_form_import(const struct azure_rule *rule, const struct json *constraint,
		      const struct json *template, struct arena *arena, const struct json **out,
		      struct azure_notes *notes, struct err *err)
{
	static const str path[] = { STR_INIT("spec"), STR_INIT("parameters") };
	const struct json *known = json_path(template, "spec", "crd", "spec", "validation",
					     "openAPIV3Schema", "properties", NULL);
	const struct json *kind = json_path(template, "spec", "crd", "spec", "names", "kind", NULL);
	const struct json *parameters = NULL;

	if (!json_is(constraint, JSON_OBJECT) || !kind)
		return err_set(err, ERR_INPUT, "%.*s: no constraint", STR_ARG(rule->kind));
	JSON_MEMBERS (json_path(constraint, "spec", "parameters", NULL), m) {
		str name;
		const struct json *p = renamed(rule, m, IN, &name);

		if (!json_get(known, name)) {
			note(notes,
			     str_fmt(arena,
				     "%.*s/%.*s: parameter %.*s has no counterpart in %.*s and is "
				     "left out",
				     STR_ARG(json_get_str(constraint, STR("kind"))),
				     STR_ARG(json_str(
					     json_path(constraint, "metadata", "name", NULL))),
				     STR_ARG(str_take(m->key, 100)), STR_ARG(rule->rule)),
			     arena);
			continue;
		}
		parameters = json_with(parameters, name, take_in(p, &m->value, arena), arena);
	}
	constraint = json_with(constraint, STR("kind"), kind, arena);
	if (json_path(constraint, "spec", "parameters", NULL)) {
		static const struct json empty = { .type = JSON_OBJECT };

		constraint = with_path(constraint, path, ARRAY_LEN(path),
				       parameters ? parameters : &empty, arena);
	}
	*out = constraint;
	return 0;
}
