/* SPDX-License-Identifier: Apache-2.0 */
/* deb-version(7): [epoch:]upstream[-revision]. */
#include "advisory/version/version_internal.h"

struct deb_version {
	str epoch, upstream, revision;
};

static struct deb_version cut(str text)
{
	struct deb_version v = { .upstream = str_trim(text) };
	ptrdiff_t colon = str_find_char(v.upstream, ':');
	bool digits = colon > 0;

	for (ptrdiff_t i = 0; i < colon; i++)
		digits = digits && is_digit(v.upstream.p[i]);
	if (digits) {
		v.epoch = str_take(v.upstream, (size_t)colon);
		v.upstream = str_skip(v.upstream, (size_t)colon + 1);
	}
	ptrdiff_t dash = str_rfind_char(v.upstream, '-');
	if (dash >= 0) {
		v.revision = str_skip(v.upstream, (size_t)dash + 1);
		v.upstream = str_take(v.upstream, (size_t)dash);
	}
	return v;
}

/* Place of the first byte of `s` among non-digits: "~" before the end, letters before the rest. */
static int rank(str s)
{
	if (s.n == 0 || is_digit(*s.p))
		return 0;
	if (*s.p == '~')
		return -1;
	return is_alpha(*s.p) ? (unsigned char)*s.p : (unsigned char)*s.p + 256;
}

static int part_compare(str a, str b)
{
	while (a.n > 0 || b.n > 0) {
		for (;;) {
			int ra = rank(a), rb = rank(b);

			if (ra != rb)
				return ra < rb ? -1 : 1;
			if (ra == 0)
				break;
			a = str_of(a.p + 1, a.n - 1);
			b = str_of(b.p + 1, b.n - 1);
		}
		str number_a = take_digits(&a), number_b = take_digits(&b);
		int order = digits_cmp(number_a, number_b);
		if (order != 0)
			return order;
	}
	return 0;
}

static int compare(str a, str b)
{
	if (str_eq(a, b))
		return 0;
	struct deb_version va = cut(a), vb = cut(b);
	int order = digits_cmp(va.epoch, vb.epoch);
	if (order == 0)
		order = part_compare(va.upstream, vb.upstream);
	if (order == 0)
		order = part_compare(va.revision, vb.revision);
	return order;
}

static bool upstream_byte(char c)
{
	return is_alnum(c) || c == '.' || c == '+' || c == '-' || c == ':' || c == '~';
}

static bool revision_byte(char c) { return upstream_byte(c) && c != '-' && c != ':'; }

/* As dpkg takes it from an archive: an upstream part that does not start with a digit passes. */
static bool valid(str version, unsigned flags)
{
	(void)flags;
	struct deb_version v = cut(version);
	str text = str_trim(version), rest = v.upstream;
	ptrdiff_t colon = str_find_char(text, ':');

	if ((colon >= 0 && v.epoch.n == 0) || v.upstream.n == 0)
		return false;
	(void)take_while(&rest, upstream_byte);
	if (rest.n > 0)
		return false;
	if (v.revision.p == NULL)
		return true;
	rest = v.revision;
	(void)take_while(&rest, revision_byte);
	return rest.n == 0 && v.revision.n > 0;
}

const struct version_scheme version_scheme_deb = {
	.name = "deb",
	.compare = compare,
	.valid = valid,
};
