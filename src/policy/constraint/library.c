/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/library.h"

#include <assert.h>

#include "base/err.h"
#include "fmt/syntax/yaml.h"
#include "policy/bundle.h"
#include "policy/constraint/check_settings.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/library_internal.h"

/* policies/kubernetes (src/bundle.sh). */
static const unsigned char bundle[] = {
#include "kubernetes.inc"
};

#define PSS_ID STR(LIBRARY_PSS_ID)

/* ---- reading what is built in ---- */

static struct library_part *part_of(struct library *lib, str id)
{
	struct library_part *part = lib->n > 0 ? lib->parts[lib->n - 1] : NULL;

	/* Files of one folder stand behind each other. */
	if (part && str_eq(part->rule.check.id, id))
		return part;
	part = ARENA_NEW(lib->arena, struct library_part);
	part->rule.check.id = str_dup(lib->arena, id);
	lib->parts = arena_grow(lib->arena, lib->parts, lib->n, &lib->cap,
				sizeof(struct library_part *));
	lib->parts[lib->n++] = part;
	return part;
}

static int add_expansions(struct library *lib, str text, struct err *err)
{
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = yaml_reader_new(text, NULL, lib->arena);
	const struct json *json;
	int more;

	while ((more = yaml_next(reader, &json, NULL, err)) > 0) {
		if (expansion_set_add(&lib->admission.expansions, json, err) < 0)
			return -1;
	}
	return more;
}

static int take_file(void *context, str name, str text, struct err *err)
{
	struct library *lib = context;
	struct library_part *part;
	const struct json *json;
	str id, file;

	if (!str_cut(name, '/', &id, &file))
		return err_set(err, ERR_INPUT, "built-in policies: damaged");
	if (str_eq(file, STR("expansion.yaml")))
		return add_expansions(lib, str_dup(lib->arena, text), err);
	if (yaml_parse(text, NULL, lib->arena, &json, NULL, err) < 0)
		return err_wrap(err, "built-in policies: %.*s", STR_ARG(name));
	part = part_of(lib, id);
	if (str_eq(file, STR("rule.yaml")))
		part->document = json;
	else if (str_eq(file, STR("template.yaml")))
		part->template = json;
	else
		part->constraint = json;
	return 0;
}

static int read_builtin(struct library *lib, struct err *err)
{
	if (bundle_each(bundle, sizeof(bundle), take_file, lib, err) < 0)
		return -1;
	for (size_t i = 0; i < lib->n; i++) {
		if (library_rule_read(lib->parts[i], lib->arena, err) < 0)
			return -1;
		map_put(&lib->by_kind, lib->parts[i]->rule.kind, lib->parts[i]);
	}
	return 0;
}

/* ---- which of them hold ---- */

static const struct json *pss_parameters(const struct library *lib, const struct library_opts *opts)
{
	struct json *level = ARENA_NEW(lib->arena, struct json);
	struct json *version = ARENA_NEW(lib->arena, struct json);
	const struct json *out;

	*level = json_make_str(opts->pss_level);
	*version = json_make_str(opts->pss_version.n > 0 ? opts->pss_version : STR("latest"));
	out = json_with(NULL, STR("level"), level, lib->arena);
	return json_with(out, STR("version"), version, lib->arena);
}

/* How it holds when no file says anything: audit, the profile only when it is wanted. */
static void preset(struct library *lib, struct library_part *part, const struct library_opts *opts)
{
	struct library_rule *rule = &part->rule;
	bool pss = str_eq(rule->check.id, PSS_ID);

	rule->enforcement = STR("dryrun");
	if (pss && opts->pss_level.n > 0)
		rule->presets = pss_parameters(lib, opts);
	else if (pss || opts->no_recommendations)
		rule->enforcement = STR("disabled");
}

/* The profile is not one of the rules that a default for all is about. */
static bool is_wanted(const struct library_part *part, const struct library_opts *opts)
{
	const struct library_parameters *p = opts->parameters;
	bool pss = str_eq(part->rule.check.id, PSS_ID), said = false;

	if (!pss)
		return !opts->no_recommendations;
	for (size_t i = 0; p && i < p->scope_n; i++)
		said |= library_scope_rule(&p->scopes[i], part->rule.check.id) != NULL;
	said |= p && library_scope_rule(&p->base, part->rule.check.id);
	return opts->pss_level.n > 0 || said;
}

static int check_ids(const struct library *lib, const struct library_parameters *p,
		     const struct library_scope *scope, struct err *err)
{
	for (size_t i = 0; i < scope->rule_n; i++) {
		const struct library_rule *rule = library_rule_find(lib, scope->rules[i].id);

		if ((rule && str_eq(rule->check.id, scope->rules[i].id)) ||
		    check_settings_knows(scope->rules[i].id))
			continue;
		return err_set(err, ERR_INPUT,
			       "%.*s line %u: rules.%.*s: there is no rule of this name; see "
			       "'seawall policy list'",
			       STR_ARG(p->file), scope->rules[i].line,
			       STR_ARG(str_take(scope->rules[i].id, 100)));
	}
	return 0;
}

