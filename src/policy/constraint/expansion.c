/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/expansion.h"

#include "base/err.h"
#include "policy/constraint/constraint.h"

#include <stdlib.h>

void expansion_set_init(struct expansion_set *set, struct arena *arena)
{
	*set = (struct expansion_set){ .arena = arena };
}

static int read_kind(struct expansion_template *t, const struct json *spec, struct err *err)
{
	const struct json *gvk = JSON_GET(spec, "generatedGVK");

	t->group = json_get_str(gvk, STR("group"));
	t->version = json_get_str(gvk, STR("version"));
	t->kind = json_get_str(gvk, STR("kind"));
	if (str_empty(t->kind) || str_empty(t->version))
		return err_set(err, ERR_INPUT, "it has an empty generatedGVK");
	if (str_empty(t->source))
		return err_set(err, ERR_INPUT, "it has an empty templateSource");
	if (!json_is(t->apply_to, JSON_ARRAY) || t->apply_to->n == 0)
		return err_set(err, ERR_INPUT, "it has no applyTo");
	if (t->enforcement.n > 0 && !constraint_action_from(t->enforcement))
		return err_set(err, ERR_INPUT,
			       "its enforcementAction is none of deny, warn, dryrun");
	return 0;
}

int expansion_set_add(struct expansion_set *set, const struct json *json, struct err *err)
{
	struct expansion_template t = { 0 };
	const struct json *spec;
	struct resource r;

	if (resource_read(json, &r, err) < 0)
		return -1;
	if (!resource_is(&r, STR("expansion.gatekeeper.sh"), STR("ExpansionTemplate")))
		return 0;
	json = json_copy(json, set->arena);
	spec = JSON_GET(json, "spec");
	t.name = json_str(json_path(json, "metadata", "name", NULL));
	t.source = json_get_str(spec, STR("templateSource"));
	t.enforcement = json_get_str(spec, STR("enforcementAction"));
	t.apply_to = JSON_GET(spec, "applyTo");
	if (str_empty(t.name))
		return err_set(err, ERR_INPUT, "ExpansionTemplate: it has an empty name");
	if (read_kind(&t, spec, err) < 0)
		return err_wrap(err, "ExpansionTemplate %.*s", STR_ARG(str_take(t.name, 200)));
	for (size_t i = 0; i < set->n; i++) {
		if (str_eq(set->items[i].name, t.name)) {
			set->items[i] = t;
			return 1;
		}
	}
	if (set->n >= EXPANSION_MAX_TEMPLATES)
		return err_set(err, ERR_LIMIT, "more than %u ExpansionTemplates",
			       EXPANSION_MAX_TEMPLATES);
	set->items = arena_grow(set->arena, set->items, set->n, &set->cap, sizeof(*set->items));
	set->items[set->n++] = t;
	return 1;
}

static bool list_has(const struct json *list, str word)
{
	JSON_EACH (list, item)
		if (str_eq(json_str(item), word))
			return true;
	return false;
}

