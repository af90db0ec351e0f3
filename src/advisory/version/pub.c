/* SPDX-License-Identifier: Apache-2.0 */
/* Dart: semantic versions, but build metadata counts; a version without is lower. */
#include "advisory/version/version_internal.h"

static str bare(str version, str *build)
{
	str before = str_trim(version);

	*build = STR_EMPTY;
	if (before.n > 1 && to_lower(*before.p) == 'v')
		before = str_skip(before, 1);
	IGNORE(str_cut(before, '+', &before, build)); /* without, all of it is the version */
	return before;
}

static int compare(str a, str b)
{
	str build_a, build_b;
	str version_a = bare(a, &build_a), version_b = bare(b, &build_b);
	int order = semver_order(version_a, version_b);

	if (order == 0 && (build_a.p == NULL) != (build_b.p == NULL))
		return build_a.p ? 1 : -1;
	return order == 0 && build_a.p ? semver_pre_order(build_a, build_b) : order;
}

const struct version_scheme version_scheme_pub = {
	.name = "pub",
	.compare = compare,
};
