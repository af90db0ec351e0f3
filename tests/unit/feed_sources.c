/* SPDX-License-Identifier: Apache-2.0 */
/* Where updates come from: the table of locations, apt's sources, programs that are run. */
#include "advisory/feed/apt_sources.h"
#include "advisory/feed/rpm_repository.h"
#include "advisory/feed/table.h"
#include "advisory/feed/unpack.h"
#include "advisory/feed/update.h"

#include <sys/stat.h>

#include "base/err.h"
#include "base/program.h"
#include "base/time.h"
#include "test.h"

TEST(table_of_sources_is_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct feed_row *rows;
	struct err err;
	size_t n;

	CHECK_OK(feed_table_parse(
		STR("# c\nname,kind,url,ecosystem,note\n"
		    "a,osv-zip,https://h/x%20y,npm,n\r\n\nb,kev-json,https://h/z,-,\n"),
		arena, &rows, &n, &err));
	CHECK_INT(n, 2);
	CHECK_STRV(rows[0].url, "https://h/x%20y");
	CHECK(feed_row_judged(&rows[0]));
	CHECK_STRV(rows[1].note, "");
	CHECK_FAIL(feed_table_parse(STR("a,osv-zip,http://h/x,npm,n\n"), arena, &rows, &n, &err));
	CHECK_STR(err.msg, "table of sources: line 1: no https address");
	CHECK_FAIL(feed_table_parse(STR("a,b,https://h/,c,d\na,b,https://h/,c,d\n"), arena, &rows,
				    &n, &err));
	CHECK_STR(err.msg, "table of sources: line 2: 'a' is there twice");
	CHECK_FAIL(feed_table_parse(STR("a,b,https://h/,c,d,e\n"), arena, &rows, &n, &err));
}

TEST(built_in_table_is_well_formed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const str *names;
	struct err err;
	size_t n;

	CHECK_OK(update_source_names(NULL, arena, &names, &n, &err));
	CHECK(n > 20);
	for (size_t i = 1; i < n; i++)
		CHECK(str_cmp(names[i - 1], names[i]) < 0);
}

TEST(suites_are_cut)
{
	enum suite_kind kind;
	str base;

	CHECK(apt_suite_cut(STR("bookworm-security"), &base, &kind));
	CHECK_STRV(base, "bookworm");
	CHECK_INT(kind, SUITE_SECURITY);
	CHECK(apt_suite_cut(STR("buster/updates"), &base, &kind));
	CHECK_INT(kind, SUITE_SECURITY);
	CHECK(apt_suite_cut(STR("jammy-updates"), &base, &kind));
	CHECK_INT(kind, SUITE_UPDATES);
	CHECK(apt_suite_cut(STR("jammy"), &base, &kind));
	CHECK_INT(kind, SUITE_RELEASE);
	CHECK(!apt_suite_cut(STR("jammy-proposed"), &base, &kind));
	CHECK(!apt_suite_cut(STR("bookworm-backports"), &base, &kind));
}

static void file_write(const char *root, const char *name, const char *text)
{
	char path[4096];

	CHECK(snprintf(path, sizeof(path), "%s/%s", root, name) < (int)sizeof(path));
	FILE *f = fopen(path, "we");
	CHECK(f != NULL);
	CHECK(fputs(text, f) >= 0);
	CHECK(fclose(f) == 0);
}

static void root_make(char *root)
{
	static const char *const folders[] = { "etc", "etc/apt", "etc/apt/sources.list.d" };
	char path[4096];

	CHECK(mkdtemp(root) != NULL);
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		CHECK(snprintf(path, sizeof(path), "%s/%s", root, folders[i]) < (int)sizeof(path));
		CHECK(mkdir(path, 0755) == 0);
	}
}

static void root_remove(const char *root)
{
	static const char *const names[] = { "etc/apt/sources.list.d/a.sources",
					     "etc/apt/sources.list.d/b.list",
					     "etc/apt/sources.list",
					     "etc/apt/sources.list.d",
					     "etc/apt",
					     "etc",
					     "" };
	char path[4096];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CHECK(snprintf(path, sizeof(path), "%s/%s", root, names[i]) < (int)sizeof(path));
		(void)remove(path); /* some tests do not write all of them */
	}
}

TEST(apt_sources_keep_archive_key_and_options)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char root[] = "/tmp/apt-sources-XXXXXX";
	struct archive_release release;
	struct apt_sources sources;
	struct err err;

	root_make(root);
	file_write(
		root, "etc/apt/sources.list",
		"# deb http://no/ bookworm main\ndeb-src http://no/ bookworm main\n"
		"deb [signed-by=/k.gpg arch=amd64,arm64] http://sec/ stable-security main contrib # x\n");
	file_write(
		root, "etc/apt/sources.list.d/a.sources",
		"Types: deb deb-src\nURIs: http://deb/\nSuites:\n bookworm\n bookworm-security\n"
		"Components: main\nSigned-By:\n -----BEGIN\n .\n abc\n\n"
		"Types: deb\nEnabled: no\nURIs: http://off/\nSuites: bookworm\nComponents: main\n\n"
		"Types: deb\nURIs: http://other/\nSuites: nodistro\nComponents: main\n");
	file_write(root, "etc/apt/sources.list.d/b.list",
		   "deb http://back/ bookworm-backports main\n");
	CHECK(archive_release_find(STR("debian"), STR("bullseye"), arena, &release));
	CHECK_OK(apt_sources_make(root, STR("debian"), &release, 1, arena, &sources, &err));
	root_remove(root);
	CHECK_STRV(
		sources.text,
		"Suites: bullseye-security\nTypes: deb\nURIs: http://sec/\nComponents: main contrib\n"
		"Signed-By: /k.gpg\nArchitectures: amd64 arm64\n\n"
		"Suites: bullseye bullseye-updates bullseye-security\nTypes: deb\nURIs: http://deb/\nComponents: main\n"
		"Signed-By:\n -----BEGIN\n .\n abc\n\n");
	CHECK_INT(sources.suite_count, 3);
	CHECK(sources.kinds[SUITE_SECURITY]);
}

