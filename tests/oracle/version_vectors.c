/* SPDX-License-Identifier: Apache-2.0 */
/* Version order, ranges and what a scheme accepts; judged as the set's README says. */
#include "advisory/version/version.h"
#include "base/buf.h"
#include "base/err.h"
#include "oracle.h"

static const struct version_scheme *scheme_of(struct oracle *oracle, const struct json *test)
{
	const struct version_scheme *scheme =
		version_scheme_find(json_get_str(test, STR("scheme")));

	if (!scheme)
		oracle_fail(oracle, "no such scheme");
	return scheme;
}

static bool truthy(const struct json *v)
{
	if (json_is(v, JSON_NUMBER))
		return !str_eq(json_number(v), STR("0"));
	return v && v->type != JSON_NULL && v->type != JSON_FALSE;
}

static unsigned flags_of(const struct json *test)
{
	const struct json *options = JSON_GET(test, "options");

	if (!json_is(options, JSON_OBJECT))
		return truthy(options) ? VERSION_LOOSE : 0;
	return (truthy(JSON_GET(options, "loose")) ? VERSION_LOOSE : 0) |
	       (truthy(JSON_GET(options, "includePrerelease")) ? VERSION_PRERELEASE : 0);
}

static bool relation(const struct version_scheme *scheme, str a, str op, str b)
{
	int order = scheme->compare(a, b);

	if (str_eq(op, STR("<")))
		return order < 0;
	if (str_eq(op, STR(">")))
		return order > 0;
	if (str_eq(op, STR("=")))
		return order == 0;
	if (!scheme->fuzzy_equal)
		return false;
	bool fuzzy = scheme->fuzzy_equal(a, b);
	if (str_eq(op, STR("~")))
		return fuzzy;
	if (str_eq(op, STR("!~")))
		return !fuzzy;
	if (str_eq(op, STR("<~")))
		return fuzzy || order < 0;
	return str_eq(op, STR(">~")) && (fuzzy || order > 0);
}

static str mirrored(str op)
{
	if (str_eq(op, STR("<")))
		return STR(">");
	if (str_eq(op, STR(">")))
		return STR("<");
	return str_eq(op, STR("=")) ? op : STR_EMPTY;
}

static void judge_compare(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct version_scheme *scheme = scheme_of(oracle, test);
	str a = json_get_str(test, STR("a")), b = json_get_str(test, STR("b"));
	str op = json_get_str(test, STR("op")), back = mirrored(op);

	(void)scratch;
	if (!scheme)
		return;
	bool holds = relation(scheme, a, op, b);
	bool holds_back = str_empty(back) || relation(scheme, b, back, a);
	if (holds && holds_back)
		oracle_pass(oracle);
	else if (json_bool(JSON_GET(test, "lenient")))
		oracle_skip(oracle, "the scheme's own tool refuses one of the two");
	else
		oracle_fail(oracle, "want %s '%.*s' %.*s '%.*s', got %s", scheme->name, STR_ARG(a),
			    STR_ARG(op), STR_ARG(b), holds ? "the mirrored one wrong" : "not so");
}

static void judge_range(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct version_scheme *scheme = scheme_of(oracle, test);
	str range = json_get_str(test, STR("range")), version = json_get_str(test, STR("version"));
	bool got = false, want = json_bool(JSON_GET(test, "satisfied"));
	struct err err;

	if (!scheme)
		return;
	if (version_range_match(scheme, range, version, flags_of(test), scratch, &got, &err) < 0)
		oracle_fail(oracle, "want %s, got an error: %s", want ? "true" : "false", err.msg);
	else if (got != want)
		oracle_fail(oracle, "want %s, got %s: %s '%.*s' in '%.*s'", want ? "true" : "false",
			    got ? "true" : "false", scheme->name, STR_ARG(version), STR_ARG(range));
	else
		oracle_pass(oracle);
}

