/* SPDX-License-Identifier: Apache-2.0 */
/* What the parameter file says of a rule becomes constraints of the framework. */
#include "base/err.h"
#include "fmt/syntax/regex.h"
#include "policy/constraint/container_settings.h"
#include "policy/constraint/library_internal.h"

/* What holds for a rule in a scope, all levels put together. */
struct effect {
	struct library_setting said; /* the nearest that said something, field by field */
	const struct json *parameters;
	bool decided;
};

struct maker {
	struct library *lib;
	struct library_part *part;
	const struct library_opts *opts;
	const struct library_parameters *file; /* or NULL */
	struct arena *arena;
};

static int fail(const struct maker *m, const struct library_setting *s, str parameter,
		const char *what, struct err *err)
{
	uint32_t line = s->line;

	if (parameter.n > 0 && place_get(s->parameters, s->parameters_place, parameter))
		line = place_line(place_get(s->parameters, s->parameters_place, parameter));
	return err_set(err, ERR_INPUT, "%.*s line %u: rules.%.*s%s%.*s: %s", STR_ARG(m->file->file),
		       line, STR_ARG(m->part->rule.check.id), parameter.n > 0 ? ".parameters." : "",
		       STR_ARG(str_take(parameter, 100)), what);
}

/* ---- parameters ---- */

static str names_of(const struct json *object, struct arena *arena)
{
	str all = STR_EMPTY;

	JSON_MEMBERS (object, m)
		all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), all.n > 0 ? ", " : "",
			      STR_ARG(m->key));
	return all;
}

/* 80 where a text is wanted becomes "80"; also in a list. */
static struct json as_wanted(const struct json *v, const struct json *schema, struct arena *arena)
{
	str type = json_get_str(schema, STR("type"));
	struct json *items;
	size_t n = 0;

	if (str_eq(type, STR("string")) && json_is(v, JSON_NUMBER))
		return json_make_str(json_number(v));
	if (!str_eq(type, STR("array")) || !json_is(v, JSON_ARRAY))
		return *v;
	items = ARENA_ARRAY(arena, struct json, v->n + 1);
	JSON_EACH (v, item)
		items[n++] = as_wanted(item, JSON_GET(schema, "items"), arena);
	return json_make_array(items, n);
}

/* "registry.example.com:5000/team" as an expression for everything below it. */
static int registries(const struct maker *m, const struct library_setting *s,
		      const struct json *list, struct json *out, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	bool first = true;

	if (!match_is_strings(list) || json_len(list) == 0)
		return fail(m, s, STR("allowedRegistries"),
			    "must be a list of host[:port][/prefix], not empty", err);
	buf_init(&b, REGEX_MAX_PATTERN);
	BUF_LIT(&b, "^(");
	JSON_EACH (list, item) {
		str name = str_without_suffix(str_trim(json_str(item)), STR("/"));

		if (name.n == 0 || str_find(name, STR("://")) >= 0)
			return fail(m, s, STR("allowedRegistries"),
				    "an element is no host[:port][/prefix]", err);
		if (!first)
			buf_byte(&b, '|');
		regex_quote(&b, name);
		first = false;
	}
	BUF_LIT(&b, ")/.+$");
	if (b.overflow)
		return fail(m, s, STR("allowedRegistries"), "the list is too long", err);
	*out = json_make_str(str_dup(m->arena, buf_str(&b)));
	return 0;
}

static int check_expression(const struct maker *m, const struct library_setting *s, str key,
			    const struct json *v, struct err *err)
{
	struct err why;

	if (!str_ends(key, STR("Regex")) || !json_is(v, JSON_STRING))
		return 0;
	AUTO(regex_free)
	struct regex *regex = regex_new(json_str(v), &why);

	return regex ? 0 : fail(m, s, key, why.msg, err);
}

