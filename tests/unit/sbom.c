/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/sbom.h"

#include "test.h"

#define DOCUMENT_MAX (64u << 20)

/* ---- an inventory with everything that matters ---- */

static const struct layer_info layers[] = {
	{ .digest = STR_INIT("sha256:aa"), .diff_id = STR_INIT("sha256:bb"), .size = 12 },
	{ .digest = STR_INIT("sha256:cc"),
	  .diff_id = STR_INIT("sha256:dd"),
	  .created_by = STR_INIT("RUN apt-get install <x> && \"y\"\n100%") },
};
static const str edges[] = { STR_INIT("lodash@4.17.20") };
static const str sums[] = { STR_INIT(
	"sha256:0123456789012345678901234567890123456789012345678901234567890123") };
static const struct package packages[] = {
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("libc6"),
	  .version = STR_INIT("2.36-9+deb12u4"),
	  .arch = STR_INIT("amd64"),
	  .source_name = STR_INIT("glibc"),
	  .maintainer = STR_INIT("GNU Libc Maintainers <list@example.org>"),
	  .path = STR_INIT("var/lib/dpkg/status"),
	  .layer = 0 },
	{ .kind = STR_INIT("maven"),
	  .name = STR_INIT("org.example:core"),
	  .version = STR_INIT("1.10"),
	  .licence = STR_INIT("The custom licence, see\nLICENCE </text> file"),
	  .path = STR_INIT("app/core.jar"),
	  .form = PACKAGE_EMBEDDED,
	  .layer = 1 },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("@scope/app"),
	  .version = STR_INIT("1.0.0"),
	  .licence = STR_INIT("(MIT or Apache-2.0)"),
	  .path = STR_INIT("app/package-lock.json"),
	  .form = PACKAGE_LOCKED,
	  .dev = true,
	  .line = 7,
	  .depends = edges,
	  .depend_count = 1,
	  .layer = 1 },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("lodash"),
	  .version = STR_INIT("4.17.20"),
	  .path = STR_INIT("app/package-lock.json"),
	  .form = PACKAGE_LOCKED,
	  .indirect = true,
	  .digests = sums,
	  .digest_count = 1,
	  .layer = 1 },
	{ .kind = STR_INIT("rpm"),
	  .name = STR_INIT("bash"),
	  .version = STR_INIT("0:5.1.8-6.el9"),
	  .module = STR_INIT("m:1:2:3"),
	  .vendor = STR_INIT("Example"),
	  .source_name = STR_INIT("bash"),
	  .epoch_present = true,
	  .path = STR_INIT("var/lib/rpm/rpmdb.sqlite"),
	  .layer = -1 },
};
static const str kinds[] = { STR_INIT("apk"), STR_INIT("deb"), STR_INIT("maven"), STR_INIT("npm"),
			     STR_INIT("rpm") };
static const struct not_examined missed[] = {
	{ .kind = ERR_LIMIT,
	  .what = STR_INIT("file"),
	  .path = STR_INIT("opt/x.jar"),
	  .reason = STR_INIT("larger than 10 bytes"),
	  .count = 3 },
};
static const struct inventory inventory = {
	.target = STR_INIT("registry.example.com/app:1"),
	.target_kind = STR_INIT("docker"),
	.registry = STR_INIT("registry.example.com"),
	.repository = STR_INIT("app"),
	.tag = STR_INIT("1"),
	.digest = STR_INIT("sha256:ee"),
	.platform = STR_INIT("linux/amd64"),
	.os = { .family = STR_INIT("debian"),
		.version = STR_INIT("12"),
		.codename = STR_INIT("bookworm"),
		.pretty = STR_INIT("Debian GNU/Linux 12 (bookworm)") },
	.layers = layers,
	.layer_count = ARRAY_LEN(layers),
	.packages = packages,
	.package_count = ARRAY_LEN(packages),
	.kinds_read = kinds,
	.kinds_read_count = ARRAY_LEN(kinds),
	.not_examined = missed,
	.not_examined_count = ARRAY_LEN(missed),
};

enum form { CYCLONEDX, SPDX_JSON, SPDX_TAG, FORMS };

static str write_form(enum form form, const struct inventory *from, str version,
		      struct arena *arena)
{
	const struct sbom_write_opts opts = { .spec_version = version, .tool_version = STR("1") };
	struct buf b;
	struct err err;
	str out;

