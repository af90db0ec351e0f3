/* SPDX-License-Identifier: Apache-2.0 */
/* Results of other scanners: each form, what is hidden, what cannot be taken, and several as one.
 */
#include "report/import.h"

#include "base/buf.h"
#include "base/json.h"
#include "test.h"

static struct imported_list read_text(struct arena *arena, const char *text)
{
	struct imported_list list, again;
	struct json_writer w;
	const struct json *document;
	struct err err = { 0 };
	struct buf b;

	if (import_read(str_c(text), arena, &list, &err) < 0)
		test_fail(__FILE__, __LINE__, "%s", err.msg);
	/* As it comes from the confined reader. */
	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	import_write(&list, &w);
	str copy = str_dup(arena, buf_str(&b));
	buf_done(&b);
	if (json_parse(copy, NULL, arena, &document, &err) < 0 ||
	    import_take(document, arena, &again, &err) < 0)
		test_fail(__FILE__, __LINE__, "%s: %.*s", err.msg, STR_ARG(copy));
	CHECK_INT(again.n, list.n);
	return again;
}

/* "id kind/name@version fixed severity status [hidden]" of each finding, with ';' behind. */
static str shown(struct arena *arena, const struct imported *item)
{
	str out = STR_EMPTY;

	for (size_t i = 0; i < item->finding_count; i++) {
		const struct finding *f = &item->findings[i];
		const struct package *p = &item->inventory.packages[f->package];

		out = str_fmt(arena, "%.*s%.*s %.*s/%.*s@%.*s %.*s %s %s%s;", STR_ARG(out),
			      STR_ARG(f->id), STR_ARG(p->kind), STR_ARG(p->name),
			      STR_ARG(p->version), STR_ARG(f->fixed), severity_name(f->severity),
			      fix_status_name(f->status), f->hidden ? " hidden" : "");
	}
	return out;
}

struct form_case {
	const char *form, *tool, *target, *text, *want;
	uint64_t skipped;
};

