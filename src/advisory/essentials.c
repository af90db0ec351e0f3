/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/essentials.h"

#include "advisory/import.h"

static const unsigned char essentials[] = {
#include "essentials.jsonl.inc"
};

/* Which of them CISA knows to be exploited, in the form of its catalogue. */
static const unsigned char exploited[] = {
#include "essentials_kev.csv.inc"
};

str essentials_text(void) { return str_of((const char *)essentials, sizeof(essentials)); }

int essentials_add(struct advisory_build *build, struct err *err)
{
	str kev = str_of((const char *)exploited, sizeof(exploited));

	if (advisory_build_add_text(build, essentials_text(), STR("built-in"), STR("essentials"),
				    STR_EMPTY, err) < 0)
		return -1;
	return advisory_build_add_text(build, kev, STR("built-in"), STR("essentials-kev"),
				       STR_EMPTY, err);
}