	buf_init(&b, DOCUMENT_MAX);
	if (form == CYCLONEDX)
		sbom_write_cyclonedx(from, &opts, arena, &b);
	else if (form == SPDX_JSON)
		sbom_write_spdx_json(from, &opts, arena, &b);
	else
		CHECK_OK(sbom_write_spdx_tag(from, &opts, arena, &b, &err));
	CHECK(!b.overflow);
	out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return out;
}

static void check_package(const struct package *got, const struct package *want)
{
	CHECK_STR_EQ(got->kind, want->kind);
	CHECK_STR_EQ(got->name, want->name);
	CHECK_STR_EQ(got->version, want->version);
	CHECK_STR_EQ(got->arch, want->arch);
	CHECK_STR_EQ(got->source_name, want->source_name);
	CHECK_STR_EQ(got->source_version, want->source_version);
	CHECK_STR_EQ(got->maintainer, want->maintainer);
	CHECK_STR_EQ(got->vendor, want->vendor);
	CHECK_STR_EQ(got->licence, want->licence);
	CHECK_STR_EQ(got->module, want->module);
	CHECK_STR_EQ(got->path, want->path);
	CHECK_INT(got->form, want->form);
	CHECK_INT(got->dev, want->dev);
	CHECK_INT(got->indirect, want->indirect);
	CHECK_INT(got->epoch_present, want->epoch_present);
	CHECK_INT(got->line, want->line);
	CHECK_INT(got->layer, want->layer);
	CHECK_INT(got->depend_count, want->depend_count);
	CHECK_INT(got->digest_count, want->digest_count);
	for (size_t i = 0; i < want->depend_count; i++)
		CHECK_STR_EQ(got->depends[i], want->depends[i]);
	for (size_t i = 0; i < want->digest_count; i++)
		CHECK_STR_EQ(got->digests[i], want->digests[i]);
}

static void check_inventory(const struct inventory *got)
{
	CHECK_INT(got->package_count, ARRAY_LEN(packages));
	for (size_t i = 0; i < ARRAY_LEN(packages); i++)
		check_package(&got->packages[i], &packages[i]);
	CHECK_STRV(got->target_kind, "sbom");
	CHECK_STR_EQ(got->target, inventory.target);
	CHECK_STR_EQ(got->digest, inventory.digest);
	CHECK_STR_EQ(got->os.family, inventory.os.family);
	CHECK_STR_EQ(got->os.version, inventory.os.version);
	CHECK_STR_EQ(got->os.codename, inventory.os.codename);
	CHECK_STR_EQ(got->os.pretty, inventory.os.pretty);
	CHECK_INT(got->layer_count, ARRAY_LEN(layers));
	CHECK_STR_EQ(got->layers[1].created_by, layers[1].created_by);
	CHECK_STR_EQ(got->layers[0].diff_id, layers[0].diff_id);
	CHECK_INT(got->layers[0].size, 12);
	CHECK_INT(got->kinds_read_count, ARRAY_LEN(kinds));
	CHECK_STR_EQ(got->kinds_read[0], kinds[0]);
	CHECK_INT(got->not_examined_count, 1);
	CHECK_INT(got->not_examined[0].kind, ERR_LIMIT);
	CHECK_STR_EQ(got->not_examined[0].reason, missed[0].reason);
	CHECK_INT(got->not_examined[0].count, 3);
}

TEST(sbom_what_is_written_reads_as_the_same_inventory_and_writes_the_same_bytes)
{
	for (enum form form = CYCLONEDX; form < FORMS; form++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str text = write_form(form, &inventory, STR_EMPTY, arena), again;
		struct sbom sbom;
		struct err err;

		CHECK_OK(sbom_read(text, arena, &sbom, &err));
		CHECK_STR_EQ(sbom.breach, STR(""));
		CHECK_INT(sbom.skipped, 0);
		check_inventory(&sbom.inventory);
		again = write_form(form, &sbom.inventory, STR_EMPTY, arena);
		CHECK_STR_EQ(again, text);
	}
}

TEST(sbom_every_version_that_is_written_keeps_its_own_rules)
{
	static const char *const versions[] = { "1.4", "1.5", "1.6", "1.7" };

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct sbom sbom;
		struct err err;
		str text = write_form(CYCLONEDX, &inventory, str_c(versions[i]), arena);

		CHECK_OK(sbom_read(text, arena, &sbom, &err));
		CHECK_STR_EQ(sbom.version, str_c(versions[i]));
		CHECK_STR_EQ(sbom.breach, STR(""));
		check_inventory(&sbom.inventory);
	}
}

