/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vercmp(8) of pacman: [epoch:]version[-release]. Like rpm's older order, but the number of
 * separators counts and a remaining alphabetic part is older than nothing. A release is compared
 * only when both sides have one.
 */
#include "advisory/version/version_internal.h"

enum segment_kind { SEGMENT_ALPHA, SEGMENT_END, SEGMENT_NUMBER };

static bool is_separator(char c) { return !is_alnum(c); }

static enum segment_kind next(str *rest, size_t *separators, str *text)
{
	*separators = take_while(rest, is_separator).n;
	*text = STR_EMPTY;
	if (rest->n == 0)
		return SEGMENT_END;
	if (is_digit(*rest->p)) {
		*text = take_digits(rest);
		return SEGMENT_NUMBER;
	}
	*text = take_while(rest, is_alpha);
	return SEGMENT_ALPHA;
}

static int part_compare(str a, str b)
{
	for (;;) {
		size_t separators_a, separators_b;
		str text_a, text_b;
		enum segment_kind kind_a = next(&a, &separators_a, &text_a);
		enum segment_kind kind_b = next(&b, &separators_b, &text_b);

		if (separators_a != separators_b)
			return separators_a < separators_b ? -1 : 1;
		if (kind_a != kind_b)
			return kind_a < kind_b ? -1 : 1;
		if (kind_a == SEGMENT_END)
			return 0;
		int order = kind_a == SEGMENT_NUMBER ? digits_cmp(text_a, text_b)
						     : str_cmp(text_a, text_b);
		if (order != 0)
			return order;
	}
}

static int compare(str a, str b)
{
	if (str_eq(a, b))
		return 0;
	struct evr va = evr_cut(a), vb = evr_cut(b);
	int order = digits_cmp(va.epoch, vb.epoch);
	if (order == 0)
		order = part_compare(va.version, vb.version);
	if (order == 0 && va.has_release && vb.has_release)
		order = part_compare(va.release, vb.release);
	return order;
}

const struct version_scheme version_scheme_pacman = {
	.name = "pacman",
	.compare = compare,
	.partial = true,
};