static const struct form_case forms[] = {
	{ "trivy", "Trivy", "app:1",
	  "{\"SchemaVersion\":2,\"ArtifactName\":\"app:1\",\"Results\":[{\"Target\":\"app "
	  "(debian 12)\",\"Class\":\"os-pkgs\",\"Type\":\"debian\",\"Vulnerabilities\":[{"
	  "\"VulnerabilityID\":\"CVE-1-1\",\"PkgName\":\"libc6\",\"InstalledVersion\":\"2.36\","
	  "\"FixedVersion\":\"2.37\",\"Status\":\"fixed\",\"Severity\":\"HIGH\",\"CVSS\":{\"nvd\":{"
	  "\"V3Vector\":\"CVSS:3.1/AV:N\",\"V3Score\":7.5}}},{\"VulnerabilityID\":\"CVE-1-2\","
	  "\"PkgName\":\"libc6\",\"InstalledVersion\":\"2.36\",\"Status\":\"will_not_fix\","
	  "\"Severity\":\"LOW\"}],\"ExperimentalModifiedFindings\":[{\"Type\":\"vulnerability\","
	  "\"Status\":\"not_affected\",\"Statement\":\"why\",\"Finding\":{\"VulnerabilityID\":"
	  "\"CVE-1-3\",\"PkgName\":\"libc6\",\"InstalledVersion\":\"2.36\",\"Severity\":"
	  "\"CRITICAL\"}}]}]}",
	  "CVE-1-1 deb/libc6@2.36 2.37 high fixed;CVE-1-2 deb/libc6@2.36  low will_not_fix;"
	  "CVE-1-3 deb/libc6@2.36  critical affected hidden;" },
	{ "grype", "grype", "app:1",
	  "{\"matches\":[{\"vulnerability\":{\"id\":\"GHSA-aaaa-bbbb-cccc\",\"severity\":\"Medium\","
	  "\"fix\":{\"versions\":[\"1.3\"],\"state\":\"fixed\"}},\"relatedVulnerabilities\":[{"
	  "\"id\":\"CVE-1-1\"}],\"matchDetails\":[{\"type\":\"exact-direct-match\"}],\"artifact\":{"
	  "\"name\":\"left-pad\",\"version\":\"1.2\",\"type\":\"npm\",\"purl\":"
	  "\"pkg:npm/left-pad@1.2\",\"locations\":[{\"path\":\"/app/package.json\"}]}}],"
	  "\"ignoredMatches\":[{\"vulnerability\":{\"id\":\"CVE-1-2\",\"severity\":\"High\",\"fix\":{"
	  "\"versions\":[],\"state\":\"wont-fix\"}},\"artifact\":{\"name\":\"left-pad\",\"version\":"
	  "\"1.2\",\"type\":\"npm\",\"locations\":[{\"path\":\"/app/package.json\"}]},"
	  "\"appliedIgnoreRules\":[{\"reason\":\"no\"}]}],\"source\":{\"type\":\"image\",\"target\":{"
	  "\"userInput\":\"app:1\"}},\"descriptor\":{\"name\":\"grype\",\"version\":\"0.8\"}}",
	  "CVE-1-1 npm/left-pad@1.2 1.3 medium fixed;CVE-1-2 npm/left-pad@1.2  high will_not_fix "
	  "hidden;" },
	{ "sarif", "Some Tool", "",
	  "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"Some Tool\",\"rules\":[{"
	  "\"id\":\"CVE-1-1-libx\",\"shortDescription\":{\"text\":\"t\"},\"properties\":{"
	  "\"security-severity\":\"9.8\"}},{\"id\":\"R2\",\"defaultConfiguration\":{\"level\":"
	  "\"note\"}}]}},\"results\":[{\"ruleId\":\"CVE-1-1-libx\",\"message\":{\"text\":\"A critical "
	  "vulnerability in deb package: libx, version 1.2-3 was found at: /var\"}},{\"ruleIndex\":1,"
	  "\"message\":{\"text\":\"m\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
	  "\"uri\":\"src/a.c\"}}}]},{\"ruleId\":\"CVE-1-2\",\"level\":\"error\",\"message\":{\"text\":"
	  "\"Package: liby\\nInstalled Version: 2\\nFixed Version: 3\"},\"suppressions\":[{\"kind\":"
	  "\"external\",\"justification\":\"j\"}]},{\"ruleId\":\"R2\",\"kind\":\"pass\",\"message\":{"
	  "\"text\":\"m\"}}]}]}",
	  "CVE-1-1 generic/libx@1.2-3  critical affected;R2 generic/src/a.c@  low affected;"
	  "CVE-1-2 generic/liby@2 3 high fixed hidden;" },
	{ "cyclonedx", "T", "app",
	  "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"metadata\":{\"tools\":{\"components\":"
	  "[{\"name\":\"T\"}]},\"component\":{\"name\":\"app\",\"bom-ref\":\"root\"}},\"components\":[{"
	  "\"type\":\"library\",\"bom-ref\":\"a\",\"name\":\"x\",\"version\":\"1\",\"purl\":"
	  "\"pkg:pypi/x@1\"}],\"vulnerabilities\":[{\"id\":\"CVE-1-1\",\"ratings\":[{\"severity\":"
	  "\"high\"}],\"affects\":[{\"ref\":\"a\"},{\"ref\":\"gone\"}]},{\"id\":\"CVE-1-2\",\"ratings\":[{"
	  "\"score\":5.0,\"method\":\"CVSSv31\"}],\"analysis\":{\"state\":\"not_affected\"},\"affects\":"
	  "[{\"ref\":\"urn:cdx:1/1#a\"}]}]}",
	  "CVE-1-1 pypi/x@1  high affected;CVE-1-2 pypi/x@1  medium affected hidden;", 1 },
	{ "spdx", "t-1", "doc",
	  "{\"spdxVersion\":\"SPDX-2.3\",\"name\":\"doc\",\"creationInfo\":{\"creators\":[\"Tool: "
	  "t-1\"]},\"packages\":[{\"name\":\"x\",\"versionInfo\":\"1\",\"externalRefs\":[{"
	  "\"referenceCategory\":\"PACKAGE-MANAGER\",\"referenceType\":\"purl\",\"referenceLocator\":"
	  "\"pkg:gem/x@1\"},{\"referenceCategory\":\"SECURITY\",\"referenceType\":\"advisory\","
	  "\"referenceLocator\":\"https://example.com/CVE-1-1\"}]}]}",
	  "CVE-1-1 gem/x@1  unknown affected;" },
	{ "openvex", "Sup", "https://example.com/vex",
	  "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"@id\":\"https://example.com/vex\","
	  "\"author\":\"Sup\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"statements\":[{"
	  "\"vulnerability\":{\"name\":\"CVE-1-1\"},\"products\":[{\"@id\":\"pkg:npm/a@1\"},{\"@id\":"
	  "\"https://example.com/p\"}],\"status\":\"affected\"},{\"vulnerability\":{\"name\":"
	  "\"CVE-1-1\"},\"products\":[{\"@id\":\"pkg:npm/a@1\"}],\"status\":\"fixed\",\"timestamp\":"
	  "\"2026-02-01T00:00:00Z\"}]}",
	  "CVE-1-1 npm/a@1  unknown affected hidden;", 1 },
	{ "snyk", "Snyk", "app:1",
	  "{\"vulnerabilities\":[{\"id\":\"SNYK-1\",\"identifiers\":{\"CVE\":[\"CVE-1-1\"]},\"title\":"
	  "\"t\",\"severity\":\"high\",\"packageName\":\"x\",\"version\":\"1\",\"fixedIn\":[\"2\"],"
	  "\"packageManager\":\"debian:12\",\"cvssScore\":7.1}],\"packageManager\":\"deb\",\"path\":"
	  "\"app:1\"}",
	  "CVE-1-1 deb/x@1 2 high fixed;" },
	{ "clair", "Clair", "sha256:1",
	  "{\"manifest_hash\":\"sha256:1\",\"packages\":{\"1\":{\"name\":\"x\",\"version\":\"1\"}},"
	  "\"distributions\":{\"7\":{\"did\":\"ubuntu\"}},\"environments\":{\"1\":[{"
	  "\"distribution_id\":\"7\"}]},\"vulnerabilities\":{\"5\":{\"name\":\"CVE-1-1 on Ubuntu\","
	  "\"normalized_severity\":\"Medium\",\"fixed_in_version\":\"2\"}},\"package_vulnerabilities\":"
	  "{\"1\":[\"5\",\"6\"]}}",
	  "CVE-1-1 deb/x@1 2 medium fixed;", 1 },
	{ "seawall", "Seawall", "dir:x",
	  "{\"schema_version\":\"1.0\",\"seawall_version\":\"0.1\",\"target\":\"dir:x\",\"status\":"
	  "\"assessed\",\"packages\":[],\"findings\":[{\"id\":\"CVE-1-1\",\"package\":\"x\","
	  "\"package_kind\":\"apk\",\"installed\":\"1\",\"fixed\":\"2\",\"status\":\"fixed\","
	  "\"severity\":\"critical\"}],\"suppressed\":[{\"id\":\"CVE-1-2\",\"package\":\"x\","
	  "\"package_kind\":\"apk\",\"installed\":\"1\",\"fixed\":\"\",\"severity\":\"low\",\"reason\":"
	  "\"exception\",\"exception\":{\"kind\":\"mitigated\",\"reason\":\"r\"}},{\"id\":\"CVE-1-3\","
	  "\"package\":\"x\",\"package_kind\":\"apk\",\"installed\":\"1\",\"fixed\":\"\",\"severity\":"
	  "\"low\",\"reason\":\"severity\"}]}",
	  "CVE-1-1 apk/x@1 2 critical fixed;CVE-1-2 apk/x@1  low affected hidden;CVE-1-3 apk/x@1  low "
	  "affected;" },
};