TEST(sbom_same_inventory_same_bytes_another_inventory_another_serial_number)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct inventory other = inventory;
	str a = write_form(CYCLONEDX, &inventory, STR_EMPTY, arena), b;
	const struct json *x, *y;
	struct err err;

	CHECK_STR_EQ(write_form(CYCLONEDX, &inventory, STR_EMPTY, arena), a);
	other.package_count = 1;
	b = write_form(CYCLONEDX, &other, STR_EMPTY, arena);
	CHECK_OK(json_parse(a, NULL, arena, &x, &err));
	CHECK_OK(json_parse(b, NULL, arena, &y, &err));
	CHECK(!str_eq(json_get_str(x, STR("serialNumber")), json_get_str(y, STR("serialNumber"))));
	CHECK(JSON_GET(JSON_GET(x, "metadata"), "timestamp") == NULL);
}

/* ---- documents of others ---- */

static struct sbom read_text(const char *text, struct arena *arena)
{
	struct sbom sbom = { 0 };
	struct err err;

	CHECK_OK(sbom_read(str_c(text), arena, &sbom, &err));
	return sbom;
}

#define CDX "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"version\":1,"

TEST(sbom_notes_of_trivy_are_understood)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom = read_text(
		CDX
		"\"components\":[{\"type\":\"operating-system\",\"name\":\"redhat\",\"version\":\"9.2\"},"
		"{\"type\":\"library\",\"name\":\"libx\",\"version\":\"1.2\","
		"\"purl\":\"pkg:rpm/redhat/libx@1.2-3.el9?arch=x86_64&epoch=2\",\"properties\":["
		"{\"name\":\"aquasecurity:trivy:SrcRelease\",\"value\":\"3.el9\"},"
		"{\"name\":\"aquasecurity:trivy:SrcName\",\"value\":\"x\"},"
		"{\"name\":\"aquasecurity:trivy:SrcVersion\",\"value\":\"1.2\"},"
		"{\"name\":\"aquasecurity:trivy:LayerDiffID\",\"value\":\"sha256:aa\"}]}]}",
		arena);

	CHECK_STRV(sbom.inventory.os.family, "redhat");
	CHECK_STRV(sbom.inventory.os.version, "9.2");
	CHECK_INT(sbom.inventory.package_count, 1);
	CHECK_STRV(sbom.inventory.packages[0].version, "2:1.2-3.el9");
	CHECK_STRV(sbom.inventory.packages[0].source_name, "x");
	CHECK_STRV(sbom.inventory.packages[0].source_version, "1.2-3.el9");
	CHECK_INT(sbom.inventory.packages[0].layer, 0);
	CHECK_STRV(sbom.inventory.layers[0].diff_id, "sha256:aa");
}

TEST(sbom_system_comes_from_the_package_urls_where_nothing_else_names_it)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom = read_text(
		CDX
		"\"components\":[{\"type\":\"library\",\"name\":\"musl\",\"version\":\"1.2.4-r2\","
		"\"purl\":\"pkg:apk/alpine/musl@1.2.4-r2?distro=alpine-3.19.1\"}]}",
		arena);

	CHECK_STRV(sbom.inventory.os.family, "alpine");
	CHECK_STRV(sbom.inventory.os.version, "3.19.1");
}

