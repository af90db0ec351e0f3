/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/library_parameters.h"

#include "base/err.h"
#include "base/nearest.h"
#include "base/words.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"
#include "policy/constraint/constraint.h"

/* A mapping of the file that is being read. */
struct at {
	str file, path; /* "rules.no-root-user" */
	const struct json *json;
	const struct place *place;
	struct arena *arena;
};

static const char root_keys[] =
	"apiVersion kind metadata unconfigured ownNamespace exemptNamespaces defaults rules scopes";
static const char scope_keys[] =
	"name clusters namespaces labelSelector namespaceSelector defaults rules";
static const char setting_keys[] =
	"enforcement parameters excludedNamespaces includedNamespaces labelSelector "
	"namespaceSelector excludedContainers excludedImages";
static const char default_keys[] =
	"enforcement excludedNamespaces includedNamespaces labelSelector namespaceSelector "
	"excludedContainers excludedImages";

static int fail(const struct at *at, str key, const char *what, struct err *err)
{
	const struct place *place = place_get(at->json, at->place, key);
	bool dot = at->path.n > 0 && key.n > 0;

	return err_set(err, ERR_INPUT, "%.*s line %u: %.*s%s%.*s: %s", STR_ARG(at->file),
		       place_line(place ? place : at->place), STR_ARG(at->path), dot ? "." : "",
		       STR_ARG(str_take(key, 100)), what);
}

/* A mapping with no other keys than these. */
static int check_keys(const struct at *at, const char *words, struct err *err)
{
	if (!json_is(at->json, JSON_OBJECT))
		return fail(at, STR_EMPTY, "must be a mapping", err);
	JSON_MEMBERS (at->json, m) {
		str near = nearest_hint(at->arena, m->key, str_c(words));
		str what = str_fmt(at->arena, "unknown key; allowed: %s%.*s", words, STR_ARG(near));

		if (!words_line_has(words, m->key))
			return fail(at, m->key, str_cstr(at->arena, what), err);
	}
	return 0;
}

/* The value of a key as what is read next; false: it is not there. */
static bool enter(const struct at *at, const char *key, struct at *out)
{
	const struct json *v = json_get(at->json, str_c(key));

	*out = *at;
	if (!v || json_is(v, JSON_NULL))
		return false;
	out->json = v;
	out->place = place_get(at->json, at->place, str_c(key));
	out->path =
		at->path.n > 0 ? str_fmt(at->arena, "%.*s.%s", STR_ARG(at->path), key) : str_c(key);
	return true;
}

static int take_text(const struct at *at, const char *key, str *out, struct err *err)
{
	const struct json *v = json_get(at->json, str_c(key));

	if (v && !json_is(v, JSON_STRING) && !json_is(v, JSON_NULL))
		return fail(at, str_c(key), "must be a text", err);
	if (json_is(v, JSON_STRING))
		*out = json_str(v);
	return 0;
}

static int take_list(const struct at *at, const char *key, const struct json **out, struct err *err)
{
	const struct json *v = json_get(at->json, str_c(key));

	if (!match_is_strings(v))
		return fail(at, str_c(key), "must be a list of texts", err);
	if (json_is(v, JSON_ARRAY))
		*out = v;
	return 0;
}

static int take_selector(const struct at *at, const char *key, const struct json **out,
			 struct err *err)
{
	const struct json *v = json_get(at->json, str_c(key));
	struct selector selector;
	struct err why;

	if (!v || json_is(v, JSON_NULL))
		return 0;
	/* Anything else would select everything. */
	JSON_MEMBERS (v, m)
		if (!words_line_has("matchLabels matchExpressions", m->key))
			return fail(at, str_c(key), "allowed: matchLabels, matchExpressions", err);
	if (selector_read(v, at->arena, &selector, &why) < 0)
		return fail(at, str_c(key), why.msg, err);
	*out = v;
	return 0;
}

