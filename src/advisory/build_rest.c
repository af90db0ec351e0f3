/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a build: the gathered piles and the marks of the file. */
#include <assert.h>

#include "advisory/build_internal.h"
#include "advisory/pack.h"
#include "advisory/pile.h"
#include "base/time.h"

/* Entries of records that a newer version replaced are left out. */
static str live_entries(struct advisory_build *b, str row)
{
	struct rd r = rd_from(row);
	uint32_t number;
	str body;

	if (!b->dead_bytes)
		return row;
	buf_reset(&b->entry);
	while (affected_next_raw(&r, &number, &body) > 0) {
		if (!build_is_dead(b, number))
			affected_pack_raw(number, body, &b->entry);
	}
	return buf_str(&b->entry);
}

static str live_numbers(struct advisory_build *b, str row)
{
	struct rd r = rd_from(row);

	if (!b->dead_bytes)
		return row;
	buf_reset(&b->entry);
	while (rd_left(&r) && !r.bad) {
		uint64_t number = unpack_u(&r);

		if (!build_is_dead(b, (uint32_t)number))
			pack_u(&b->entry, number);
	}
	return buf_str(&b->entry);
}

static int packages_write(struct advisory_build *b, struct err *err)
{
	sqlite3_stmt *st = b->stmts[BUILD_PACKAGE];
	str key, value;
	int got;

	if (pile_finish(b->packages, err) < 0)
		return -1;
	while ((got = pile_next(b->packages, &key, &value, err)) > 0) {
		struct rd r = rd_from(key);
		uint32_t ecosystem = rd_u32be(&r);
		str name = str_skip(key, 4);
		str entries = live_entries(b, value);

		if (str_empty(entries))
			continue;
		sqlite3_bind_int64(st, 1, ecosystem);
		sqlite3_bind_text64(st, 2, name.n ? name.p : "", name.n, SQLITE_STATIC,
				    SQLITE_UTF8);
		sqlite3_bind_blob64(st, 3, entries.p, entries.n, SQLITE_STATIC);
		if (build_step(b, BUILD_PACKAGE, "write a package", err) < 0)
			return -1;
	}
	return got;
}

static int idents_write(struct advisory_build *b, struct err *err)
{
	sqlite3_stmt *st = b->stmts[BUILD_IDENT];
	str key, value;
	int got;

	if (pile_finish(b->idents, err) < 0)
		return -1;
	while ((got = pile_next(b->idents, &key, &value, err)) > 0) {
		str numbers = live_numbers(b, value);

		if (str_empty(numbers))
			continue;
		sqlite3_bind_text64(st, 1, key.p, key.n, SQLITE_STATIC, SQLITE_UTF8);
		sqlite3_bind_blob64(st, 2, numbers.p, numbers.n, SQLITE_STATIC);
		if (build_step(b, BUILD_IDENT, "write an id", err) < 0)
			return -1;
	}
	return got;
}

static int meta_write(struct advisory_build *b, str key, str value, struct err *err)
{
	sqlite3_stmt *st = b->stmts[BUILD_META];

	sqlite3_bind_text64(st, 1, key.p, key.n, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_text64(st, 2, value.p, value.n, SQLITE_STATIC, SQLITE_UTF8);
	return build_step(b, BUILD_META, "write the marks of the database", err);
}

/* Over names and digests of all sources in order of name: independent of when it was built. */
static int digest_write(struct advisory_build *b, struct err *err)
{
	static const char sql[] = "SELECT name, digest FROM source ORDER BY name";
	struct sha sha;
	char hex[SHA_HEX_MAX];
	sqlite3_stmt *st = NULL;
	bool ok = sqlite3_prepare_v2(b->db, sql, -1, &st, NULL) == SQLITE_OK;

	sha_init(&sha, SHA_KIND_256);
	while (ok && sqlite3_step(st) == SQLITE_ROW) {
		for (int column = 0; column < 2; column++)
			sha_add(&sha, sqlite3_column_text(st, column),
				(size_t)sqlite3_column_bytes(st, column) + 1);
	}
	ok = sqlite3_finalize(st) == SQLITE_OK && ok;
	if (!ok)
		return build_sql_error(b, "digest of the sources", err);
	(void)sha_end_hex(&sha, hex);
	return meta_write(b, STR("digest"), str_fmt(b->arena, "sha256:%s", hex), err);
}

int build_write_rest(struct advisory_build *b, struct err *err)
{
	if (packages_write(b, err) < 0 || idents_write(b, err) < 0 || digest_write(b, err) < 0)
		return -1;
	if (meta_write(b, STR("built"), time_format(b->arena, b->opts.now), err) < 0)
		return -1;
	return meta_write(b, STR("essentials"), b->essentials ? STR("1") : STR("0"), err);
}
