/* SPDX-License-Identifier: Apache-2.0 */
/* Gentoo: numbers, one letter, _alpha _beta _pre _rc _p with a number, -r with a revision. */
#include "advisory/version/version_internal.h"

/* In the order of the scheme; no suffix stands between _rc and _p. */
static const char *const suffixes[] = { "_alpha", "_beta", "_pre", "_rc", NULL, "_p" };
#define NO_SUFFIX 4

/* A number with a leading zero is a fraction: below those without, trailing zeros do not count. */
static int component_order(str a, str b)
{
	bool fraction_a = a.n > 0 && *a.p == '0', fraction_b = b.n > 0 && *b.p == '0';

	if (fraction_a != fraction_b)
		return fraction_a ? -1 : 1;
	if (!fraction_a)
		return digits_cmp(a, b);
	while (a.n > 0 && a.p[a.n - 1] == '0')
		a.n--;
	while (b.n > 0 && b.p[b.n - 1] == '0')
		b.n--;
	return str_cmp(a, b);
}

static int numbers(str *a, str *b)
{
	int order = digits_cmp(take_digits(a), take_digits(b));

	while (order == 0) {
		bool more_a = a->n > 1 && *a->p == '.' && is_digit(a->p[1]);
		bool more_b = b->n > 1 && *b->p == '.' && is_digit(b->p[1]);

		if (!more_a || !more_b)
			return (int)more_a - (int)more_b;
		*a = str_skip(*a, 1);
		*b = str_skip(*b, 1);
		order = component_order(take_digits(a), take_digits(b));
	}
	return order;
}

static int letter_take(str *rest)
{
	if (rest->n == 0 || !is_alpha(*rest->p))
		return 0;
	int letter = (unsigned char)*rest->p;
	*rest = str_skip(*rest, 1);
	return letter;
}

static int suffix_take(str *rest, str *number)
{
	*number = STR_EMPTY;
	for (int i = 0; i < (int)ARRAY_LEN(suffixes); i++) {
		if (!suffixes[i] || !str_starts(*rest, str_c(suffixes[i])))
			continue;
		*rest = str_skip(*rest, strlen(suffixes[i]));
		*number = take_digits(rest);
		return i;
	}
	return NO_SUFFIX;
}

static int compare(str a, str b)
{
	int order;

	a = str_trim(a);
	b = str_trim(b);
	order = numbers(&a, &b);
	if (order == 0)
		order = letter_take(&a) - letter_take(&b);
	for (bool more = true; order == 0 && more;) {
		str number_a, number_b;
		int suffix_a = suffix_take(&a, &number_a), suffix_b = suffix_take(&b, &number_b);

		order = suffix_a - suffix_b;
		if (order == 0)
			order = digits_cmp(number_a, number_b);
		more = suffix_a != NO_SUFFIX;
	}
	if (order != 0)
		return order;
	str revision_a = STR_EMPTY, revision_b = STR_EMPTY;
	if (str_starts(a, STR("-r"))) {
		a = str_skip(a, 2);
		revision_a = take_digits(&a);
	}
	if (str_starts(b, STR("-r"))) {
		b = str_skip(b, 2);
		revision_b = take_digits(&b);
	}
	order = digits_cmp(revision_a, revision_b);
	return order != 0 ? order : str_cmp(a, b);
}

const struct version_scheme version_scheme_portage = {
	.name = "portage",
	.compare = compare,
};