static int one_parameter(const struct maker *m, const struct library_setting *s,
			 const struct json_member *given, const struct json **all, struct err *err)
{
	const struct library_rule *rule = &m->part->rule;
	const struct json *schema = json_get(rule->schema, given->key);
	struct json *v = ARENA_NEW(m->arena, struct json);
	str key = given->key;

	if (!schema && str_eq(key, STR("allowedRegistries")) &&
	    JSON_GET(rule->schema, "allowedContainerImagesRegex")) {
		if (registries(m, s, &given->value, v, err) < 0)
			return -1;
		key = STR("allowedContainerImagesRegex");
	} else if (!schema) {
		str names = names_of(rule->schema, m->arena);
		str what = names.n > 0 ? str_fmt(m->arena, "unknown parameter; allowed: %.*s",
						 STR_ARG(names))
				       : STR("this rule has no parameters");

		return fail(m, s, key, str_cstr(m->arena, what), err);
	} else {
		*v = as_wanted(&given->value, schema, m->arena);
	}
	if (check_expression(m, s, key, v, err) < 0)
		return -1;
	*all = json_with(*all, key, v, m->arena);
	return 0;
}

static bool decides(const struct library_rule *rule, str parameter)
{
	JSON_EACH (rule->decides, name)
		if (str_eq(json_str(name), parameter))
			return true;
	return false;
}

static int take_parameters(const struct maker *m, const struct library_setting *s,
			   struct effect *out, struct err *err)
{
	JSON_MEMBERS (s->parameters, given) {
		if (container_settings_is_own(s->id, given->key))
			continue; /* says something about containers of machines only */
		if (one_parameter(m, s, given, &out->parameters, err) < 0)
			return -1;
		out->decided |= decides(&m->part->rule, given->key);
	}
	return 0;
}

/* ---- levels ---- */

#define TAKE_LEVEL(field)                     \
	do {                                  \
		if (s->field)                 \
			to->field = s->field; \
	} while (0)

static void take_level(struct library_setting *to, const struct library_setting *s)
{
	if (s->enforcement.n > 0)
		to->enforcement = s->enforcement;
	if (s->line > 0)
		to->line = s->line;
	TAKE_LEVEL(excluded);
	TAKE_LEVEL(included);
	TAKE_LEVEL(label_selector);
	TAKE_LEVEL(namespace_selector);
	TAKE_LEVEL(excluded_containers);
	TAKE_LEVEL(excluded_images);
}

/* `scope`: NULL: outside of all scopes. */
static int work_out(const struct maker *m, const struct library_scope *scope, struct effect *out,
		    struct err *err)
{
	const struct library_rule *rule = &m->part->rule;
	const struct library_scope *levels[] = { m->file ? &m->file->base : NULL, scope };

	*out = (struct effect){ .parameters = rule->presets };
	out->said.enforcement = rule->enforcement;
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		const struct library_setting *own;

		if (!levels[i])
			continue;
		take_level(&out->said, &levels[i]->all);
		own = library_scope_rule(levels[i], rule->check.id);
		if (!own)
			continue;
		take_level(&out->said, own);
		if (take_parameters(m, own, out, err) < 0)
			return -1;
	}
	return 0;
}

static int add_excluded(const struct maker *m, struct effect *e, const char *key,
			const struct json *list, struct err *err)
{
	if (!list)
		return 0;
	/* Of a default for all rules those take it that have containers. */
	if (json_get(m->part->rule.schema, str_c(key)))
		e->parameters = json_with(e->parameters, str_c(key), list, m->arena);
	else if (library_scope_rule(&m->file->base, m->part->rule.check.id) &&
		 library_scope_rule(&m->file->base, m->part->rule.check.id)->excluded_containers)
		return fail(m, &e->said, STR_EMPTY, "this rule judges no containers", err);
	return 0;
}

/* ---- the document ---- */

static const struct json *put(const struct json *object, const char *key, const struct json *v,
			      struct arena *arena)
{
	return v ? json_with(object, str_c(key), v, arena) : object;
}

static const struct json *text(str s, struct arena *arena)
{
	struct json *v = ARENA_NEW(arena, struct json);

	*v = json_make_str(s);
	return v;
}