TEST(each_form_is_known_by_its_content)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct imported_list list = read_text(arena, forms[i].text);
		const struct imported *item = &list.items[0];
		str got = shown(arena, item);

		CHECK_INT(list.n, 1);
		if (!str_eq(item->from.form, str_c(forms[i].form)) ||
		    !str_eq(item->from.tool, str_c(forms[i].tool)) ||
		    !str_eq(item->inventory.target, str_c(forms[i].target)) ||
		    !str_eq(got, str_c(forms[i].want)))
			test_fail(__FILE__, __LINE__, "%s: tool '%.*s', target '%.*s': got '%.*s'",
				  forms[i].form, STR_ARG(item->from.tool),
				  STR_ARG(item->inventory.target), STR_ARG(got));
		CHECK_INT(item->skipped, forms[i].skipped);
	}
}

TEST(what_is_no_report_is_refused)
{
	static const char *const bad[] = { "",
					   "{}",
					   "[]",
					   "null",
					   "{\"matches\":1}",
					   "{\"runs\":[]}",
					   "not json",
					   "{\"version\":\"2.1.0\",\"runs\":[]}" };
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct imported_list list;
		struct err err = { 0 };

		CHECK_FAIL(import_read(str_c(bad[i]), arena, &list, &err));
		CHECK(err.msg[0] != 0);
	}
}

