/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Java: "8.0.131+11" (JEP 223) and what came before it, "1.8.0_131-b11", "8u131". The update is the
 * third number, the build does not count.
 */
#include "advisory/version/version_internal.h"

struct java {
	str numbers, update, pre;
};

static bool is_core_byte(char c) { return is_digit(c) || c == '.'; }

static struct java cut(str text)
{
	struct java v = { .update = STR_EMPTY };
	str rest = str_trim(text), before, after;

	if (str_cut(rest, '+', &before, &after))
		rest = before;
	if (str_starts(rest, STR("1.")) && rest.n > 2 && is_digit(rest.p[2]))
		rest = str_skip(rest, 2);
	v.numbers = take_while(&rest, is_core_byte);
	str left = str_without_prefix(rest, STR("-update"));
	if (left.n > 1 && (*left.p == '_' || *left.p == 'u') && is_digit(left.p[1])) {
		rest = str_skip(left, 1);
		v.update = take_digits(&rest);
	}
	v.pre = rest;
	return v;
}

/* The n-th number; the update is one more, at least the third. */
static str number_at(struct java *v, unsigned n)
{
	str number = STR_EMPTY;

	if (v->numbers.n > 0)
		IGNORE(str_split(&v->numbers, '.', &number)); /* there is text */
	else if (n >= 2 && v->update.p) {
		number = v->update;
		v->update = STR_EMPTY;
	}
	return number;
}

/* The next part behind a dash that is no build number ("b11"). */
static bool pre_next(str *rest, str *part)
{
	while (str_split(rest, '-', part)) {
		bool build = part->n > 1 && *part->p == 'b' && is_number(str_skip(*part, 1));

		if (part->n > 0 && !build)
			return true;
	}
	return false;
}

static int pre_order(str a, str b)
{
	str part_a, part_b;
	bool more_a = pre_next(&a, &part_a), more_b = pre_next(&b, &part_b);

	if (more_a != more_b)
		return more_a ? -1 : 1;
	while (more_a && more_b) {
		int order = semver_pre_order(part_a, part_b);

		if (order != 0)
			return order;
		more_a = pre_next(&a, &part_a);
		more_b = pre_next(&b, &part_b);
	}
	return (int)more_a - (int)more_b;
}

static int compare(str a, str b)
{
	struct java va = cut(a), vb = cut(b);

	for (unsigned i = 0;
	     i < 3 || va.numbers.n > 0 || vb.numbers.n > 0 || va.update.p || vb.update.p; i++) {
		int order = digits_cmp(number_at(&va, i), number_at(&vb, i));

		if (order != 0)
			return order;
	}
	return pre_order(va.pre, vb.pre);
}

const struct version_scheme version_scheme_jvm = {
	.name = "jvm",
	.compare = compare,
};