static const struct json *document(const struct maker *m, const struct effect *e, str name)
{
	struct arena *arena = m->arena;
	const struct json *from = m->part->constraint, *spec = NULL, *match = NULL, *out = NULL;

	match = put(match, "kinds", m->part->rule.kinds, arena);
	match = put(match, "namespaces", e->said.included, arena);
	match = put(match, "labelSelector", e->said.label_selector, arena);
	match = put(match, "namespaceSelector", e->said.namespace_selector, arena);
	spec = put(spec, "enforcementAction", text(e->said.enforcement, arena), arena);
	spec = put(spec, "match", match, arena);
	spec = put(spec, "parameters", e->parameters, arena);
	out = put(out, "apiVersion", JSON_GET(from, "apiVersion"), arena);
	out = put(out, "kind", JSON_GET(from, "kind"), arena);
	out = put(out, "metadata", put(NULL, "name", text(name, arena), arena), arena);
	return put(out, "spec", spec, arena);
}

/* ---- scopes ---- */

static bool holds_here(const struct library_scope *scope, str cluster)
{
	return !scope->clusters || match_wildcards(scope->clusters, cluster);
}

static bool says_something(const struct library_scope *scope, str id)
{
	const struct library_setting *all = &scope->all;

	return library_scope_rule(scope, id) || all->enforcement.n > 0 || all->excluded ||
	       all->included || all->label_selector || all->namespace_selector ||
	       all->excluded_containers || all->excluded_images;
}

/* The scopes behind `from` that say something of the rule take their objects away. */
static void leave_out(const struct maker *m, size_t from, struct constraint_extra *extra)
{
	const struct library_parameters *p = m->file;
	const struct match **list;

	if (!p || from >= p->scope_n)
		return;
	list = ARENA_ARRAY(m->arena, const struct match *, p->scope_n);
	for (size_t i = from; i < p->scope_n; i++) {
		if (holds_here(&p->scopes[i], m->opts->cluster) &&
		    says_something(&p->scopes[i], m->part->rule.check.id))
			list[extra->unless_n++] = &p->scopes[i].match;
	}
	extra->unless = list;
}

/* Adds what holds in a scope, or (NULL) outside of all that speak of the rule. */
static int add_one(const struct maker *m, const struct library_scope *scope, size_t next,
		   struct err *err)
{
	struct library_rule *rule = &m->part->rule;
	struct constraint_extra *extra = ARENA_NEW(m->arena, struct constraint_extra);
	const struct match **only = ARENA_ARRAY(m->arena, const struct match *, 1);
	struct effect e;
	str name = rule->check.id;

	if (work_out(m, scope, &e, err) < 0 ||
	    add_excluded(m, &e, "excludedContainers", e.said.excluded_containers, err) < 0 ||
	    add_excluded(m, &e, "excludedImages", e.said.excluded_images, err) < 0)
		return -1;
	extra->undecided = rule->decides && !e.decided && !(m->file && m->file->unhealthy);
	extra->audit_only = &m->lib->audit_only;
	extra->excluded = e.said.excluded ? e.said.excluded
					  : json_path(m->part->constraint, "spec", "match",
						      "excludedNamespaces", NULL);
	if (scope) {
		name = str_fmt(m->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(scope->name));
		only[0] = &scope->match;
		extra->only = only;
		extra->only_n = 1;
	} else {
		rule->enforcement = e.said.enforcement;
		rule->undecided = extra->undecided;
	}
	leave_out(m, next, extra);
	if (str_eq(e.said.enforcement, STR("disabled")))
		return 0;
	if (constraint_set_add_extra(m->lib->admission.constraints, document(m, &e, name), extra,
				     err) > 0)
		return 0;
	if (!m->file)
		return err_wrap(err, "built-in rule %.*s", STR_ARG(rule->check.id));
	return err_wrap(err, "%.*s line %u", STR_ARG(m->file->file), e.said.line);
}

int library_constraint_add(struct library *lib, struct library_part *part,
			   const struct library_opts *opts, struct err *err)
{
	const struct library_parameters *p = opts->parameters;
	struct maker m = { .lib = lib, .part = part, .opts = opts, .file = p, .arena = lib->arena };

	if (add_one(&m, NULL, 0, err) < 0)
		return -1;
	for (size_t i = 0; p && i < p->scope_n; i++) {
		const struct library_scope *scope = &p->scopes[i];

		if (!holds_here(scope, opts->cluster) ||
		    !says_something(scope, part->rule.check.id))
			continue;
		if (add_one(&m, scope, i + 1, err) < 0)
			return -1;
	}
	return 0;
}
