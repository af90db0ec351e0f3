/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/archive.h"

#include "advisory/feed/changelog.h"
#include "advisory/feed/mail_date.h"
#include "base/err.h"
#include "base/json.h"
#include "base/time.h"
#include "casefile.h"
#include "test.h"

/* Cases: wanted CVEs (comma separated, or -), left out, body with "|" for the ends of lines. */
TEST(changelog_names_what_it_fixes)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("feed/changelog.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str want = casefile_field(&file), want_left = casefile_field(&file), got = STR("");
		char *body = str_cstr(arena, file.rest);
		const str *cves;
		size_t left;

		for (char *p = body; *p; p++)
			*p = *p == '|' ? '\n' : *p;
		size_t n = changelog_cves(str_c(body), arena, &cves, &left);
		for (size_t i = 0; i < n; i++)
			got = str_fmt(arena, "%.*s%s%.*s", STR_ARG(got), i ? "," : "",
				      STR_ARG(cves[i]));
		if (n == 0)
			got = STR("-");
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
		CASE_CHECK(&file, str_eq(str_fmt(arena, "%zu", left), want_left), "%zu left out",
			   left);
	}
}

TEST(mail_dates_are_read)
{
	int64_t t;

	CHECK(mail_date_parse(STR("Sat, 10 Jun 2023 08:53:22 UTC"), &t));
	CHECK_INT(t, 1686387202);
	CHECK(mail_date_parse(STR("Sat, 10 Jun 2023 10:53:22 +0200"), &t));
	CHECK_INT(t, 1686387202);
	CHECK(mail_date_parse(STR("10 Jun 2023 03:23:22 -0530"), &t));
	CHECK_INT(t, 1686387202);
	CHECK(!mail_date_parse(STR("Sat, 10 Jun 2023"), &t));
	CHECK(!mail_date_parse(STR("Sat, 32 Jun 2023 08:53:22 UTC"), &t));
	CHECK(!mail_date_parse(STR("Sat, 10 Jux 2023 08:53:22 UTC"), &t));
	CHECK(!mail_date_parse(STR(""), &t));
}

TEST(index_tells_source_and_version)
{
	static const char text[] = "Package: libfoo1\nSource: foo (1.2-3)\nVersion: 1.2-3+b1\n"
				   "Description: x\n long\n\n\nPackage: broken\n\n"
				   "package: bar\nversion: 2\nSize: 12\nFilename: pool/b.deb\n";
	struct index_reader reader = { .rest = str_c(text) };
	struct index_package package;
	struct err err;

	CHECK_INT(index_next(&reader, &package, &err), 1);
	CHECK_STRV(package.name, "libfoo1");
	CHECK_STRV(package.source, "foo");
	CHECK_STRV(package.source_version, "1.2-3");
	CHECK_INT(index_next(&reader, &package, &err), 1);
	CHECK_STRV(package.source, "bar");
	CHECK_STRV(package.source_version, "2");
	CHECK_INT(package.size, 12);
	CHECK_INT(index_next(&reader, &package, &err), 0);
	CHECK_INT(reader.skipped, 1);
}

TEST(release_file_tells_date_and_digests)
{
	static const char text[] =
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nSuite: stable\nCodename: bookworm\n"
		"Date: Sat, 10 Jun 2023 08:53:22 UTC\nMD5Sum:\n aaaa 1 main/x\nSHA256:\n"
		" 0123456789012345678901234567890123456789012345678901234567890123 42 main/Packages.xz\n"
		"-----BEGIN PGP SIGNATURE-----\n";
	struct release_file release;
	struct err err;
	uint64_t size = 0;
	str digest;

	CHECK_OK(release_parse(str_c(text), &release, &err));
	CHECK_STRV(release.codename, "bookworm");
	CHECK_INT(release.date, 1686387202);
	CHECK(release_digest(&release, STR("main/Packages.xz"), &digest, &size));
	CHECK_INT(size, 42);
	CHECK(!release_digest(&release, STR("main/x"), &digest, &size));
	CHECK_FAIL(release_parse(STR("<html>"), &release, &err));
}

static const char changelog[] =
	"foo (1.4-1~deb12u1) bookworm; urgency=medium\n\n  * Rebuild for bookworm.\n\n"
	" -- A <a@b.c>  Mon, 05 Feb 2024 10:00:00 +0000\n\n"
	"foo (1.4-1) unstable; urgency=medium\n\n  * New upstream release.\n    - CVE-2024-1001\n\n"
	" -- A <a@b.c>  Thu, 01 Feb 2024 10:00:00 +0000\n\n"
	"foo (1.2-1+deb12u1) bookworm-security; urgency=high\n\n  * Fix CVE-2023-2002, CVE-2022-3003.\n"
	"  * CVE-2023-9: not a number anybody gives\n\n"
	" -- A <a@b.c>  Sat, 01 Jul 2023 10:00:00 +0000\n\n"
	"foo (1.2-1) unstable; urgency=medium\n\n  * CVE-2022-3003\n\n"
	" -- A <a@b.c>  Sun, 01 Jan 2023 10:00:00 +0000\n";

static void foo_archive(struct archive_facts *archive, struct archive_release *release,
			struct arena *arena)
{
	static const char main_index[] = "Package: foo\nVersion: 1.4-1~deb12u1\n\n"
					 "Package: still\nVersion: 1\n";
	static const char security_index[] =
		"Package: foo\nVersion: 1.2-1+deb12u1\n\n"
		"Package: bar-bin\nSource: bar\nVersion: 7-1+deb12u9\n";
	struct err err;

