/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/check.h"

#include "base/err.h"
#include "policy/check_internal.h"
#include "policy/parse.h"

#define BUILTIN_PREFIX "data.seawall."
#define META_STEPS     100000u

const char *check_verdict_name(enum check_verdict verdict)
{
	static const char *const names[CHECK_VERDICTS] = {
		[CHECK_PASS] = "pass",	   [CHECK_FAIL] = "fail",
		[CHECK_MANUAL] = "manual", [CHECK_NOT_APPLICABLE] = "not_applicable",
		[CHECK_ERROR] = "error",
	};

	return names[verdict];
}

/* One module at work. */
struct loader {
	struct check_set *set;
	struct policy *policy;
	const struct value *data; /* of the policy */
	const str *namespaces;	  /* NULL: built-in */
	size_t namespace_n;
	const str *groups; /* of the built-in ones */
	size_t group_n;
	struct problems *problems;
	struct err *err;
};

static str package_path(const struct module *module, struct arena *arena)
{
	str path = STR("data");

	for (uint32_t i = 1; i < module->package->n; i++)
		path = str_fmt(arena, "%.*s.%.*s", STR_ARG(path),
			       STR_ARG(value_text(&module->package->items[i]->value)));
	return path;
}

static bool below(str path, str top)
{
	return str_starts(path, top) && (path.n == top.n || path.p[top.n] == '.');
}

/* The folder of a built-in check: "image" of data.seawall.image.root_user; empty: a library. */
static str builtin_group(str path)
{
	str group, name;

	if (!str_starts(path, STR(BUILTIN_PREFIX)) ||
	    !str_cut(str_skip(path, strlen(BUILTIN_PREFIX)), '.', &group, &name) ||
	    str_eq(group, STR("lib")))
		return STR_EMPTY;
	return group;
}

static bool is_own(const struct loader *l, str path)
{
	static const char *const usual[] = { CHECK_NAMESPACES };
	str name = str_without_prefix(path, STR("data."));

	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		if (below(name, str_c(usual[i])))
			return true;
	}
	for (size_t i = 0; i < l->namespace_n; i++) {
		if (below(name, l->namespaces[i]))
			return true;
	}
	return false;
}

/* A group that the caller named; other folders are there for it to use. */
static bool is_asked(const struct loader *l, str group)
{
	for (size_t i = 0; i < l->group_n; i++) {
		if (str_eq(l->groups[i], group))
			return true;
	}
	return false;
}

/* What a rule of this name is to a check. */
static bool rule_kind(const struct loader *l, str name, enum check_rule *out)
{
	static const char *const words[] = { "deny", "warn", "violation" };

	for (size_t i = 0; l->namespaces && i < ARRAY_LEN(words); i++) {
		str word = str_c(words[i]);

		if (str_eq(name, word) || (str_starts(name, word) && name.p[word.n] == '_')) {
			*out = RULE_DENY;
			return true;
		}
	}
	if (str_eq(name, STR("deny")))
		*out = RULE_DENY;
	else if (str_eq(name, STR("manual")))
		*out = RULE_MANUAL;
	else if (str_eq(name, STR("missing")))
		*out = RULE_MISSING;
	else if (str_eq(name, STR("not_applicable")))
		*out = RULE_NOT_APPLICABLE;
	else if (!l->namespaces && str_eq(name, STR("outside")))
		*out = RULE_OUTSIDE;
	else if (!l->namespaces && str_eq(name, STR("seen")))
		*out = RULE_SEEN;
	else
		return false;
	return true;
}

static bool has_rule(const struct module *module, str name)
{
	for (size_t i = 0; i < module->rule_n; i++) {
		if (str_eq(module->rules[i]->ref->items[0]->name, name))
			return true;
	}
	return false;
}

static int add_query(struct loader *l, struct check_entry *entry, enum check_rule rule, str text)
{
	struct policy_query_options opts = { .arena = l->set->arena };
	struct policy_query *query =
		policy_query_new_in(l->policy, text, &opts, l->problems, l->err);

	if (!query)
		return err_wrap(l->err, "%.*s", STR_ARG(text));
	entry->queries[entry->query_n++] = (struct check_query){ .rule = rule, .query = query };
	return 0;
}

