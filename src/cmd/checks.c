/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/checks.h"

#include "cmd/rego.h"

bool checks_given(const struct invocation *in, size_t base)
{
	for (size_t i = 0; i < CHECKS_OPTION_COUNT; i++) {
		if (option_given(&in->options, base + i))
			return true;
	}
	return false;
}

static int add_all(const struct invocation *in, size_t option, bool (*wants)(str path),
		   struct rego_files *files, struct err *err)
{
	size_t n, before = files->n;
	const str *paths = option_items(&in->options, option, &n);

	for (size_t i = 0; i < n; i++) {
		if (wants && !wants(paths[i]))
			continue;
		if (rego_files_add(files, paths[i], err) < 0)
			return -1;
		if (files->n == before)
			return err_set(err, ERR_USAGE, "%.*s: there is no .rego file",
				       STR_ARG(paths[i]));
		before = files->n;
	}
	return 0;
}

int checks_load(struct invocation *in, size_t base, const str *groups, size_t group_n,
		struct check_set **out, struct err *err)
{
	return checks_load_some(in, base, groups, group_n, NULL, out, err);
}

int checks_load_some(struct invocation *in, size_t base, const str *groups, size_t group_n,
		     bool (*wants)(str path), struct check_set **out, struct err *err)
{
	struct problems problems = { .arena = in->arena };
	struct rego_files files;
	struct check_load load = { .groups = groups, .group_n = group_n };

	rego_files_init(&files, false, in->arena);
	if (add_all(in, base + CHECKS_CONFIG_CHECK, NULL, &files, err) < 0 ||
	    add_all(in, base + CHECKS_POLICY, wants, &files, err) < 0)
		return err_wrap(err, "--config-check");
	load.own = files.sources;
	load.own_n = files.n;
	load.own_data = files.data.type == VALUE_OBJECT ? &files.data : NULL;
	load.namespaces = option_items(&in->options, base + CHECKS_NAMESPACES, &load.namespace_n);
	*out = check_set_load(&load, &problems, err);
	if (*out)
		return 0;
	rego_show_problems(&problems);
	if (files.n > 0)
		err->kind = ERR_USAGE; /* the built-in ones compile */
	return -1;
}
