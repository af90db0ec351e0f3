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
static bool hides_in(const struct inventory *inventory, const char *products, size_t package)
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
	exception_set_target(&set, inventory, arena);
	return exception_for(&set, inventory, &finding) != NULL;
}

static bool hides(const char *products, size_t package)
{
	return hides_in(&image, products, package);
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

TEST(the_project_of_a_lock_file_is_a_product)
{
	static const struct package locked[] = {
		{ .kind = STR_INIT("npm"),
		  .name = STR_INIT("dep"),
		  .version = STR_INIT("1"),
		  .project = STR_INIT("@scope/app@2.0.0") },
		{ .kind = STR_INIT("golang"),
		  .name = STR_INIT("example.org/dep"),
		  .version = STR_INIT("v1.0.0"),
		  .project = STR_INIT("example.com/app") },
	};
	static const struct {
		const char *product;
		bool npm, go;
	} cases[] = {
		{ ID("pkg:npm/%40scope/app"), true, false },
		{ ID("pkg:npm/%40scope/app@2.0.0"), true, false },
		{ ID("pkg:npm/%40scope/app@2.0.1"), false, false },
		{ WITH("pkg:npm/%40scope/app", "pkg:npm/dep"), true, false },
		{ WITH("pkg:npm/%40scope/app", "pkg:npm/other"), false, false },
		{ ID("pkg:golang/example.com/app"), false, true },
		{ ID("pkg:golang/example.com/app@v1.0.0"), false, false }, /* not known */
		{ ID("pkg:golang/example.com/ap"), false, false },
		{ ID("pkg:npm/example.com/app"), false, false },
	};
	const struct inventory folder = { .packages = locked, .package_count = ARRAY_LEN(locked) };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK(hides_in(&folder, cases[i].product, 0) == cases[i].npm);
		CHECK(hides_in(&folder, cases[i].product, 1) == cases[i].go);
	}
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

/* ---- neighbours of the usual forms ---- */

TEST(a_source_package_is_all_that_was_built_from_it)
{
	static const struct package libraries[] = {
		{ .kind = STR_INIT("deb"),
		  .name = STR_INIT("libssl3"),
		  .version = STR_INIT("1:3.0"),
		  .arch = STR_INIT("amd64"),
		  .source_name = STR_INIT("openssl") },
	};
	static const struct inventory system = {
		.os = { .family = STR_INIT("debian"), .version = STR_INIT("12") },
		.packages = libraries,
		.package_count = 1,
	};
	static const struct {
		const char *purl;
		bool held;
	} cases[] = {
		{ "pkg:deb/debian/libssl3@1:3.0?arch=amd64&distro=debian-12", true },
		{ "pkg:deb/debian/libssl3@1:3.0?distro=debian-12.5&epoch=1", true },
		{ "pkg:deb/debian/libssl3?distro=debian-1", false },
		{ "pkg:deb/debian/libssl3?epoch=2", false },
		{ "pkg:deb/debian/openssl?arch=source", true },
		{ "pkg:deb/debian/openssl@1:3.0?arch=source&distro=debian-12", true },
		{ "pkg:deb/debian/openssl@3.1?arch=source", false },
		{ "pkg:deb/debian/openssl?arch=source&distro=debian-11", false },
		{ "pkg:deb/debian/openssl", false },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct vex_target *target = vex_target_new(&system, arena);
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct vex_product product = { 0 };
		struct vex_rule rule = { .products = &product, .product_count = 1 };

		CHECK_OK(purl_parse(str_c(cases[i].purl), arena, &product.purl, &err));
		CHECK_STR_EQ(str_fmt(arena, "%s %d", cases[i].purl, vex_holds(&rule, target, 0)),
			     str_fmt(arena, "%s %d", cases[i].purl, cases[i].held));
	}
}

/* Why the flaw of the package is hidden by the document; empty: it is not. */
static str hidden_by(struct arena *arena, const char *document, const char *flaw, size_t package)
{
	static const struct inventory bill = { .target = STR_INIT("sbom:x"),
					       .purl = STR_INIT("pkg:npm/app@1"),
					       .packages = packages,
					       .package_count = ARRAY_LEN(packages) };
	struct finding finding = { .id = str_c(flaw), .package = package };
	const struct exception *e;
	struct exception_set set;
	struct err err;

	exception_set_init(&set, arena, 0);
	CHECK_OK(exception_read_text(&set, STR("a.json"), str_c(document), &err));
	exception_set_target(&set, &bill, arena);
	e = exception_for(&set, &bill, &finding);
	return e ? e->reason : STR_EMPTY;
}

TEST(openvex_names_flaws_by_address_and_says_why_in_many_fields)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
#define OPENVEX_OF(flaw, more)                                                                  \
	"{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"statements\": [{\"vulnerability\"" \
	": {" flaw "}, \"status\": \"not_affected\", \"products\": [{\"@id\": \"x\", "          \
	"\"identifiers\": {\"purl\": \"pkg:npm/lone\"}}], " more "}]}"
	static const char by_address[] =
		OPENVEX_OF("\"@id\": \"https://example.com/flaws/CVE-1\"",
			   "\"status_notes\": \"seen\", \"action_statement\": \"none\"");
	static const char by_alias[] =
		OPENVEX_OF("\"name\": \"X-1\", \"aliases\": [\"CVE-1\"]",
			   "\"impact_statement\": \"far away\", \"status_notes\": \"seen\"");

	CHECK_STRV(hidden_by(arena, by_address, "CVE-1", LONE), "seen");
	CHECK_STRV(hidden_by(arena, by_address, "CVE-2", LONE), "");
	CHECK_STRV(hidden_by(arena, by_alias, "CVE-1", LONE), "far away");
	CHECK_STRV(hidden_by(arena, by_alias, "CVE-1", LEFT), "");
}

