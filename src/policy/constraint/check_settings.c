/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/check_settings.h"

#include "base/err.h"
#include "base/words.h"
#include "policy/constraint/library_parameters.h"
#include "policy/constraint/resource.h"

/* Names of parameters with blanks between. Checks read them as data.settings.parameters. */
static const struct {
	const char *id, *parameters;
} known[] = {
	{ "api-server-restricted-access", "authorized_ranges" },
	{ "cluster-threat-detection-enabled", "" },
	{ "kubernetes-version-not-vulnerable",
	  "vulnerable_ranges min_supported_minor newest_minor end_of_support" },
	{ "managed_by", "entries" },
	{ "policy-addon-installed", "" },
	{ "rbac-enabled", "mode" },
	{ "registry-cmk-encryption", "" },
	{ "registry-image-vulnerabilities-remediated", "allowed" },
	{ "registry-network-restricted", "mode allow_list" },
	{ "registry-private-link", "private_ranges" },
	{ "registry-scanning-enabled", "" },
};

size_t check_settings_count(void) { return ARRAY_LEN(known); }

str check_settings_id(size_t i) { return str_c(known[i].id); }

static const char *parameters_of(str id)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_eq(id, str_c(known[i].id)))
			return known[i].parameters;
	}
	return NULL;
}

bool check_settings_knows(str id) { return parameters_of(id) != NULL; }

static const struct json *set_effect(const struct json *settings, str effect, struct arena *arena)
{
	struct json *text = ARENA_NEW(arena, struct json);

	*text = json_make_str(effect);
	return json_with(settings, STR("effect"), text, arena);
}

static int take_setting(const struct library_parameters *p, const struct library_setting *s,
			const struct json **all, struct arena *arena, struct err *err)
{
	const char *names = parameters_of(s->id);
	const struct json *settings = json_get(*all, s->id);

	if (!names)
		return 0; /* a rule for objects */
	JSON_MEMBERS (s->parameters, member) {
		if (!words_line_has(names, member->key))
			return err_set(err, ERR_INPUT,
				       "%.*s line %u: rules.%.*s.parameters.%.*s: unknown "
				       "parameter; allowed: %s",
				       STR_ARG(p->file), s->line, STR_ARG(s->id),
				       STR_ARG(str_take(member->key, 100)),
				       *names ? names : "none");
		settings = json_with(settings, member->key, &member->value, arena);
	}
	if (s->enforcement.n > 0)
		settings = set_effect(settings,
				      str_eq(s->enforcement, STR("disabled")) ? STR("disabled")
									      : STR("audit"),
				      arena);
	if (settings)
		*all = json_with(*all, s->id, settings, arena);
	return 0;
}

static int take_scope(const struct library_parameters *p, const struct library_scope *scope,
		      const struct json **all, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < scope->rule_n; i++) {
		if (take_setting(p, &scope->rules[i], all, arena, err) < 0)
			return -1;
	}
	return 0;
}

int check_settings_make(const struct library_parameters *parameters,
			const struct check_settings_opts *opts, struct arena *arena,
			struct value *out, struct err *err)
{
	static const struct json empty = { .type = JSON_OBJECT };
	const struct json *all = &empty;

	if (parameters && take_scope(parameters, &parameters->base, &all, arena, err) < 0)
		return -1;
	/* A scope of namespaces or labels is about objects. */
	for (size_t i = 0; parameters && i < parameters->scope_n; i++) {
		const struct library_scope *scope = &parameters->scopes[i];

		if (scope->clusters && match_wildcards(scope->clusters, opts->cluster) &&
		    take_scope(parameters, scope, &all, arena, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < opts->enabled_n; i++) {
		str id = opts->enabled[i];

		if (!check_settings_knows(id))
			return err_set(err, ERR_USAGE,
				       "%.*s: there is no recommendation of this id",
				       STR_ARG(str_take(id, 100)));
		const struct json *settings = set_effect(json_get(all, id), STR("audit"), arena);
		all = json_with(all, id, settings, arena);
	}
	*out = value_from_json(all, arena);
	return 0;
}