	archive_init(archive, arena);
	CHECK(archive_release_find(STR("debian"), STR("12"), arena, release));
	CHECK_OK(archive_add_index(archive, release, SUITE_RELEASE, str_c(main_index), 0, &err));
	CHECK_OK(archive_add_index(archive, release, SUITE_SECURITY, str_c(security_index), 1,
				   &err));
}

TEST(a_fix_is_the_first_upload_of_the_line_that_has_it)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct archive_release release;
	struct archive_facts archive;

	foo_archive(&archive, &release, arena);
	struct archive_source *foo = archive_source_find(&archive, STR("bookworm"), STR("foo"));
	CHECK(foo != NULL);
	CHECK_STRV(archive_newest(foo), "1.4-1~deb12u1");
	CHECK(archive_add_changelog(&archive, foo, str_c(changelog)));
	CHECK_INT(archive.fix_count, 2);
	CHECK_STRV(archive.fixes[0].version, "1.4-1~deb12u1");
	CHECK_INT(archive.fixes[0].cve_count, 1);
	CHECK_STRV(archive.fixes[0].cves[0], "CVE-2024-1001");
	CHECK_STRV(archive.fixes[1].version, "1.2-1+deb12u1");
	CHECK_INT(archive.fixes[1].cve_count, 1); /* CVE-2022-3003 was fixed before the release */
	CHECK_STRV(archive.fixes[1].cves[0], "CVE-2023-2002");
}

/* Rebuilt from unstable each time, and only the newest rebuild is shown. */
TEST(rebuilds_that_no_changelog_shows_part_fixed_from_not_fixed)
{
	static const char text[] =
		"foo (1.4-1~deb12u1) bookworm-security; urgency=medium\n\n  * Rebuild.\n\n"
		" -- A <a@b.c>  Mon, 05 Feb 2024 10:00:00 +0000\n\n"
		"foo (1.4-1) unstable; urgency=medium\n\n  * CVE-2024-1001\n\n"
		" -- A <a@b.c>  Thu, 01 Feb 2024 10:00:00 +0000\n\n"
		"foo (1.3-1) unstable; urgency=medium\n\n  * CVE-2023-1001\n\n"
		" -- A <a@b.c>  Wed, 01 Nov 2023 10:00:00 +0000\n";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct archive_release release;
	struct archive_facts archive;

	foo_archive(&archive, &release, arena);
	CHECK(archive_add_changelog(
		&archive, archive_source_find(&archive, STR("bookworm"), STR("foo")), str_c(text)));
	CHECK_INT(archive.fix_count, 2);
	CHECK_STRV(archive.fixes[0].version, "1.4-1~deb12u1");
	CHECK(!archive.fixes[0].inferred);
	CHECK_STRV(archive.fixes[1].version, "1.3-1~deb12u1");
	CHECK(archive.fixes[1].inferred);
}

TEST(a_changelog_of_another_version_is_not_taken)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct archive_release release;
	struct archive_facts archive;

	foo_archive(&archive, &release, arena);
	struct archive_source *bar = archive_source_find(&archive, STR("bookworm"), STR("bar"));
	CHECK(bar != NULL);
	CHECK(!archive_add_changelog(&archive, bar, str_c(changelog)));
	CHECK_INT(archive.fix_count, 0);
}

TEST(records_are_osv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out = { 0 };
	struct archive_release release;
	struct archive_facts archive;
	struct err err;
	const struct json *record;
	str rest, line;

	buf_init(&out, 1u << 20);
	foo_archive(&archive, &release, arena);
	CHECK(archive_add_changelog(&archive,
				    archive_source_find(&archive, STR("bookworm"), STR("foo")),
				    str_c(changelog)));
	CHECK_INT(archive_write(&archive, &out), 3);
	rest = buf_str(&out);
	CHECK(str_line(&rest, &line));
	CHECK_OK(json_parse(line, NULL, arena, &record, &err));
	CHECK_STRV(json_get_str(record, STR("id")), "DEBUPDATE-bookworm-foo-1.4-1~deb12u1");
	CHECK_STRV(json_str(json_at(JSON_GET(record, "upstream"), 0)), "CVE-2024-1001");
	const struct json *affected = json_at(JSON_GET(record, "affected"), 0);
	CHECK_STRV(json_str(json_path(affected, "package", "ecosystem", NULL)), "Debian:12");
	CHECK(str_line(&rest, &line));
	CHECK(str_line(&rest, &line)); /* bar: only the index knows it */
	CHECK_OK(json_parse(line, NULL, arena, &record, &err));
	CHECK_STRV(json_get_str(record, STR("id")), "DEBUPDATE-bookworm-bar-7-1+deb12u9");
	CHECK(JSON_GET(record, "upstream") == NULL);
}

TEST(ubuntu_releases_have_their_ecosystem)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct archive_release release;

	CHECK(archive_release_find(STR("ubuntu"), STR("jammy"), arena, &release));
	CHECK_STRV(release.ecosystem, "Ubuntu:22.04:LTS");
	CHECK(archive_release_find(STR("ubuntu"), STR("23.10"), arena, &release));
	CHECK_STRV(release.ecosystem, "Ubuntu:23.10");
	CHECK(!archive_release_find(STR("debian"), STR("nosuch"), arena, &release));
}