TEST(openvex_without_products_is_about_the_subject_of_its_attestation)
{
	static const char form[] =
		"{\"_type\": \"https://in-toto.io/Statement/v1\", \"predicateType\": "
		"\"https://openvex.dev/ns/v0.2.0\", \"subject\": [{\"digest\": {\"sha256\": \"11\"}}],"
		"\"predicate\": {\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"statements\": [{"
		"\"vulnerability\": {\"name\": \"CVE-1\"}, \"status\": \"fixed\"}]}}";
	static const str subject = STR_INIT("sha256:11");
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct finding finding = { .id = STR("CVE-1"), .package = LONE };
	struct exception_set set;
	struct err err;

	CHECK_OK(read_all(&set, arena, str_c(form), &subject, &err));
	exception_set_target(&set, &image, arena);
	CHECK(exception_for(&set, &image, &finding) != NULL);
	CHECK_OK(read_all(&set, arena, str_c(form), NULL, &err)); /* nobody knows of what */
	CHECK_INT(set.n, 0);
}

TEST(cyclonedx_knows_the_target_other_names_and_versions)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
#define CYCLONEDX_OF(state, ref, versions)                                                       \
	"{\"bomFormat\": \"CycloneDX\", \"metadata\": {\"component\": {\"bom-ref\": \"root\", "  \
	"\"purl\": \"pkg:npm/app@1\"}}, \"components\": [{\"bom-ref\": \"l\", \"purl\": "        \
	"\"pkg:npm/lone\"}], \"vulnerabilities\": [{\"id\": \"X-1\", \"references\": [{\"id\": " \
	"\"CVE-1\"}], \"analysis\": {\"state\": \"" state                                        \
	"\", \"detail\": \"why\"}, \"affects\": [{\"ref\": \"" ref "\"" versions "}]}]}"
	static const struct {
		const char *document;
		bool hidden;
	} cases[] = {
		{ CYCLONEDX_OF("not_affected", "root", ""), true },
		{ CYCLONEDX_OF("false_positive", "l", ""), true },
		{ CYCLONEDX_OF("resolved", "l", ""), true },
		{ CYCLONEDX_OF("resolved_with_pedigree", "l", ""), true },
		{ CYCLONEDX_OF("in_triage", "l", ""), false },
		{ CYCLONEDX_OF("exploitable", "l", ""), false },
		{ CYCLONEDX_OF("resolved", "other", ""), false },
		{ CYCLONEDX_OF("resolved", "l", ", \"versions\": [{\"version\": \"3\"}]"), false },
		{ CYCLONEDX_OF("resolved", "l",
			       ", \"versions\": [{\"version\": \"3\"}, {\"version\": \"4\", "
			       "\"status\": \"unaffected\"}]"),
		  true },
		{ CYCLONEDX_OF("resolved", "l",
			       ", \"versions\": [{\"version\": \"4\", \"status\": \"affected\"}]"),
		  false },
		{ CYCLONEDX_OF("resolved", "l", ", \"versions\": [{\"range\": \"vers:npm/<9\"}]"),
		  false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str why = hidden_by(arena, cases[i].document, "CVE-1", LONE);

		CHECK_STR_EQ(str_fmt(arena, "case %zu: %.*s", i, STR_ARG(why)),
			     str_fmt(arena, "case %zu: %s", i, cases[i].hidden ? "why" : ""));
	}
}