/* All of the table about x in one. */
TEST(documents_about_one_target_become_one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct imported_list snyk = read_text(arena, forms[6].text);
	struct imported_list clair = read_text(arena, forms[7].text);
	const struct imported *both[] = { &snyk.items[0], &clair.items[0] };
	struct advisory_info database;
	struct inventory inventory;
	struct match_result match;

	import_merge(both, 2, arena, &inventory, &match, &database);
	CHECK_INT(inventory.package_count, 1);
	CHECK_INT(match.finding_count, 1);
	const struct finding *f = &match.findings[0];
	CHECK_INT(f->tool_count, 2);
	CHECK(str_eq(f->tools[0], STR("Snyk")) && str_eq(f->tools[1], STR("Clair")));
	CHECK_INT(f->severity, SEVERITY_HIGH); /* of the first */
	CHECK_INT(match.import_count, 2);
	/* A record that could not be taken is something nobody looked at. */
	CHECK_INT(inventory.not_examined_count, 1);
	CHECK_INT(inventory.not_examined[0].count, 1);
}

TEST(one_flaw_under_two_names_is_one_finding)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct imported_list a = read_text(arena, forms[1].text); /* CVE-1-1, GHSA-... */
	struct imported_list b = read_text(
		arena,
		"{\"ArtifactName\":\"app:1\",\"Results\":[{\"Target\":\"Node.js\",\"Type\":"
		"\"node-pkg\",\"Vulnerabilities\":[{\"VulnerabilityID\":"
		"\"GHSA-aaaa-bbbb-cccc\",\"PkgName\":\"left-pad\",\"PkgPath\":"
		"\"app/package.json\",\"InstalledVersion\":\"1.2\",\"Severity\":\"HIGH\"}]}]}");
	const struct imported *both[] = { &a.items[0], &b.items[0] };
	struct advisory_info database;
	struct inventory inventory;
	struct match_result match;

	CHECK(import_same_target(both[0], both[1]));
	import_merge(both, 2, arena, &inventory, &match, &database);
	CHECK_INT(inventory.package_count, 1);
	CHECK_INT(match.finding_count, 2); /* and the hidden one */
	for (size_t i = 0; i < 2; i++) {
		if (str_eq(match.findings[i].id, STR("CVE-1-1")))
			CHECK_INT(match.findings[i].tool_count, 2);
	}
}

TEST(another_digest_is_another_target)
{
	struct imported a = { .inventory = { .target = STR("docker://docker.io/library/app:1") } };
	struct imported b = { .inventory = { .target = STR("app:1") } };

	CHECK(import_same_target(&a, &b));
	a.inventory.digest = STR("sha256:1");
	CHECK(import_same_target(&a, &b));
	b.inventory.digest = STR("sha256:2");
	CHECK(!import_same_target(&a, &b));
	b.inventory.digest = STR("sha256:1");
	b.inventory.target = STR("other");
	CHECK(import_same_target(&a, &b));
}

