/* SPDX-License-Identifier: Apache-2.0 */
/* PEP 508 (requirements) and, roughly, PEP 440 (ranges). */
#include "base/err.h"
#include "fmt/language/pypi_internal.h"

#define NAME_MAX_BYTES 512u
#define NUMBERS	       6u /* of a release that are compared */

bool pypi_is_name(str name)
{
	if (name.n == 0 || name.n > NAME_MAX_BYTES || !is_alnum(name.p[0]) ||
	    !is_alnum(name.p[name.n - 1]))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_alnum(name.p[i]) && !strchr("-_.", name.p[i]))
			return false;
	return true;
}

str pypi_normal(struct arena *arena, str name)
{
	char *p = arena_bytes(arena, name.n);
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		bool joint = name.p[i] == '-' || name.p[i] == '_' || name.p[i] == '.';

		if (joint && n > 0 && p[n - 1] == '-')
			continue;
		p[n++] = joint ? '-' : to_lower(name.p[i]);
	}
	return str_of(p, n);
}

/* A word that may be a version: nothing that templates and shells leave behind. */
static bool is_version(str s)
{
	if (s.n == 0 || s.n > NAME_MAX_BYTES || !(is_digit(s.p[0]) || to_lower(s.p[0]) == 'v'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && !strchr(".!+-_ ", s.p[i]))
			return false;
	return true;
}

static size_t operator_length(str s)
{
	static const char *const signs[] = { "===", "==", "~=", "!=", ">=", "<=", ">", "<" };

	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (str_starts(s, str_c(signs[i])))
			return strlen(signs[i]);
	return 0;
}

/* One part of a list of ranges. False: no range. */
static bool take_range(str part, struct arena *arena, size_t parts, struct requirement *out)
{
	size_t length = operator_length(part);
	str sign = str_take(part, length), version = str_trim(str_skip(part, length));
	bool equal = str_starts(sign, STR("=="));

	if (length == 0 || str_empty(version))
		return false;
	if (equal && str_ends(version, STR(".*"))) {
		version = str_drop_end(version, 2);
		if (!is_version(version)) {
			out->never = true;
			return true;
		}
		if (str_empty(out->lowest))
			out->lowest = str_cat(arena, version, STR(".0"));
		return true;
	}
	if (!is_version(version)) {
		out->never = str_find_char(version, '*') >= 0 && equal;
		return out->never || str_ends(version, STR("*"));
	}
	if (equal) {
		out->lowest = version;
		/* With more words behind it pip takes the line for none. */
		if (parts == 1 && str_find_char(version, ' ') < 0)
			out->pinned = version;
	} else if (str_eq(sign, STR(">=")) || str_eq(sign, STR("~="))) {
		out->lowest = version;
	}
	return true;
}

static bool parse_versions(str text, struct arena *arena, struct requirement *out)
{
	str rest = text, part;
	size_t parts = 0;

	while (str_split(&rest, ',', &part))
		parts += !str_empty(str_trim(part));
	rest = text;
	while (str_split(&rest, ',', &part)) {
		part = str_trim(part);
		if (!str_empty(part) && !take_range(part, arena, parts, out))
			return false;
	}
	return true;
}

bool requirement_parse(str text, struct arena *arena, struct requirement *out)
{
	ptrdiff_t marker;
	size_t n = 0;

	*out = (struct requirement){ .never = false };
	text = str_trim(text);
	while (n < text.n && (is_alnum(text.p[n]) || strchr("-_.", text.p[n])))
		n++;
	out->name = str_take(text, n);
	if (!pypi_is_name(out->name))
		return false;
	text = str_trim(str_skip(text, n));
	if (str_starts(text, STR("["))) {
		ptrdiff_t close = str_find_char(text, ']');

		if (close < 0)
			return false;
		text = str_trim(str_skip(text, (size_t)close + 1));
	}
	if (str_starts(text, STR("@"))) {
		/* A URL may hold ';': the marker stands behind a blank. */
		text = str_trim(str_skip(text, 1));
		marker = str_find(text, STR(" ;"));
		out->url = marker < 0 ? text : str_trim(str_take(text, (size_t)marker));
		out->never = true;
		return !str_empty(out->url);
	}
	marker = str_find_char(text, ';');
	if (marker >= 0) {
		out->marker = str_trim(str_skip(text, (size_t)marker + 1));
		text = str_trim(str_take(text, (size_t)marker));
	}
	if (str_starts(text, STR("(")) && str_ends(text, STR(")")))
		text = str_trim(str_of(text.p + 1, text.n - 2));
	out->versions = text;
	return parse_versions(text, arena, out);
}

/* The numbers of a release: [epoch!]1.2.3; false when there are others. */
static bool release_of(str s, uint64_t out[NUMBERS])
{
	str part;

	memset(out, 0, NUMBERS * sizeof(*out));
	for (size_t i = 0; str_split(&s, '.', &part); i++)
		if (i >= NUMBERS || !str_u64(part, &out[i]))
			return false;
	return true;
}

static int compare_releases(const uint64_t a[NUMBERS], const uint64_t b[NUMBERS])
{
	for (size_t i = 0; i < NUMBERS; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* The first release that ^bound, ~bound or ~=bound does not admit any more. */
static void ceiling(char sign, str bound, const uint64_t from[NUMBERS], uint64_t to[NUMBERS])
{
	size_t parts = 1, keep;

	for (size_t i = 0; i < bound.n; i++)
		parts += bound.p[i] == '.';
	if (sign == '^') {
		for (keep = 0; keep + 1 < parts && from[keep] == 0; keep++)
			;
	} else {
		keep = sign == '=' ? (parts > 1 ? parts - 2 : 0) : (parts > 1 ? 1 : 0);
	}
	memset(to, 0, NUMBERS * sizeof(*to));
	for (size_t i = 0; i <= keep && i < NUMBERS; i++)
		to[i] = from[i];
	if (keep < NUMBERS)
		to[keep]++;
}

static bool part_may_admit(str part, const uint64_t version[NUMBERS])
{
	size_t length = operator_length(part);
	uint64_t bound[NUMBERS], above[NUMBERS];
	char first = part.n ? part.p[0] : '\0';
	bool caret = length == 0 && (first == '^' || first == '~');
	str text = str_trim(str_skip(part, caret ? 1 : length));
	int order;

	if (!release_of(text, bound))
		return true;
	order = compare_releases(version, bound);
	if (caret || str_starts(part, STR("~="))) {
		ceiling(caret ? first : '=', text, bound, above);
		return order >= 0 && compare_releases(version, above) < 0;
	}
	if (length == 0 || str_starts(part, STR("==")))
		return order == 0;
	if (str_starts(part, STR("!=")))
		return order != 0;
	if (first == '>')
		return order > 0 || (length == 2 && order == 0);
	return order < 0 || (length == 2 && order == 0);
}

bool pypi_may_admit(str range, str version)
{
	uint64_t release[NUMBERS];
	str part;

	if (!release_of(version, release) || str_find(range, STR("||")) >= 0)
		return true;
	while (str_split(&range, ',', &part)) {
		part = str_trim(part);
		if (part.n && !part_may_admit(part, release))
			return false;
	}
	return true;
}

int pypi_send_requirement(const struct file_view *file, const struct requirement *requirement,
			  uint32_t line, bool lowest, struct package_sink *sink, struct err *err)
{
	struct package package = pypi_package_of(file, PACKAGE_DECLARED);

	package.name = requirement->name;
	package.dev = requirement->dev;
	package.line = line;
	package.version = lowest ? requirement->lowest : requirement->pinned;
	if (lowest && requirement->never)
		package.version = STR_EMPTY;
	if (lowest ? str_empty(requirement->url) : package.version.n > 0)
		return sink->add(sink, &package, err);
	sink->skipped(sink, "requirement that is not pinned to one version", requirement->name);
	return 0;
}