#define SERIAL "3e671687-395b-41f5-a30f-a58921a69b79"
#define BOM_OF(serial, purl)                                                              \
	"{\"bomFormat\": \"CycloneDX\", \"serialNumber\": \"urn:uuid:" serial             \
	"\", \"version\": 2, \"components\": [{\"bom-ref\": \"ref 7\", \"purl\": \"" purl \
	"\"}, {\"bom-ref\": \"bare\", \"name\": \"x\"}], \"vulnerabilities\": ["
#define VERDICT(ref)                                                                   \
	"{\"id\": \"CVE-1\", \"analysis\": {\"state\": \"not_affected\", \"detail\": " \
	"\"why\"}, \"affects\": [{\"ref\": \"" ref "\"}]}"

/* A ref is explained by its own document, or by the bill of materials that is scanned. */
TEST(cyclonedx_refs_are_explained_or_told)
{
	static const char other[] = "{\"bomFormat\": \"CycloneDX\", \"vulnerabilities\": [";
	static const struct {
		const char *head, *verdict;
		bool hidden;
		size_t open, idle;
		const char *first;
	} cases[] = {
		{ BOM_OF(SERIAL, "pkg:npm/lone@4"), VERDICT("ref 7"), true, 0, 0, "" },
		{ BOM_OF(SERIAL, "pkg:npm/lone@4"), VERDICT("urn:cdx:" SERIAL "/2#ref%207"), true,
		  0, 0, "" },
		{ BOM_OF(SERIAL, "pkg:npm/lone@4"), VERDICT("bare"), false, 0, 1,
		  "bare in a.json" },
		{ other, VERDICT("ref 7"), false, 0, 1, "ref 7 in a.json" },
		{ other, VERDICT("urn:cdx:" SERIAL "/2#ref%207"), true, 1, 0, "" },
		{ other, VERDICT("urn:cdx:" SERIAL "/2#pkg%3Anpm%2Flone%404"), true, 0, 0, "" },
		{ other, VERDICT("urn:cdx:" SERIAL "/2#gone"), false, 1, 1, "gone in a.json" },
		{ other, VERDICT("urn:cdx:" SERIAL "/1#ref%207"), false, 0, 1, "ref 7 in a.json" },
		{ other, VERDICT("urn:cdx:" SERIAL "/2"), true, 0, 0, "" },
	};
	struct inventory listed = image;

	listed.bom_serial = STR(SERIAL);
	listed.bom_version = 2;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct finding finding = { .id = STR("CVE-1"), .package = LONE };
		struct exception_set set;
		struct err err;
		str first;

		exception_set_init(&set, arena, 0);
		CHECK_OK(exception_read_text(
			&set, STR("a.json"),
			str_fmt(arena, "%s%s]}", cases[i].head, cases[i].verdict), &err));
		CHECK_INT(vex_open(&set, &listed), cases[i].open);
		CHECK_OK(vex_explain(&set, &listed, STR(BOM_OF(SERIAL, "pkg:npm/lone@4") "]}"),
				     &err));
		exception_set_target(&set, &listed, arena);
		CHECK_STR_EQ(str_fmt(arena, "case %zu: %d", i,
				     exception_for(&set, &listed, &finding) != NULL),
			     str_fmt(arena, "case %zu: %d", i, cases[i].hidden));
		CHECK_INT(vex_idle(&set, &listed, &first), cases[i].idle);
		CHECK_STR_EQ(first, str_c(cases[i].first));
	}
}