/* Queries for the rules of the module, those of `missing` first. */
static int add_queries(struct loader *l, const struct module *module, str path,
		       struct check_entry *entry)
{
	struct arena *arena = l->set->arena;

	entry->queries = ARENA_ARRAY(arena, struct check_query, module->rule_n);
	for (enum check_rule want = 0; want < CHECK_RULES; want++) {
		for (size_t i = 0; i < module->rule_n; i++) {
			str name = module->rules[i]->ref->items[0]->name;
			enum check_rule kind;
			bool again = false;

			for (size_t k = 0; k < i && !again; k++)
				again = str_eq(module->rules[k]->ref->items[0]->name, name);
			if (again || !rule_kind(l, name, &kind) || kind != want)
				continue;
			if (add_query(l, entry, kind,
				      str_fmt(arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(name))) <
			    0)
				return -1;
		}
	}
	return 0;
}

/* The value of __rego_metadata__ or __rego_input__; NULL: none, or it cannot be had. */
static const struct value *constant(struct loader *l, const struct module *module, str path,
				    const char *name)
{
	struct policy_run run = { .max_steps = META_STEPS, .data = l->data };
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	struct policy_answers answers;
	struct problems problems = { .arena = l->set->arena };
	struct err ignored;
	str text = str_fmt(l->set->arena, "%.*s.%s", STR_ARG(path), name);

	if (!has_rule(module, str_c(name)))
		return NULL;
	query = policy_query_new(l->policy, text, false, &problems, &ignored);
	if (!query || policy_eval(query, &run, l->set->arena, &answers, &ignored) < 0 ||
	    answers.n == 0)
		return NULL;
	return &answers.items[0].values[0];
}

/* {"id": ..., "input": {"selector": [...]}} of the two rules that stood for annotations. */
static const struct value *legacy_metadata(struct loader *l, const struct module *module, str path)
{
	const struct value *about = constant(l, module, path, "__rego_metadata__");
	const struct value *input = constant(l, module, path, "__rego_input__");
	struct value *all;
	struct object_builder b;

	if (!about && !input)
		return NULL;
	object_builder_init(&b, l->set->arena);
	for (uint32_t i = 0; about && about->type == VALUE_OBJECT && i < about->n; i++)
		object_builder_add(&b, about->members[i].key, about->members[i].value);
	if (input)
		OBJECT_ADD(&b, "input", *input);
	all = ARENA_NEW(l->set->arena, struct value);
	*all = object_builder_take_last(&b);
	return all;
}

static const struct value *annotation_of(const struct module *module)
{
	for (size_t i = 0; i < module->annotation_n; i++) {
		if (str_eq(module->annotations[i].scope, STR("package")))
			return &module->annotations[i].value;
	}
	return NULL;
}

static bool judges(const struct check_entry *entry)
{
	for (size_t i = 0; i < entry->query_n; i++) {
		if (entry->queries[i].rule == RULE_DENY || entry->queries[i].rule == RULE_MANUAL)
			return true;
	}
	return false;
}

static void free_queries(struct check_entry *entry)
{
	for (size_t i = 0; i < entry->query_n; i++)
		policy_query_free(entry->queries[i].query);
	entry->query_n = 0;
}

