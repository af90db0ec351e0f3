/* SPDX-License-Identifier: Apache-2.0 */
/* What a database says about itself. */
#include "advisory/db_internal.h"
#include "base/time.h"

static str column_dup(sqlite3_stmt *st, int i, struct arena *arena)
{
	const void *p = sqlite3_column_blob(st, i);

	return str_dup(arena, str_of(p, (size_t)sqlite3_column_bytes(st, i)));
}

static int age_days(str date, int64_t now)
{
	int64_t t;

	if (!time_parse(date, &t))
		return ADVISORY_UNKNOWN_AGE;
	return t >= now ? 0 : (int)((now - t) / 86400);
}

static bool is_stale(int days)
{
	return days == ADVISORY_UNKNOWN_AGE || days > ADVISORY_AGE_WARNING;
}

static int one_number(const struct advisory_db *db, const char *sql, uint64_t *out, struct err *err)
{
	sqlite3_stmt *st = NULL;
	bool ok = sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL) == SQLITE_OK &&
		  sqlite3_step(st) == SQLITE_ROW;

	if (ok)
		*out = (uint64_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return ok ? 0 : db_error(db, "count", err);
}

static int meta(const struct advisory_db *db, const char *key, struct arena *arena, str *out,
		struct err *err)
{
	static const char sql[] = "SELECT value FROM meta WHERE key = ?";
	sqlite3_stmt *st = NULL;
	bool ok = sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL) == SQLITE_OK &&
		  sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC) == SQLITE_OK &&
		  sqlite3_step(st) == SQLITE_ROW;

	if (ok)
		*out = column_dup(st, 0, arena);
	sqlite3_finalize(st);
	return ok ? 0 : db_error(db, key, err);
}

static void read_source(sqlite3_stmt *st, int64_t now, struct arena *arena,
			struct advisory_source *s)
{
	s->name = column_dup(st, 0, arena);
	s->form = column_dup(st, 1, arena);
	s->path = column_dup(st, 2, arena);
	s->date = column_dup(st, 3, arena);
	s->imported = column_dup(st, 4, arena);
	s->digest = column_dup(st, 5, arena);
	s->records = (uint64_t)sqlite3_column_int64(st, 6);
	s->affected = (uint64_t)sqlite3_column_int64(st, 7);
	s->skipped = (uint64_t)sqlite3_column_int64(st, 8);
	s->age_days = age_days(s->date, now);
	s->stale = is_stale(s->age_days);
}

/* kev and epss rate flaws, they bring none. */
static bool brings_records(const struct advisory_source *s)
{
	return !str_eq(s->form, STR("kev")) && !str_eq(s->form, STR("epss"));
}

static int read_sources(struct advisory_db *db, int64_t now, struct arena *arena,
			struct advisory_info *info, struct err *err)
{
	sqlite3_stmt *st = db->stmts[DB_SOURCE];
	struct advisory_source *sources = NULL;
	size_t n = 0, cap = 0;
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		sources = arena_grow(arena, sources, n, &cap, sizeof(*sources));
		read_source(st, now, arena, &sources[n]);
		if (brings_records(&sources[n])) {
			info->records += sources[n].records;
			if (str_cmp(sources[n].date, info->date) > 0)
				info->date = sources[n].date;
		}
		n++;
	}
	sqlite3_reset(st);
	if (rc != SQLITE_DONE)
		return db_error(db, "list of sources", err);
	info->sources = sources;
	info->source_count = n;
	return 0;
}

int advisory_db_info(struct advisory_db *db, int64_t now, struct arena *arena,
		     struct advisory_info *out, struct err *err)
{
	struct advisory_info info = { .path = str_dup(arena, db->path),
				      .essentials_only = db->essentials,
				      .schema = ADVISORY_SCHEMA };

	if (read_sources(db, now, arena, &info, err) < 0 ||
	    meta(db, "built", arena, &info.built, err) < 0 ||
	    meta(db, "digest", arena, &info.digest, err) < 0 ||
	    one_number(db, "SELECT count(*) FROM package", &info.packages, err) < 0 ||
	    one_number(db, "SELECT count(*) FROM kev", &info.kev, err) < 0 ||
	    one_number(db, "SELECT count(*) FROM epss", &info.epss, err) < 0)
		return -1;
	info.age_days = age_days(info.date, now);
	info.stale = is_stale(info.age_days);
	*out = info;
	return 0;
}
