/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/db.h"

#include <errno.h>
#include <sys/stat.h>

#include "advisory/build_internal.h"
#include "advisory/db_internal.h"
#include "advisory/essentials.h"
#include "advisory/pack.h"
#include "advisory/schema.h"
#include "base/time.h"

#define BLOCK_MAX_UNPACKED (128u << 20)
#define BLOCK_MAX_RECORDS  (1u << 24)
#define IDENT_MAX_BYTES	   256u

static const char *const stmt_sql[DB_STMTS] = {
	[DB_PACKAGE] = "SELECT entries FROM package WHERE ecosystem = ? AND name = ?",
	[DB_BLOCK] = "SELECT first, count, size, data FROM block WHERE first <= ?"
		     " ORDER BY first DESC LIMIT 1",
	[DB_IDENT] = "SELECT records FROM ident WHERE id = ?",
	[DB_KEV] = "SELECT added, due, ransomware, name FROM kev WHERE cve = ?",
	[DB_EPSS] = "SELECT score, percentile FROM epss WHERE cve = ?",
	[DB_SOURCE] = "SELECT name, form, path, date, imported, digest, records, affected, skipped"
		      " FROM source ORDER BY name",
};

int db_error(const struct advisory_db *db, const char *what, struct err *err)
{
	return err_set(err, ERR_INPUT, "advisory database %.*s: %s: %s", STR_ARG(db->path), what,
		       sqlite3_errmsg(db->sqlite));
}

static str column_dup(sqlite3_stmt *st, int i, struct arena *arena)
{
	const void *p = sqlite3_column_blob(st, i);

	return str_dup(arena, str_of(p, (size_t)sqlite3_column_bytes(st, i)));
}

int advisory_db_default_path(struct arena *arena, char **out, struct err *err)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		*out = str_cstr(arena, str_fmt(arena, "%s/seawall/advisory.db", cache));
	else if (geteuid() == 0)
		*out = str_cstr(arena, STR("/var/lib/seawall/advisory.db"));
	else if (home && home[0] == '/')
		*out = str_cstr(arena, str_fmt(arena, "%s/.cache/seawall/advisory.db", home));
	else
		return err_set(
			err, ERR_USAGE,
			"neither HOME nor XDG_CACHE_HOME is set: name the database with --db");
	return 0;
}

