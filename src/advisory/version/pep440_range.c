/* SPDX-License-Identifier: Apache-2.0 */
/* Version specifiers of PEP 440, pre-releases allowed; alternatives with "||" as elsewhere. */
#include "advisory/version/pep440.h"
#include "advisory/version/version_internal.h"
#include "base/err.h"

extern const struct version_scheme version_scheme_pep440;

enum operator{
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_COMPATIBLE,
	OP_SAME
};

static enum operator operator_take(str *rest)
{
	static const struct {
		const char *text;
		enum operator op;
	} operators[] = {
		{ "===", OP_SAME },	 { "==", OP_EQUAL },	  { "!=", OP_NOT_EQUAL },
		{ "~=", OP_COMPATIBLE }, { "<=", OP_LESS_EQUAL }, { ">=", OP_GREATER_EQUAL },
		{ "<", OP_LESS },	 { ">", OP_GREATER },	  { "=", OP_EQUAL },
	};

	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		str text = str_c(operators[i].text);

		if (str_starts(*rest, text)) {
			*rest = str_trim(str_skip(*rest, text.n));
			return operators[i].op;
		}
	}
	return OP_EQUAL;
}

/* Are the first numbers of the release those of `prefix`? Numbers not given are zero. */
static bool prefix_holds(const struct pep440 *v, str epoch, str prefix)
{
	str release = v->release, want, got;

	if (digits_cmp(v->epoch, epoch) != 0)
		return false;
	while (str_split(&prefix, '.', &want)) {
		got = STR_EMPTY;
		if (release.n > 0)
			IGNORE(str_split(&release, '.', &got)); /* there is text */
		if (digits_cmp(got, want) != 0)
			return false;
	}
	return true;
}

/* Is it a pre-release of `spec`: "2.post1" has some of its own, and those of 2 are none of them? */
static bool is_pre_of(const struct pep440 *v, const struct pep440 *spec)
{
	struct pep440 first = *spec;

	first.dev = true;
	first.dev_number = first.local = STR_EMPTY;
	return (v->pre || v->dev) && pep440_order(v, &first) >= 0;
}

/* Is it a post-release of `spec`: "2.post1" is one of 2, but not of 2a1? */
static bool is_post_of(const struct pep440 *v, const struct pep440 *spec)
{
	struct pep440 base = *v;

	base.post = base.dev = false;
	base.post_number = base.dev_number = base.local = STR_EMPTY;
	return v->post && pep440_order(&base, spec) == 0;
}

/* "<2" does not admit 2's own pre-releases, ">2" neither its post-releases nor its local ones. */
static bool order_holds(enum operator op, const struct pep440 *version, const struct pep440 *spec)
{
	struct pep440 v = *version;

	if (spec->local.n == 0)
		v.local = STR_EMPTY;
	int order = pep440_order(&v, spec);
	switch (op) {
	case OP_EQUAL:
		return order == 0;
	case OP_NOT_EQUAL:
		return order != 0;
	case OP_LESS_EQUAL:
		return order <= 0;
	case OP_GREATER_EQUAL:
	case OP_COMPATIBLE:
		return order >= 0;
	case OP_LESS:
		return order < 0 && (spec->pre || spec->dev || !is_pre_of(&v, spec));
	case OP_GREATER:
		return order > 0 && (spec->post || !is_post_of(&v, spec));
	case OP_SAME:
		break;
	}
	return false;
}

/* Of texts one of which is no version. */
static bool plain_holds(enum operator op, str version, str spec)
{
	int order = version_scheme_pep440.compare(version, spec);

	switch (op) {
	case OP_EQUAL:
		return order == 0;
	case OP_NOT_EQUAL:
		return order != 0;
	case OP_LESS:
		return order < 0;
	case OP_LESS_EQUAL:
		return order <= 0;
	case OP_GREATER:
		return order > 0;
	case OP_GREATER_EQUAL:
		return order >= 0;
	case OP_COMPATIBLE:
	case OP_SAME:
		break;
	}
	return false;
}

int pep440_constraint(str text, str version, bool *out, struct err *err)
{
	struct pep440 v, spec;
	str rest = text;
	enum operator op = operator_take(&rest);

	rest = version_unquoted(rest);
	if (str_empty(rest))
		return err_set(err, ERR_INPUT, "range: '%.*s' names no version", STR_ARG(text));
	if (op == OP_SAME) {
		*out = str_ieq(str_trim(version), rest);
		return 0;
	}
	bool prefix = str_ends(rest, STR(".*"));
	if (prefix && op != OP_EQUAL && op != OP_NOT_EQUAL)
		return err_set(err, ERR_INPUT, "range: '%.*s' has a wild card", STR_ARG(text));
	bool known = pep440_read(prefix ? str_drop_end(rest, 2) : rest, &spec);
	if (prefix && (!known || spec.pre || spec.post || spec.dev || spec.local.n > 0))
		return err_set(err, ERR_INPUT, "range: '%.*s' is not understood", STR_ARG(text));
	ptrdiff_t dot = known ? str_rfind_char(spec.release, '.') : -1;
	if (op == OP_COMPATIBLE && dot < 0)
		return err_set(err, ERR_INPUT, "range: '%.*s' is not understood", STR_ARG(text));
	if (!known || !pep440_read(version, &v)) {
		*out = prefix ? op == OP_NOT_EQUAL : plain_holds(op, version, rest);
		return 0;
	}
	if (prefix)
		*out = prefix_holds(&v, spec.epoch, spec.release) == (op == OP_EQUAL);
	else
		*out = order_holds(op, &v, &spec);
	if (op == OP_COMPATIBLE)
		*out = *out && prefix_holds(&v, spec.epoch, str_take(spec.release, (size_t)dot));
	return 0;
}
