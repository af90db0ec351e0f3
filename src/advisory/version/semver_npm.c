/* SPDX-License-Identifier: Apache-2.0 */
/* Versions as node's package manager reads them: SemVer with a strict and a loose form. */
#include "advisory/version/npm_internal.h"

#include "advisory/version/version_internal.h"

static bool is_prefix(char c) { return c == 'v' || c == '=' || is_space(c); }
static bool is_id_byte(char c) { return is_alnum(c) || c == '-'; }

/* One number or wild card. */
static bool component_read(str *rest, bool loose, struct npm_pattern *out, bool *too_big)
{
	unsigned i = out->given;
	uint64_t value;

	if (rest->n > 0 && (*rest->p == 'x' || *rest->p == 'X' || *rest->p == '*')) {
		out->any[i] = true;
		out->text[i] = str_take(*rest, 1);
		*rest = str_skip(*rest, 1);
		out->given++;
		return true;
	}
	str digits = take_digits(rest);
	if (digits.n == 0 || (!loose && digits.n > 1 && *digits.p == '0'))
		return false;
	out->text[i] = digits;
	while (digits.n > 1 && *digits.p == '0')
		digits = str_skip(digits, 1);
	if (!str_u64(digits, &value) || value > NPM_NUMBER_MAX) {
		*too_big = true;
		value = 0;
	}
	out->num[i] = value;
	out->given++;
	return true;
}

/* Identifiers separated by dots, as many as there are; p == NULL when none stands here. */
static str ids_take(str *rest, bool (*id_ok)(str))
{
	str start = *rest, left = *rest;
	size_t n = 0;

	for (;;) {
		str id = take_while(&left, is_id_byte);

		if (id.n == 0 || (id_ok && !id_ok(id)))
			break;
		n = (size_t)(id.p + id.n - start.p);
		if (left.n == 0 || *left.p != '.')
			break;
		left = str_skip(left, 1);
	}
	if (n == 0)
		return STR_EMPTY;
	*rest = str_skip(start, n);
	return str_take(start, n);
}

static bool pre_id_strict(str id)
{
	str rest = id;

	(void)take_digits(&rest);
	return rest.n > 0 || id.n == 1 || *id.p != '0';
}

static void suffixes_read(str *rest, bool loose, struct npm_pattern *out)
{
	str left = *rest;
	bool dash = left.n > 0 && *left.p == '-';

	if (dash)
		left = str_skip(left, 1);
	if (dash || loose) {
		str pre = ids_take(&left, loose ? NULL : pre_id_strict);

		/* The dash may be the identifier itself. */
		if (!pre.p && loose) {
			left = *rest;
			pre = ids_take(&left, NULL);
		}
		if (pre.p) {
			out->pre = pre;
			*rest = left;
		}
	}
	left = *rest;
	if (left.n > 0 && *left.p == '+') {
		left = str_skip(left, 1);
		str build = ids_take(&left, NULL);

		if (build.p) {
			out->build = build;
			*rest = left;
		}
	}
}

bool npm_pattern_read(str text, bool loose, struct npm_pattern *out, bool *too_big)
{
	struct npm_pattern pattern = { .any = { false } };
	str rest = text;

	pattern.prefix = take_while(&rest, is_prefix);
	for (;;) {
		if (!component_read(&rest, loose, &pattern, too_big))
			return false;
		if (pattern.given == 3 || rest.n == 0 || *rest.p != '.')
			break;
		rest = str_skip(rest, 1);
	}
	if (pattern.given == 3)
		suffixes_read(&rest, loose, &pattern);
	if (rest.n > 0)
		return false;
	for (unsigned i = pattern.given; i < 3; i++)
		pattern.any[i] = true;
	*out = pattern;
	return true;
}

bool npm_pattern_is_version(const struct npm_pattern *pattern, bool loose)
{
	if (pattern->any[0] || pattern->any[1] || pattern->any[2])
		return false;
	return loose || pattern->prefix.n == 0 || str_eq(pattern->prefix, STR("v"));
}

static bool parse(str version, unsigned flags, struct version_parts *out)
{
	struct npm_pattern pattern;
	bool loose = flags & VERSION_LOOSE, too_big = false;

	if (version.n > NPM_VERSION_BYTES ||
	    !npm_pattern_read(str_trim(version), loose, &pattern, &too_big) || too_big ||
	    !npm_pattern_is_version(&pattern, loose))
		return false;
	*out = (struct version_parts){
		.major = pattern.text[0],
		.minor = pattern.text[1],
		.patch = pattern.text[2],
		.pre = pattern.pre,
		.build = pattern.build,
	};
	return true;
}

static bool valid(str version, unsigned flags)
{
	struct version_parts parts;

	return parse(version, flags, &parts);
}

/* The loose reading gives every strict version the same place. */
static int compare(str a, str b)
{
	if (str_eq(a, b))
		return 0;
	a = str_trim(a);
	b = str_trim(b);
	(void)take_while(&a, is_prefix);
	(void)take_while(&b, is_prefix);
	return semver_order(a, b);
}

const struct version_scheme version_scheme_semver_npm = {
	.name = "semver-npm",
	.compare = compare,
	.valid = valid,
	.parse = parse,
	.range_match = npm_range_match,
	.range_normal = npm_range_normal,
};
