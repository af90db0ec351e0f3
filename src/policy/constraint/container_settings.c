/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/container_settings.h"

#include "base/err.h"
#include "base/nearest.h"
#include "base/words.h"
#include "policy/constraint/library_parameters.h"
#include "policy/constraint/resource.h"

#define EXCLUDED "excludedContainers excludedImages "

/*
 * Names of parameters with blanks between: those of the rule for pods, then those that only its
 * form for Docker has (policies/container reads data.settings.parameters).
 */
static const struct {
	const char *id, *parameters, *own;
} known[] = {
	{ "apparmor-profile-restricted", EXCLUDED "allowedProfiles strict", "" },
	{ "container-allowed-ports", EXCLUDED "allowedContainerPortsList", "run_time" },
	{ "container-cpu-memory-limits",
	  EXCLUDED "cpuLimit memoryLimit accept_pod_limits acceptPodLimits", "" },
	{ "host-network-ports-restricted",
	  EXCLUDED "allowHostNetwork minPort maxPort allowedHostPorts", "" },
	{ "hostpath-volumes-restricted", EXCLUDED "allowedHostPaths windowsAllowedHostPaths", "" },
	{ "least-privilege-capabilities", EXCLUDED "allowedCapabilities requiredDropCapabilities",
	  "" },
	{ "no-host-pid-ipc", EXCLUDED, "" },
	{ "no-privilege-escalation", EXCLUDED, "" },
	{ "no-privileged-containers", EXCLUDED, "" },
	{ "no-root-user",
	  EXCLUDED "runAsUser runAsGroup supplementalGroups fsGroup runAsUserRule "
		   "runAsUserRanges image_user imageUser",
	  "" },
	{ "readonly-root-filesystem", EXCLUDED, "" },
	{ "service-allowed-ports", EXCLUDED "allowedServicePortsList", "" },
	{ "trusted-registries-only",
	  EXCLUDED "allowedContainerImagesRegex allowedRegistries "
		   "match_normalized",
	  "" },
};

static ptrdiff_t find(str id)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_eq(id, str_c(known[i].id)))
			return (ptrdiff_t)i;
	}
	return -1;
}

bool container_settings_knows(str id) { return find(id) >= 0; }

static bool has_word(const char *words, str word)
{
	return word.n > 0 && words_line_has(words, word);
}

bool container_settings_is_own(str id, str parameter)
{
	ptrdiff_t i = find(id);

	return i >= 0 && has_word(known[i].own, parameter);
}

bool container_settings_takes(str id, str parameter)
{
	ptrdiff_t i = find(id);

	return i >= 0 &&
	       (has_word(known[i].parameters, parameter) || has_word(known[i].own, parameter));
}

str container_settings_ids(struct arena *arena)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		all = str_fmt(arena, "%.*s%s%s", STR_ARG(all), i > 0 ? " " : "", known[i].id);
	return all;
}

str container_settings_words(str id, struct arena *arena)
{
	ptrdiff_t i = find(id);

	return i < 0 ? STR_EMPTY
		     : str_trim(str_fmt(arena, "%s %s", known[i].parameters, known[i].own));
}

/* ---- the whole file ---- */

struct checking {
	const struct library_parameters *parameters;
	const struct library_scope *scope;
	struct arena *arena;
	struct err *err;
};

static int refuse(const struct checking *c, uint32_t line, str key, const char *what, str words)
{
	bool base = c->scope->name.n == 0;

	return err_set(
		c->err, ERR_INPUT, "%.*s line %u: %s%.*s%srules.%.*s: %s; allowed: %.*s%.*s",
		STR_ARG(c->parameters->file), line, base ? "" : "scope ", STR_ARG(c->scope->name),
		base ? "" : ": ", STR_ARG(str_take(key, 200)), what, STR_ARG(words),
		STR_ARG(nearest_hint(
			c->arena, str_skip(key, (size_t)(str_rfind_char(key, '.') + 1)), words)));
}

static int check_rule(const struct checking *c, const struct library_setting *s, const str *others,
		      size_t other_n)
{
	str ids = container_settings_ids(c->arena);

	for (size_t i = 0; i < other_n; i++) {
		if (str_eq(s->id, others[i]) && find(s->id) < 0)
			return 0;
		if (find(others[i]) < 0)
			ids = str_fmt(c->arena, "%.*s %.*s", STR_ARG(ids), STR_ARG(others[i]));
	}
	if (find(s->id) < 0)
		return refuse(c, s->line, s->id, "there is no rule of this name", ids);
	JSON_MEMBERS (s->parameters, m) {
		const struct place *place = place_get(s->parameters, s->parameters_place, m->key);

		if (container_settings_takes(s->id, m->key))
			continue;
		return refuse(c, place ? place_line(place) : s->line,
			      str_fmt(c->arena, "%.*s.parameters.%.*s", STR_ARG(s->id),
				      STR_ARG(str_take(m->key, 100))),
			      "unknown parameter", container_settings_words(s->id, c->arena));
	}
	return 0;
}

