/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of numbers in which the longer one is greater; what is no number stands before numbers. */
#include "advisory/version/version_internal.h"

static str next(str *rest, const char *separators)
{
	size_t n = 0;

	while (n < rest->n && (rest->p[n] == 0 || !strchr(separators, rest->p[n])))
		n++;
	str piece = str_take(*rest, n);
	*rest = n < rest->n ? str_of(rest->p + n + 1, rest->n - n - 1) : STR_EMPTY;
	return piece;
}

int number_list_order(str a, str b, const char *separators)
{
	while (a.p && b.p) {
		str piece_a = next(&a, separators), piece_b = next(&b, separators);
		bool number_a = is_number(piece_a), number_b = is_number(piece_b);

		if (number_a != number_b)
			return number_a ? 1 : -1;
		int order = number_a ? digits_cmp(piece_a, piece_b) : str_cmp(piece_a, piece_b);
		if (order != 0)
			return order;
	}
	return (int)(a.p != NULL) - (int)(b.p != NULL);
}
