/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exception.h"

#include "test.h"

static const struct cvss_score scores[] = {
	{ .version = STR_INIT("2.0"), .base = 9.0 },
	{ .version = STR_INIT("3.1"), .base = 5.5 },
};
static const str aliases[] = { STR_INIT("GHSA-aaaa-bbbb-cccc") };
static const struct package packages[] = {
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("libssl3"),
	  .version = STR_INIT("3.0.11-1"),
	  .source_name = STR_INIT("openssl"),
	  .path = STR_INIT("var/lib/dpkg/status"),
	  .vendor = STR_INIT("RedHat") },
};
static const struct inventory inventory = {
	.target = STR_INIT("docker://registry.example.com/team/app:1"),
	.registry = STR_INIT("registry.example.com"),
	.repository = STR_INIT("team/app"),
	.digest = STR_INIT("sha256:11"),
	.packages = packages,
	.package_count = 1,
};
static const struct finding finding = {
	.id = STR_INIT("CVE-2024-1"),
	.advisory = STR_INIT("DSA-5-1"),
	.aliases = aliases,
	.alias_count = 1,
	.title = STR_INIT("A hole in TLS"),
	.severity = SEVERITY_MEDIUM,
	.status = FIX_WILL_NOT,
	.cvss = scores,
	.cvss_count = 2,
};

static bool hides(struct exception e)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	exception_set_init(&set, arena, 1000);
	if (!e.subject)
		e.subject = EXCEPTION_ANY;
	CHECK_OK(exception_add(&set, &e, &err));
	bool hidden = exception_for(&set, &inventory, &finding) != NULL;
	CHECK_INT(set.items[0].matched, hidden);
	return hidden;
}

TEST(ids_are_those_of_the_flaw_in_any_case)
{
	static const char *const good[] = { "CVE-2024-1", "cve-2024-1", "DSA-5-1",
					    "GHSA-AAAA-bbbb-cccc" };
	str one = STR("CVE-2024-11");

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		str id = str_c(good[i]);
		CHECK(hides((struct exception){ .ids = &id, .id_count = 1 }));
	}
	CHECK(!hides((struct exception){ .ids = &one, .id_count = 1 }));
	CHECK(hides((struct exception){ 0 }));
	CHECK(!hides((struct exception){ .subject = EXCEPTION_SECRET }));
}

TEST(every_criterion_must_hold)
{
	str source = STR("open*"), other = STR("zlib"), deb = STR("deb"), rpm = STR("rpm");
	str version = STR("3.0.*"), path = STR("var/**"), elsewhere = STR("opt/**");
	str image = STR("registry.example.com/team/*"), digest = STR("sha256:11");

	CHECK(hides((struct exception){ .packages = &source, .package_count = 1 }));
	CHECK(!hides((struct exception){ .packages = &other, .package_count = 1 }));
	CHECK(hides((struct exception){ .package_kinds = &deb, .package_kind_count = 1 }));
	CHECK(!hides((struct exception){ .package_kinds = &rpm, .package_kind_count = 1 }));
	CHECK(hides(
		(struct exception){ .package_versions = &version, .package_version_count = 1 }));
	CHECK(!hides((struct exception){ .package_versions = &other, .package_version_count = 1 }));
	CHECK(hides((struct exception){ .paths = &path, .path_count = 1 }));
	CHECK(!hides((struct exception){ .paths = &elsewhere, .path_count = 1 }));
	CHECK(hides((struct exception){ .images = &image, .image_count = 1 }));
	CHECK(hides((struct exception){ .images = &digest, .image_count = 1 }));
	CHECK(!hides((struct exception){ .images = &other, .image_count = 1 }));
	CHECK(hides((struct exception){ .severities = 1u << SEVERITY_MEDIUM }));
	CHECK(!hides((struct exception){ .severities = 1u << SEVERITY_LOW }));
	CHECK(hides((struct exception){ .statuses = 1u << FIX_WILL_NOT }));
	CHECK(!hides((struct exception){ .statuses = 1u << FIX_AVAILABLE }));
	CHECK(!hides((struct exception){ .packages = &source,
					 .package_count = 1,
					 .package_kinds = &rpm,
					 .package_kind_count = 1 }));
}