int container_settings_check(const struct library_parameters *parameters, const str *others,
			     size_t other_n, struct arena *arena, struct err *err)
{
	struct checking c = { .parameters = parameters, .arena = arena, .err = err };

	for (size_t i = 0; i <= parameters->scope_n; i++) {
		c.scope = i == 0 ? &parameters->base : &parameters->scopes[i - 1];
		for (size_t k = 0; k < c.scope->rule_n; k++) {
			if (check_rule(&c, &c.scope->rules[k], others, other_n) < 0)
				return -1;
		}
	}
	return 0;
}

/* ---- one recommendation ---- */

struct maker {
	const struct library_parameters *parameters;
	const struct container_view *view;
	struct arena *arena;
	size_t row;
	const struct json *out; /* NULL: nothing is said */
	str enforcement;
	const struct json *selector, *containers, *images;
};

static void put(struct maker *m, str key, const struct json *value)
{
	m->out = json_with(m->out, key, value, m->arena);
}

static int take_setting(struct maker *m, const struct library_setting *s, bool all, struct err *err)
{
	const struct library_parameters *p = m->parameters;

	if (s->enforcement.n > 0)
		m->enforcement = s->enforcement;
	if (s->label_selector)
		m->selector = s->label_selector;
	if (s->excluded_containers)
		m->containers = s->excluded_containers;
	if (s->excluded_images)
		m->images = s->excluded_images;
	JSON_MEMBERS (all ? NULL : s->parameters, member) {
		if (!container_settings_takes(str_c(known[m->row].id), member->key))
			return err_set(err, ERR_INPUT,
				       "%.*s line %u: rules.%s.parameters.%.*s: unknown "
				       "parameter; allowed: %s %s",
				       STR_ARG(p->file), s->line, known[m->row].id,
				       STR_ARG(str_take(member->key, 100)),
				       known[m->row].parameters, known[m->row].own);
		put(m, member->key, &member->value);
	}
	return 0;
}

static int take_scope(struct maker *m, const struct library_scope *scope, struct err *err)
{
	const struct library_setting *own = library_scope_rule(scope, str_c(known[m->row].id));

	if (take_setting(m, &scope->all, true, err) < 0)
		return -1;
	return own ? take_setting(m, own, false, err) : 0;
}

static bool says_something(const struct library_scope *scope, str id)
{
	const struct library_setting *all = &scope->all;

	return library_scope_rule(scope, id) || all->enforcement.n > 0 || all->label_selector ||
	       all->excluded_containers || all->excluded_images;
}

static bool holds(const struct maker *m, const struct library_scope *scope)
{
	const struct match *match = &scope->match;

	if (scope->clusters &&
	    (m->view->machine.n == 0 || !match_wildcards(scope->clusters, m->view->machine)))
		return false;
	if (match->namespaces || match->has_namespace_labels)
		return false;
	return !match->has_labels || selector_test(&match->labels, m->view->labels);
}

/* The last scope that the container is in and that speaks of the recommendation. */
static const struct library_scope *scope_of(const struct maker *m)
{
	const struct library_parameters *p = m->parameters;

	for (size_t i = p->scope_n; i > 0; i--) {
		const struct library_scope *scope = &p->scopes[i - 1];

		if (holds(m, scope) && says_something(scope, str_c(known[m->row].id)))
			return scope;
	}
	return NULL;
}

static const struct json *text(str s, struct arena *arena)
{
	struct json *v = ARENA_NEW(arena, struct json);

	*v = json_make_str(s);
	return v;
}

/* Labels that the selector does not select: left out. */
static int apply_selector(struct maker *m, struct err *err)
{
	static const struct json yes = { .type = JSON_TRUE };
	struct selector selector;

	if (!m->selector)
		return 0;
	if (selector_read(m->selector, m->arena, &selector, err) < 0)
		return err_wrap(err, "%.*s: rules.%s: labelSelector", STR_ARG(m->parameters->file),
				known[m->row].id);
	if (!selector_test(&selector, m->view->labels))
		put(m, STR("left_out"), &yes);
	return 0;
}

static int make_one(struct maker *m, struct err *err)
{
	const struct library_scope *scope = scope_of(m);

	m->out = NULL;
	m->enforcement = STR_EMPTY;
	m->selector = m->containers = m->images = NULL;
	if (take_scope(m, &m->parameters->base, err) < 0 ||
	    (scope && take_scope(m, scope, err) < 0) || apply_selector(m, err) < 0)
		return -1;
	if (m->containers)
		put(m, STR("excludedContainers"), m->containers);
	if (m->images)
		put(m, STR("excludedImages"), m->images);
	if (m->enforcement.n > 0)
		put(m, STR("effect"),
		    text(str_eq(m->enforcement, STR("disabled")) ? STR("disabled") : STR("audit"),
			 m->arena));
	return 0;
}

int container_settings_make(const struct library_parameters *parameters,
			    const struct container_view *view, struct arena *arena,
			    struct value *out, struct err *err)
{
	static const struct json empty = { .type = JSON_OBJECT };
	struct maker m = { .parameters = parameters, .view = view, .arena = arena };
	const struct json *all = &empty;

	for (m.row = 0; parameters && m.row < ARRAY_LEN(known); m.row++) {
		if (make_one(&m, err) < 0)
			return -1;
		if (m.out)
			all = json_with(all, str_c(known[m.row].id), m.out, arena);
	}
	*out = value_from_json(all, arena);
	return 0;
}
