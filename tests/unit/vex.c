/* SPDX-License-Identifier: Apache-2.0 */
#include "report/vex.h"

#include "base/base64.h"
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

/* ---- attestations ---- */

#define STATEMENT                                                                      \
	"{\"_type\": \"https://in-toto.io/Statement/v1\", \"predicateType\": \"%s\", " \
	"\"subject\": [{\"digest\": {\"sha256\": \"AB11\"}}], \"predicate\": "         \
	"{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"statements\": [{"         \
	"\"vulnerability\": \"CVE-1\", \"status\": \"fixed\", \"products\": [\"pkg:npm/a@1\"]}]}}"
#define OPENVEX "https://openvex.dev/ns/v0.2.0"

static str envelope(struct arena *arena, str payload)
{
	return str_fmt(arena,
		       "{\"payloadType\": \"application/vnd.in-toto+json\", \"payload\": \"%.*s\"}",
		       STR_ARG(base64_encode(arena, payload)));
}

static int read_all(struct exception_set *set, struct arena *arena, str text, const str *subject,
		    struct err *err)
{
	exception_set_init(set, arena, 0);
	set->subjects = subject;
	set->subject_count = subject != NULL;
	return exception_read_text(set, STR("x"), text, err);
}

TEST(vex_is_read_out_of_statements_envelopes_and_bundles)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str statement = str_fmt(arena, STATEMENT, OPENVEX);
	str wrapped = envelope(arena, statement);
	str bundle = str_fmt(arena, "{\"dsseEnvelope\": %.*s}", STR_ARG(wrapped));
	const str forms[] = { statement, wrapped, bundle };
	struct exception_set set;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		CHECK_OK(read_all(&set, arena, forms[i], NULL, &err));
		CHECK_INT(set.statements, 1);
		CHECK_INT(set.items[0].kind, EXCEPTION_FIXED);
	}
}

TEST(vex_in_an_attestation_must_be_about_the_image)
{
	static const str own = STR_INIT("sha256:ab11"), other = STR_INIT("sha256:ab12"),
			 kind = STR_INIT("sha512:ab11");
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str statement = str_fmt(arena, STATEMENT, OPENVEX);
	struct exception_set set;
	struct err err;

	CHECK_OK(read_all(&set, arena, statement, &own, &err));
	CHECK_FAIL(read_all(&set, arena, statement, &other, &err));
	CHECK_STR(err.msg, "x: the attestation is about something else");
	CHECK_FAIL(read_all(&set, arena, statement, &kind, &err));
}

TEST(vex_of_another_kind_or_wrapped_without_end_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_fmt(arena, STATEMENT, "https://slsa.dev/provenance/v1");
	struct exception_set set;
	struct err err;

	CHECK_FAIL(read_all(&set, arena, text, NULL, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
	text = str_fmt(arena, STATEMENT, OPENVEX);
	for (int i = 0; i < 5; i++)
		text = envelope(arena, text);
	CHECK_FAIL(read_all(&set, arena, text, NULL, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_INT(set.wraps, 0);
	CHECK_FAIL(read_all(&set, arena, STR("{\"payloadType\": 1, \"payload\": \"%%\"}"), NULL,
			    &err));
	CHECK_STR(err.msg, "x: envelope: payload is no base64");
}

TEST(exceptions_of_one_target_can_be_forgotten)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	exception_set_init(&set, arena, 0);
	struct exception_mark mark = exception_set_mark(&set);
	CHECK_OK(exception_read_text(&set, STR("x"), str_fmt(arena, STATEMENT, OPENVEX), &err));
	CHECK_INT(set.n, 1);
	exception_set_cut(&set, &mark);
	CHECK_INT(set.n, 0);
	CHECK_INT(set.statements, 0);
}
