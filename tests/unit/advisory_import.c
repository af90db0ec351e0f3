/* SPDX-License-Identifier: Apache-2.0 */
/* Files to database: sources, what is passed over, replacing, the swap and its safety. */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "advisory/db.h"
#include "advisory/essentials.h"
#include "advisory/import.h"
#include "base/buf.h"
#include "test.h"
#include "tree.h"

#define NOW 1790000000 /* 2026-09-21 */

#define RECORD(id, date, package, fix)                                                                 \
	"{\"id\":\"" id "\",\"modified\":\"" date                                                      \
	"\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"" package               \
	"\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"" fix \
	"\"}]}]}]}\n"

struct place {
	char folder[64], db[96];
	struct arena *arena;
};

static struct place place_new(void)
{
	struct place p = { .folder = "/tmp/seawall-import-XXXXXX", .arena = arena_new() };

	CHECK(mkdtemp(p.folder));
	snprintf(p.db, sizeof(p.db), "%s/db", p.folder);
	return p;
}

static void place_done(struct place *p)
{
	CHECK_INT(tree_remove(p->folder), 0);
	arena_free(p->arena);
}

static const char *path_in(const struct place *p, const char *name)
{
	return str_cstr(p->arena, str_fmt(p->arena, "%s/%s", p->folder, name));
}

static void file_put(const struct place *p, const char *name, str text)
{
	AUTO(fd_close)
	int fd = open(path_in(p, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct err err;

	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, text, &err));
}

static struct advisory_build *build_start(const struct place *p, bool replace)
{
	const struct advisory_build_opts opts = { .now = NOW, .replace = replace };
	struct advisory_build *build;
	struct err err;

	CHECK_OK(advisory_build_open(p->db, &opts, &build, &err));
	return build;
}

/* Imports one path into the database of the place. */
static struct advisory_import_report import(const struct place *p, const char *path, bool replace)
{
	AUTO(advisory_build_free)
	struct advisory_build *build = build_start(p, replace);
	struct advisory_import_report report;
	struct err err;

	CHECK_OK(advisory_build_add(build, path, STR_EMPTY, STR_EMPTY, &err));
	CHECK_OK(advisory_build_commit(build, p->arena, &report, &err));
	return report;
}

static struct advisory_info info_of(const struct place *p)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	struct advisory_info info;
	struct err err;

	CHECK_OK(advisory_db_open(p->db, &db, &err));
	CHECK_OK(advisory_db_info(db, NOW, p->arena, &info, &err));
	return info;
}

static const struct advisory_skip *skip_of(const struct advisory_import_report *report,
					   const char *reason)
{
	for (size_t i = 0; i < report->skip_count; i++) {
		if (str_eq(report->skips[i].reason, str_c(reason)))
			return &report->skips[i];
	}
	test_fail(__FILE__, __LINE__, "no skip '%s'", reason);
}

/* How many records bear the id. */
static size_t search(const struct place *p, const char *what)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	const struct advisory_hit *hits;
	size_t count, total;
	struct err err;

	CHECK_OK(advisory_db_open(p->db, &db, &err));
	CHECK_OK(advisory_db_search(db, str_c(what), 100, p->arena, &hits, &count, &total, &err));
	CHECK_INT(count, total);
	return count;
}

TEST(a_bad_line_is_counted_with_its_number)
{
	struct place p = place_new();
	struct advisory_import_report r;
	const struct advisory_skip *skip;

	file_put(&p, "a.jsonl",
		 STR(RECORD("CVE-2024-1", "2026-01-01T00:00:00Z", "a",
			    "1") "{\"id\":\n"
				 "{\"modified\":\"2026-01-01T00:00:00Z\",\"affected\":[]}\n"
				 "\n" RECORD("CVE-2024-20002", "2026-01-02T00:00:00Z", "b", "1")));
	r = import(&p, path_in(&p, "a.jsonl"), false);
	CHECK_INT(r.records, 2);
	skip = skip_of(&r, "malformed JSON");
	CHECK_INT(skip->count, 1);
	CHECK(str_starts(skip->first, STR("line 2: ")));
	CHECK(!skip->harmless);
	CHECK_STRV(skip_of(&r, "record without an id")->first, "line 3");
	CHECK_INT(search(&p, "cve-2024-20002"), 1);
	CHECK_INT(search(&p, "b"), 1);
	CHECK_INT(search(&p, "nothing"), 0);
	place_done(&p);
}