/* A module that is a check; others are libraries of theirs. */
static int add_module(struct loader *l, const struct module *module)
{
	struct check_set *set = l->set;
	str path = package_path(module, set->arena), group = builtin_group(path);
	struct check_entry entry = { .policy = l->policy, .data = l->data };
	const struct value *metadata = annotation_of(module);

	if (l->namespaces ? !is_own(l, path) : !is_asked(l, group))
		return 0;
	if (set->n == CHECK_SET_MAX)
		return err_set(l->err, ERR_LIMIT, "more than %u checks", CHECK_SET_MAX);
	entry.check = (struct check){
		.package = str_without_prefix(path, STR("data.")),
		.file = str_dup(set->arena, module->file),
		.own = l->namespaces != NULL,
	};
	entry.check.id = entry.check.package;
	if (!entry.check.own)
		entry.check.group = group;
	int failed = add_queries(l, module, path, &entry);
	set->entries = arena_grow(set->arena, set->entries, set->n, &set->cap, sizeof(entry));
	if (failed < 0 || !judges(&entry)) {
		free_queries(&entry);
		if (failed == 0 && !entry.check.own)
			return err_set(l->err, ERR_INPUT, "%.*s: no rule deny",
				       STR_ARG(module->file));
		return failed;
	}
	check_meta_read(metadata, metadata ? NULL : legacy_metadata(l, module, path), set->arena,
			&entry);
	if (!entry.check.own && entry.check.kind_n == 0) {
		str *kind = ARENA_NEW(set->arena, str);

		*kind = group;
		entry.check.kinds = kind;
		entry.check.kind_n = 1;
	}
	set->entries[set->n++] = entry;
	return entry.check.own ? 0 : check_meta_complete(&entry.check, l->err);
}

static int add_all(struct loader *l)
{
	for (size_t i = 0; i < l->policy->module_n; i++) {
		const struct module *module = l->policy->modules[i];

		if (!str_ends(module->file, STR("_test.rego")) && add_module(l, module) < 0)
			return -1;
	}
	return 0;
}

/* Rules of other folders that a group asks. */
static const struct {
	const char *group, *module;
} foreign[] = {
	{ "container", "docker" },
	{ "container", "image/build_secrets.rego" },
	{ "container", "image/env_secrets.rego" },
	{ "container", "image/healthcheck.rego" },
	{ "container", "image/pipe_to_shell.rego" },
	{ "container", "image/unverified_download.rego" },
	{ "container", "image/update_alone.rego" },
	{ "docker", "image/build_secrets.rego" },
	{ "docker", "image/env_secrets.rego" },
	{ "docker", "image/healthcheck.rego" },
	{ "docker", "image/pipe_to_shell.rego" },
	{ "docker", "image/unverified_download.rego" },
	{ "docker", "image/update_alone.rego" },
};

/* Folders and modules that the groups need; `out` has room for all of `foreign` with each. */
static size_t needed(const struct check_load *load, str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < load->group_n; i++) {
		out[n++] = load->groups[i];
		for (size_t k = 0; k < ARRAY_LEN(foreign); k++) {
			if (str_eq(load->groups[i], str_c(foreign[k].group)))
				out[n++] = str_c(foreign[k].module);
		}
	}
	out[n++] = STR("lib");
	return n;
}

static int load_builtin(struct check_set *set, const struct check_load *load,
			struct problems *problems, struct err *err)
{
	str *folders = ARENA_ARRAY(set->arena, str, (1 + ARRAY_LEN(foreign)) * load->group_n + 1);
	struct loader l = { .set = set,
			    .problems = problems,
			    .err = err,
			    .groups = load->groups,
			    .group_n = load->group_n };
	struct policy_source *sources;
	size_t n;

	if (load->group_n == 0)
		return 0;
	if (check_bundle_read(folders, needed(load, folders), set->arena, &sources, &n, err) < 0)
		return -1;
	set->builtin = l.policy = policy_compile(sources, n, NULL, NULL, problems, err);
	if (!l.policy || add_all(&l) < 0)
		return err_wrap(err, "built-in checks");
	return 0;
}

static bool is_v1(str file, str text, struct arena *scratch)
{
	struct problems problems = { .arena = scratch };

	return parse_module(file, text, false, scratch, &problems) != NULL && problems.n == 0;
}

/* What the user's modules may import of Trivy's, unless they bring it along. */
static int add_compat(struct check_set *set, struct policy_source *sources, size_t *n,
		      const struct policy_source *compat, size_t compat_n)
{
	size_t own = *n;

	for (size_t i = 0; i < compat_n; i++) {
		str rest = compat[i].text, line, package = STR_EMPTY;
		bool there = false;

		while (package.n == 0 && str_line(&rest, &line)) {
			if (str_starts(line, STR("package ")))
				package = str_trim(line);
		}
		for (size_t k = 0; k < own && !there; k++) {
			rest = sources[k].text;
			while (!there && str_line(&rest, &line))
				there = str_eq(str_trim(line), package);
		}
		if (!there)
			sources[(*n)++] = compat[i];
	}
	(void)set;
	return 0;
}