TEST(score_is_that_of_version_3_and_text_is_of_the_finding)
{
	CHECK(hides((struct exception){ .cvss_below = 6.5 }));
	CHECK(!hides((struct exception){ .cvss_below = 5.5 }));
	CHECK(hides((struct exception){ .text = STR("redhat") }));
	CHECK(hides((struct exception){ .text = STR("hole in tls") }));
	CHECK(!hides((struct exception){ .text = STR("buffer") }));
}

TEST(the_last_day_still_counts)
{
	int64_t end;

	CHECK(hides((struct exception){ .expires = 1000 }));
	CHECK(!hides((struct exception){ .expires = 999 }));
	CHECK(exception_expiry(STR("1970-01-02"), &end));
	CHECK_INT(end, 2 * 86400 - 1);
	CHECK(exception_expiry(STR("1970-01-02T00:00:05Z"), &end));
	CHECK_INT(end, 86405);
	CHECK(!exception_expiry(STR("soon"), &end));
}

/* The exceptions of a file with that name and text, or the error. */
static int read_text(struct exception_set *set, struct arena *arena, const char *name, str text,
		     struct err *err)
{
	AUTO(free)
	char *dir = strdup("/tmp/seawall-exception-XXXXXX");
	char path[256];

	CHECK(mkdtemp(dir) != NULL);
	CHECK(snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path));
	FILE *f = fopen(path, "we");
	CHECK(f != NULL);
	CHECK_INT(fwrite(text.p, 1, text.n, f), text.n);
	CHECK_INT(fclose(f), 0);
	exception_set_init(set, arena, 0);
	int rc = exception_read(set, path, err);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(rmdir(dir), 0);
	return rc;
}

TEST(trivyignore_lines_are_ids_with_an_end)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	CHECK_OK(read_text(
		&set, arena, ".trivyignore",
		STR("# not reachable\nCVE-2018-14618\n\n\tCVE-2019-1543 exp:2023-01-01 # later\n"
		    "AVD-DS-0002\r\n#end"),
		&err));
	CHECK_INT(set.n, 3);
	CHECK_STRV(set.items[0].ids[0], "CVE-2018-14618");
	CHECK_STRV(set.items[0].reason, "not reachable");
	CHECK_INT(set.items[0].line, 2);
	CHECK_INT(set.items[0].expires, 0);
	CHECK_STRV(set.items[1].ids[0], "CVE-2019-1543");
	CHECK_STRV(set.items[1].reason, "later");
	CHECK_INT(set.items[1].expires, 1672617599);
	CHECK_STRV(set.items[2].ids[0], "AVD-DS-0002");
	CHECK_STRV(set.items[2].reason, "");
}

TEST(a_malformed_file_is_refused_with_its_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	CHECK_FAIL(read_text(&set, arena, ".trivyignore", STR("CVE-1\nCVE-2 exp:soon\n"), &err));
	CHECK(strstr(err.msg, "line 2: 'exp:soon' is not a day such as 2026-12-31"));
	CHECK_FAIL(read_text(&set, arena, "anything.txt", STR("CVE-1\n"), &err));
	CHECK(strstr(err.msg, "not a list of exceptions"));
}

