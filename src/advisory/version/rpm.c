/* SPDX-License-Identifier: Apache-2.0 */
/* rpm-version(7): [epoch:]version[-release], each part by rpmvercmp, a missing epoch is 0. */
#include "advisory/version/version_internal.h"

struct evr evr_cut(str text)
{
	str rest = str_trim(text), digits;
	struct evr v = { .version = rest };

	digits = take_digits(&rest);
	if (rest.n > 0 && *rest.p == ':') {
		v.epoch = digits;
		v.version = str_skip(rest, 1);
	}
	ptrdiff_t dash = str_rfind_char(v.version, '-');
	if (dash >= 0) {
		v.has_release = true;
		v.release = str_skip(v.version, (size_t)dash + 1);
		v.version = str_take(v.version, (size_t)dash);
	}
	return v;
}

static int compare(str a, str b)
{
	if (str_eq(a, b))
		return 0;
	struct evr va = evr_cut(a), vb = evr_cut(b);
	int order = digits_cmp(va.epoch, vb.epoch);
	if (order == 0)
		order = rpm_segment_compare(va.version, vb.version);
	if (order == 0 && va.has_release != vb.has_release)
		order = va.has_release ? 1 : -1;
	if (order == 0)
		order = rpm_segment_compare(va.release, vb.release);
	return order;
}

const struct version_scheme version_scheme_rpm = {
	.name = "rpm",
	.compare = compare,
};
