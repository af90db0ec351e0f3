/* SPDX-License-Identifier: Apache-2.0 */
/* Semantic Versioning 2.0.0, numbers of any size; a leading "v" is accepted in comparisons. */
#include "advisory/version/version_internal.h"

static bool is_core(char c) { return is_digit(c) || c == '.'; }

static int pre_order(str a, str b, int (*text_cmp)(str, str))
{
	str id_a, id_b;

	for (;;) {
		bool more_a = str_split(&a, '.', &id_a), more_b = str_split(&b, '.', &id_b);
		if (!more_a || !more_b)
			return (int)more_a - (int)more_b;
		bool number_a = id_a.n > 0 && is_number(id_a),
		     number_b = id_b.n > 0 && is_number(id_b);
		if (number_a != number_b)
			return number_a ? -1 : 1;
		int order = number_a ? digits_cmp(id_a, id_b) : text_cmp(id_a, id_b);
		if (order != 0)
			return order;
	}
}

int semver_pre_order(str a, str b) { return pre_order(a, b, str_cmp); }

int semver_pre_order_folded(str a, str b) { return pre_order(a, b, folded_cmp); }

int numbers_order(str a, str b)
{
	while (a.n > 0 || b.n > 0) {
		str number_a = STR_EMPTY, number_b = STR_EMPTY;

		if (a.n > 0)
			IGNORE(str_split(&a, '.',
					 &number_a)); /* there is text, so there is a piece */
		if (b.n > 0)
			IGNORE(str_split(&b, '.', &number_b)); /* the same */
		int order = digits_cmp(number_a, number_b);
		if (order != 0)
			return order;
	}
	return 0;
}

str semver_cut(str text, str *pre)
{
	ptrdiff_t plus = str_find_char(text, '+');

	if (plus >= 0)
		text = str_take(text, (size_t)plus);
	str core = take_while(&text, is_core);
	*pre = STR_EMPTY;
	if (text.n > 0)
		*pre = *text.p == '-' ? str_of(text.p + 1, text.n - 1) : text;
	return core;
}

int semver_order(str a, str b)
{
	str pre_a, pre_b;
	str core_a = semver_cut(a, &pre_a), core_b = semver_cut(b, &pre_b);
	int order = numbers_order(core_a, core_b);

	if (order != 0)
		return order;
	if ((pre_a.p == NULL) != (pre_b.p == NULL))
		return pre_a.p == NULL ? 1 : -1;
	return pre_a.p == NULL ? 0 : semver_pre_order(pre_a, pre_b);
}

static str bare(str version)
{
	version = str_trim(version);
	if (version.n > 1 && to_lower(*version.p) == 'v')
		version = str_skip(version, 1);
	return version;
}

static int compare(str a, str b) { return str_eq(a, b) ? 0 : semver_order(bare(a), bare(b)); }

static bool is_id_byte(char c) { return is_alnum(c) || c == '-'; }

/* Dot-separated identifiers; numbers without leading zero where `pre`. */
static bool ids_valid(str text, bool pre)
{
	str id;

	do {
		ptrdiff_t dot = str_find_char(text, '.');
		id = dot < 0 ? text : str_take(text, (size_t)dot);
		str rest = id;
		(void)take_while(&rest, is_id_byte);
		if (id.n == 0 || rest.n > 0)
			return false;
		if (pre && id.n > 1 && *id.p == '0' && is_number(id))
			return false;
		text = dot < 0 ? STR_EMPTY : str_skip(text, (size_t)dot + 1);
		if (dot >= 0 && text.n == 0)
			return false;
	} while (text.n > 0);
	return true;
}

static bool number_take(str *rest, str *number)
{
	*number = take_digits(rest);
	return number->n == 1 || (number->n > 1 && *number->p != '0');
}

static bool dot_take(str *rest)
{
	if (rest->n == 0 || *rest->p != '.')
		return false;
	*rest = str_skip(*rest, 1);
	return true;
}

static bool parse(str version, unsigned flags, struct version_parts *out)
{
	struct version_parts parts = { 0 };
	str rest = version;

	(void)flags;
	if (!number_take(&rest, &parts.major) || !dot_take(&rest) ||
	    !number_take(&rest, &parts.minor) || !dot_take(&rest) ||
	    !number_take(&rest, &parts.patch))
		return false;
	str before = rest, after;
	if (str_cut(rest, '+', &before, &after)) {
		if (!ids_valid(after, false))
			return false;
		parts.build = after;
	}
	if (before.n > 0) {
		if (*before.p != '-' || !ids_valid(str_skip(before, 1), true))
			return false;
		parts.pre = str_skip(before, 1);
	}
	*out = parts;
	return true;
}

static bool valid(str version, unsigned flags)
{
	struct version_parts parts;

	return parse(version, flags, &parts);
}

const struct version_scheme version_scheme_semver = {
	.name = "semver",
	.compare = compare,
	.valid = valid,
	.parse = parse,
};
