/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/sqlitedb.h"
#include "fmt/system/rpmdb_internal.h"

/* Packages(hnum INTEGER PRIMARY KEY, blob BLOB): the first blob of a row is the header. */
static int on_row(void *context, const struct sqlitedb_row *row, struct err *err)
{
	struct rpmdb_out *out = context;
	uint64_t id = (uint64_t)row->rowid;
	struct sqlitedb_value value;

	if (row->problem)
		return rpmdb_lost(out, id, row->problem, err);
	for (size_t i = 0;; i++) {
		struct err bad;
		int n = sqlitedb_column(row->payload, i, &value, &bad);

		if (n <= 0)
			return rpmdb_lost(out, id, "row without a header", err);
		if (value.type == SQLITEDB_BLOB)
			return rpmdb_header(out, id, value.bytes, err);
	}
}

static bool probe(str head) { return str_starts(head, STR("SQLite format 3\0")); }

static int read_database(const struct file_view *file, struct rpmdb_out *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sqlitedb *db;
	uint32_t root;

	if (sqlitedb_open(file, file->companion, arena, &db, err) < 0)
		return -1;
	if (sqlitedb_wal_problem(db))
		out->sink->skipped(out->sink, sqlitedb_wal_problem(db), file->path);
	int found = sqlitedb_table(db, STR("Packages"), &root, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_INPUT, "no table 'Packages' in it");
	return sqlitedb_each(db, root, RPM_HEADER_MAX_BYTES, on_row, out, err);
}

const struct rpmdb_form rpmdb_sqlite = { .name = "sqlite", .probe = probe, .read = read_database };
