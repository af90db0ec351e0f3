/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "advisory/build_internal.h"
#include "advisory/db.h"
#include "advisory/pile.h"
#include "advisory/schema.h"
#include "base/time.h"

/* One block of records, and the entries of one package, never grow past these. */
#define BLOCK_MAX_BYTES (64u << 20)
#define ENTRY_MAX_BYTES (64u << 20)

static char *text_dup(str s)
{
	char *copy = mem_alloc(s.n + 1);

	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = 0;
	return copy;
}

static struct advisory_build *build_new(const struct advisory_build_opts *opts)
{
	struct advisory_build *b = mem_zalloc(sizeof(*b));

	if (opts)
		b->opts = *opts;
	if (!b->opts.now)
		b->opts.now = time_now();
	b->lock_fd = -1;
	b->arena = arena_new();
	b->source.arena = arena_new();
	b->zstd = ZSTD_createCCtx();
	map_init(&b->ecosystems, b->arena);
	map_init(&b->used, b->arena);
	map_init(&b->names, b->arena);
	map_init(&b->added, b->arena);
	buf_init(&b->block_lens, BLOCK_MAX_BYTES);
	buf_init(&b->block, BLOCK_MAX_BYTES);
	buf_init(&b->packed, 2 * (size_t)BLOCK_MAX_BYTES);
	buf_init(&b->entry, ENTRY_MAX_BYTES);
	buf_init(&b->scratch, ENTRY_MAX_BYTES);
	return b;
}

void advisory_build_free(struct advisory_build *b)
{
	if (!b)
		return;
	for (int i = 0; i < BUILD_STMTS; i++)
		sqlite3_finalize(b->stmts[i]);
	sqlite3_close(b->db);
	if (b->tmp_path && !b->committed)
		(void)unlink(b->tmp_path);
	if (b->lock_fd >= 0)
		(void)close(b->lock_fd);
	pile_free(b->packages);
	pile_free(b->idents);
	ZSTD_freeCCtx(b->zstd);
	buf_done(&b->block_lens);
	buf_done(&b->block);
	buf_done(&b->packed);
	buf_done(&b->entry);
	buf_done(&b->scratch);
	arena_free(b->source.arena);
	arena_free(b->arena);
	free(b->path);
	free(b->tmp_path);
	free(b->folder);
	free(b);
}

/* Makes the folder and those above it. */
static int folder_make(char *path, struct err *err)
{
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		int failed = mkdir(path, 0755);
		*p = '/';
		if (failed && errno != EEXIST)
			return err_sys(err, errno, "make folder %s", path);
	}
	if (mkdir(path, 0755) && errno != EEXIST)
		return err_sys(err, errno, "make folder %s", path);
	return 0;
}