/* Identifiers as a JSON list, numbers as such. */
static void ids_write(struct buf *out, str ids)
{
	str id;
	uint64_t number;
	bool first = true;

	buf_byte(out, '[');
	while (str_split(&ids, '.', &id)) {
		buf_fmt(out, "%s", first ? "" : ",");
		first = false;
		if (str_u64(id, &number))
			buf_add(out, id);
		else
			json_quote(out, id);
	}
	buf_byte(out, ']');
}

/* The number lists of the pre-release hold numbers, those of the build text. */
static bool parts_equal(const struct version_parts *parts, const struct json *want,
			struct arena *scratch)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	const struct json *got = NULL;
	struct err err;
	str build = parts->build, id;
	size_t i = 0;

	buf_init(&text, 1u << 20);
	buf_fmt(&text, "[%.*s,%.*s,%.*s,", STR_ARG(parts->major), STR_ARG(parts->minor),
		STR_ARG(parts->patch));
	ids_write(&text, parts->pre);
	BUF_LIT(&text, "]");
	if (json_parse(buf_str(&text), NULL, scratch, &got, &err) < 0)
		return false;
	for (size_t k = 0; k < 4; k++) {
		if (!json_equal(json_at(got, k), json_at(want, k)))
			return false;
	}
	while (str_split(&build, '.', &id)) {
		if (!str_eq(id, json_str(json_at(json_at(want, 4), i++))))
			return false;
	}
	return i == json_len(json_at(want, 4));
}

static void judge_parse_range(struct oracle *oracle, const struct version_scheme *scheme,
			      const struct json *test, struct arena *scratch)
{
	str range = json_get_str(test, STR("range")), got = STR_EMPTY;
	const struct json *want = JSON_GET(test, "normal");
	struct err err;

	if (!scheme->range_normal)
		oracle_fail(oracle, "want a range of %s spelled out, got none", scheme->name);
	else if (scheme->range_normal(range, flags_of(test), scratch, &got, &err) < 0)
		json_is(want, JSON_STRING) ? oracle_fail(oracle, "want '%.*s', got an error: %s",
							 STR_ARG(json_str(want)), err.msg)
					   : oracle_pass(oracle);
	else if (!json_is(want, JSON_STRING))
		oracle_fail(oracle, "want a refusal, got '%.*s'", STR_ARG(got));
	else
		oracle_check_str(oracle, got, json_str(want));
}

static void judge_parse(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct version_scheme *scheme = scheme_of(oracle, test);
	str version = json_get_str(test, STR("version"));
	const struct json *want_parts = JSON_GET(test, "parts");
	bool want = json_bool(JSON_GET(test, "valid"));
	struct version_parts parts;

	if (!scheme)
		return;
	if (JSON_GET(test, "range")) {
		judge_parse_range(oracle, scheme, test, scratch);
		return;
	}
	bool got = !scheme->valid || scheme->valid(version, flags_of(test));
	str normal = json_get_str(test, STR("normal")), text = STR_EMPTY;
	if (got && normal.n > 0 && (!scheme->normal || !scheme->normal(version, scratch, &text)))
		oracle_fail(oracle, "want the normal form of '%.*s', got none", STR_ARG(version));
	else if (normal.n > 0 && !str_eq(text, normal))
		oracle_fail(oracle, "want '%.*s', got '%.*s'", STR_ARG(normal), STR_ARG(text));
	else if (got != want)
		oracle_fail(oracle, "want %s, got %s: %s '%.*s'", want ? "valid" : "refused",
			    got ? "valid" : "refused", scheme->name, STR_ARG(version));
	else if (want && want_parts &&
		 (!scheme->parse || !scheme->parse(version, flags_of(test), &parts) ||
		  !parts_equal(&parts, want_parts, scratch)))
		oracle_fail(oracle, "want other parts of %s '%.*s'", scheme->name,
			    STR_ARG(version));
	else
		oracle_pass(oracle);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "compare.jsonl.zst", judge_compare);
	oracle_each(&oracle, "ranges.jsonl", judge_range);
	oracle_each(&oracle, "parse.jsonl", judge_parse);
	return oracle_finish(&oracle);
}