TEST(own_form_has_every_criterion)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	CHECK_OK(read_text(&set, arena, ".seawallignore.yaml",
			   STR("exceptions:\n"
			       "  - ids: [CVE-2024-1, GHSA-1]\n"
			       "    package: [libssl*, openssl]\n"
			       "    package_version: 3.10\n"
			       "    package_kind: deb\n"
			       "    path: var/**\n"
			       "    image: registry.example.com/**\n"
			       "    severity: [low, medium]\n"
			       "    status: will_not_fix\n"
			       "    cvss_below: 6.5\n"
			       "    text: TLS\n"
			       "    subject: vulnerability\n"
			       "    type: mitigated\n"
			       "    reason: the port is closed\n"
			       "    author: platform team\n"
			       "    expires: 1970-03-01\n"
			       "  - id: CVE-2\n"
			       "    reason: a\n"
			       "    author: b\n"
			       "    approver: c\n"
			       "    expires: 2099-01-01\n"),
			   &err));
	CHECK_INT(set.n, 2);
	const struct exception *e = &set.items[0];
	CHECK_INT(e->id_count, 2);
	CHECK_INT(e->package_count, 2);
	CHECK_STRV(e->package_versions[0], "3.10");
	CHECK_INT(e->severities, 1u << SEVERITY_LOW | 1u << SEVERITY_MEDIUM);
	CHECK_INT(e->statuses, 1u << FIX_WILL_NOT);
	CHECK(e->cvss_below > 6.49 && e->cvss_below < 6.51);
	CHECK_INT(e->subject, EXCEPTION_VULNERABILITY);
	CHECK_INT(e->kind, EXCEPTION_MITIGATED);
	CHECK_INT(e->line, 2);
	CHECK_INT(e->expires, 60 * 86400 - 1);
	CHECK_INT(set.items[1].line, 17);
	CHECK_INT(set.items[1].subject, EXCEPTION_ANY);
}

TEST(own_form_asks_for_who_why_and_until_when)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "exceptions:\n- id: CVE-1\n  reason: r\n  author: a\n",
		  "line 2: an exception needs" },
		{ "exceptions:\n- id: CVE-1\n  reason: r\n  expires: 1970-02-01\n",
		  "needs reason, author" },
		{ "exceptions:\n- id: CVE-1\n  author: a\n  expires: 1970-02-01\n",
		  "needs reason, author" },
		{ "exceptions:\n- id: CVE-1\n  reason: r\n  author: a\n  expires: 1970-12-01\n",
		  "more than 180 days needs an approver" },
		{ "exceptions:\n- reason: r\n  author: a\n  expires: 1970-02-01\n",
		  "hide everything" },
		{ "exceptions:\n- id: CVE-1\n  pakage: x\n", "'pakage' is not a field" },
		{ "exceptions:\n- id: CVE-1\n  severity: bad\n", "'bad' is not a severity" },
		{ "exceptions:\n- id: CVE-1\n  status: gone\n", "'gone' is not a state" },
		{ "exceptions:\n- id: CVE-1\n  cvss_below: lots\n", "is not a score" },
		{ "exceptions:\n- id: CVE-1\n  cvss_below: 6.55\n", "is not a score" },
		{ "exceptions:\n- id: CVE-1\n  subject: flaw\n", "'flaw' is not a subject" },
		{ "exceptions:\n- id: {a: b}\n", "neither a text nor a list" },
		{ "exceptions:\n- CVE-1\n", "line 2: an exception is a mapping" },
		{ "ignore: []\n", "expected one list named 'exceptions'" },
		{ "exceptions: [\n", "line" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK_FAIL(read_text(&set, arena, ".seawallignore.yaml", str_c(bad[i].text), &err));
		if (!strstr(err.msg, bad[i].says))
			test_fail(__FILE__, __LINE__, "no '%s' in: %s", bad[i].says, err.msg);
	}
	CHECK_OK(read_text(&set, arena, ".seawallignore.yaml", STR("# nothing yet\n"), &err));
	CHECK_INT(set.n, 0);
}

