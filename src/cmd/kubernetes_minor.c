/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/kubernetes_minor.h"

#include "base/err.h"

int kubernetes_minor(const char *option, str text, unsigned least, unsigned *out, struct err *err)
{
	str major, minor, patch;
	uint64_t n;

	if (!str_cut(str_without_prefix(text, STR("v")), '.', &major, &minor))
		return err_set(err, ERR_USAGE, "--%s: '%.*s': as in 1.30", option, STR_ARG(text));
	IGNORE(str_cut(minor, '.', &minor, &patch)); /* 1.30.2 is 1.30 */
	if (!str_eq(major, STR("1")) || !str_u64(minor, &n) || n < least || n > 200)
		return err_set(err, ERR_USAGE, "--%s: '%.*s': 1.%u or newer", option, STR_ARG(text),
			       least);
	*out = (unsigned)n;
	return 0;
}
