/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/purl.h"

#include "casefile.h"
#include "fmt/inventory.h"
#include "test.h"

TEST(purl_has_one_canonical_text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("purl/canonical.txt");
	struct purl purl;
	struct err err;

	while (casefile_next(&file)) {
		str text = casefile_field(&file), want = casefile_field(&file), got = STR("bad");

		if (purl_parse(text, arena, &purl, &err) == 0)
			CHECK_OK(purl_build(&purl, arena, &got, &err));
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

TEST(purl_types_ask_for_parts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("purl/check.txt");
	struct purl purl;
	struct err err;

	while (casefile_next(&file)) {
		bool want = str_eq(casefile_field(&file), STR("yes"));

		CHECK_OK(purl_parse(casefile_field(&file), arena, &purl, &err));
		CASE_CHECK(&file, (purl_check(&purl, &err) == 0) == want, "want %s",
			   want ? "yes" : "no");
	}
}

static str field(struct casefile *file)
{
	str text = casefile_field(file);

	return str_eq(text, STR("-")) ? STR_EMPTY : text;
}

static void same(struct casefile *file, str got, str want)
{
	CASE_CHECK(file, str_eq(got, want), "want '%.*s', got '%.*s'", STR_ARG(want), STR_ARG(got));
}

TEST(packages_have_package_urls_and_come_back)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("purl/package.txt");
	struct err err;

	while (casefile_next(&file)) {
		struct package p = { .kind = field(&file) }, back;
		struct os_identity os = { 0 }, os_back;
		struct purl purl;
		str got;

		p.name = field(&file);
		p.version = field(&file);
		p.arch = field(&file);
		p.source_name = field(&file);
		p.source_version = field(&file);
		p.module = field(&file);
		os.family = field(&file);
		os.version = field(&file);
		CHECK_OK(package_purl(&p, &os, arena, &got, &err));
		CASE_CHECK(&file, str_eq(got, field(&file)), "got %.*s", STR_ARG(got));
		CHECK_OK(purl_parse(got, arena, &purl, &err));
		package_from_purl(&purl, arena, &back, &os_back);
		same(&file, back.kind, p.kind);
		same(&file, back.name, p.name);
		same(&file, back.version, p.version);
		same(&file, back.arch, p.arch);
		same(&file, back.source_name, p.source_name);
		same(&file, package_source_version(&back), package_source_version(&p));
		same(&file, back.module, p.module);
		if (!str_empty(os_back.family)) {
			same(&file, os_back.family, os.family);
			same(&file, os_back.version, os.version);
		}
	}
}

TEST(package_urls_of_other_tools_are_understood)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("purl/foreign.txt");
	struct os_identity os;
	struct package p;
	struct purl purl;
	struct err err;

	while (casefile_next(&file)) {
		CHECK_OK(purl_parse(casefile_field(&file), arena, &purl, &err));
		package_from_purl(&purl, arena, &p, &os);
		same(&file, p.version, field(&file));
		same(&file, p.source_name, field(&file));
		same(&file, p.source_version, field(&file));
		same(&file, os.family, field(&file));
		same(&file, str_empty(os.version) ? os.codename : os.version, field(&file));
	}
}

TEST(purl_says_what_is_wrong)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct purl purl = { .type = STR("npm") };
	struct package p = { .kind = STR("no type"), .name = STR("x") };
	struct err err;
	str text;

	CHECK_FAIL(purl_parse(STR("https://x/y"), arena, &purl, &err));
	CHECK_STR(err.msg, "not a package URL");
	CHECK_FAIL(purl_parse(str_fmt(arena, "pkg:npm/%070000d", 1), arena, &purl, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(purl_build(&purl, arena, &text, &err));
	CHECK_STR(err.msg, "package URL without a name");
	CHECK_FAIL(package_purl(&p, NULL, arena, &text, &err));
	CHECK_STR(err.msg, "'no type' is no type of a package URL");
}
