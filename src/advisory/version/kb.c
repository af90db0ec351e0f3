/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of Windows updates: names that are equal or not. */
#include "advisory/version/version_internal.h"

static int compare(str a, str b) { return str_cmp(str_trim(a), str_trim(b)); }

const struct version_scheme version_scheme_kb = {
	.name = "kb",
	.compare = compare,
};