static int int_pragma(const struct advisory_db *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int value = -1;

	if (sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		value = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return value;
}

static int check_marks(const struct advisory_db *db, struct err *err)
{
	int schema;

	if (int_pragma(db, "PRAGMA application_id") != SCHEMA_APPLICATION_ID)
		return err_set(err, ERR_INPUT, "%.*s is no advisory database of seawall",
			       STR_ARG(db->path));
	schema = int_pragma(db, "PRAGMA user_version");
	if (schema != ADVISORY_SCHEMA)
		return err_set(err, ERR_UNSUPPORTED,
			       "%.*s has schema %d, this program reads %d: build it again with "
			       "'seawall db update' or 'seawall db import'",
			       STR_ARG(db->path), schema, ADVISORY_SCHEMA);
	return 0;
}

static int load_ecosystems(struct advisory_db *db, struct err *err)
{
	static const char sql[] =
		"SELECT ecosystem.id, ecosystem.name, sum(entries), sum(open), max(date)"
		" FROM ecosystem JOIN holds ON holds.ecosystem = ecosystem.id"
		" JOIN source ON source.id = holds.source GROUP BY ecosystem.id"
		" ORDER BY ecosystem.name";
	sqlite3_stmt *st = NULL;
	size_t cap = 0;
	int rc = sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		db->ecosystems = arena_grow(db->arena, db->ecosystems, db->ecosystem_count, &cap,
					    sizeof(*db->ecosystems));
		db->ecosystems[db->ecosystem_count++] =
			(struct db_ecosystem){ .id = (uint32_t)sqlite3_column_int64(st, 0),
					       .name = column_dup(st, 1, db->arena),
					       .entries = (uint64_t)sqlite3_column_int64(st, 2),
					       .open = (uint64_t)sqlite3_column_int64(st, 3),
					       .date = column_dup(st, 4, db->arena) };
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? 0 : db_error(db, "list of ecosystems", err);
}

static int load_sources(struct advisory_db *db, struct err *err)
{
	static const char sql[] = "SELECT name, form, first, slots FROM source WHERE slots > 0"
				  " ORDER BY first";
	sqlite3_stmt *st = NULL;
	size_t cap = 0;
	int rc = sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		db->sources = arena_grow(db->arena, db->sources, db->source_count, &cap,
					 sizeof(*db->sources));
		db->sources[db->source_count++] =
			(struct db_source){ .name = column_dup(st, 0, db->arena),
					    .form = column_dup(st, 1, db->arena),
					    .first = (uint32_t)sqlite3_column_int64(st, 2),
					    .slots = (uint32_t)sqlite3_column_int64(st, 3) };
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? 0 : db_error(db, "list of sources", err);
}

/* What both kinds of database need once the SQLite handle is there. */
static int db_start(struct advisory_db *db, struct err *err)
{
	/* A stranger's file must not run anything, nor take memory. Mapped pages would count. */
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (sqlite3_exec(db->sqlite,
			 "PRAGMA mmap_size=0; PRAGMA cache_size=-2048;"
			 "PRAGMA cell_size_check=ON",
			 NULL, NULL, NULL) != SQLITE_OK)
		return db_error(db, "open", err);
	if (check_marks(db, err) < 0)
		return -1;
	for (int i = 0; i < DB_STMTS; i++) {
		if (sqlite3_prepare_v3(db->sqlite, stmt_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &db->stmts[i], NULL) != SQLITE_OK)
			return db_error(db, "damaged", err);
	}
	if (load_ecosystems(db, err) < 0)
		return -1;
	return load_sources(db, err);
}

static struct advisory_db *db_new(str path)
{
	struct advisory_db *db = mem_zalloc(sizeof(*db));

	db->arena = arena_new();
	db->path = str_dup(db->arena, path);
	db->zstd = ZSTD_createDCtx();
	for (size_t i = 0; i < DB_BLOCKS; i++)
		buf_init(&db->blocks[i].bytes, BLOCK_MAX_UNPACKED);
	return db;
}

void advisory_db_close(struct advisory_db *db)
{
	if (!db)
		return;
	for (int i = 0; i < DB_STMTS; i++)
		sqlite3_finalize(db->stmts[i]);
	sqlite3_close(db->sqlite);
	ZSTD_freeDCtx(db->zstd);
	for (size_t i = 0; i < DB_BLOCKS; i++)
		buf_done(&db->blocks[i].bytes);
	matcher_free(db->matcher);
	arena_free(db->arena);
	free(db);
}

/* "file:" address of a path: '%', '?' and '#' have a meaning there. */
static char *db_address(struct arena *arena, str path)
{
	struct buf b;
	char *address;

	buf_init(&b, 4 * path.n + 64);
	BUF_LIT(&b, "file:");
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '%' || path.p[i] == '?' || path.p[i] == '#')
			buf_fmt(&b, "%%%02X", (unsigned char)path.p[i]);
		else
			buf_byte(&b, path.p[i]);
	}
	BUF_LIT(&b, "?immutable=1&mode=ro");
	address = str_cstr(arena, buf_str(&b));
	buf_done(&b);
	return address;
}

static int open_file(const char *path, struct advisory_db **out, struct err *err)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = db_new(str_c(path));
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;

	struct stat st;

	if (access(path, R_OK) < 0 || stat(path, &st) < 0)
		return err_sys(err, errno, "open advisory database %s", path);
	/* Opening a pipe would wait for a writer. */
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "open advisory database %s: not a file", path);
	if (sqlite3_open_v2(db_address(db->arena, str_c(path)), &db->sqlite, flags, NULL) !=
	    SQLITE_OK)
		return db_error(db, "open", err);
	if (db_start(db, err) < 0)
		return -1;
	*out = TAKE(db);
	return 0;
}

