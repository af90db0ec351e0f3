/* SPDX-License-Identifier: Apache-2.0 */
#include "report/vex.h"

#include "base/err.h"
#include "report/exception.h"
#include "test.h"

/*
 * app -> left -> deep, app -> right -> deep; lone has no edges. All in one lock file of an image.
 */
static const str on_deep[] = { STR_INIT("deep@3") };
static const struct package packages[] = {
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("left"),
	  .version = STR_INIT("1"),
	  .depends = on_deep,
	  .depend_count = 1 },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("right"),
	  .version = STR_INIT("2"),
	  .depends = on_deep,
	  .depend_count = 1 },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("deep"),
	  .version = STR_INIT("3"),
	  .indirect = true },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("lone"),
	  .version = STR_INIT("4"),
	  .indirect = true },
};
static const struct inventory image = {
	.registry = STR_INIT("registry.example.com"),
	.repository = STR_INIT("team/App"),
	.tag = STR_INIT("1"),
	.digest = STR_INIT("sha256:11"),
	.packages = packages,
	.package_count = ARRAY_LEN(packages),
};
enum { LEFT, RIGHT, DEEP, LONE };

/* Is a flaw of the package hidden by OpenVEX with these products? */
static bool hides(const char *products, size_t package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct finding finding = { .id = STR("CVE-1"), .package = package };
	struct exception_set set;
	struct err err;
	str text = str_fmt(arena,
			   "{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"statements\": [{"
			   "\"vulnerability\": {\"name\": \"CVE-1\"}, \"status\": \"not_affected\","
			   "\"products\": [%s]}]}",
			   products);

	exception_set_init(&set, arena, 0);
	CHECK_OK(exception_read_text(&set, STR("a.json"), text, &err));
	exception_set_target(&set, &image, arena);
	return exception_for(&set, &image, &finding) != NULL;
}

#define ID(purl)	"{\"@id\": \"" purl "\"}"
#define WITH(purl, sub) "{\"@id\": \"" purl "\", \"subcomponents\": [{\"@id\": \"" sub "\"}]}"

TEST(a_product_is_the_package_itself)
{
	CHECK(hides(ID("pkg:npm/deep"), DEEP));
	CHECK(hides(ID("pkg:npm/deep@3"), DEEP));
	CHECK(!hides(ID("pkg:npm/deep@4"), DEEP));
	CHECK(!hides(ID("pkg:npm/other"), DEEP));
	CHECK(!hides(ID("pkg:npm/deep"), LEFT));
}

TEST(every_way_must_go_through_the_product)
{
	CHECK(!hides(ID("pkg:npm/left"), DEEP));
	CHECK(hides(ID("pkg:npm/left") "," ID("pkg:npm/right"), DEEP));
	CHECK(!hides(WITH("pkg:npm/left", "pkg:npm/deep") "," WITH("pkg:npm/right", "pkg:npm/x"),
		     DEEP));
	CHECK(hides(
		WITH("pkg:npm/left", "pkg:npm/deep") "," WITH("pkg:npm/right", "pkg:npm/deep@3"),
		DEEP));
}

TEST(the_image_is_a_product_with_what_the_statement_names)
{
	CHECK(hides(ID("pkg:oci/app"), DEEP));
	CHECK(hides(ID("pkg:oci/app"), LONE));
	CHECK(hides(WITH("pkg:oci/app", "pkg:npm/lone"), LONE));
	CHECK(!hides(WITH("pkg:oci/app", "pkg:npm/lone"), DEEP));
	CHECK(hides(ID("pkg:oci/app@sha256%3A11?tag=1"), DEEP));
	CHECK(!hides(ID("pkg:oci/app@sha256%3A22"), DEEP));
	CHECK(!hides(ID("pkg:oci/app?repository_url=elsewhere.example.com/app"), DEEP));
	CHECK(!hides(ID("https://example.com/app"), DEEP));
}

TEST(the_newest_statement_counts)
{
	static const char form[] =
		"{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"timestamp\": \"2024-01-01T00:00:00Z\","
		"\"statements\": [{\"vulnerability\": {\"name\": \"CVE-1\"}, \"status\": \"not_affected\","
		"\"products\": [" ID(
			"pkg:npm/lone") "]},"
					"{\"vulnerability\": {\"name\": \"X\", \"aliases\": [\"cve-1\"]}, \"status\": \"affected\","
					"\"timestamp\": \"%s\", \"products\": [" ID(
						"pkg:npm/lone") "]}]}";
	static const struct {
		const char *time;
		bool hidden;
	} cases[] = { { "2023-12-31T23:00:00Z", true },
		      { "2024-01-01T00:00:00Z", false },
		      { "2024-01-01T01:00:00+02:00", true } };
	struct finding finding = { .id = STR("CVE-1"), .package = LONE };
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct exception_set set;

		exception_set_init(&set, arena, 0);
		CHECK_OK(exception_read_text(&set, STR("a.json"),
					     str_fmt(arena, form, cases[i].time), &err));
		exception_set_target(&set, &image, arena);
		CHECK_INT(exception_for(&set, &image, &finding) != NULL, cases[i].hidden);
	}
}

TEST(malformed_statements_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	exception_set_init(&set, arena, 0);
	CHECK_FAIL(exception_read_text(
		&set, STR("a.json"),
		STR("{\"@context\": \"https://openvex.dev/ns\", \"statements\": [{"
		    "\"vulnerability\": \"CVE-1\", \"status\": \"fine\"}]}"),
		&err));
	CHECK_STR(err.msg, "a.json: statement 1: 'fine' is not a status");
	CHECK_FAIL(exception_read_text(
		&set, STR("a.json"),
		STR("{\"bomFormat\": \"CycloneDX\", \"vulnerabilities\": [{\"id\": \"C\","
		    "\"analysis\": {\"state\": \"good\"}}]}"),
		&err));
	CHECK_STR(err.msg, "a.json: C: 'good' is not a state of an analysis");
	CHECK_FAIL(exception_read_text(&set, STR("a.json"),
				       STR("{\"document\": {\"csaf_version\": \"2.0\"}}"), &err));
	CHECK_STR(err.msg, "a.json: a CSAF document without vulnerabilities");
}
