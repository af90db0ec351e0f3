/* SPDX-License-Identifier: Apache-2.0 */
/* Semantic versions with the liberties people take: "2", "1.21rc2", "1.0.0.alpha", "V1.0.0". */
#include "advisory/version/version_internal.h"

static str bare(str version)
{
	str text = str_trim(version);

	return text.n > 1 && to_lower(*text.p) == 'v' ? str_skip(text, 1) : text;
}

/* Does a word for a pre-release begin here? In "1.0.0.alpha.beta" the dots before one are dashes.
 */
static bool begins_word(str text)
{
	static const char *const words[] = { "alpha", "beta", "rc" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		str word = str_c(words[i]);

		if (str_ieq(str_take(text, word.n), word))
			return true;
	}
	return false;
}

/* The next identifier; with `dotted` a dot before such a word is part of it. */
static str id_next(str *rest, bool dotted)
{
	size_t n = 0;

	while (n < rest->n) {
		if (rest->p[n] == '.' && !(dotted && begins_word(str_skip(*rest, n + 1))))
			break;
		n++;
	}
	str id = str_take(*rest, n);
	*rest = n < rest->n ? str_of(rest->p + n + 1, rest->n - n - 1) : STR_EMPTY;
	return id;
}

static int id_order(str a, str b)
{
	bool number_a = a.n > 0 && is_number(a), number_b = b.n > 0 && is_number(b);

	if (number_a != number_b)
		return number_a ? -1 : 1;
	if (number_a)
		return digits_cmp(a, b);
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		unsigned char x = a.p[i] == '.' ? '-' : (unsigned char)a.p[i];
		unsigned char y = b.p[i] == '.' ? '-' : (unsigned char)b.p[i];

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

static int compare(str a, str b)
{
	str pre_a, pre_b;
	str core_a = semver_cut(bare(a), &pre_a), core_b = semver_cut(bare(b), &pre_b);
	int order = numbers_order(core_a, core_b);

	if (order != 0)
		return order;
	if ((pre_a.p == NULL) != (pre_b.p == NULL))
		return pre_a.p == NULL ? 1 : -1;
	bool dotted_a = core_a.n > 0 && core_a.p[core_a.n - 1] == '.';
	bool dotted_b = core_b.n > 0 && core_b.p[core_b.n - 1] == '.';
	while (pre_a.p && pre_b.p) {
		order = id_order(id_next(&pre_a, dotted_a), id_next(&pre_b, dotted_b));
		if (order != 0)
			return order;
	}
	return (int)(pre_a.p != NULL) - (int)(pre_b.p != NULL);
}

const struct version_scheme version_scheme_semver_grype = {
	.name = "semver-grype",
	.compare = compare,
};