TEST(sources_are_replaced_one_by_one)
{
	struct place p = place_new();
	struct advisory_info info;

	file_put(&p, "a.jsonl", STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "b.jsonl",
		 STR(RECORD("CVE-2024-0002", "2026-02-01T00:00:00Z", "a", "1")
			     RECORD("CVE-2024-0003", "2026-02-01T00:00:00Z", "b", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	(void)import(&p, path_in(&p, "b.jsonl"), false);
	info = info_of(&p);
	CHECK_INT(info.source_count, 2);
	CHECK_INT(info.records, 3);
	CHECK_INT(info.packages, 2);
	CHECK_STRV(info.sources[0].name, "a");
	CHECK_STRV(info.sources[0].date, "2026-01-01T00:00:00Z");
	CHECK_INT(info.sources[0].age_days, 263);
	CHECK(info.sources[0].stale);
	CHECK_INT(search(&p, "a"), 2);
	/* The same name again: the old records of that source are gone, the other's stay. */
	file_put(&p, "a.jsonl", STR(RECORD("CVE-2024-0004", "2026-09-20T00:00:00Z", "c", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	info = info_of(&p);
	CHECK_INT(info.records, 3);
	CHECK(!info.sources[0].stale);
	CHECK_INT(search(&p, "CVE-2024-0001"), 0);
	CHECK_INT(search(&p, "CVE-2024-0002"), 1);
	CHECK_INT(search(&p, "CVE-2024-0004"), 1);
	CHECK_INT(search(&p, "a"), 1);
	/* Everything else goes on demand. */
	(void)import(&p, path_in(&p, "a.jsonl"), true);
	CHECK_INT(info_of(&p).source_count, 1);
	CHECK_INT(search(&p, "CVE-2024-0002"), 0);
	place_done(&p);
}

TEST(a_source_that_brings_nothing_replaces_nothing)
{
	AUTO(advisory_build_free)
	struct advisory_build *build = NULL;
	struct place p = place_new();
	struct advisory_import_report r;
	struct err err;

	file_put(&p, "a.jsonl", STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	file_put(&p, "a.jsonl", STR("Error 503: try again later\n"));
	build = build_start(&p, false);
	CHECK_OK(advisory_build_add(build, path_in(&p, "a.jsonl"), STR_EMPTY, STR_EMPTY, &err));
	CHECK_FAIL(advisory_build_commit(build, p.arena, &r, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK_INT(skip_of(&r, "unknown form")->count, 1);
	CHECK_INT(search(&p, "CVE-2024-0001"), 1);
	place_done(&p);
}

/* The members of NVD's pages may mean something else in another format. */
TEST(pages_of_nvd_in_another_format_are_refused)
{
#define NVD_PAGE(format)                                                                            \
	"{\"resultsPerPage\":1,\"startIndex\":0,\"totalResults\":1," format "\"version\":\"2.0\","  \
	"\"vulnerabilities\":[{\"cve\":{\"id\":\"CVE-2030-0001\",\"configurations\":[{\"nodes\":[{" \
	"\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*\","  \
	"\"versionEndExcluding\":\"8.0.0\"}]}]}]}}]}"
	static const struct {
		const char *text;
		bool taken;
	} cases[] = {
		{ NVD_PAGE("\"format\" : \"NVD_CVE\","), true },
		{ NVD_PAGE(""), true },
		{ NVD_PAGE("\"format\":\"OTHER_CVE\","), false },
		{ NVD_PAGE("\"format\":\"\","), false },
		{ NVD_PAGE("\"format\":7,"), false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct place p = place_new();
		AUTO(advisory_build_free)
		struct advisory_build *build = build_start(&p, false);
		struct advisory_import_report r;
		struct err err;

		file_put(&p, "a.json", str_c(cases[i].text));
		CHECK_OK(advisory_build_add(build, path_in(&p, "a.json"), STR_EMPTY, STR_EMPTY,
					    &err));
		CHECK_INT(advisory_build_commit(build, p.arena, &r, &err), cases[i].taken ? 0 : -1);
		if (!cases[i].taken)
			CHECK(strstr(err.msg, "\"format\" is not NVD_CVE") != NULL);
		place_done(&p);
	}
}

TEST(folders_are_walked_links_are_not)
{
	struct place p = place_new();
	struct advisory_import_report r;
	struct advisory_info info;

	CHECK_INT(mkdir(path_in(&p, "in"), 0755), 0);
	CHECK_INT(mkdir(path_in(&p, "in/npm"), 0755), 0);
	CHECK_INT(mkdir(path_in(&p, "in/.hidden"), 0755), 0);
	file_put(&p, "in/npm/CVE-2024-0001.json",
		 STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "in/npm/CVE-2024-0002.json",
		 STR(RECORD("CVE-2024-0002", "2026-01-02T00:00:00Z", "a", "1")));
	file_put(&p, "in/.hidden/x.json",
		 STR(RECORD("CVE-2024-0009", "2026-01-02T00:00:00Z", "a", "1")));
	file_put(&p, "in/lines.jsonl",
		 STR(RECORD("CVE-2024-0003", "2026-01-01T00:00:00Z", "a", "1")
			     RECORD("CVE-2024-0004", "2026-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "in/notes.txt", STR("[01 Jan 2024] DSA-1 text\n"));
	file_put(&p, "in/empty.json", STR_EMPTY);
	CHECK_INT(symlink("lines.jsonl", path_in(&p, "in/link.jsonl")), 0);
	r = import(&p, path_in(&p, "in"), false);
	CHECK_INT(r.records, 4);
	CHECK_STRV(skip_of(&r, "symbolic link, not followed")->source, "link.jsonl");
	CHECK_INT(skip_of(&r, "hidden")->count, 1);
	CHECK_STRV(skip_of(&r, "unknown form")->source, "notes");
	CHECK_STRV(skip_of(&r, "empty file")->source, "empty");
	info = info_of(&p);
	CHECK_INT(info.source_count, 2);
	CHECK_STRV(info.sources[0].name, "lines");
	CHECK_STRV(info.sources[1].name, "npm");
	CHECK_INT(info.sources[1].records, 2);
	place_done(&p);
}

TEST(the_data_tells_its_age_not_the_future)
{
	struct place p = place_new();
	struct advisory_info info;

	file_put(&p, "a.jsonl",
		 STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")
			     RECORD("CVE-2024-0002", "2027-01-01T00:00:00Z", "a", "1")
				     RECORD("CVE-2024-0003", "0001-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "b.jsonl", STR(RECORD("CVE-2024-0004", "0001-01-01T00:00:00Z", "a", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	(void)import(&p, path_in(&p, "b.jsonl"), false);
	info = info_of(&p);
	CHECK_STRV(info.sources[0].date, "2026-01-01T00:00:00Z");
	CHECK_STRV(info.sources[1].date, "");
	CHECK_INT(info.sources[1].age_days, ADVISORY_UNKNOWN_AGE);
	CHECK(info.sources[1].stale);
	place_done(&p);
}

TEST(bug_fix_errata_are_kept_for_a_search_only)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	struct place p = place_new();
	const struct advisory_hit *hits;
	size_t count, total;
	struct err err;

	file_put(&p, "a.jsonl",
		 STR(RECORD("ALBA-2024:1", "2026-01-01T00:00:00Z", "a", "1")
			     RECORD("ALSA-2024:2", "2026-01-01T00:00:00Z", "b", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	CHECK_OK(advisory_db_open(p.db, &db, &err));
	CHECK_OK(advisory_db_search(db, STR("ALBA-2024:1"), 9, p.arena, &hits, &count, &total,
				    &err));
	CHECK_INT(count, 1);
	CHECK(!hits[0].security);
	CHECK_INT(hits[0].package_count, 0);
	CHECK_OK(advisory_db_search(db, STR("b"), 9, p.arena, &hits, &count, &total, &err));
	CHECK_INT(count, 1);
	CHECK_STRV(hits[0].packages[0].ranges, "introduced 0, fixed 1");
	CHECK_STRV(hits[0].packages[0].fixed, "1");
	place_done(&p);
}

/* Packs texts: with `filter` one alone, with filter 0 all into a zip. */
static void pack(const struct place *p, const char *name, int filter, const str *texts, size_t n)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	CHECK(a && entry);
	CHECK_INT(filter ? archive_write_add_filter(a, filter) : ARCHIVE_OK, ARCHIVE_OK);
	CHECK_INT(filter ? archive_write_set_format_raw(a) : archive_write_set_format_zip(a),
		  ARCHIVE_OK);
	CHECK_INT(archive_write_open_filename(a, path_in(p, name)), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		char member[32];

		snprintf(member, sizeof(member), "folder/%zu.json", i);
		archive_entry_clear(entry);
		archive_entry_set_pathname(entry, member);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, (la_int64_t)texts[i].n);
		CHECK_INT(archive_write_header(a, entry), ARCHIVE_OK);
		CHECK_INT(archive_write_data(a, texts[i].p, texts[i].n), (la_ssize_t)texts[i].n);
	}
	archive_entry_free(entry);
	CHECK_INT(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

TEST(packed_files_are_read)
{
	struct place p = place_new();
	const str texts[] = { STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")),
			      STR("this is no advisory"),
			      STR(RECORD("CVE-2024-0002", "2026-01-01T00:00:00Z", "a", "1")) };
	struct advisory_import_report r;
	struct advisory_info info;

	CHECK_INT(mkdir(path_in(&p, "npm"), 0755), 0);
	pack(&p, "npm/all.zip", 0, texts, 3);
	pack(&p, "one.jsonl.gz", ARCHIVE_FILTER_GZIP, texts, 1);
	pack(&p, "two.jsonl.zst", ARCHIVE_FILTER_ZSTD, texts + 2, 1);
	r = import(&p, path_in(&p, "npm/all.zip"), false);
	CHECK_INT(r.records, 2);
	CHECK_STRV(skip_of(&r, "unknown form")->first, "folder/1.json");
	(void)import(&p, path_in(&p, "one.jsonl.gz"), false);
	(void)import(&p, path_in(&p, "two.jsonl.zst"), false);
	info = info_of(&p);
	CHECK_INT(info.source_count, 3);
	CHECK_STRV(info.sources[0].name, "npm/all");
	CHECK_STRV(info.sources[1].name, "one");
	CHECK_STRV(info.sources[2].name, "two");
	CHECK_INT(search(&p, "CVE-2024-0001"), 2);
	place_done(&p);
}

TEST(a_packed_file_that_breaks_off_keeps_what_came_before)
{
	struct place p = place_new();
	struct advisory_import_report r;
	struct buf text, packed;
	struct err err;
	str whole;

	buf_init(&text, 8u << 20);
	buf_init(&packed, 8u << 20);
	for (unsigned i = 0; i < 20000; i++)
		buf_fmt(&text,
			"{\"id\":\"CVE-2024-%05u\",\"modified\":\"2026-01-01T00:00:00Z\","
			"\"details\":\"%x\"}\n",
			i, i * 2654435761u);
	whole = buf_str(&text);
	pack(&p, "whole.gz", ARCHIVE_FILTER_GZIP, &whole, 1);
	CHECK_OK(buf_read_file(&packed, path_in(&p, "whole.gz"), &err));
	file_put(&p, "cut.gz", str_take(buf_str(&packed), packed.n / 2));
	r = import(&p, path_in(&p, "cut.gz"), false);
	CHECK(r.records > 1000 && r.records < 20000);
	CHECK_INT(skip_of(&r, "file that breaks off or cannot be unpacked")->count, 1);
	buf_done(&text);
	buf_done(&packed);
	place_done(&p);
}

TEST(two_builders_do_not_meet)
{
	AUTO(advisory_build_free)
	struct advisory_build *first = NULL;
	struct place p = place_new();
	struct advisory_build *second = NULL;
	struct err err;

	first = build_start(&p, false);
	CHECK_FAIL(advisory_build_open(p.db, NULL, &second, &err));
	CHECK(strstr(err.msg, "another import or update is running"));
	advisory_build_free(TAKE(first));
	first = build_start(&p, false);
	advisory_build_free(TAKE(first));
	/* Giving up leaves nothing but the lock file. */
	CHECK_INT(unlink(path_in(&p, "db.lock")), 0);
	CHECK_INT(rmdir(p.folder), 0);
	arena_free(p.arena);
}

/* A builder that stops for good somewhere in the middle, told through a pipe. */
static pid_t builder_start(const struct place *p, int *started)
{
	int fds[2];
	pid_t pid;

	CHECK_INT(pipe2(fds, O_CLOEXEC), 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		const struct advisory_build_opts opts = { .now = NOW };
		struct advisory_build *build;
		struct err err;
		bool ok = advisory_build_open(p->db, &opts, &build, &err) == 0 &&
			  advisory_build_add(build, path_in(p, "b.jsonl"), STR_EMPTY, STR_EMPTY,
					     &err) == 0;

		IGNORE(write(fds[1], ok ? "y" : "n", 1)); /* the parent sees a closed pipe */
		for (;;)
			pause();
	}
	close(fds[1]);
	*started = fds[0];
	return pid;
}

static size_t files_in(const struct place *p)
{
	AUTO(closedir)
	DIR *dir = opendir(p->folder);
	size_t n = 0;

	CHECK(dir);
	while (readdir(dir))
		n++;
	return n - 2;
}

TEST(a_builder_that_dies_changes_nothing)
{
	struct place p = place_new();
	int started, status;
	char answer = 0;
	pid_t pid;

	file_put(&p, "a.jsonl", STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "b.jsonl", STR(RECORD("CVE-2024-0002", "2026-01-01T00:00:00Z", "a", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	pid = builder_start(&p, &started);
	CHECK_INT(read(started, &answer, 1), 1);
	CHECK_INT(answer, 'y');
	close(started);
	CHECK_INT(kill(pid, SIGKILL), 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	/* The half-written file is there, the old database answers, and the next builder cleans up.
	 */
	CHECK_INT(files_in(&p), 5);
	CHECK_INT(search(&p, "CVE-2024-0001"), 1);
	CHECK_INT(search(&p, "CVE-2024-0002"), 0);
	(void)import(&p, path_in(&p, "b.jsonl"), false);
	CHECK_INT(files_in(&p), 4);
	CHECK_INT(search(&p, "CVE-2024-0001"), 1);
	CHECK_INT(search(&p, "CVE-2024-0002"), 1);
	place_done(&p);
}

TEST(an_open_database_stays_as_it_was)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	struct place p = place_new();
	const struct advisory_hit *hits;
	size_t count, total;
	struct err err;

	file_put(&p, "a.jsonl", STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "b.jsonl", STR(RECORD("CVE-2024-0002", "2026-01-01T00:00:00Z", "a", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	CHECK_OK(advisory_db_open(p.db, &db, &err));
	(void)import(&p, path_in(&p, "b.jsonl"), true);
	CHECK_OK(advisory_db_search(db, STR("a"), 9, p.arena, &hits, &count, &total, &err));
	CHECK_INT(count, 1);
	CHECK_STRV(hits[0].id, "CVE-2024-0001");
	CHECK_INT(search(&p, "CVE-2024-0001"), 0);
	place_done(&p);
}

TEST(strangers_files_are_no_databases)
{
	struct place p = place_new();
	struct advisory_db *db;
	struct err err;

	CHECK_FAIL(advisory_db_open(path_in(&p, "none"), &db, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	file_put(&p, "text",
		 STR("no database at all, but long enough to be read as a header, "
		     "which takes a hundred bytes of it to be sure\n"));
	CHECK_FAIL(advisory_db_open(path_in(&p, "text"), &db, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	file_put(&p, "zero", STR_EMPTY);
	CHECK_FAIL(advisory_db_open(path_in(&p, "zero"), &db, &err));
	CHECK(strstr(err.msg, "is no advisory database of seawall"));
	place_done(&p);
}

TEST(another_schema_is_refused_and_can_be_replaced)
{
	struct place p = place_new();
	struct advisory_import_report r;
	struct advisory_db *db;
	struct err err;
	int fd;

	file_put(&p, "a.jsonl", STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "b.jsonl", STR(RECORD("CVE-2024-0002", "2026-01-01T00:00:00Z", "a", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	/* user_version: four bytes, the highest first, at offset 60 of the file. */
	fd = open(p.db, O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_INT(pwrite(fd, "\0\0\3\347", 4, 60), 4);
	close(fd);
	CHECK_FAIL(advisory_db_open(p.db, &db, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
	CHECK(strstr(err.msg, "has schema 999"));
	r = import(&p, path_in(&p, "b.jsonl"), false);
	CHECK_INT(skip_of(&r, "sources of a database of another schema: not kept")->count, 1);
	CHECK_INT(search(&p, "CVE-2024-0001"), 0);
	CHECK_INT(search(&p, "CVE-2024-0002"), 1);
	place_done(&p);
}

TEST(the_same_data_gives_the_same_digest)
{
	struct place p = place_new();
	str first;

	file_put(&p, "a.jsonl", STR(RECORD("CVE-2024-0001", "2026-01-01T00:00:00Z", "a", "1")));
	file_put(&p, "b.jsonl", STR(RECORD("CVE-2024-0002", "2026-01-01T00:00:00Z", "a", "1")));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	(void)import(&p, path_in(&p, "b.jsonl"), false);
	first = info_of(&p).digest;
	(void)import(&p, path_in(&p, "b.jsonl"), true);
	CHECK(!str_eq(first, info_of(&p).digest));
	(void)import(&p, path_in(&p, "a.jsonl"), false);
	CHECK_STR_EQ(info_of(&p).digest, first);
	place_done(&p);
}

TEST(essentials_have_a_japanese_title_for_each_of_their_flaws)
{
	str rest = essentials_text(), line, before, id, other;
	size_t n = 0;

	while (str_line(&rest, &line)) {
		CHECK(str_cut(str_skip(line, (size_t)str_find(line, STR("\"id\":\"")) + 6), '"',
			      &id, &other));
		CHECK(str_find(line, STR("\"ja\":\"")) > 0);
		before = essentials_title_ja(id);
		CHECK(before.n > 0 && before.p > line.p && before.p < line.p + line.n);
		n++;
	}
	CHECK(n >= 90);
	CHECK_INT(essentials_title_ja(STR("CVE-2021-44229")).n, 0);
	CHECK_INT(essentials_title_ja(STR("A")).n, 0);
	CHECK_INT(essentials_title_ja(STR("Z")).n, 0);
	CHECK_INT(essentials_title_ja(STR_EMPTY).n, 0);
}

TEST(the_essentials_stand_in)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct advisory_info info;
	const struct advisory_hit *hits;
	size_t count, total;
	struct err err;

	CHECK_OK(advisory_db_open_essentials(&db, &err));
	CHECK(advisory_db_essentials_only(db));
	CHECK_OK(advisory_db_info(db, NOW, arena, &info, &err));
	CHECK(info.essentials_only);
	CHECK(info.records >= 80);
	CHECK(info.kev > 0);
	CHECK_STRV(info.path, "built-in");
	CHECK_OK(advisory_db_search(db, STR("CVE-2014-0160"), 9, arena, &hits, &count, &total,
				    &err));
	CHECK_INT(count, 1);
	CHECK(hits[0].kev);
}
