/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

struct semver {
	uint64_t numbers[3];
	str pre; /* empty: none */
};

static bool valid_identifiers(str s)
{
	str part;

	while (str_split(&s, '.', &part)) {
		if (part.n == 0)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!is_alnum(part.p[i]) && part.p[i] != '-')
				return false;
	}
	return true;
}

static bool parse(str s, struct semver *out)
{
	str meta = STR_EMPTY, pre = STR_EMPTY, part;
	size_t n = 0;

	if (str_cut(s, '+', &s, &meta) && !valid_identifiers(meta))
		return false;
	if (str_cut(s, '-', &s, &pre) && (pre.n == 0 || !valid_identifiers(pre)))
		return false;
	while (str_split(&s, '.', &part)) {
		if (n == 3 || !str_u64(part, &out->numbers[n++]) ||
		    out->numbers[n - 1] > INT64_MAX || (part.n > 1 && part.p[0] == '0'))
			return false;
	}
	out->pre = pre;
	return n == 3;
}

static int compare_identifier(str a, str b)
{
	uint64_t x, y;
	bool is_x = str_u64(a, &x), is_y = str_u64(b, &y);

	if (is_x && is_y)
		return (x > y) - (x < y);
	if (is_x != is_y)
		return is_x ? -1 : 1;
	return str_cmp(a, b);
}

static int compare_pre(str a, str b)
{
	if (a.n == 0 || b.n == 0)
		return (a.n == 0) - (b.n == 0);
	for (;;) {
		str x, y;
		bool more_x = str_split(&a, '.', &x), more_y = str_split(&b, '.', &y);
		int c;

		if (!more_x || !more_y)
			return more_x - more_y;
		c = compare_identifier(x, y);
		if (c)
			return c < 0 ? -1 : 1;
	}
}

static int compare(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct semver v[2];
	int c = 0;

	for (unsigned i = 0; i < 2; i++)
		if (!parse(value_text(&args[i]), &v[i]))
			return builtin_fail(call,
					    "operand %u: string \"%.*s\" is not a valid SemVer",
					    i + 1, STR_ARG(str_take(value_text(&args[i]), 200)));
	for (unsigned i = 0; i < 3 && c == 0; i++)
		c = (v[0].numbers[i] > v[1].numbers[i]) - (v[0].numbers[i] < v[1].numbers[i]);
	*out = value_int(c ? c : compare_pre(v[0].pre, v[1].pre));
	return BUILTIN_OK;
}

static int is_valid(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct semver v;

	(void)call;
	*out = value_bool(args[0].type == VALUE_STRING && parse(value_text(&args[0]), &v));
	return BUILTIN_OK;
}

const struct builtin builtins_semver[] = {
	{ "semver.compare", "string, string -> number", compare },
	{ "semver.is_valid", "any -> boolean", is_valid },
	{ .name = NULL },
};
