/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For versions of unknown habits: runs of digits and of letters; the end comes before a separator,
 * that before letters, those before digits. In a range two versions that look semantic are compared
 * as such.
 */
#include "advisory/version/version_internal.h"
#include "base/err.h"

enum run_kind { RUN_END, RUN_SEPARATOR, RUN_LETTERS, RUN_DIGITS };

static bool is_separator(char c) { return !is_alnum(c); }

static str bare(str version)
{
	str text = str_trim(version);

	return text.n > 1 && to_lower(*text.p) == 'v' && is_digit(text.p[1]) ? str_skip(text, 1)
									     : text;
}

static enum run_kind next(str *rest, str *run)
{
	*run = STR_EMPTY;
	if (rest->n == 0)
		return RUN_END;
	if (is_digit(*rest->p)) {
		*run = take_digits(rest);
		return RUN_DIGITS;
	}
	if (is_alpha(*rest->p)) {
		*run = take_while(rest, is_alpha);
		return RUN_LETTERS;
	}
	(void)take_while(rest, is_separator);
	return RUN_SEPARATOR;
}

static int compare(str a, str b)
{
	a = bare(a);
	b = bare(b);
	for (;;) {
		str run_a, run_b;
		enum run_kind kind_a = next(&a, &run_a), kind_b = next(&b, &run_b);

		if (kind_a != kind_b)
			return kind_a < kind_b ? -1 : 1;
		if (kind_a == RUN_END)
			return 0;
		int order = kind_a == RUN_DIGITS ? digits_cmp(run_a, run_b) : str_cmp(run_a, run_b);
		if (order != 0)
			return order;
	}
}

static bool is_core_byte(char c) { return is_digit(c) || c == '.'; }

/* One to three numbers, then nothing, metadata, a dash, or a word for a pre-release. */
static bool looks_semantic(str version)
{
	str rest = bare(version), number;
	str core = take_while(&rest, is_core_byte);
	unsigned numbers = 0;

	while (str_split(&core, '.', &number)) {
		if (number.n == 0 || (number.n > 1 && *number.p == '0') || ++numbers > 3)
			return false;
	}
	return numbers > 0 &&
	       (rest.n == 0 || *rest.p == '+' || *rest.p == '-' || str_starts(rest, STR("alpha")) ||
		str_starts(rest, STR("beta")) || str_starts(rest, STR("rc")));
}

static int constraint(str text, str version, bool *out, struct err *err)
{
	struct version_constraint c;

	if (!version_constraint_cut(text, &c))
		return err_set(err, ERR_INPUT, "range: '%.*s' names no version", STR_ARG(text));
	bool semantic = looks_semantic(version) && looks_semantic(c.version);
	int order = semantic ? semver_order(bare(version), bare(c.version))
			     : compare(version, c.version);
	*out = version_constraint_holds(&c, order);
	return 0;
}

const struct version_scheme version_scheme_fuzzy = {
	.name = "fuzzy",
	.compare = compare,
	.constraint = constraint,
};