static int take_enforcement(const struct at *at, str *out, struct err *err)
{
	str word = STR_EMPTY;

	if (take_text(at, "enforcement", &word, err) < 0)
		return -1;
	if (word.n == 0)
		return 0;
	if (str_ieq(word, STR("audit")))
		word = STR("dryrun");
	word = str_lower(at->arena, word);
	if (!str_eq(word, STR("disabled")) && !constraint_action_from(word))
		return fail(at, STR("enforcement"),
			    "unknown; allowed: disabled, audit (or dryrun), warn, deny", err);
	*out = word;
	return 0;
}

static int read_setting(const struct at *at, const char *keys, struct library_setting *out,
			struct err *err)
{
	struct at parameters;

	out->line = place_line(at->place);
	if (check_keys(at, keys, err) < 0 || take_enforcement(at, &out->enforcement, err) < 0 ||
	    take_list(at, "excludedNamespaces", &out->excluded, err) < 0 ||
	    take_list(at, "includedNamespaces", &out->included, err) < 0 ||
	    take_list(at, "excludedContainers", &out->excluded_containers, err) < 0 ||
	    take_list(at, "excludedImages", &out->excluded_images, err) < 0 ||
	    take_selector(at, "labelSelector", &out->label_selector, err) < 0 ||
	    take_selector(at, "namespaceSelector", &out->namespace_selector, err) < 0)
		return -1;
	if (!enter(at, "parameters", &parameters))
		return 0;
	if (!json_is(parameters.json, JSON_OBJECT))
		return fail(&parameters, STR_EMPTY, "must be a mapping", err);
	out->parameters = parameters.json;
	out->parameters_place = parameters.place;
	return 0;
}

/* `defaults` and `rules`, of the file or of a scope. */
static int read_settings(const struct at *at, struct library_scope *out, struct err *err)
{
	struct at all, rules, rule;

	if (enter(at, "defaults", &all) && read_setting(&all, default_keys, &out->all, err) < 0)
		return -1;
	if (!enter(at, "rules", &rules))
		return 0;
	if (!json_is(rules.json, JSON_OBJECT))
		return fail(&rules, STR_EMPTY, "must be a mapping from ids of rules", err);
	out->rules = ARENA_ARRAY(at->arena, struct library_setting, rules.json->n + 1);
	JSON_MEMBERS (rules.json, m) {
		struct library_setting *setting = &out->rules[out->rule_n];

		if (!enter(&rules, str_cstr(at->arena, m->key), &rule))
			continue; /* nothing is said */
		setting->id = m->key;
		if (read_setting(&rule, setting_keys, setting, err) < 0)
			return -1;
		out->rule_n++;
	}
	return 0;
}

static bool is_scope_name(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '-')
			return false;
	}
	return name.n > 0 && name.n <= 63 && name.p[0] != '-' && name.p[name.n - 1] != '-';
}

static int check_selectors(const struct at *at, struct err *err)
{
	const struct json *ignored = NULL;

	return take_selector(at, "labelSelector", &ignored, err) < 0
		       ? -1
		       : take_selector(at, "namespaceSelector", &ignored, err);
}

static int read_scope(const struct at *at, struct library_parameters *p, struct err *err)
{
	struct library_scope *scope = &p->scopes[p->scope_n];
	struct err why;

	if (check_keys(at, scope_keys, err) < 0 || take_text(at, "name", &scope->name, err) < 0 ||
	    take_list(at, "clusters", &scope->clusters, err) < 0 || check_selectors(at, err) < 0)
		return -1;
	if (!is_scope_name(scope->name))
		return fail(at, STR("name"),
			    "each scope needs one of a-z, 0-9 and -, at most 63 letters", err);
	for (size_t i = 0; i < p->scope_n; i++) {
		if (str_eq(p->scopes[i].name, scope->name))
			return fail(at, STR("name"), "there is a scope of this name already", err);
	}
	/* The keys are those of a match, which takes what it knows. */
	if (match_read(at->json, at->arena, &scope->match, &why) < 0)
		return fail(at, STR_EMPTY, why.msg, err);
	scope->match.name = STR_EMPTY; /* that is the scope's own */
	if (!scope->clusters && !scope->match.namespaces && !scope->match.has_labels &&
	    !scope->match.has_namespace_labels)
		return fail(at, STR_EMPTY,
			    "says nothing of where it holds: clusters, namespaces, labelSelector "
			    "or namespaceSelector",
			    err);
	if (read_settings(at, scope, err) < 0)
		return -1;
	p->scope_n++;
	return 0;
}