int advisory_db_open(const char *path, struct advisory_db **out, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = NULL;
	char *standard;

	if (path)
		return open_file(path, out, err);
	arena = arena_new();
	if (advisory_db_default_path(arena, &standard, err) < 0 || access(standard, F_OK) < 0)
		return advisory_db_open_essentials(out, err);
	return open_file(standard, out, err);
}

int db_open_built(struct advisory_build *build, struct advisory_db **out, struct err *err)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = db_new(STR("built-in"));

	db->essentials = true;
	if (build_take_memory(build, &db->sqlite, err) < 0 || db_start(db, err) < 0)
		return -1;
	*out = TAKE(db);
	return 0;
}

int advisory_db_open_essentials(struct advisory_db **out, struct err *err)
{
	AUTO(advisory_build_free)
	struct advisory_build *build = NULL;

	if (build_open_memory(&build, err) < 0 || essentials_add(build, err) < 0 ||
	    db_open_built(build, out, err) < 0)
		return err_wrap(err, "built-in advisories");
	return 0;
}

bool advisory_db_essentials_only(const struct advisory_db *db) { return db->essentials; }

const struct db_ecosystem *db_ecosystem_find(const struct advisory_db *db, str name)
{
	size_t low = 0, high = db->ecosystem_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = str_cmp(db->ecosystems[mid].name, name);

		if (order == 0)
			return &db->ecosystems[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct db_source *db_source_of(const struct advisory_db *db, uint32_t record)
{
	for (size_t i = 0; i < db->source_count; i++) {
		if (record - db->sources[i].first < db->sources[i].slots)
			return &db->sources[i];
	}
	return NULL;
}

/* One row of a statement whose parameters are bound: 1 (then column 0 and on are there), 0, -1. */
static int db_row(const struct advisory_db *db, enum db_stmt stmt, struct err *err)
{
	int rc = sqlite3_step(db->stmts[stmt]);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return db_error(db, "damaged", err);
}

int db_package(struct advisory_db *db, uint32_t ecosystem, str name, struct arena *arena, str *row,
	       struct err *err)
{
	sqlite3_stmt *st = db->stmts[DB_PACKAGE];
	int got;

	sqlite3_bind_int64(st, 1, ecosystem);
	sqlite3_bind_text64(st, 2, name.n ? name.p : "", name.n, SQLITE_STATIC, SQLITE_UTF8);
	got = db_row(db, DB_PACKAGE, err);
	if (got > 0)
		*row = column_dup(st, 0, arena);
	sqlite3_reset(st);
	return got;
}

/* Unpacks the block of a record into the place of the one that is there longest. */
static int load_block(struct advisory_db *db, uint32_t number, struct db_block *out,
		      struct err *err)
{
	sqlite3_stmt *st = db->stmts[DB_BLOCK];
	size_t size, got;
	uint64_t count;
	char *room;

	sqlite3_bind_int64(st, 1, number);
	if (db_row(db, DB_BLOCK, err) <= 0)
		return err_set(err, ERR_INPUT, "advisory database: no record %u", number);
	out->first = (uint32_t)sqlite3_column_int64(st, 0);
	out->count = 0;
	count = (uint64_t)sqlite3_column_int64(st, 1);
	size = (size_t)sqlite3_column_int64(st, 2);
	buf_reset(&out->bytes);
	if (count > BLOCK_MAX_RECORDS || size < 4 * count || size > BLOCK_MAX_UNPACKED ||
	    !(room = buf_room(&out->bytes, size)))
		return err_set(err, ERR_INPUT, "advisory database: damaged block %u", number);
	got = ZSTD_decompressDCtx(db->zstd, room, size, sqlite3_column_blob(st, 3),
				  (size_t)sqlite3_column_bytes(st, 3));
	if (ZSTD_isError(got) || got != size)
		return err_set(err, ERR_INPUT, "advisory database: damaged block %u", number);
	out->bytes.n = size;
	out->count = (uint32_t)count;
	return 0;
}

static const struct db_block *block_of(struct advisory_db *db, uint32_t number, struct err *err)
{
	struct db_block *b;
	int failed;

	for (size_t i = 0; i < DB_BLOCKS; i++) {
		if (number - db->blocks[i].first < db->blocks[i].count)
			return &db->blocks[i];
	}
	b = &db->blocks[db->next_block++ % DB_BLOCKS];
	failed = load_block(db, number, b, err);
	sqlite3_reset(db->stmts[DB_BLOCK]);
	return failed ? NULL : b;
}

int db_record(struct advisory_db *db, uint32_t number, struct arena *arena, struct record *out,
	      struct err *err)
{
	const struct db_block *b = block_of(db, number, err);
	uint64_t start = 0;
	uint32_t len = 0, index;
	struct rd lens;
	str bytes;

	if (!b)
		return -1;
	index = number - b->first;
	lens = rd_from(buf_str(&b->bytes));
	for (uint32_t i = 0; i <= index && index < b->count; i++) {
		start += len;
		len = rd_u32le(&lens);
	}
	start += 4 * (uint64_t)b->count;
	if (index >= b->count || lens.bad || start + len > b->bytes.n)
		return err_set(err, ERR_INPUT, "advisory database: no record %u", number);
	bytes = str_dup(arena, str_of(b->bytes.p + start, len));
	if (!record_unpack(bytes, arena, out))
		return err_set(err, ERR_INPUT, "advisory database: damaged record %u", number);
	return 0;
}

int db_ident(struct advisory_db *db, str id, struct arena *arena, const uint32_t **numbers,
	     size_t *count, struct err *err)
{
	sqlite3_stmt *st = db->stmts[DB_IDENT];
	char upper[IDENT_MAX_BYTES];
	uint32_t *found = NULL;
	size_t n = 0;
	int got;

	*count = 0;
	*numbers = NULL;
	if (id.n > sizeof(upper))
		return 0;
	for (size_t i = 0; i < id.n; i++)
		upper[i] = id.p[i] >= 'a' && id.p[i] <= 'z' ? (char)(id.p[i] - 32) : id.p[i];
	sqlite3_bind_text64(st, 1, upper, id.n, SQLITE_STATIC, SQLITE_UTF8);
	got = db_row(db, DB_IDENT, err);
	if (got > 0) {
		struct rd r = rd_from(
			str_of(sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0)));

		found = ARENA_ARRAY(arena, uint32_t, rd_left(&r));
		while (rd_left(&r) && !r.bad)
			found[n++] = (uint32_t)unpack_u(&r);
		n -= r.bad;
	}
	sqlite3_reset(st);
	if (got < 0)
		return -1;
	*numbers = found;
	*count = n;
	return 0;
}

int db_kev_find(struct advisory_db *db, str cve, struct arena *arena, struct db_kev *out,
		struct err *err)
{
	sqlite3_stmt *st = db->stmts[DB_KEV];
	int got;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)cve_key(cve));
	got = db_row(db, DB_KEV, err);
	if (got > 0)
		*out = (struct db_kev){ .added = column_dup(st, 0, arena),
					.due = column_dup(st, 1, arena),
					.ransomware = sqlite3_column_int(st, 2) != 0,
					.name = column_dup(st, 3, arena) };
	sqlite3_reset(st);
	return got;
}

int db_epss_find(struct advisory_db *db, str cve, double *score, double *percentile,
		 struct err *err)
{
	sqlite3_stmt *st = db->stmts[DB_EPSS];
	int got;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)cve_key(cve));
	got = db_row(db, DB_EPSS, err);
	if (got > 0) {
		*score = (double)sqlite3_column_int64(st, 0) / 1e6;
		*percentile = (double)sqlite3_column_int64(st, 1) / 1e6;
	}
	sqlite3_reset(st);
	return got;
}