TEST(documents_in_other_encodings_are_read_as_their_json_forms)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char *const xml =
		"<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><metadata>"
		"<timestamp>2026-01-02T03:04:05Z</timestamp><tools><tool><name>maker</name><version>9"
		"</version></tool></tools><component type=\"container\"><name>app</name></component>"
		"</metadata><components><component type=\"library\" bom-ref=\"r1\"><name>left</name>"
		"<version>1</version><licenses><license><id>MIT</id></license></licenses>"
		"<purl>pkg:npm/left@1</purl></component></components><vulnerabilities><vulnerability>"
		"<id>CVE-1-1</id><source><name>NVD</name></source><ratings><rating><score>9.8</score>"
		"<severity>critical</severity><method>CVSSv31</method></rating></ratings>"
		"<description>bad</description><affects><target><ref>r1</ref></target></affects>"
		"</vulnerability><vulnerability><id>CVE-1-2</id><analysis><state>not_affected</state>"
		"<detail>unused</detail></analysis><affects><target><ref>r1</ref></target></affects>"
		"</vulnerability></vulnerabilities></bom>";
	static const char *const tag =
		"SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: app\n"
		"DocumentNamespace: https://example.com/a\nCreator: Tool: maker-9\nCreated: "
		"2026-01-02T03:04:05Z\n\nPackageName: left\nSPDXID: SPDXRef-left\nPackageVersion: 1\n"
		"PackageDownloadLocation: NOASSERTION\nPackageLicenseConcluded: NOASSERTION\n"
		"PackageLicenseDeclared: ISC\nExternalRef: PACKAGE-MANAGER purl pkg:npm/left@1\n"
		"ExternalRef: SECURITY advisory https://example.com/CVE-1-3\n";
	struct imported_list list = read_text(arena, xml);

	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].from.tool, "maker");
	CHECK_STRV(list.items[0].from.form, "cyclonedx");
	CHECK_STRV(list.items[0].from.date, "2026-01-02T03:04:05Z");
	CHECK_STRV(list.items[0].inventory.target, "app");
	CHECK_STRV(
		shown(arena, &list.items[0]),
		"CVE-1-1 npm/left@1  critical affected;CVE-1-2 npm/left@1  unknown affected hidden;");
	CHECK_STRV(list.items[0].findings[0].description, "bad");
	CHECK_INT(list.items[0].findings[0].cvss_count, 1);
	CHECK_STRV(list.items[0].findings[1].hidden->reason, "unused");
	CHECK_STRV(list.items[0].inventory.packages[0].licence, "MIT");
	list = read_text(arena, tag);
	CHECK_STRV(list.items[0].from.tool, "maker-9");
	CHECK_STRV(list.items[0].from.form, "spdx");
	CHECK_STRV(shown(arena, &list.items[0]), "CVE-1-3 npm/left@1  unknown affected;");
	CHECK_STRV(list.items[0].inventory.packages[0].licence, "ISC");
}

TEST(licence_issues_of_snyk_are_licences_of_packages)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct imported_list list = read_text(
		arena,
		"{\"vulnerabilities\":[{\"id\":\"snyk:lic:npm:x:GPL-3.0\",\"type\":\"license\","
		"\"license\":\"GPL-3.0\",\"severity\":\"high\",\"title\":\"GPL-3.0 license\","
		"\"packageName\":\"x\",\"version\":\"1\"},{\"id\":\"snyk:lic:npm:y:MPL-2.0\","
		"\"severity\":\"medium\",\"packageName\":\"y\",\"version\":\"2\"},{\"id\":"
		"\"SNYK-1\",\"identifiers\":{\"CVE\":[\"CVE-1-1\"]},\"severity\":\"low\","
		"\"packageName\":\"x\",\"version\":\"1\"}],\"packageManager\":\"npm\",\"path\":"
		"\"app\",\"licensesPolicy\":{\"severities\":{}}}");
	const struct imported *one = &list.items[0];

	CHECK_INT(list.n, 1);
	CHECK_INT(one->finding_count, 1);
	CHECK_STRV(one->findings[0].id, "CVE-1-1");
	CHECK(one->inventory.licences_searched);
	CHECK_INT(one->inventory.package_count, 2);
	CHECK_STRV(one->inventory.packages[0].licence, "GPL-3.0");
	CHECK_STRV(one->inventory.packages[1].licence, "MPL-2.0");
}

