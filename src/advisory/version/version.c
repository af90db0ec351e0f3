/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/version/version_internal.h"

#include "base/err.h"

#define X(row) extern const struct version_scheme version_scheme_##row;
#include "version_scheme_table.h"
#undef X

static const struct version_scheme *const schemes[] = {
#define X(row) &version_scheme_##row,
#include "version_scheme_table.h"
#undef X
};

const struct version_scheme *version_scheme_at(size_t i)
{
	return i < ARRAY_LEN(schemes) ? schemes[i] : NULL;
}

const struct version_scheme *version_scheme_find(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (str_eq(name, str_c(schemes[i]->name)))
			return schemes[i];
	}
	return NULL;
}

bool version_constraint_cut(str text, struct version_constraint *out)
{
	str rest = text;

	*out = (struct version_constraint){ 0 };
	if (rest.n > 0 && (*rest.p == '<' || *rest.p == '>')) {
		out->less = *rest.p == '<';
		out->greater = !out->less;
		rest = str_skip(rest, 1);
	}
	if (rest.n > 0 && *rest.p == '=') {
		out->equal = true;
		rest = str_skip(rest, 1);
	}
	if (!out->less && !out->greater)
		out->equal = true;
	out->version = version_unquoted(rest);
	return out->version.n > 0;
}

str version_unquoted(str text)
{
	text = str_trim(text);
	if (text.n >= 2 && *text.p == '\'' && text.p[text.n - 1] == '\'')
		text = str_trim(str_of(text.p + 1, text.n - 2));
	return text;
}

bool version_constraint_holds(const struct version_constraint *constraint, int order)
{
	return (constraint->equal && order == 0) || (constraint->less && order < 0) ||
	       (constraint->greater && order > 0);
}

static int constraint_match(const struct version_scheme *scheme, str text, str version, bool *out,
			    struct err *err)
{
	struct version_constraint constraint;

	if (scheme->constraint)
		return scheme->constraint(text, version, out, err);
	if (!version_constraint_cut(text, &constraint))
		return err_set(err, ERR_INPUT, "range: '%.*s' names no version", STR_ARG(text));
	*out = version_constraint_holds(&constraint, scheme->compare(version, constraint.version));
	return 0;
}

static int alternative_match(const struct version_scheme *scheme, str text, str version, bool *out,
			     struct err *err)
{
	bool all = true, one = false;
	str rest = text, part;

	while (str_split(&rest, ',', &part)) {
		part = str_trim(part);
		/* A comma too many means nothing where specifiers are written ("<2,"). */
		if (scheme->constraint && str_empty(part) && !str_empty(text))
			continue;
		if (constraint_match(scheme, part, version, &one, err) < 0)
			return -1;
		all = all && one;
	}
	*out = all;
	return 0;
}

int version_range_match(const struct version_scheme *scheme, str range, str version, unsigned flags,
			struct arena *scratch, bool *out, struct err *err)
{
	bool any = false, one = false;

	if (range.n > VERSION_RANGE_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "range: %zu bytes", range.n);
	if (scheme->range_match)
		return scheme->range_match(range, version, flags, scratch, out, err);
	if (scheme->bare)
		version = scheme->bare(version);
	range = str_trim(range);
	if (str_empty(range)) {
		*out = true;
		return 0;
	}
	for (str rest = range;;) {
		ptrdiff_t at = str_find(rest, STR("||"));
		str part = at < 0 ? rest : str_take(rest, (size_t)at);

		if (alternative_match(scheme, str_trim(part), version, &one, err) < 0)
			return -1;
		any = any || one;
		if (at < 0)
			break;
		rest = str_skip(rest, (size_t)at + 2);
	}
	*out = any;
	return 0;
}
