/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "cmd/manifest_objects.h"
#include "cmd/policy.h"
#include "policy/constraint/admission.h"

/* ---- profiles ---- */

static int take_profile(struct library_opts *o, str name, bool *recommendations, struct err *err)
{
	str level = name, version = STR_EMPTY;

	if (str_eq(name, STR("recommendations"))) {
		*recommendations = true;
		return 0;
	}
	IGNORE(str_cut(name, ':', &level, &version)); /* the version may be left out */
	if (!str_eq(level, STR("pss-baseline")) && !str_eq(level, STR("pss-restricted")))
		return err_set(err, ERR_USAGE,
			       "--profile %.*s: unknown; allowed: recommendations, "
			       "pss-baseline[:v1.29], pss-restricted[:v1.29]",
			       STR_ARG(str_take(name, 100)));
	uint64_t minor;
	str digits = str_without_prefix(str_without_prefix(version, STR("v")), STR("1."));
	bool numbered = digits.n < version.n && str_u64(digits, &minor) && minor <= 9999;

	if (version.n > 0 && !str_eq(version, STR("latest")) && !numbered)
		return err_set(err, ERR_USAGE, "--profile %.*s: a version is v1.29 or latest",
			       STR_ARG(str_take(name, 100)));
	if (o->pss_level.n > 0)
		return err_set(err, ERR_USAGE, "--profile: only one of the pod security standards");
	o->pss_level = str_without_prefix(level, STR("pss-"));
	o->pss_version = version;
	return 0;
}

int manifest_profiles_take(struct library_opts *opts, const struct invocation *in, size_t option,
			   struct err *err)
{
	size_t n;
	const str *names = option_items(&in->options, option, &n);
	bool recommendations = n == 0;

	for (size_t i = 0; i < n; i++) {
		if (take_profile(opts, names[i], &recommendations, err) < 0)
			return -1;
	}
	opts->no_recommendations = !recommendations;
	return 0;
}

/* ---- parameters ---- */

static int read_parameters(struct manifest_rules *rules, str name, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { .p = NULL };

	buf_init(&text, LIBRARY_PARAMETERS_MAX);
	if (buf_read_file(&text, str_cstr(rules->arena, name), err) < 0 ||
	    library_parameters_read(name, str_dup(rules->arena, buf_str(&text)), rules->arena,
				    &rules->parameters, err) < 0)
		return -1;
	rules->opts.parameters = &rules->parameters;
	return 0;
}

static int take_parameters(struct manifest_rules *rules, const struct invocation *in, size_t base,
			   struct err *err)
{
	str name = option_text(&in->options, base + RULES_PARAMETERS);
	struct stat st;

	if (name.n > 0) {
		if (read_parameters(rules, name, err) == 0)
			return 0;
		err->kind = ERR_USAGE;
		return err_wrap(err, "--parameters");
	}
	if (!option_on(&in->options, base + RULES_LOCAL_PARAMETERS) ||
	    stat(LIBRARY_PARAMETERS_FILE, &st) < 0)
		return 0;
	if (read_parameters(rules, STR(LIBRARY_PARAMETERS_FILE), err) == 0)
		return 0;
	err->kind = ERR_USAGE;
	return -1;
}

/* ---- policies of the user ---- */

static bool is_rego_file(str path) { return str_ends(path, STR(".rego")); }

struct looking {
	bool yaml;
};

static int see_yaml(void *context, str path, struct err *err)
{
	struct looking *looking = context;

	(void)path;
	(void)err;
	looking->yaml = true;
	return 0;
}

bool manifest_rules_is_rego(str path)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct looking looking = { .yaml = false };
	struct err err;

	if (is_rego_file(path))
		return true;
	/* A path that is not there is told by whoever reads it. */
	if (policy_each_file(path, scratch, see_yaml, &looking, &err) < 0)
		return false;
	return !looking.yaml;
}

static int take_own(struct manifest_rules *rules, const struct invocation *in, size_t option,
		    struct err *err)
{
	size_t n;
	const str *paths = option_items(&in->options, option, &n);

	for (size_t i = 0; i < n; i++) {
		size_t before = rules->own.n, policies = 0;

		if (manifest_rules_is_rego(paths[i]))
			continue;
		if (policy_read_objects(&paths[i], 1, &rules->own, err) < 0)
			return err_wrap(err, "--policy");
		for (size_t k = before; k < rules->own.n; k++)
			policies += admission_is_policy(&rules->own.items[k].resource);
		if (policies == 0)
			return err_set(err, ERR_INPUT,
				       "--policy: there is no policy of Gatekeeper in %.*s (Rego "
				       "checks beside YAML: --config-check)",
				       STR_ARG(paths[i]));
	}
	rules->opts.own = rules->own.items;
	rules->opts.own_n = rules->own.n;
	return 0;
}

int manifest_rules_take(struct manifest_rules *rules, struct invocation *in, size_t base,
			size_t policy, struct err *err)
{
	rules->arena = in->arena;
	rules->own.arena = in->arena;
	rules->namespace = option_text(&in->options, base + RULES_NAMESPACE);
	rules->opts.open = true;
	rules->opts.cluster = option_text(&in->options, base + RULES_CLUSTER);
	if (manifest_profiles_take(&rules->opts, in, base + RULES_PROFILE, err) < 0 ||
	    take_parameters(rules, in, base, err) < 0 || take_own(rules, in, policy, err) < 0)
		return -1;
	if (!rules->opts.parameters && rules->own.n == 0)
		return 0; /* what is built in loads */
	AUTO(library_unref)
	struct library *library = library_load(&rules->opts, err);

	if (!library)
		err->kind = ERR_USAGE;
	return library ? 0 : -1;
}
