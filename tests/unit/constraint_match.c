/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/match.h"

#include "casefile.h"
#include "test.h"

static str word(str *rest)
{
	str head;

	return str_split(rest, ' ', &head) ? head : STR_EMPTY;
}

/* "apps/Deployment name namespace {labels}" as an object. */
static str object_text(str text, struct arena *arena, bool *generated, bool *inside)
{
	str kind = word(&text), name = word(&text), namespace = word(&text), group, rest;
	bool by_start = str_starts(name, STR("~"));
	str api = STR("v1");

	*generated = str_ends(text, STR(" generated"));
	text = str_without_suffix(text, STR(" generated"));
	*inside = str_ends(text, STR(" inside"));
	text = str_without_suffix(text, STR(" inside"));
	if (str_cut(kind, '/', &group, &rest)) {
		api = str_cat(arena, group, STR("/v1"));
		kind = rest;
	}
	return str_fmt(arena,
		       "{\"apiVersion\": \"%.*s\", \"kind\": \"%.*s\", \"metadata\": {\"%s\": "
		       "\"%.*s\", %s%.*s%s \"labels\": %.*s}}",
		       STR_ARG(api), STR_ARG(kind), by_start ? "generateName" : "name",
		       STR_ARG(str_without_prefix(name, STR("~"))),
		       str_eq(namespace, STR("-")) ? "" : "\"namespace\": \"",
		       STR_ARG(str_eq(namespace, STR("-")) ? STR_EMPTY : namespace),
		       str_eq(namespace, STR("-")) ? "" : "\",", STR_ARG(text));
}

static void read_resource(const struct casefile *file, str text, struct arena *arena,
			  struct resource *out)
{
	const struct json *json;
	struct err err;

	CASE_CHECK(file, json_parse(text, NULL, arena, &json, &err) == 0, "%s: %.*s", err.msg,
		   STR_ARG(text));
	CASE_CHECK(file, resource_read(json, out, &err) == 0, "%s", err.msg);
}

static str outcome(const struct json *json, const struct match_target *target, struct arena *arena)
{
	struct match match;
	struct err err;
	int rc;

	if (match_read(json, arena, &match, &err) < 0)
		return str_fmt(arena, "error: %s", err.msg);
	rc = match_test(&match, target, &err);
	if (rc < 0)
		return str_fmt(arena, "error: %s", err.msg);
	return rc ? STR("yes") : STR("no");
}

TEST(objects_match_as_gatekeeper_matches_them)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("constraint/match.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str rest = file.line, match = casefile_part(&rest), object = casefile_part(&rest);
		str namespace = casefile_part(&rest), got;
		struct resource r, ns;
		struct match_target target = { .object = &r };
		const struct json *json;
		bool generated, inside;
		struct err err;

		CASE_CHECK(&file, json_parse(match, NULL, arena, &json, &err) == 0, "%s", err.msg);
		read_resource(&file, object_text(object, arena, &generated, &inside), arena, &r);
		if (!str_eq(namespace, STR("-"))) {
			bool none, nor;
			str name = word(&namespace);

			read_resource(&file,
				      object_text(str_fmt(arena, "Namespace %.*s - %.*s",
							  STR_ARG(name), STR_ARG(namespace)),
						  arena, &none, &nor),
				      arena, &ns);
			target.namespace = &ns;
		}
		target.source = generated ? MATCH_GENERATED : MATCH_ORIGINAL;
		target.inside = inside;
		got = outcome(json, &target, arena);
		CASE_CHECK(&file, str_eq(got, rest), "got %.*s", STR_ARG(got));
	}
}

TEST(what_is_no_object_of_kubernetes_says_why)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char *const texts[] = {
		"[]",
		"not a Kubernetes object",
		"{\"kind\": 1}",
		"kind must be a string",
		"{\"metadata\": []}",
		"metadata must be an object",
		"{\"metadata\": {\"name\": {}}}",
		"metadata.name must be a string",
		"{\"metadata\": {\"labels\": []}}",
		"metadata.labels must be an object",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i += 2) {
		const struct json *json;
		struct resource r;
		struct err err;

		CHECK_OK(json_parse(str_c(texts[i]), NULL, arena, &json, &err));
		CHECK_FAIL(resource_read(json, &r, &err));
		CHECK_STR(err.msg, texts[i + 1]);
	}
}

TEST(numbers_are_written_as_go_writes_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *json;
	struct json_writer w;
	struct buf b;
	struct err err;

	CHECK_OK(json_parse(STR("{\"a\": [1.50, 2, 1e3, {\"b\": 0.5}], \"c\": \"1.50\"}"), NULL,
			    arena, &json, &err));
	buf_init(&b, 1000);
	json_writer_init(&w, &b, 0);
	json_put(&w, resource_numbers(json, arena));
	CHECK_STRV(buf_str(&b), "{\"a\":[1.5,2,1000,{\"b\":0.5}],\"c\":\"1.50\"}");
	buf_done(&b);
}