TEST(sbom_syft_json_is_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom = read_text(
		"{\"artifacts\":[{\"id\":\"a\",\"name\":\"libc6\",\"version\":\"2.36-9\",\"type\":\"deb\","
		"\"locations\":[{\"path\":\"/var/lib/dpkg/status\",\"layerID\":\"sha256:l\"}],"
		"\"licenses\":[{\"value\":\"LGPL-2.1\",\"spdxExpression\":\"LGPL-2.1-only\"}],"
		"\"purl\":\"pkg:deb/debian/libc6@2.36-9?arch=amd64&upstream=glibc&distro=debian-12\","
		"\"metadata\":{\"source\":\"glibc\",\"sourceVersion\":\"\"}}],"
		"\"artifactRelationships\":[],\"source\":{\"name\":\"app\",\"metadata\":"
		"{\"userInput\":\"app:1\",\"layers\":[{\"digest\":\"sha256:l\"}]}},"
		"\"distro\":{\"id\":\"debian\",\"versionID\":\"12\"},\"schema\":{\"version\":\"16.0.0\"}}",
		arena);

	CHECK_INT(sbom.format, SBOM_SYFT_JSON);
	CHECK_STRV(sbom.inventory.packages[0].source_name, "glibc");
	CHECK_STRV(sbom.inventory.packages[0].licence, "LGPL-2.1-only");
	CHECK_STRV(sbom.inventory.packages[0].path, "var/lib/dpkg/status");
	CHECK_INT(sbom.inventory.packages[0].layer, 0);
	CHECK_STRV(sbom.inventory.os.family, "debian");
	CHECK_STRV(sbom.inventory.target, "app:1");
}

TEST(sbom_cyclonedx_xml_is_read_as_its_json_is)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom = read_text(
		"<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\" version=\"1\">"
		"<components><component type=\"library\" bom-ref=\"a\"><group>org.example</group>"
		"<name>core</name><version>1.10</version><licenses><license><id>MIT</id></license>"
		"</licenses><purl>pkg:maven/org.example/core@1.10</purl></component>"
		"<component type=\"library\" bom-ref=\"b\"><name>b</name><version>2</version>"
		"<purl>pkg:npm/b@2</purl></component></components><dependencies>"
		"<dependency ref=\"b\"><dependency ref=\"a\"/></dependency></dependencies></bom>",
		arena);

	CHECK_INT(sbom.format, SBOM_CYCLONEDX_XML);
	CHECK_STRV(sbom.breach, "");
	CHECK_STRV(sbom.inventory.packages[0].name, "org.example:core");
	CHECK_STRV(sbom.inventory.packages[0].licence, "MIT");
	CHECK_STRV(sbom.inventory.packages[1].depends[0], "org.example:core@1.10");
}

/* What XML may carry beside what is named differs from element to element. */
TEST(sbom_cyclonedx_xml_attributes_are_those_the_schema_admits)
{
	static const struct {
		const char *text;
		bool kept;
	} cases[] = {
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\" other=\"1\"/>", true },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.0\" other=\"1\"><components/></bom>",
		  false },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components other=\"1\"/></bom>",
		  true },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><metadata other=\"1\"/></bom>",
		  false },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><metadata xmlns:x=\"urn:x\" "
		  "x:other=\"1\"/></bom>",
		  true },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components><component "
		  "type=\"library\"><name other=\"1\">a</name></component></components></bom>",
		  false },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components><component "
		  "type=\"library\"><name>a</name><scope>required</scope></component></components>"
		  "</bom>",
		  true },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components><component "
		  "type=\"library\"><name>a</name><scope> required</scope></component></components>"
		  "</bom>",
		  false },
		{ "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\" "
		  "serialNumber=\"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79 \"/>",
		  false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct sbom sbom = read_text(cases[i].text, arena);

		/* Which case it is stands in what is compared. */
		CHECK_INT(sbom.breach.n == 0 ? (int)i : -1, cases[i].kept ? (int)i : -1);
	}
}

TEST(sbom_byte_order_marks_and_utf16_are_understood)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char text[] = CDX "\"components\":[]}";
	char wide[2 * sizeof(text)] = "\xff\xfe";
	struct sbom sbom;
	struct err err;

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		wide[2 + 2 * i] = text[i];
		wide[3 + 2 * i] = 0;
	}
	CHECK_OK(sbom_read(str_of(wide, 2 * sizeof(text)), arena, &sbom, &err));
	CHECK_INT(sbom.format, SBOM_CYCLONEDX_JSON);
	sbom = read_text("\xef\xbb\xbf" CDX "\"components\":[]}", arena);
	CHECK_INT(sbom.inventory.package_count, 0);
}

/* ---- hostile ones ---- */

