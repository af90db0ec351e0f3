/* SPDX-License-Identifier: Apache-2.0 */
/* NuGet: up to four numbers, labels without regard to case, metadata does not count. */
#include "advisory/version/version_internal.h"

static int compare(str a, str b)
{
	str pre_a, pre_b;
	str core_a = semver_cut(str_trim(a), &pre_a), core_b = semver_cut(str_trim(b), &pre_b);
	int order = numbers_order(core_a, core_b);

	if (order != 0)
		return order;
	if ((pre_a.p == NULL) != (pre_b.p == NULL))
		return pre_a.p == NULL ? 1 : -1;
	return pre_a.p == NULL ? 0 : semver_pre_order_folded(pre_a, pre_b);
}

const struct version_scheme version_scheme_nuget = {
	.name = "nuget",
	.compare = compare,
};
