/* SPDX-License-Identifier: Apache-2.0 */
/* Package URLs: text to parts, parts to text, and both ways. */
#include "fmt/purl.h"

#include "base/err.h"
#include "oracle.h"

static str text_of(const struct json *parts, str key) { return json_str(json_get(parts, key)); }

static struct purl purl_of(const struct json *parts, struct arena *arena)
{
	const struct json *qualifiers = JSON_GET(parts, "qualifiers");
	struct purl purl = {
		.type = text_of(parts, STR("type")),
		.namespace = text_of(parts, STR("namespace")),
		.name = text_of(parts, STR("name")),
		.version = text_of(parts, STR("version")),
		.subpath = text_of(parts, STR("subpath")),
	};
	struct purl_qualifier *list =
		ARENA_ARRAY(arena, struct purl_qualifier, json_len(qualifiers) + 1);

	JSON_MEMBERS (qualifiers, member) {
		list[purl.qualifier_count++] = (struct purl_qualifier){
			.key = member->key,
			.value = json_str(&member->value),
		};
	}
	purl.qualifiers = list;
	return purl;
}

static bool equal(const struct purl *a, const struct purl *b)
{
	if (!str_eq(a->type, b->type) || !str_eq(a->namespace, b->namespace) ||
	    !str_eq(a->name, b->name) || !str_eq(a->version, b->version) ||
	    !str_eq(a->subpath, b->subpath) || a->qualifier_count != b->qualifier_count)
		return false;
	for (size_t i = 0; i < a->qualifier_count; i++) {
		if (!str_eq(a->qualifiers[i].value, purl_qualifier(b, a->qualifiers[i].key)))
			return false;
	}
	return true;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct json *input = JSON_GET(test, "input"),
			  *want = JSON_GET(test, "expected_output");
	str kind = json_get_str(test, STR("test_type")), text = json_str(input);
	bool parse = str_eq(kind, STR("parse")), build = str_eq(kind, STR("build"));
	struct purl purl;
	struct err err;
	int rc = 0;

	if (build)
		purl = purl_of(input, scratch);
	else
		rc = purl_parse(text, scratch, &purl, &err);
	if (rc == 0)
		rc = purl_check(&purl, &err);
	if (rc == 0 && !parse)
		rc = purl_build(&purl, scratch, &text, &err);
	if (json_bool(JSON_GET(test, "expected_failure"))) {
		if (rc == 0)
			oracle_fail(oracle, "want an error, got %.*s", STR_ARG(text));
		else
			oracle_pass(oracle);
	} else if (rc < 0) {
		oracle_fail(oracle, "want a package URL, got an error: %s", err.msg);
	} else if (parse) {
		struct purl parts = purl_of(want, scratch);

		if (equal(&purl, &parts))
			oracle_pass(oracle);
		else
			oracle_fail(oracle, "want other parts of %.*s", STR_ARG(text));
	} else {
		oracle_check_str(oracle, text, json_str(want));
	}
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
