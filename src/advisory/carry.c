/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry: what an import leaves alone. Blocks are copied as they are; since a source's records are
 * numbered in one piece, a new number is the old one plus the source's shift.
 */
#include <errno.h>

#include "advisory/build_internal.h"
#include "advisory/db_internal.h"
#include "advisory/pack.h"
#include "advisory/pile.h"

struct kept {
	uint32_t old_id, new_id;
	uint32_t old_first, slots, new_first;
};

struct carry {
	struct advisory_build *build;
	sqlite3 *old;
	struct kept *kept;
	size_t kept_count, kept_cap;
	struct buf piece;
};

static str column(sqlite3_stmt *st, int i)
{
	const void *p = sqlite3_column_blob(st, i);

	return str_of(p, (size_t)sqlite3_column_bytes(st, i));
}

static const struct kept *kept_of_record(const struct carry *c, uint32_t record)
{
	for (size_t i = 0; i < c->kept_count; i++) {
		if (record - c->kept[i].old_first < c->kept[i].slots)
			return &c->kept[i];
	}
	return NULL;
}

static const struct kept *kept_of_source(const struct carry *c, uint32_t source)
{
	for (size_t i = 0; i < c->kept_count; i++) {
		if (c->kept[i].old_id == source)
			return &c->kept[i];
	}
	return NULL;
}

/* Calls row for each row of the old database. */
static int each_row(struct carry *c, const char *sql,
		    int (*row)(struct carry *c, sqlite3_stmt *st, struct err *err), struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->old, sql, -1, &st, NULL);
	int result = 0;

	if (rc == SQLITE_OK) {
		while (result == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW)
			result = row(c, st, err);
	}
	if (result == 0 && rc != SQLITE_DONE)
		result = err_set(err, ERR_SYS, "read the old database: %s", sqlite3_errmsg(c->old));
	sqlite3_finalize(st);
	return result;
}

static int keep_source(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	struct advisory_build *b = c->build;
	sqlite3_stmt *put = b->stmts[BUILD_SOURCE];
	struct kept k = { .old_id = (uint32_t)sqlite3_column_int64(st, 0),
			  .old_first = (uint32_t)sqlite3_column_int64(st, 7),
			  .slots = (uint32_t)sqlite3_column_int64(st, 8) };

	if (map_has(&b->names, column(st, 1)))
		return 0;
	if (k.slots > UINT32_MAX - b->next_record)
		return err_set(err, ERR_LIMIT, "too many records");
	k.new_id = ++b->source_count;
	k.new_first = b->next_record;
	b->next_record += k.slots;
	c->kept = arena_grow(b->arena, c->kept, c->kept_count, &c->kept_cap, sizeof(*c->kept));
	c->kept[c->kept_count++] = k;
	sqlite3_bind_int64(put, 1, k.new_id);
	for (int i = 1; i < 12; i++)
		sqlite3_bind_value(put, i + 1, sqlite3_column_value(st, i));
	sqlite3_bind_int64(put, 8, k.new_first);
	return build_step(b, BUILD_SOURCE, "write a source", err);
}

static int keep_skip(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	const struct kept *k = kept_of_source(c, (uint32_t)sqlite3_column_int64(st, 0));
	sqlite3_stmt *put = c->build->stmts[BUILD_SKIP];

	if (!k)
		return 0;
	sqlite3_bind_int64(put, 1, k->new_id);
	for (int i = 1; i < 5; i++)
		sqlite3_bind_value(put, i + 1, sqlite3_column_value(st, i));
	return build_step(c->build, BUILD_SKIP, "write a skip", err);
}

static int keep_block(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	uint32_t first = (uint32_t)sqlite3_column_int64(st, 0);
	const struct kept *k = kept_of_record(c, first);
	sqlite3_stmt *put = c->build->stmts[BUILD_BLOCK];

	if (!k)
		return 0;
	sqlite3_bind_int64(put, 1, first - k->old_first + k->new_first);
	for (int i = 1; i < 4; i++)
		sqlite3_bind_value(put, i + 1, sqlite3_column_value(st, i));
	return build_step(c->build, BUILD_BLOCK, "write records", err);
}

static int keep_holds(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	const struct kept *k = kept_of_source(c, (uint32_t)sqlite3_column_int64(st, 1));
	sqlite3_stmt *put = c->build->stmts[BUILD_HOLDS];
	const struct build_ecosystem *eco;

	if (!k)
		return 0;
	eco = build_ecosystem(c->build, column(st, 0), err);
	if (!eco)
		return -1;
	sqlite3_bind_int64(put, 1, eco->id);
	sqlite3_bind_int64(put, 2, k->new_id);
	sqlite3_bind_int64(put, 3, sqlite3_column_int64(st, 2));
	sqlite3_bind_int64(put, 4, sqlite3_column_int64(st, 3));
	return build_step(c->build, BUILD_HOLDS, "write what a source holds", err);
}

