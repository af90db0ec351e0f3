/* SPDX-License-Identifier: Apache-2.0 */
/* Haskell: a list of numbers, the longer one is greater. */
#include "advisory/version/version_internal.h"

static int compare(str a, str b) { return number_list_order(str_trim(a), str_trim(b), "."); }

static bool valid(str version, unsigned flags)
{
	str rest = version, number;
	bool any = false;

	(void)flags;
	while (str_split(&rest, '.', &number)) {
		if (number.n == 0 || !is_number(number))
			return false;
		any = true;
	}
	return any;
}

const struct version_scheme version_scheme_hackage = {
	.name = "hackage",
	.compare = compare,
	.valid = valid,
};