TEST(apt_without_such_a_source_says_so)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char root[] = "/tmp/apt-sources-XXXXXX";
	struct archive_release release;
	struct apt_sources sources;
	struct err err;

	root_make(root);
	file_write(root, "etc/apt/sources.list", "deb http://deb/ bookworm main\n");
	CHECK(archive_release_find(STR("ubuntu"), STR("jammy"), arena, &release));
	CHECK_FAIL(apt_sources_make(root, STR("ubuntu"), &release, 1, arena, &sources, &err));
	root_remove(root);
	CHECK_INT(err.kind, ERR_NOT_FOUND);
}

TEST(program_gives_output_errors_and_status)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const char *const env[] = { "SAID=hello", NULL };
	const char *const argv[] = { "sh", "-c", "echo $SAID; echo bad >&2; cat; exit 7", NULL };
	struct program_opts opts = { .env = env, .output_max = 100, .timeout_ms = 60000 };
	struct program_result result;
	struct err err;

	CHECK_OK(program_run(argv, &opts, arena, &result, &err));
	CHECK_INT(result.status, 7);
	CHECK_STRV(result.output, "hello\n");
	CHECK_STRV(result.errors, "bad\n");
}

TEST(program_is_bounded_in_time_and_output)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const char *const slow[] = { "sh", "-c", "sleep 1000 & wait", NULL };
	const char *const loud[] = { "sh", "-c", "while :; do echo yes; done", NULL };
	struct program_opts opts = { .output_max = 1000, .timeout_ms = 300 };
	struct program_result result;
	struct err err;
	int64_t start = time_mono_ms();

	CHECK_FAIL(program_run(slow, &opts, arena, &result, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	opts.timeout_ms = 60000;
	CHECK_FAIL(program_run(loud, &opts, arena, &result, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(time_mono_ms() - start < 50000);
}

TEST(program_that_is_not_there)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const char *const argv[] = { "no-such-program-anywhere", NULL };
	struct program_opts opts = { .output_max = 10 };
	struct program_result result;
	struct err err;

	CHECK(program_exists("sh"));
	CHECK(!program_exists(argv[0]));
	CHECK_FAIL(program_run(argv, &opts, arena, &result, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
}

TEST(packed_text_is_bounded)
{
	AUTO(buf_done)
	struct buf out = { 0 };
	struct err err;

	buf_init(&out, 1u << 20);
	CHECK_OK(unpack_text(STR("not packed"), &out, &err));
	CHECK_STR_EQ(buf_str(&out), STR("not packed"));
	buf_reset(&out);
	/* gzip of nothing, then one that is cut */
	CHECK_OK(unpack_text(str_of("\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0", 20), &out,
			     &err));
	CHECK_INT(out.n, 0);
	CHECK_FAIL(unpack_text(str_of("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c", 12), &out, &err));
}

TEST(repomd_names_the_errata_and_their_digest)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str location, sha256;
	struct err err;

	CHECK_OK(repomd_parse(
		STR("<repomd><data type='primary'><checksum type='sha256'>00</checksum>"
		    "<location href='a'/></data><data type='updateinfo'><checksum type='sha256'> "
		    "AA23456789012345678901234567890123456789012345678901234567890123 </checksum>"
		    "<open-checksum type='sha256'>11</open-checksum>"
		    "<location href='repodata/u.xml.gz'/></data></repomd>"),
		arena, &location, &sha256, &err));
	CHECK_STRV(location, "repodata/u.xml.gz");
	CHECK_STRV(sha256, "aa23456789012345678901234567890123456789012345678901234567890123");
	CHECK_FAIL(repomd_parse(STR("<repomd><data type='primary'/></repomd>"), arena, &location,
				&sha256, &err));
	CHECK_FAIL(repomd_parse(STR("<repomd><data type='updateinfo'><location href='../x'/></data>"
				    "</repomd>"),
				arena, &location, &sha256, &err));
	CHECK_STR(err.msg, "the file lies outside of the repository");
	CHECK_FAIL(repomd_parse(STR("<repomd><data type='updateinfo'><checksum type='sha256'>1"
				    "</checksum><location href='x'/></data></repomd>"),
				arena, &location, &sha256, &err));
	CHECK_FAIL(repomd_parse(STR("<repomd>"), arena, &location, &sha256, &err));
}