static int keep_package(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	struct rd r = rd_from(column(st, 2));
	str name = column(st, 1);
	char key[4 + 512];
	uint32_t number;
	const struct build_ecosystem *eco = NULL;
	str body;
	int got;

	buf_reset(&c->piece);
	while ((got = affected_next_raw(&r, &number, &body)) > 0) {
		const struct kept *k = kept_of_record(c, number);

		if (k)
			affected_pack_raw(number - k->old_first + k->new_first, body, &c->piece);
	}
	if (got < 0 || name.n > sizeof(key) - 4)
		return err_set(err, ERR_INPUT, "the old database is damaged");
	if (c->piece.n == 0)
		return 0;
	eco = build_ecosystem(c->build, column(st, 0), err);
	if (!eco)
		return -1;
	for (unsigned i = 0; i < 4; i++)
		key[i] = (char)(eco->id >> (24 - 8 * i));
	if (name.n)
		memcpy(key + 4, name.p, name.n);
	return pile_add(c->build->packages, str_of(key, name.n + 4), buf_str(&c->piece), err);
}

static int keep_ident(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	struct rd r = rd_from(column(st, 1));

	buf_reset(&c->piece);
	while (rd_left(&r) && !r.bad) {
		uint32_t number = (uint32_t)unpack_u(&r);
		const struct kept *k = kept_of_record(c, number);

		if (k)
			pack_u(&c->piece, number - k->old_first + k->new_first);
	}
	if (c->piece.n == 0)
		return 0;
	return pile_add(c->build->idents, column(st, 0), buf_str(&c->piece), err);
}

/* A score of a new source stays: the carried one is written only where there is none. */
static int keep_row(struct carry *c, sqlite3_stmt *st, enum build_stmt stmt, int columns,
		    struct err *err)
{
	const struct kept *k = kept_of_source(c, (uint32_t)sqlite3_column_int64(st, 1));
	sqlite3_stmt *put = c->build->stmts[stmt];

	if (!k)
		return 0;
	for (int i = 0; i < columns; i++)
		sqlite3_bind_value(put, i + 1, sqlite3_column_value(st, i));
	sqlite3_bind_int64(put, 2, k->new_id);
	return build_step(c->build, stmt, "write a score", err);
}

static int keep_kev(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	return keep_row(c, st, BUILD_KEV_KEPT, 6, err);
}

static int keep_epss(struct carry *c, sqlite3_stmt *st, struct err *err)
{
	return keep_row(c, st, BUILD_EPSS_KEPT, 4, err);
}

static int carry_all(struct carry *c, struct err *err)
{
	static const struct {
		const char *sql;
		int (*row)(struct carry *c, sqlite3_stmt *st, struct err *err);
	} tables[] = {
		{ "SELECT id, name, form, path, date, imported, digest, first, slots, records,"
		  " affected, skipped FROM source ORDER BY first, id",
		  keep_source },
		{ "SELECT source, reason, first, count, harmless FROM skip", keep_skip },
		{ "SELECT first, count, size, data FROM block ORDER BY first", keep_block },
		{ "SELECT name, source, entries, open FROM holds JOIN ecosystem ON"
		  " ecosystem.id = holds.ecosystem",
		  keep_holds },
		{ "SELECT ecosystem.name, package.name, entries FROM package JOIN ecosystem ON"
		  " ecosystem.id = package.ecosystem",
		  keep_package },
		{ "SELECT id, records FROM ident", keep_ident },
		{ "SELECT cve, source, added, due, ransomware, name FROM kev", keep_kev },
		{ "SELECT cve, source, score, percentile FROM epss", keep_epss },
	};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (each_row(c, tables[i].sql, tables[i].row, err) < 0)
			return -1;
	}
	return 0;
}

int build_carry(struct advisory_build *build, struct err *err)
{
	AUTO(advisory_db_close)
	struct advisory_db *old = NULL;
	struct carry c = { .build = build };
	int result;

	if (build->opts.replace || access(build->path, F_OK) < 0)
		return 0;
	if (advisory_db_open(build->path, &old, err) < 0) {
		if (err->kind != ERR_UNSUPPORTED)
			return -1;
		/* Of another version of the program: its sources have to be loaded again. */
		build_report(build, STR_EMPTY, "sources of a database of another schema: not kept",
			     str_c(build->path));
		return 0;
	}
	c.old = old->sqlite;
	buf_init(&c.piece, 64u << 20);
	result = carry_all(&c, err);
	if (result == 0 && c.piece.overflow)
		result = err_set(err, ERR_LIMIT, "entries of one package over 64 MiB");
	buf_done(&c.piece);
	return result;
}