TEST(sbom_broken_components_are_counted_and_the_others_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom = read_text(
		CDX
		"\"components\":[7,{\"type\":\"library\",\"version\":\"1\"},"
		"{\"type\":\"library\",\"name\":\"x\",\"version\":\"1\",\"purl\":\"not one\"},"
		"{\"type\":\"library\",\"name\":\"y\",\"version\":\"1\",\"purl\":\"pkg:npm/y@1\"},"
		"{\"type\":\"file\"}]}",
		arena);

	CHECK_INT(sbom.skipped, 4);
	CHECK(sbom.breach.n > 0);
	CHECK_INT(sbom.inventory.package_count, 2);
	CHECK_STRV(sbom.inventory.packages[0].kind, "generic");
	CHECK_STRV(sbom.inventory.packages[1].name, "y");
	CHECK_INT(sbom.inventory.not_examined[0].kind, ERR_INPUT);
	CHECK_INT(sbom.inventory.not_examined[0].count, 4);
}

TEST(sbom_cycles_and_references_given_twice_do_no_harm)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom = read_text(
		CDX
		"\"components\":["
		"{\"type\":\"library\",\"bom-ref\":\"a\",\"name\":\"a\",\"version\":\"1\",\"purl\":\"pkg:npm/a@1\"},"
		"{\"type\":\"library\",\"bom-ref\":\"a\",\"name\":\"b\",\"version\":\"1\",\"purl\":\"pkg:npm/b@1\"},"
		"{\"type\":\"library\",\"bom-ref\":\"c\",\"name\":\"c\",\"version\":\"1\",\"purl\":\"pkg:npm/c@1\"}],"
		"\"dependencies\":[{\"ref\":\"a\",\"dependsOn\":[\"c\",\"a\",\"none\"]},"
		"{\"ref\":\"c\",\"dependsOn\":[\"a\"]}]}",
		arena);

	CHECK_INT(sbom.inventory.package_count, 3);
	CHECK_INT(sbom.inventory.packages[0].depend_count, 1);
	CHECK_STRV(sbom.inventory.packages[0].depends[0], "c@1");
	CHECK_STRV(sbom.inventory.packages[2].depends[0], "a@1");
}

TEST(sbom_documents_that_are_none_are_refused)
{
	static const char *const bad[] = {
		"",
		"   ",
		"{}",
		"[]",
		"{\"bomFormat\":\"X\"}",
		"hello",
		"<a/>",
		"SPDXVersion: SPDX-3.0\n",
		"{\"spdxVersion\":\"SPDX-3.0\"}",
		"\xff\xff\xff",
		"SPDXVersion: SPDX-2.3\nPackageName: <text>x\n",
		"SPDXVersion: SPDX-2.3\nno tag\n",
		"spdxVersion: [\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct sbom sbom;
		struct err err;

		CHECK_FAIL(sbom_read(str_c(bad[i]), arena, &sbom, &err));
		CHECK(err.msg[0] != 0);
	}
}

TEST(sbom_components_nested_too_deep_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf b;
	struct sbom sbom;
	struct err err;

	buf_init(&b, DOCUMENT_MAX);
	BUF_LIT(&b, CDX "\"components\":[");
	for (size_t i = 0; i < 200; i++)
		BUF_LIT(&b, "{\"type\":\"library\",\"name\":\"x\",\"components\":[");
	for (size_t i = 0; i < 200; i++)
		BUF_LIT(&b, "]}");
	BUF_LIT(&b, "]}");
	CHECK_FAIL(sbom_read(buf_str(&b), arena, &sbom, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	buf_done(&b);
}

TEST(sbom_large_documents_take_time_in_proportion)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf b;
	struct sbom sbom;
	struct err err;

	buf_init(&b, DOCUMENT_MAX);
	BUF_LIT(&b, CDX "\"components\":[");
	for (size_t i = 0; i < 60000; i++)
		buf_fmt(&b,
			"%s{\"type\":\"library\",\"bom-ref\":\"%zu\",\"name\":\"p%zu\",\"version\":\"1\","
			"\"purl\":\"pkg:npm/p%zu@1\"}",
			i ? "," : "", i, i, i);
	BUF_LIT(&b, "],\"dependencies\":[{\"ref\":\"0\",\"dependsOn\":[\"1\"");
	for (size_t i = 2; i < 60000; i++)
		buf_fmt(&b, ",\"%zu\"", i);
	BUF_LIT(&b, "]}]}");
	CHECK_OK(sbom_read(buf_str(&b), arena, &sbom, &err));
	CHECK_STRV(sbom.breach, "");
	CHECK_INT(sbom.inventory.package_count, 60000);
	CHECK_INT(sbom.inventory.packages[0].depend_count, 59999);
	buf_done(&b);
}
