/* SPDX-License-Identifier: Apache-2.0 */
/* rpmvercmp of two bare strings: runs of digits and of letters; everything else separates. */
#include "advisory/version/version_internal.h"

/* What stands next, in the order of the scheme: "1~a" < "1" < "1^a" < "1.a" < "1.1". */
enum segment_kind { SEGMENT_TILDE, SEGMENT_END, SEGMENT_CARET, SEGMENT_ALPHA, SEGMENT_NUMBER };

static bool is_separator(char c) { return !is_alnum(c) && c != '~' && c != '^'; }

static enum segment_kind next(str *rest, str *text)
{
	(void)take_while(rest, is_separator);
	*text = STR_EMPTY;
	if (rest->n == 0)
		return SEGMENT_END;
	char first = *rest->p;
	if (first == '~' || first == '^') {
		*rest = str_skip(*rest, 1);
		return first == '~' ? SEGMENT_TILDE : SEGMENT_CARET;
	}
	if (is_digit(first)) {
		*text = take_digits(rest);
		return SEGMENT_NUMBER;
	}
	*text = take_while(rest, is_alpha);
	return SEGMENT_ALPHA;
}

int rpm_segment_compare(str a, str b)
{
	for (;;) {
		str text_a, text_b;
		enum segment_kind kind_a = next(&a, &text_a);
		enum segment_kind kind_b = next(&b, &text_b);

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

const struct version_scheme version_scheme_rpm_segment = {
	.name = "rpm-segment",
	.compare = rpm_segment_compare,
};
