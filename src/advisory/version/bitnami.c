/* SPDX-License-Identifier: Apache-2.0 */
/* Bitnami: semantic versions of one to three numbers; a revision at the end does not count. */
#include "advisory/version/version_internal.h"

static str without_revision(str version)
{
	str text = str_trim(version);

	if (text.n > 1 && to_lower(*text.p) == 'v')
		text = str_skip(text, 1);
	ptrdiff_t dash = str_rfind_char(text, '-');
	if (dash <= 0 || (size_t)dash + 1 == text.n || !is_number(str_skip(text, (size_t)dash + 1)))
		return text;
	return str_take(text, (size_t)dash);
}

static int compare(str a, str b) { return semver_order(without_revision(a), without_revision(b)); }

const struct version_scheme version_scheme_bitnami = {
	.name = "bitnami",
	.compare = compare,
};