static int read_scopes(const struct at *root, struct library_parameters *p, struct err *err)
{
	struct at list, one;
	size_t i = 0;

	if (!enter(root, "scopes", &list))
		return 0;
	if (!json_is(list.json, JSON_ARRAY))
		return fail(&list, STR_EMPTY, "must be a list", err);
	if (list.json->n > LIBRARY_SCOPES_MAX)
		return fail(&list, STR_EMPTY, "has more than 1000 scopes", err);
	p->scopes = ARENA_ARRAY(root->arena, struct library_scope, list.json->n + 1);
	JSON_EACH (list.json, item) {
		one = list;
		one.json = item;
		one.place = place_at(list.place, i);
		one.path = str_fmt(root->arena, "scopes[%zu]", i++);
		if (read_scope(&one, p, err) < 0)
			return -1;
	}
	return 0;
}

static int read_exempt(const struct at *root, struct library_parameters *p, struct err *err)
{
	const struct json *list = NULL;
	str *names;

	if (take_list(root, "exemptNamespaces", &list, err) < 0)
		return -1;
	names = ARENA_ARRAY(root->arena, str, json_len(list) + 1);
	JSON_EACH (list, name)
		names[p->exempt.n++] = json_str(name);
	p->exempt.names = list ? names : NULL;
	return 0;
}

static int read_root(const struct at *root, struct library_parameters *p, struct err *err)
{
	str unconfigured = STR_EMPTY;

	if (check_keys(root, root_keys, err) < 0 ||
	    take_text(root, "unconfigured", &unconfigured, err) < 0 ||
	    take_text(root, "ownNamespace", &p->own_namespace, err) < 0)
		return -1;
	if (unconfigured.n > 0 && !str_eq(unconfigured, STR("decision")) &&
	    !str_eq(unconfigured, STR("unhealthy")))
		return fail(root, STR("unconfigured"), "unknown; allowed: decision, unhealthy",
			    err);
	p->unhealthy = str_eq(unconfigured, STR("unhealthy"));
	if (read_exempt(root, p, err) < 0 || read_settings(root, &p->base, err) < 0)
		return -1;
	return read_scopes(root, p, err);
}

int library_parameters_read(str file, str text, struct arena *arena, struct library_parameters *out,
			    struct err *err)
{
	struct library_parameters p = { .file = file };
	struct at root = { .file = file, .arena = arena };

	if (text.n > LIBRARY_PARAMETERS_MAX)
		return err_set(err, ERR_LIMIT, "%.*s: more than %u bytes", STR_ARG(file),
			       LIBRARY_PARAMETERS_MAX);
	if (text_decode(text, arena, &text, err) < 0 ||
	    yaml_parse(text, NULL, arena, &root.json, &root.place, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file));
	/* An empty file says nothing. */
	if (!json_is(root.json, JSON_NULL) && read_root(&root, &p, err) < 0)
		return -1;
	*out = p;
	return 0;
}

const struct library_setting *library_scope_rule(const struct library_scope *scope, str id)
{
	for (size_t i = 0; i < scope->rule_n; i++) {
		if (str_eq(scope->rules[i].id, id))
			return &scope->rules[i];
	}
	return NULL;
}