static int add_builtin(struct library *lib, const struct library_opts *opts, struct err *err)
{
	const struct library_parameters *p = opts->parameters;

	if (p && check_ids(lib, p, &p->base, err) < 0)
		return -1;
	for (size_t i = 0; p && i < p->scope_n; i++) {
		if (check_ids(lib, p, &p->scopes[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < lib->n; i++) {
		struct library_part *part = lib->parts[i];

		preset(lib, part, opts);
		if (!is_wanted(part, opts))
			continue;
		if (constraint_set_add(lib->admission.constraints, part->template, err) < 0)
			return err_wrap(err, "built-in rule %.*s", STR_ARG(part->rule.check.id));
		if (library_constraint_add(lib, part, opts, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- of the user ---- */

static int add_own(struct library *lib, const struct library_opts *opts, struct err *err)
{
	struct constraint_set *set = lib->admission.constraints;
	size_t before = constraint_set_constraints(set);

	if (opts->bad)
		admission_add_each(&lib->admission, opts->own, opts->own_n, opts->bad,
				   opts->bad_context);
	else if (admission_add(&lib->admission, opts->own, opts->own_n, err) < 0)
		return -1;
	for (size_t i = before; i < constraint_set_constraints(set); i++) {
		const struct constraint *c = constraint_set_constraint(set, i);
		struct library_part *part = ARENA_NEW(lib->arena, struct library_part);

		library_rule_own(part, c, lib->arena);
		lib->parts = arena_grow(lib->arena, lib->parts, lib->n, &lib->cap,
					sizeof(struct library_part *));
		lib->parts[lib->n++] = part;
		map_put(&lib->by_name, part->rule.check.id, part);
	}
	return 0;
}

/* ---- life ---- */

static void take_namespaces(struct library *lib, const struct library_opts *opts)
{
	const struct library_parameters *p = opts->parameters;
	str own = p && p->own_namespace.n > 0 ? p->own_namespace : STR(LIBRARY_OWN_NAMESPACE);
	str *names = ARENA_ARRAY(lib->arena, str, 2);

	names[0] = STR("kube-system");
	names[1] = own;
	lib->audit_only = (struct bypass_list){ .names = names, .n = 2 };
	lib->exempt = p && p->exempt.names ? p->exempt : lib->audit_only;
}

static int load(struct library *lib, const struct library_opts *opts, struct err *err)
{
	take_namespaces(lib, opts);
	if (read_builtin(lib, err) < 0 || add_builtin(lib, opts, err) < 0 ||
	    add_own(lib, opts, err) < 0)
		return -1;
	return opts->open ? 0 : admission_seal(&lib->admission, err);
}

struct library *library_load(const struct library_opts *opts, struct err *err)
{
	AUTO(library_unref)
	struct library *lib = mem_zalloc(sizeof(*lib));

	lib->refs = 1;
	lib->arena = arena_new();
	map_init(&lib->by_kind, lib->arena);
	map_init(&lib->by_name, lib->arena);
	admission_init(&lib->admission, lib->arena);
	return load(lib, opts, err) < 0 ? NULL : TAKE(lib);
}

struct library *library_ref(struct library *lib)
{
	if (lib)
		__atomic_add_fetch(&lib->refs, 1, __ATOMIC_RELAXED);
	return lib;
}

void library_unref(struct library *lib)
{
	if (!lib || __atomic_sub_fetch(&lib->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	admission_done(&lib->admission);
	arena_free(lib->arena);
	free(lib);
}

struct admission *library_admission(struct library *lib) { return &lib->admission; }
const struct bypass_list *library_exempt(const struct library *lib) { return &lib->exempt; }
size_t library_rules(const struct library *lib) { return lib->n; }

const struct library_rule *library_rule_at(const struct library *lib, size_t i)
{
	return &lib->parts[i]->rule;
}

const struct library_rule *library_rule_find(const struct library *lib, str id)
{
	for (size_t i = 0; i < lib->n; i++) {
		const struct library_rule *rule = &lib->parts[i]->rule;

		if (str_ieq(rule->check.id, id))
			return rule;
		for (size_t k = 0; k < rule->check.alias_n; k++) {
			if (str_ieq(rule->check.aliases[k], id))
				return rule;
		}
	}
	return NULL;
}

const struct library_rule *library_rule_of(const struct library *lib, const struct constraint *c)
{
	const struct library_part *part = c->extra ? map_get(&lib->by_kind, c->kind) : NULL;

	if (!part) {
		AUTO(arena_free)
		struct arena *scratch = arena_new();

		part = map_get(&lib->by_name,
			       str_fmt(scratch, "%.*s/%.*s", STR_ARG(c->kind), STR_ARG(c->name)));
	}
	/* One of the user in the place of a built-in one. */
	if (!part)
		part = map_get(&lib->by_kind, c->kind);
	assert(part);
	return &part->rule;
}
