/* SPDX-License-Identifier: Apache-2.0 */
/* The language of report templates: tests/data/report/template.txt has a case a line. */
#include "policy/template.h"

#include "base/buf.h"
#include "casefile.h"
#include "policy/encoding.h"
#include "test.h"

static struct value zero(str field)
{
	return str_eq(field, STR("StartLine")) ? value_int(0) : value_str(STR_EMPTY);
}

static str environment(str name, struct arena *arena)
{
	return str_cat(arena, STR("value of "), name);
}

static const struct template_opts opts = {
	.zero = zero, .environment = environment, .now = 1763800000, .version = STR_INIT("9.9")
};

static const char input[] =
	"[{\"Target\":\"a/b\",\"Type\":\"npm\",\"Vulnerabilities\":["
	"{\"VulnerabilityID\":\"CVE-1-1\",\"Severity\":\"HIGH\",\"Title\":\"<x> & \\\"y\\\"\","
	"\"CVSS\":{\"nvd\":{\"V3Score\":7.5}},\"References\":[\"r1\",\"r2\"]},"
	"{\"VulnerabilityID\":\"CVE-1-2\",\"Severity\":\"LOW\",\"Title\":\"z\"}]},"
	"{\"Target\":\"c\",\"Type\":\"\"}]";

/* "template => output"; "template =! part of the error". \n in both is a line end. */
static str unescaped(struct arena *arena, str s)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 1u << 16);
	for (size_t i = 0; i < s.n; i++) {
		bool line = s.p[i] == '^' && i + 1 < s.n && s.p[i + 1] == 'n';

		buf_byte(&b, line ? '\n' : s.p[i]);
		i += line;
	}
	return str_dup(arena, buf_str(&b));
}

TEST(templates_of_the_case_file)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("report/template.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		AUTO(buf_done)
		struct buf out = { 0 };
		struct value root;
		struct err err = { 0 };
		ptrdiff_t good = str_find(file.line, STR(" => ")),
			  bad = str_find(file.line, STR(" =! "));

		CASE_CHECK(&file, (good >= 0) != (bad >= 0), "neither => nor =!");
		size_t at = (size_t)(good >= 0 ? good : bad);
		str text = unescaped(arena, str_take(file.line, at));
		str want = unescaped(arena, str_skip(file.line, at + 4));
		CHECK_OK(encoding_json_read(str_c(input), arena, &root, &err));
		buf_init(&out, 1u << 20);
		int rc = template_report(text, &root, &opts, arena, &out, &err);
		if (good >= 0) {
			CASE_CHECK(&file, rc == 0, "failed: %s", err.msg);
			CASE_CHECK(&file, str_eq(buf_str(&out), want), "got '%.*s'",
				   STR_ARG(buf_str(&out)));
		} else {
			CASE_CHECK(&file, rc < 0, "no error: '%.*s'", STR_ARG(buf_str(&out)));
			CASE_CHECK(&file, str_find(str_c(err.msg), want) >= 0, "error: %s",
				   err.msg);
		}
	}
}

TEST(rego_has_only_its_part_of_the_language)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char *const texts[] = { "{{ upper \"a\" }}", "{{ define \"x\" }}{{ end }}",
					     "{{ env \"HOME\" }}" };
	struct value root = value_null();

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(buf_done)
		struct buf out = { 0 };
		struct err err;

		buf_init(&out, 1u << 16);
		CHECK_FAIL(template_render(str_c(texts[i]), &root, arena, &out, &err));
	}
}

TEST(endless_templates_end)
{
	static const char *const texts[] = {
		"{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}",
		"{{ range until 100000 }}{{ range until 100000 }}{{ . }}{{ end }}{{ end }}",
		"{{ repeat 100000000 \"abc\" }}",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		AUTO(buf_done)
		struct buf out = { 0 };
		struct template_opts few = opts;
		struct value root = value_null();
		struct err err;

		few.max_steps = 100000;
		buf_init(&out, 1u << 20);
		CHECK_FAIL(template_report(str_c(texts[i]), &root, &few, arena, &out, &err));
		CHECK_INT(err.kind, ERR_LIMIT);
	}
}