static bool is_for(const struct expansion_template *t, str group, str version, str kind)
{
	JSON_EACH (t->apply_to, row) {
		if (list_has(JSON_GET(row, "groups"), group) &&
		    list_has(JSON_GET(row, "versions"), version) &&
		    list_has(JSON_GET(row, "kinds"), kind))
			return true;
	}
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct expansion_template *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

enum { FRESH, ENTERED, DONE };

/* True when the template leads back to one that was entered. Chains are as long as there are
 * templates, so the depth is counted. */
static bool leads_back(struct expansion_set *set, struct expansion_template *t, unsigned depth)
{
	if (t->state == DONE)
		return false;
	if (t->state == ENTERED || depth > EXPANSION_MAX_DEPTH)
		return true;
	t->state = ENTERED;
	for (size_t i = 0; i < set->n; i++) {
		if (is_for(&set->items[i], t->group, t->version, t->kind) &&
		    leads_back(set, &set->items[i], depth + 1))
			return true;
	}
	t->state = DONE;
	return false;
}

int expansion_set_seal(struct expansion_set *set, struct err *err)
{
	if (set->n > 0)
		qsort(set->items, set->n, sizeof(*set->items), by_name);
	for (size_t i = 0; i < set->n; i++)
		set->items[i].state = FRESH;
	for (size_t i = 0; i < set->n; i++) {
		if (leads_back(set, &set->items[i], 0))
			return err_set(err, ERR_INPUT,
				       "ExpansionTemplate %.*s forms expansion cycle",
				       STR_ARG(set->items[i].name));
	}
	return 0;
}

bool expansion_set_is_for(const struct expansion_set *set, const struct resource *generator)
{
	for (size_t i = 0; i < set->n; i++) {
		if (is_for(&set->items[i], generator->group, generator->version, generator->kind))
			return true;
	}
	return false;
}

/* ---- expanding ----------------------------------------------------------------------------- */

struct expander {
	const struct expansion_set *set;
	const struct expansion_run *run;
	struct arena *arena;
	struct expanded *out;
	struct err *err;
};

static const struct json *text_json(struct arena *arena, str s)
{
	struct json *out = ARENA_NEW(arena, struct json);

	*out = json_make_str(s);
	return out;
}

static const struct json *owner_json(const struct resource *generator, struct arena *arena)
{
	struct json_member *m = ARENA_ARRAY(arena, struct json_member, 4);
	struct json *item = ARENA_NEW(arena, struct json), *list = ARENA_NEW(arena, struct json);
	str uid = json_str(json_path(generator->json, "metadata", "uid", NULL));

	m[0] = (struct json_member){ STR("apiVersion"), json_make_str(generator->api_version) };
	m[1] = (struct json_member){ STR("kind"), json_make_str(generator->kind) };
	m[2] = (struct json_member){ STR("name"), json_make_str(generator->name) };
	m[3] = (struct json_member){ STR("uid"), json_make_str(uid.p ? uid : STR("")) };
	*item = json_make_object(m, 4);
	*list = json_make_array(item, 1);
	return list;
}

static const struct json *find_source(const struct resource *generator, str source)
{
	const struct json *v = generator->json;
	str part;

	while (v && str_split(&source, '.', &part))
		v = json_get(v, part);
	return v;
}

static const struct json *make_metadata(const struct expander *e, const struct json *old,
					const struct expansion_template *t,
					const struct resource *generator)
{
	str name = str_fmt(e->arena, "%.*s-%.*s", STR_ARG(generator->name), STR_ARG(t->kind));
	str inside = generator->namespace;
	const struct json *m;

	if (e->run->namespace && e->run->namespace->name.n > 0)
		inside = e->run->namespace->name;
	m = json_with(old, STR("name"), text_json(e->arena, str_lower(e->arena, name)), e->arena);
	if (inside.n > 0)
		m = json_with(m, STR("namespace"), text_json(e->arena, inside), e->arena);
	if (!JSON_GET(m, "ownerReferences"))
		m = json_with(m, STR("ownerReferences"), owner_json(generator, e->arena), e->arena);
	return m;
}

static int make(const struct expander *e, const struct expansion_template *t,
		const struct resource *generator, const struct json **out)
{
	const struct json *source = find_source(generator, t->source), *metadata;
	str api = t->group.n == 0
			  ? t->version
			  : str_fmt(e->arena, "%.*s/%.*s", STR_ARG(t->group), STR_ARG(t->version));

	if (!json_is(source, JSON_OBJECT))
		return err_set(e->err, ERR_INPUT,
			       "ExpansionTemplate %.*s: could not find source field \"%.*s\" in "
			       "resource %.*s",
			       STR_ARG(t->name), STR_ARG(str_take(t->source, 200)),
			       STR_ARG(generator->name));
	metadata = make_metadata(e, JSON_GET(source, "metadata"), t, generator);
	source = json_with(source, STR("apiVersion"), text_json(e->arena, api), e->arena);
	source = json_with(source, STR("kind"), text_json(e->arena, t->kind), e->arena);
	*out = json_with(source, STR("metadata"), metadata, e->arena);
	return 0;
}

static int add(const struct expander *e, const struct expansion_template *t,
	       const struct json *object, struct resource *made)
{
	struct mutation_run run = { .namespace = e->run->namespace,
				    .source = MATCH_GENERATED,
				    .inside = true,
				    .username = e->run->username,
				    .providers = e->run->providers };

	if (e->run->mutations &&
	    mutation_set_apply(e->run->mutations, object, &run, e->arena, &object, e->err) < 0)
		return err_wrap(e->err, "ExpansionTemplate %.*s", STR_ARG(t->name));
	if (resource_read(object, made, e->err) < 0)
		return err_wrap(e->err, "ExpansionTemplate %.*s", STR_ARG(t->name));
	if (e->out->n >= EXPANSION_MAX_RESULTS)
		return err_set(e->err, ERR_LIMIT, "more than %u objects", EXPANSION_MAX_RESULTS);
	e->out->items = arena_grow(e->arena, e->out->items, e->out->n, &e->out->cap,
				   sizeof(*e->out->items));
	e->out->items[e->out->n++] = (struct expanded_object){ .resource = *made, .template = t };
	return 0;
}

static int expand(const struct expander *e, const struct resource *generator, unsigned depth)
{
	if (depth > EXPANSION_MAX_DEPTH)
		return err_set(e->err, ERR_LIMIT, "maximum recursion depth of %u reached",
			       EXPANSION_MAX_DEPTH);
	for (size_t i = 0; i < e->set->n; i++) {
		const struct expansion_template *t = &e->set->items[i];
		const struct json *object;
		struct resource made;

		if (!is_for(t, generator->group, generator->version, generator->kind))
			continue;
		if (make(e, t, generator, &object) < 0 || add(e, t, object, &made) < 0 ||
		    expand(e, &made, depth + 1) < 0)
			return -1;
	}
	return 0;
}

int expansion_expand(const struct expansion_set *set, const struct resource *generator,
		     const struct expansion_run *run, struct arena *arena, struct expanded *out,
		     struct err *err)
{
	struct expanded made = { 0 };
	struct expander e = { .set = set, .run = run, .arena = arena, .out = &made, .err = err };

	if (expand(&e, generator, 0) < 0)
		return -1;
	*out = made;
	return 0;
}
