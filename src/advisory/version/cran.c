/* SPDX-License-Identifier: Apache-2.0 */
/* R: numbers between dots and dashes, the longer version is greater. */
#include "advisory/version/version_internal.h"

static int compare(str a, str b) { return number_list_order(str_trim(a), str_trim(b), ".-"); }

/* At least two numbers, as R asks of a package. */
static bool valid(str version, unsigned flags)
{
	str rest = str_trim(version);
	unsigned numbers = 0;

	(void)flags;
	for (;;) {
		if (take_digits(&rest).n == 0)
			return false;
		numbers++;
		if (rest.n == 0)
			return numbers > 1;
		if (*rest.p != '.' && *rest.p != '-')
			return false;
		rest = str_skip(rest, 1);
	}
}

const struct version_scheme version_scheme_cran = {
	.name = "cran",
	.compare = compare,
	.valid = valid,
};