TEST(licences_of_other_tools_come_with_their_packages_and_files)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char *const trivy =
		"{\"SchemaVersion\":2,\"ArtifactName\":\"app:1\",\"Results\":[{\"Target\":\"app\",\"Class\":"
		"\"os-pkgs\",\"Type\":\"debian\",\"Packages\":[{\"Name\":\"a\",\"Version\":\"1\","
		"\"Licenses\":[\"GPL-2.0-only\",\"MIT\"]},{\"Name\":\"b\",\"Version\":\"1\"}]},"
		"{\"Target\":\"OS Packages\",\"Class\":\"license\",\"Licenses\":[{\"PkgName\":\"a\",\"Name\":"
		"\"GPL-2.0-only\"},{\"PkgName\":\"b\",\"Name\":\"ISC\"},{\"PkgName\":\"b\",\"Name\":"
		"\"MIT\"}]},{\"Target\":\"Loose\",\"Class\":\"license-file\",\"Licenses\":[{\"FilePath\":"
		"\"/srv/LICENSE\",\"Name\":\"MIT\",\"Confidence\":0.98}]}]}";
	static const char *const own =
		"{\"seawall_version\":\"1\",\"status\":\"assessed\",\"target\":\"app:1\",\"packages\":[{"
		"\"kind\":\"deb\",\"name\":\"a\",\"version\":\"1\",\"licence\":\"GPLv2\"}],\"findings\":[],"
		"\"licenses\":[{\"license\":\"GPL-2.0-only\",\"package\":\"a\",\"package_kind\":\"deb\","
		"\"installed\":\"1\"},{\"license\":\"ISC\",\"package\":\"c\",\"package_kind\":\"deb\","
		"\"installed\":\"2\"},{\"license\":\"MIT OR ISC\",\"package\":\"c\",\"package_kind\":\"deb\","
		"\"installed\":\"2\"},{\"license\":\"unknown\",\"path\":\"srv/COPYING\",\"confidence\":0.5}],"
		"\"suppressed_licenses\":[]}";
	struct imported_list one = read_text(arena, trivy), other = read_text(arena, own);
	const struct imported *items[] = { &one.items[0], &other.items[0] };
	struct inventory inventory;
	struct match_result match;
	struct advisory_info database;

	CHECK(one.items[0].inventory.licences_searched);
	CHECK_STRV(one.items[0].inventory.packages[0].licence, "GPL-2.0-only AND MIT");
	CHECK_STRV(one.items[0].inventory.packages[1].licence, "ISC AND MIT");
	CHECK_INT(one.items[0].inventory.licence_count, 1);
	CHECK_STRV(one.items[0].inventory.licences[0].path, "srv/LICENSE");
	CHECK_INT(one.items[0].inventory.licences[0].confidence, 980);
	CHECK_INT(one.items[0].skipped, 0);
	CHECK_STRV(other.items[0].inventory.packages[0].licence, "GPLv2");
	CHECK_STRV(other.items[0].inventory.packages[1].licence, "ISC AND (MIT OR ISC)");
	import_merge(items, 2, arena, &inventory, &match, &database);
	CHECK(inventory.licences_searched);
	CHECK_INT(inventory.package_count, 3);
	CHECK_INT(inventory.licence_count, 2);
	CHECK_STRV(inventory.licences[0].path, "srv/COPYING");
	CHECK_INT(inventory.licences[0].name.n, 0);
}
