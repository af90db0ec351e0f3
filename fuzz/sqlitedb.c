/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: where the log begins (in 1/256 of the rest); 0: there is none. */
#include "fmt/binary/sqlitedb.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_row(void *context, const struct sqlitedb_row *row, struct err *err)
{
	(void)context;
	must(!row->problem || row->payload.n == 0);
	must_be_readable(row->payload);
	for (size_t i = 0;; i++) {
		struct sqlitedb_value value;

		if (sqlitedb_column(row->payload, i, &value, err) <= 0)
			return 0;
		must_be_readable(value.bytes);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sqlitedb *db;
	struct err err = { .kind = ERR_NONE };
	uint32_t root = 1;

	if (size == 0)
		return 0;
	str all = str_of((const char *)data + 1, size - 1);
	size_t cut = data[0] ? all.n * data[0] / 256 : all.n;
	struct file_view file = file_view_text(STR("db"), str_take(all, cut));
	struct file_view wal = file_view_text(STR("db-wal"), str_skip(all, cut));

	if (sqlitedb_open(&file, data[0] ? &wal : NULL, arena, &db, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return 0;
	}
	if (sqlitedb_table(db, STR("t"), &root, &err) < 0)
		return 0;
	IGNORE(sqlitedb_each(db, root, 1u << 20, on_row, NULL, &err)); /* a damaged file may fail */
	return 0;
}