#define OPENVEX_WITH(status, products)                                         \
	"{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"statements\": [{" \
	"\"vulnerability\": {\"name\": \"CVE-1\"}, \"status\": \"" status "\"" products "}]}"
#define CSAF_WITH(status, id)                                                             \
	"{\"document\": {\"csaf_version\": \"2.0\"}, \"product_tree\": {"                 \
	"\"full_product_names\": [{\"name\": \"L\", \"product_id\": \"lone\", "           \
	"\"product_identification_helper\": {\"purl\": \"pkg:npm/lone\"}}, {\"name\": "   \
	"\"B\", \"product_id\": \"bare\"}]}, \"vulnerabilities\": [{\"cve\": \"CVE-1\", " \
	"\"product_status\": {\"" status "\": [\"" id "\"]}}]}"

/* What has no package URL is told as soon as a statement would hide by it. */
TEST(products_without_a_package_url_are_counted_and_named)
{
	static const struct {
		const char *text;
		size_t idle;
		const char *first;
	} cases[] = {
		{ OPENVEX_WITH("not_affected", ", \"products\": [" ID("urn:x:1") "]"), 1,
		  "urn:x:1 in a.json" },
		{ OPENVEX_WITH("fixed", ", \"products\": [\"urn:x:1\", \"urn:x:2\"]"), 2,
		  "urn:x:1 in a.json" },
		{ OPENVEX_WITH("affected", ", \"products\": [" ID("urn:x:1") "]"), 0, "" },
		{ OPENVEX_WITH("not_affected", ", \"products\": [" ID("pkg:npm/lone") "]"), 0, "" },
		{ OPENVEX_WITH("not_affected",
			       ", \"products\": [" WITH("pkg:npm/left", "urn:x:3") "]"),
		  1, "urn:x:3 in a.json" },
		{ OPENVEX_WITH("not_affected",
			       ", \"products\": [{\"identifiers\": {\"cpe23\": \"cpe:2.3:x\"}}]"),
		  1, "cpe:2.3:x in a.json" },
		{ OPENVEX_WITH("not_affected", ", \"products\": [{}]"), 1,
		  "a product without a name in a.json" },
		{ OPENVEX_WITH("not_affected", ""), 1, "entry 1 without products in a.json" },
		{ CSAF_WITH("known_not_affected", "bare"), 1, "bare in a.json" },
		{ CSAF_WITH("fixed", "nowhere"), 1, "nowhere in a.json" },
		{ CSAF_WITH("known_affected", "bare"), 0, "" },
		{ CSAF_WITH("known_not_affected", "lone"), 0, "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct exception_set set;
		struct err err;
		str first;

		exception_set_init(&set, arena, 0);
		CHECK_OK(exception_read_text(&set, STR("a.json"), str_c(cases[i].text), &err));
		CHECK_INT(vex_idle(&set, &image, &first), cases[i].idle);
		CHECK_STR_EQ(first, str_c(cases[i].first));
	}
}

TEST(cyclonedx_may_be_xml_and_any_document_utf16)
{
#define BOM_XML(state, versions)                                                                         \
	"<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components>"         \
	"<component type=\"library\" bom-ref=\"l\"><name>lone</name><purl>pkg:npm/lone</purl>"           \
	"</component></components><vulnerabilities><vulnerability><id>CVE-1</id><analysis><state>" state \
	"</state><detail>why</detail></analysis><affects><target><ref>l</ref>" versions                  \
	"</target></affects></vulnerability></vulnerabilities></bom>"
	static const char wide[] = OPENVEX_OF("\"name\": \"CVE-1\"", "\"status_notes\": \"w\"");
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char *utf16 = arena_bytes(arena, 2 * sizeof(wide));
	struct exception_set set;
	struct err err;

	CHECK_STRV(hidden_by(arena, BOM_XML("not_affected", ""), "CVE-1", LONE), "why");
	CHECK_STRV(hidden_by(arena, BOM_XML("exploitable", ""), "CVE-1", LONE), "");
	CHECK_STRV(
		hidden_by(arena,
			  BOM_XML("not_affected",
				  "<versions><version><version>5</version></version></versions>"),
			  "CVE-1", LONE),
		"");
	utf16[0] = '\xff';
	utf16[1] = '\xfe';
	for (size_t i = 0; i + 1 < sizeof(wide); i++) {
		utf16[2 * i + 2] = wide[i];
		utf16[2 * i + 3] = '\0';
	}
	exception_set_init(&set, arena, 0);
	CHECK_OK(exception_read_text(&set, STR("a.json"), str_of(utf16, 2 * sizeof(wide)), &err));
	CHECK_INT(set.n, 1);
}

TEST(csaf_follows_branches_relationships_and_groups)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
#define CSAF_OF(list, id, why)                                                                    \
	"{\"document\": {\"csaf_version\": \"2.0\"}, \"product_tree\": {\"full_product_names\": " \
	"[{\"product_id\": \"system\", \"name\": \"system\"}], \"branches\": [{\"branches\": ["   \
	"{\"product\": {\"product_id\": \"lone\", \"product_identification_helper\": {\"purl\": " \
	"\"pkg:npm/lone@4\"}}}, {\"product\": {\"product_id\": \"app\", "                         \
	"\"product_identification_helper\": {\"purls\": [\"x\", \"pkg:npm/app@1\"]}}}]}], "       \
	"\"relationships\": ["                                                                    \
	"{\"full_product_name\": {\"product_id\": \"inner\"}, \"product_reference\": \"lone\", "  \
	"\"relates_to_product_reference\": \"outer\"}, "                                          \
	"{\"full_product_name\": {\"product_id\": \"outer\"}, \"product_reference\": \"app\", "   \
	"\"relates_to_product_reference\": \"system\"}, "                                         \
	"{\"full_product_name\": {\"product_id\": \"loop\"}, \"product_reference\": \"lone\", "   \
	"\"relates_to_product_reference\": \"loop\"}, "                                           \
	"{\"full_product_name\": {\"product_id\": \"on\"}, \"product_reference\": \"lone\", "     \
	"\"relates_to_product_reference\": \"system\"}], "                                        \
	"\"product_groups\": [{\"group_id\": \"g\", \"product_ids\": [\"on\", \"lone\"]}]}, "     \
	"\"vulnerabilities\": [{\"ids\": [{\"text\": \"X-1\"}], \"cve\": \"CVE-1\", "             \
	"\"product_status\": {\"" list "\": [\"" id "\"]}, " why "}]}"
#define FLAG "\"flags\": [{\"label\": \"code\", \"group_ids\": [\"g\"]}]"
	static const struct {
		const char *document, *why;
	} cases[] = {
		{ CSAF_OF("known_not_affected", "lone", FLAG), "code" },
		{ CSAF_OF("known_not_affected", "on", FLAG), "code" },
		{ CSAF_OF("known_not_affected", "inner",
			  FLAG ", \"threats\": [{\"category\": \"impact\", \"details\": \"far\"}]"),
		  "far" },
		{ CSAF_OF("known_not_affected", "on",
			  "\"threats\": [{\"category\": \"impact\", \"details\": \"far\", "
			  "\"product_ids\": [\"inner\"]}, {\"category\": \"impact\", \"details\": "
			  "\"near\", \"group_ids\": [\"g\"]}]"),
		  "near" },
		{ CSAF_OF("fixed", "lone", FLAG), "code" },
		{ CSAF_OF("first_fixed", "lone", FLAG), "code" },
		{ CSAF_OF("known_affected", "lone", FLAG), "" },
		{ CSAF_OF("first_affected", "lone", FLAG), "" },
		{ CSAF_OF("last_affected", "lone", FLAG), "" },
		{ CSAF_OF("under_investigation", "lone", FLAG), "" },
		{ CSAF_OF("unknown", "lone", FLAG), "" },
		{ CSAF_OF("recommended", "lone", FLAG), "" },
		{ CSAF_OF("known_not_affected", "loop", FLAG), "" },
		{ CSAF_OF("known_not_affected", "system", FLAG), "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str why = hidden_by(arena, cases[i].document, "CVE-1", LONE);

		CHECK_STR_EQ(str_fmt(arena, "case %zu: %.*s", i, STR_ARG(why)),
			     str_fmt(arena, "case %zu: %s", i, cases[i].why));
	}
	CHECK_STRV(hidden_by(arena, CSAF_OF("known_not_affected", "lone", FLAG), "X-1", LONE),
		   "code");
}
