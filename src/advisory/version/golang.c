/* SPDX-License-Identifier: Apache-2.0 */
/* Go: semantic versions of modules ("v1.2.3+incompatible") and of Go itself ("go1.22.3"). */
#include "advisory/version/version_internal.h"

static str bare(str version)
{
	version = str_trim(version);
	if (version.n > 1 && *version.p == 'v')
		return str_skip(version, 1);
	return str_without_prefix(version, STR("go"));
}

static int compare(str a, str b) { return semver_order(bare(a), bare(b)); }

const struct version_scheme version_scheme_golang = {
	.name = "golang",
	.compare = compare,
};
