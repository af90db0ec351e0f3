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
