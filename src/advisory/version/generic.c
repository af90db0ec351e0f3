/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is known of the versions: semantic ones are the best guess. */
#include "advisory/version/version_internal.h"

static str bare(str version)
{
	str text = str_trim(version);

	return text.n > 1 && to_lower(*text.p) == 'v' ? str_skip(text, 1) : text;
}

static int compare(str a, str b) { return semver_order(bare(a), bare(b)); }

const struct version_scheme version_scheme_generic = {
	.name = "generic",
	.compare = compare,
};
