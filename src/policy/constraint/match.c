/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/match.h"

#include "base/err.h"

bool match_is_strings(const struct json *v)
{
	if (!v || json_is(v, JSON_NULL))
		return true;
	if (!json_is(v, JSON_ARRAY))
		return false;
	JSON_EACH (v, item)
		if (!json_is(item, JSON_STRING))
			return false;
	return true;
}

static int strings_field(const struct json *object, str key, const struct json **out,
			 struct err *err)
{
	const struct json *v = json_get(object, key);

	if (!match_is_strings(v))
		return err_set(err, ERR_INPUT, "%.*s must be a list of strings", STR_ARG(key));
	*out = json_is(v, JSON_ARRAY) ? v : NULL;
	return 0;
}

static int text_field(const struct json *object, str key, str *out, struct err *err)
{
	const struct json *v = json_get(object, key);

	if (v && !json_is(v, JSON_STRING) && !json_is(v, JSON_NULL))
		return err_set(err, ERR_INPUT, "%.*s must be a string", STR_ARG(key));
	*out = json_str(v);
	return 0;
}

static int read_kinds(const struct json *kinds, struct arena *arena, struct match *to,
		      struct err *err)
{
	if (kinds && !json_is(kinds, JSON_ARRAY) && !json_is(kinds, JSON_NULL))
		return err_set(err, ERR_INPUT, "kinds must be a list");
	to->kinds = ARENA_ARRAY(arena, struct match_kinds, json_len(kinds) + 1);
	JSON_EACH (kinds, k) {
		struct match_kinds *row = &to->kinds[to->kinds_n];

		if (!json_is(k, JSON_OBJECT))
			return err_set(err, ERR_INPUT, "kinds: element %zu is no object",
				       to->kinds_n);
		if (strings_field(k, STR("apiGroups"), &row->groups, err) < 0 ||
		    strings_field(k, STR("kinds"), &row->kinds, err) < 0)
			return err_wrap(err, "kinds: element %zu", to->kinds_n);
		to->kinds_n++;
	}
	return 0;
}

static int read_selector(const struct json *match, str key, struct arena *arena,
			 struct selector *out, bool *has, struct err *err)
{
	const struct json *v = json_get(match, key);

	if (!v || json_is(v, JSON_NULL))
		return 0;
	if (selector_read(v, arena, out, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(key));
	*has = true;
	return 0;
}

static int read_source(str source, enum match_source *out, struct err *err)
{
	if (str_empty(source) || str_eq(source, STR("All")))
		*out = MATCH_ALL;
	else if (str_eq(source, STR("Original")))
		*out = MATCH_ORIGINAL;
	else if (str_eq(source, STR("Generated")))
		*out = MATCH_GENERATED;
	else
		return err_set(err, ERR_INPUT,
			       "source \"%.*s\" is none of Original, Generated, All",
			       STR_ARG(str_take(source, 100)));
	return 0;
}

int match_read(const struct json *json, struct arena *arena, struct match *out, struct err *err)
{
	struct match m = { 0 };
	str source;

	if (json && !json_is(json, JSON_OBJECT) && !json_is(json, JSON_NULL))
		return err_set(err, ERR_INPUT, "must be an object");
	if (read_kinds(JSON_GET(json, "kinds"), arena, &m, err) < 0 ||
	    strings_field(json, STR("namespaces"), &m.namespaces, err) < 0 ||
	    strings_field(json, STR("excludedNamespaces"), &m.excluded, err) < 0 ||
	    read_selector(json, STR("labelSelector"), arena, &m.labels, &m.has_labels, err) < 0 ||
	    read_selector(json, STR("namespaceSelector"), arena, &m.namespace_labels,
			  &m.has_namespace_labels, err) < 0 ||
	    text_field(json, STR("name"), &m.name, err) < 0 ||
	    text_field(json, STR("scope"), &m.scope, err) < 0 ||
	    text_field(json, STR("source"), &source, err) < 0 ||
	    read_source(source, &m.source, err) < 0)
		return -1;
	*out = m;
	return 0;
}

bool match_wildcard(str pattern, str text)
{
	bool front = str_starts(pattern, STR("*")), back = str_ends(pattern, STR("*"));

	if (front && back)
		return str_find(text, str_drop_end(str_skip(pattern, 1), 1)) >= 0;
	if (front)
		return str_ends(text, str_skip(pattern, 1));
	if (back)
		return str_starts(text, str_drop_end(pattern, 1));
	return str_eq(pattern, text);
}

bool match_wildcards(const struct json *patterns, str text)
{
	JSON_EACH (patterns, p)
		if (match_wildcard(json_str(p), text))
			return true;
	return false;
}

static bool list_has(const struct json *list, str word)
{
	JSON_EACH (list, item)
		if (str_eq(json_str(item), word) || str_eq(json_str(item), STR("*")))
			return true;
	return json_len(list) == 0;
}

static bool kinds_test(const struct match *match, const struct resource *object)
{
	for (size_t i = 0; i < match->kinds_n; i++) {
		if (list_has(match->kinds[i].kinds, object->kind) &&
		    list_has(match->kinds[i].groups, object->group))
			return true;
	}
	return match->kinds_n == 0;
}

/* Of a namespace its own name; empty for what lies in none. */
static str namespace_of(const struct match_target *target)
{
	if (resource_is_namespace(target->object))
		return target->object->name;
	if (target->namespace && target->namespace->name.n > 0)
		return target->namespace->name;
	return target->object->namespace;
}

static bool scope_test(const struct match *match, const struct match_target *target)
{
	bool inside = !resource_is_namespace(target->object) &&
		      (target->inside || !str_empty(namespace_of(target)));

	if (str_eq(match->scope, STR("Cluster")))
		return !inside;
	if (str_eq(match->scope, STR("Namespaced")))
		return inside;
	return true;
}

/* Before an object has its name: what the name will begin with. */
static bool generate_name_test(str pattern, str start)
{
	if (str_empty(start) || !str_ends(pattern, STR("*")))
		return false;
	return match_wildcard(pattern, start);
}

static int namespace_labels_test(const struct match *match, const struct match_target *target,
				 struct err *err)
{
	if (!match->has_namespace_labels)
		return 1;
	if (resource_is_namespace(target->object))
		return selector_test(&match->namespace_labels, target->object->labels);
	if (str_empty(namespace_of(target)))
		return 1;
	if (!target->namespace)
		return err_set(err, ERR_NOT_FOUND,
			       "namespace selector for namespace-scoped object but missing "
			       "Namespace");
	return selector_test(&match->namespace_labels, target->namespace->labels);
}

int match_test(const struct match *match, const struct match_target *target, struct err *err)
{
	str namespace = namespace_of(target);

	if (!kinds_test(match, target->object) || !scope_test(match, target))
		return 0;
	if (match->source != MATCH_ALL && match->source != target->source)
		return 0;
	if (namespace.n > 0 && json_len(match->namespaces) > 0 &&
	    !match_wildcards(match->namespaces, namespace))
		return 0;
	if (namespace.n > 0 && match_wildcards(match->excluded, namespace))
		return 0;
	if (match->has_labels && !selector_test(&match->labels, target->object->labels))
		return 0;
	if (match->name.n > 0 && !match_wildcard(match->name, target->object->name) &&
	    !generate_name_test(match->name, target->object->generate_name))
		return 0;
	return namespace_labels_test(match, target, err);
}
