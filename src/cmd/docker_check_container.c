/* SPDX-License-Identifier: Apache-2.0 */
/* The second part of `check docker`: the recommendations on every container. */
#include <sys/stat.h>

#include "base/err.h"
#include "cmd/docker_check.h"
#include "cmd/policy.h"
#include "policy/constraint/container_settings.h"

/* What is misspelt is told before anything is asked, also in scopes of other machines. */
static int check_parameters(const struct docker_check *check, struct err *err)
{
	const struct recommendation_set *set = &check->recommendations;
	str *others = ARENA_ARRAY(check->in->arena, str, set->n + 1);

	for (size_t i = 0; i < set->n; i++)
		others[i] = set->items[i].id;
	others[set->n] = STR(LIBRARY_PSS_ID);
	if (container_settings_check(&check->parameters, others, set->n + 1, check->in->arena,
				     err) == 0)
		return 0;
	err->kind = ERR_USAGE;
	return err_wrap(err, "--parameters");
}

static int take_parameters(struct docker_check *check, bool *given, struct err *err)
{
	const struct options *o = &check->in->options;
	struct arena *arena = check->in->arena;
	str path = option_text(o, DOCKER_PARAMETERS), text;
	struct stat st;

	*given = false;
	if (path.n == 0) {
		if (!option_on(o, DOCKER_LOCAL_PARAMETERS) ||
		    stat(LIBRARY_PARAMETERS_FILE, &st) < 0)
			return 0;
		path = STR(LIBRARY_PARAMETERS_FILE);
	}
	if (policy_read_file(path, arena, &text, err) < 0 ||
	    library_parameters_read(path, text, arena, &check->parameters, err) < 0) {
		err->kind = ERR_USAGE;
		return err_wrap(err, "--parameters");
	}
	*given = true;
	return check_parameters(check, err);
}

int docker_check_load_containers(struct docker_check *check, struct err *err)
{
	const struct options *o = &check->in->options;
	struct container_posture_opts opts = { .recommendations = &check->recommendations,
					       .settings = check->run.settings,
					       .exceptions = &check->exceptions,
					       .now = check->now };
	bool given;

	/* Who chooses controls wants those. */
	if (option_given(o, DOCKER_CONTROL))
		return 0;
	if (recommendation_set_load(&check->recommendations, check->in->arena, err) < 0 ||
	    take_parameters(check, &given, err) < 0)
		return -1;
	check->container_checks = check_set_part(check->all_checks, STR("container"));
	opts.checks = check->container_checks;
	opts.parameters = given ? &check->parameters : NULL;
	opts.included_names = option_items(o, DOCKER_INCLUDE_NAME, &opts.included_name_n);
	opts.excluded_names = option_items(o, DOCKER_EXCLUDE_NAME, &opts.excluded_name_n);
	check->containers = container_posture_new(&opts);
	return 0;
}

void docker_check_set_now(struct docker_check *check)
{
	container_posture_set_now(check->containers, check->now, &check->exceptions);
}