TEST(trivyignore_yaml_has_sections_and_package_urls)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	CHECK_OK(read_text(
		&set, arena, ".trivyignore.yaml",
		STR("vulnerabilities:\n"
		    "  - id: CVE-2022-40897\n"
		    "    paths: [\"usr/lib/**\"]\n"
		    "    statement: accepted\n"
		    "    expired_at: 2030-01-31\n"
		    "  - id: CVE-2023-3817\n"
		    "    purls: [\"pkg:deb/debian/libssl3@3.0.11-1\", \"pkg:npm/%40a/b\"]\n"
		    "secrets:\n"
		    "  - id: aws-access-key-id\n"),
		&err));
	CHECK_INT(set.n, 4);
	CHECK_INT(set.items[0].subject, EXCEPTION_VULNERABILITY);
	CHECK_STRV(set.items[0].paths[0], "usr/lib/**");
	CHECK_STRV(set.items[0].reason, "accepted");
	CHECK(set.items[0].expires > 0);
	CHECK_STRV(set.items[1].packages[0], "libssl3");
	CHECK_STRV(set.items[1].package_versions[0], "3.0.11-1");
	CHECK_STRV(set.items[2].packages[0], "@a/b");
	CHECK_INT(set.items[2].package_version_count, 0);
	CHECK_INT(set.items[3].subject, EXCEPTION_SECRET);
	CHECK_FAIL(read_text(&set, arena, ".trivyignore.yaml", STR("flaws: []\n"), &err));
	CHECK(strstr(err.msg, "line 1: unknown section 'flaws'"));
	CHECK_FAIL(read_text(&set, arena, ".trivyignore.yaml", STR("secrets:\n- statement: x\n"),
			     &err));
	CHECK(strstr(err.msg, "line 2: an entry needs one 'id'"));
}

TEST(grype_rules_are_expressions_over_names)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	CHECK_OK(read_text(&set, arena, ".grype.yaml",
			   STR("fail-on-severity: high\n"
			       "ignore:\n"
			       "  - vulnerability: CVE-2024-1\n"
			       "    include-aliases: true\n"
			       "    reason: accepted\n"
			       "    fix-state: wont-fix\n"
			       "    package:\n"
			       "      name: lib(ssl|crypto)[0-9]+\n"
			       "      upstream-name: openssl\n"
			       "      version: 3.0.11-1\n"
			       "      type: deb\n"
			       "      location: /var/lib/dpkg/**\n"
			       "  - vex-status: not_affected\n"
			       "  - package: {name: libssl}\n"
			       "  - package: {language: python}\n"
			       "  - namespace: nvd:cpe\n"
			       "  - match-type: exact-direct-match\n"),
			   &err));
	CHECK_INT(set.n, 5);
	CHECK(hides(set.items[0]));
	CHECK(!hides(set.items[1])); /* the whole name */
	CHECK(!hides(set.items[2]));
	CHECK_STRV(set.items[2].package_kinds[0], "pypi");
	CHECK(!hides(set.items[3]));
	CHECK(hides(set.items[4]));
	CHECK_FAIL(read_text(&set, arena, ".grype.yaml", STR("ignore:\n- package: {name: '(a'}\n"),
			     &err));
	CHECK(strstr(err.msg, "missing closing )"));
	CHECK_FAIL(
		read_text(&set, arena, ".grype.yaml", STR("ignore:\n- fix-state: some\n"), &err));
	CHECK_FAIL(read_text(&set, arena, ".grype.yaml", STR("ignore:\n- {}\n"), &err));
	CHECK_OK(read_text(&set, arena, ".grype.yaml", STR("output: json\n"), &err));
	CHECK_INT(set.n, 0);
}

TEST(namespaces_name_ecosystems)
{
	struct finding f = finding;
	static const struct {
		const char *namespace, *ecosystem;
		bool same;
	} cases[] = {
		{ "debian:distro:debian:12", "Debian:12", true },
		{ "debian:distro:debian:11", "Debian:12", false },
		{ "alpine:distro:alpine:3.20", "Alpine:v3.20", true },
		{ "github:language:java", "Maven", true },
		{ "github:language:python", "Maven", false },
		{ "nonsense", "Maven", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct exception e = { .subject = EXCEPTION_ANY,
				       .namespace = str_c(cases[i].namespace) };
		struct exception_set set;
		struct err err;

		f.ecosystem = str_c(cases[i].ecosystem);
		exception_set_init(&set, arena, 0);
		CHECK_OK(exception_add(&set, &e, &err));
		CHECK_INT(exception_for(&set, &inventory, &f) != NULL, cases[i].same);
	}
}