static int load_own(struct check_set *set, const struct check_load *load, struct problems *problems,
		    struct err *err)
{
	static const str none[1], compat_folder[] = { STR_INIT("compat") };
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct loader l = { .set = set,
			    .problems = problems,
			    .err = err,
			    .namespaces = load->namespace_n ? load->namespaces : none,
			    .namespace_n = load->namespace_n };
	struct policy_source *sources, *compat;
	size_t n = 0, compat_n;

	if (load->own_n == 0)
		return 0;
	if (check_bundle_read(compat_folder, 1, set->arena, &compat, &compat_n, err) < 0)
		return -1;
	sources = ARENA_ARRAY(set->arena, struct policy_source, load->own_n + compat_n);
	for (size_t i = 0; i < load->own_n; i++) {
		const struct policy_source *s = &load->own[i];

		if (str_ends(s->file, STR("_test.rego")))
			continue;
		sources[n] = (struct policy_source){ .file = str_dup(set->arena, s->file),
						     .text = str_dup(set->arena, s->text) };
		sources[n].v0 = s->v0 || !is_v1(s->file, s->text, scratch);
		arena_reset(scratch);
		n++;
	}
	if (add_compat(set, sources, &n, compat, compat_n) < 0)
		return -1;
	if (load->own_data)
		value_copy(&set->own_data, load->own_data, set->arena);
	l.data = load->own_data ? &set->own_data : NULL;
	set->own = l.policy = policy_compile(sources, n, l.data, NULL, problems, err);
	return l.policy ? add_all(&l) : -1;
}

static int by_id(const void *a, const void *b)
{
	const struct check_entry *x = a, *y = b;
	int order = str_cmp(x->check.id, y->check.id);

	return order ? order : str_cmp(x->check.package, y->check.package);
}

struct check_set *check_set_load(const struct check_load *load, struct problems *problems,
				 struct err *err)
{
	AUTO(check_set_unref)
	struct check_set *set = mem_zalloc(sizeof(*set));

	set->refs = 1;
	set->arena = arena_new();
	if (load_builtin(set, load, problems, err) < 0 || load_own(set, load, problems, err) < 0)
		return NULL;
	if (set->n > 1)
		qsort(set->entries, set->n, sizeof(*set->entries), by_id);
	return TAKE(set);
}

struct check_set *check_set_part(struct check_set *set, str group)
{
	struct check_set *part = mem_zalloc(sizeof(*part));

	part->refs = 1;
	part->arena = arena_new();
	part->whole = check_set_ref(set);
	part->entries = ARENA_ARRAY(part->arena, struct check_entry, set->n);
	for (size_t i = 0; i < set->n; i++) {
		const struct check *check = &set->entries[i].check;

		if (!check->own && str_eq(check->group, group))
			part->entries[part->n++] = set->entries[i];
	}
	return part;
}

struct check_set *check_set_ref(struct check_set *set)
{
	if (set)
		__atomic_add_fetch(&set->refs, 1, __ATOMIC_RELAXED);
	return set;
}

void check_set_unref(struct check_set *set)
{
	if (!set || __atomic_sub_fetch(&set->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (size_t i = 0; !set->whole && i < set->n; i++)
		free_queries(&set->entries[i]);
	check_set_unref(set->whole);
	policy_unref(set->builtin);
	policy_unref(set->own);
	arena_free(set->arena);
	free(set);
}

size_t check_set_count(const struct check_set *set) { return set->n; }

const struct check *check_set_at(const struct check_set *set, size_t i)
{
	return &set->entries[i].check;
}

const struct check *check_set_find(const struct check_set *set, str id)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct check *c = &set->entries[i].check;

		if (str_ieq(c->id, id))
			return c;
		for (size_t k = 0; k < c->alias_n; k++) {
			if (str_ieq(c->aliases[k], id))
				return c;
		}
	}
	return NULL;
}