static int build_lock(struct advisory_build *b, struct err *err)
{
	str name = str_fmt(b->arena, "%s.lock", b->path);

	b->lock_fd =
		open(str_cstr(b->arena, name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (b->lock_fd < 0)
		return err_sys(err, errno, "open %.*s", STR_ARG(name));
	if (flock(b->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return err_set(err, ERR_SYS, "%s: another import or update is running", b->path);
	return err_sys(err, errno, "lock %.*s", STR_ARG(name));
}

/* What a builder that died left behind; we hold the lock, so it is nobody's. */
static int remove_leftovers(struct advisory_build *b, str prefix, struct err *err)
{
	AUTO(closedir)
	DIR *dir = opendir(b->folder);
	const struct dirent *entry;

	if (!dir)
		return err_sys(err, errno, "open folder %s", b->folder);
	while ((entry = readdir(dir))) {
		if (str_starts(str_c(entry->d_name), prefix) &&
		    unlinkat(dirfd(dir), entry->d_name, 0) < 0)
			return err_sys(err, errno, "remove %s/%s", b->folder, entry->d_name);
	}
	return 0;
}

static int build_exec(struct advisory_build *b, const char *sql, struct err *err)
{
	if (sqlite3_exec(b->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return build_sql_error(b, "prepare the new database", err);
	return 0;
}

static int build_create(struct advisory_build *b, const char *file, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_NOFOLLOW;

	_Static_assert(SCHEMA_APPLICATION_ID == 0x53656177 && ADVISORY_SCHEMA == 2,
		       "the two PRAGMA lines below");
	if (sqlite3_open_v2(file, &b->db, flags, NULL) != SQLITE_OK)
		return build_sql_error(b, "create the new database", err);
	/* Nobody sees the file before it is whole and synced: no journal, no waiting for the disk.
	 */
	if (build_exec(b,
		       "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
		       "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-16384;"
		       "PRAGMA temp_store=MEMORY; PRAGMA application_id=0x53656177;"
		       "PRAGMA user_version=2; BEGIN",
		       err) < 0 ||
	    build_exec(b, schema_sql, err) < 0)
		return -1;
	return build_prepare(b, err);
}

int advisory_build_open(const char *db_path, const struct advisory_build_opts *opts,
			struct advisory_build **out, struct err *err)
{
	AUTO(advisory_build_free)
	struct advisory_build *b = build_new(opts);
	str path = str_c(db_path);
	ptrdiff_t slash = str_rfind_char(path, '/');
	str base = str_skip(path, (size_t)(slash + 1));
	str prefix, tmp;

	if (str_empty(base))
		return err_set(err, ERR_USAGE, "'%s' is no name for a database file", db_path);
	b->path = text_dup(path);
	b->folder = slash < 0 ? text_dup(STR("."))
			      : text_dup(str_take(path, slash ? (size_t)slash : 1));
	if (folder_make(b->folder, err) < 0 || build_lock(b, err) < 0)
		return -1;
	prefix = str_fmt(b->arena, ".%.*s.new.", STR_ARG(base));
	if (remove_leftovers(b, prefix, err) < 0)
		return -1;
	tmp = str_fmt(b->arena, "%s/%.*s%ld", b->folder, STR_ARG(prefix), (long)getpid());
	b->tmp_path = text_dup(tmp);
	b->packages = pile_new(b->folder, BUILD_PILE_BYTES);
	b->idents = pile_new(b->folder, BUILD_PILE_BYTES);
	if (build_create(b, b->tmp_path, err) < 0)
		return -1;
	*out = TAKE(b);
	return 0;
}

int build_open_memory(struct advisory_build **out, struct err *err)
{
	AUTO(advisory_build_free)
	struct advisory_build *b = build_new(NULL);

	b->essentials = true;
	b->packages = pile_new("/tmp", SIZE_MAX); /* the limit is never reached: no file */
	b->idents = pile_new("/tmp", SIZE_MAX);
	if (build_create(b, ":memory:", err) < 0)
		return -1;
	*out = TAKE(b);
	return 0;
}

int build_take_memory(struct advisory_build *b, sqlite3 **out, struct err *err)
{
	assert(!b->tmp_path);
	if (build_write_rest(b, err) < 0 || build_exec(b, "COMMIT", err) < 0)
		return -1;
	for (int i = 0; i < BUILD_STMTS; i++) {
		sqlite3_finalize(b->stmts[i]);
		b->stmts[i] = NULL;
	}
	*out = TAKE(b->db);
	return 0;
}

/* Data, then the name, reach the disk in this order: a crash leaves the old or the new file. */
static int build_swap(struct advisory_build *b, struct err *err)
{
	AUTO(fd_close)
	int fd = open(b->tmp_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	AUTO(fd_close)
	int dir = open(b->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return err_sys(err, errno, "write %s", b->tmp_path);
	if (fchmod(fd, 0644) < 0)
		return err_sys(err, errno, "set the mode of %s", b->tmp_path);
	if (rename(b->tmp_path, b->path) < 0)
		return err_sys(err, errno, "rename to %s", b->path);
	b->committed = true;
	if (dir < 0 || fsync(dir) < 0)
		return err_sys(err, errno, "sync folder %s", b->folder);
	return 0;
}

static void report_copy(struct advisory_build *b, struct arena *arena,
			struct advisory_import_report *out)
{
	struct advisory_import_report report = b->report;
	struct advisory_skip *skips = ARENA_ARRAY(arena, struct advisory_skip, report.skip_count);
	str *sources = ARENA_ARRAY(arena, str, b->added.n);
	size_t n = 0;

	for (size_t i = 0; i < report.skip_count; i++) {
		skips[i] = b->skips[i];
		skips[i].source = str_dup(arena, skips[i].source);
		skips[i].reason = str_dup(arena, skips[i].reason);
		skips[i].first = str_dup(arena, skips[i].first);
	}
	MAP_EACH (&b->added, entry)
		sources[n++] = str_dup(arena, entry->key);
	qsort(sources, n, sizeof(*sources), str_qsort_cmp);
	report.skips = skips;
	report.sources = sources;
	report.source_count = n;
	report.bytes = b->bytes;
	*out = report;
}

int advisory_build_commit(struct advisory_build *b, struct arena *arena,
			  struct advisory_import_report *out, struct err *err)
{
	assert(!b->committed && b->tmp_path);
	if (build_carry(b, err) < 0)
		return err_wrap(err, "keep the other sources of %s", b->path);
	/* Dropping sources alone is a change; reading files in vain is none. */
	if (b->added.n == 0 && (b->used.n > 0 || b->names.n == 0)) {
		if (out)
			report_copy(b, arena, out);
		if (b->report.skip_count == 0)
			return err_set(
				err, ERR_INPUT,
				"no advisory in what was read; the database stays as it was");
		return err_set(
			err, ERR_INPUT,
			"no advisory in what was read (%.*s: %.*s); the database stays as it "
			"was",
			STR_ARG(b->skips[0].source), STR_ARG(b->skips[0].reason));
	}
	if (build_write_rest(b, err) < 0 || build_exec(b, "COMMIT", err) < 0)
		return -1;
	for (int i = 0; i < BUILD_STMTS; i++) {
		sqlite3_finalize(b->stmts[i]);
		b->stmts[i] = NULL;
	}
	if (sqlite3_close(b->db) != SQLITE_OK)
		return build_sql_error(b, "close the new database", err);
	b->db = NULL;
	if (build_swap(b, err) < 0)
		return -1;
	if (out)
		report_copy(b, arena, out);
	return 0;
}

uint64_t advisory_build_broken(const struct advisory_build *b, str *first)
{
	*first = b->report.broken_first;
	return b->report.broken;
}

void advisory_build_drop(struct advisory_build *b, str name) { map_put(&b->names, name, NULL); }

uint64_t advisory_build_records(const struct advisory_build *b) { return b->report.records; }

uint64_t advisory_build_entries(const struct advisory_build *b)
{
	return b->report.records + b->report.kev + b->report.epss;
}
