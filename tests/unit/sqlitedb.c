/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/sqlitedb.h"

#include <sqlite3.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"

/* A database that the engine itself writes, in a folder of its own. */
struct fixture {
	char folder[64], file[96], wal[96];
	sqlite3 *db;
	struct arena *arena;
};

static void run(struct fixture *f, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(f->db, sql, NULL, NULL, &message) != SQLITE_OK)
		test_fail(__FILE__, __LINE__, "%s: %s", sql, message);
}

static void fixture_open(struct fixture *f)
{
	*f = (struct fixture){ .folder = "/tmp/sqlitedb-XXXXXX", .arena = arena_new() };
	CHECK(mkdtemp(f->folder) != NULL);
	snprintf(f->file, sizeof(f->file), "%s/db", f->folder);
	snprintf(f->wal, sizeof(f->wal), "%s/db-wal", f->folder);
	CHECK_INT(sqlite3_open(f->file, &f->db), SQLITE_OK);
}

static void fixture_close(struct fixture *f)
{
	char shm[96];

	sqlite3_close(f->db);
	snprintf(shm, sizeof(shm), "%s/db-shm", f->folder);
	/* What is not there needs no removal. */
	IGNORE(unlink(f->file));
	IGNORE(unlink(f->wal));
	IGNORE(unlink(shm));
	IGNORE(rmdir(f->folder));
	arena_free(f->arena);
}

static struct file_view load(const struct fixture *f, const char *path)
{
	struct buf buf;
	struct err err;

	buf_init(&buf, 64u << 20);
	CHECK_OK(buf_read_file(&buf, path, &err));
	struct file_view view = file_view_text(STR("db"), str_dup(f->arena, buf_str(&buf)));

	buf_done(&buf);
	return view;
}

struct sum {
	uint64_t rows, bytes, problems;
	int64_t rowids, numbers;
};

static int add_row(void *context, const struct sqlitedb_row *row, struct err *err)
{
	struct sum *sum = context;
	struct sqlitedb_value text, number;

	sum->rows++;
	sum->rowids += row->rowid;
	if (row->problem) {
		sum->problems++;
		return 0;
	}
	if (sqlitedb_column(row->payload, 1, &text, err) != 1 ||
	    sqlitedb_column(row->payload, 2, &number, err) != 1)
		return -1;
	sum->bytes += text.bytes.n;
	sum->numbers += number.integer;
	return 0;
}

static int sum_of(const struct file_view *file, const struct file_view *wal, size_t max_payload,
		  struct sum *sum, const char **wal_problem, struct arena *arena, struct err *err)
{
	struct sqlitedb *db;
	uint32_t root = 0;

	*sum = (struct sum){ .rows = 0 };
	if (sqlitedb_open(file, wal, arena, &db, err) < 0)
		return -1;
	*wal_problem = sqlitedb_wal_problem(db);
	int found = sqlitedb_table(db, STR("t"), &root, err);
	if (found <= 0)
		return found;
	return sqlitedb_each(db, root, max_payload, add_row, sum, err) < 0 ? -1 : 1;
}

#define FILL                                                                          \
	"CREATE TABLE T (id INTEGER PRIMARY KEY, text TEXT, n INTEGER);"              \
	"WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM c WHERE i<3000)" \
	" INSERT INTO T SELECT i, substr(hex(zeroblob(9000)),1,(i*7919)%18000), -i*i*i FROM c;"

static int64_t ask(struct fixture *f, const char *sql)
{
	sqlite3_stmt *st = NULL;

	CHECK_INT(sqlite3_prepare_v2(f->db, sql, -1, &st, NULL), SQLITE_OK);
	CHECK_INT(sqlite3_step(st), SQLITE_ROW);
	int64_t v = sqlite3_column_int64(st, 0);

	sqlite3_finalize(st);
	return v;
}

static void must_equal_engine(struct fixture *f, const struct sum *sum)
{
	CHECK_INT(sum->rows, ask(f, "SELECT count(*) FROM T"));
	CHECK_INT(sum->rowids, ask(f, "SELECT sum(id) FROM T"));
	CHECK_INT(sum->bytes, ask(f, "SELECT sum(length(text)) FROM T"));
	CHECK_INT(sum->numbers, ask(f, "SELECT sum(n) FROM T"));
	CHECK_INT(sum->problems, 0);
}

TEST(sqlitedb_reads_what_the_engine_reads)
{
	static const char *const sizes[] = { "PRAGMA page_size=512;", "PRAGMA page_size=4096;",
					     "PRAGMA page_size=65536;" };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct fixture f;
		struct sum sum;
		const char *problem;
		struct err err;

		fixture_open(&f);
		run(&f, sizes[i]);
		run(&f, FILL "DELETE FROM T WHERE id % 3 = 0;");
		struct file_view file = load(&f, f.file);

		CHECK_OK(sum_of(&file, NULL, 1u << 20, &sum, &problem, f.arena, &err));
		must_equal_engine(&f, &sum);
		fixture_close(&f);
	}
}

TEST(sqlitedb_applies_the_log_up_to_its_last_whole_transaction)
{
	struct fixture f;
	struct sum sum;
	const char *problem = NULL;
	struct err err;

	fixture_open(&f);
	run(&f,
	    "PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;" FILL);
	run(&f, "PRAGMA wal_checkpoint(TRUNCATE); DELETE FROM T WHERE id > 2000;"
		"UPDATE T SET text = 'changed' WHERE id % 2;");
	struct file_view file = load(&f, f.file), wal = load(&f, f.wal);

	CHECK(wal.size > 0);
	CHECK_OK(sum_of(&file, &wal, 1u << 20, &sum, &problem, f.arena, &err));
	CHECK_STR(problem, NULL);
	must_equal_engine(&f, &sum);
	CHECK_OK(sum_of(&file, NULL, 1u << 20, &sum, &problem, f.arena, &err));
	CHECK_INT(sum.rows, 3000);

	/* Damage in the second transaction: the first one still counts. */
	char *bytes = arena_bytes(f.arena, wal.bytes.n);

	memcpy(bytes, wal.bytes.p, wal.bytes.n);
	bytes[wal.bytes.n - 5] ^= 1;
	wal.bytes.p = bytes;
	CHECK_OK(sum_of(&file, &wal, 1u << 20, &sum, &problem, f.arena, &err));
	CHECK_INT(sum.rows, 2000);
	CHECK(sum.bytes > 2000 * 100);

	/* Damage in its header: it does not count at all, and that is told. */
	bytes[20] ^= 1;
	CHECK_OK(sum_of(&file, &wal, 1u << 20, &sum, &problem, f.arena, &err));
	CHECK_INT(sum.rows, 3000);
	CHECK_STR(problem, "write-ahead log not applied: wrong checksum of its header");
	fixture_close(&f);
}

TEST(sqlitedb_tells_oversized_rows)
{
	struct fixture f;
	struct sum sum;
	const char *problem = NULL;
	struct err err;

	fixture_open(&f);
	run(&f, FILL);
	struct file_view file = load(&f, f.file);

	CHECK_OK(sum_of(&file, NULL, 10000, &sum, &problem, f.arena, &err));
	CHECK_INT(sum.rows, 3000);
	CHECK(sum.problems > 500);
	CHECK_INT(ask(&f, "SELECT count(*) FROM T WHERE length(text) < 9000") +
				  (int64_t)sum.problems <=
			  3000,
		  1);
	fixture_close(&f);
}

TEST(sqlitedb_finds_no_table_that_is_not_there)
{
	struct fixture f;
	struct sum sum;
	const char *problem = NULL;
	struct err err;

	fixture_open(&f);
	run(&f, "CREATE TABLE other (a); CREATE INDEX t ON other (a);");
	struct file_view file = load(&f, f.file);

	CHECK_INT(sum_of(&file, NULL, 1000, &sum, &problem, f.arena, &err), 0);
	fixture_close(&f);
}

TEST(sqlitedb_refuses_what_it_cannot_read)
{
	struct fixture f;
	struct sum sum;
	const char *problem = NULL;
	struct err err;
	struct file_view empty = file_view_text(STR("db"), STR(""));

	fixture_open(&f);
	CHECK_FAIL(sum_of(&empty, NULL, 1000, &sum, &problem, f.arena, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	run(&f, "PRAGMA encoding='UTF-16le'; CREATE TABLE t (a);");
	struct file_view file = load(&f, f.file);

	CHECK_FAIL(sum_of(&file, NULL, 1000, &sum, &problem, f.arena, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
	fixture_close(&f);
}

TEST(sqlitedb_ends_in_a_circle_of_pages)
{
	struct fixture f;
	struct sum sum;
	const char *problem = NULL;
	struct err err;

	fixture_open(&f);
	run(&f, "PRAGMA page_size=512;" FILL);
	struct file_view file = load(&f, f.file);
	char *bytes = arena_bytes(f.arena, file.bytes.n);

	/* Every interior page of a table says that page 2 is its last child. */
	memcpy(bytes, file.bytes.p, file.bytes.n);
	for (size_t at = 512; at < file.bytes.n; at += 512) {
		if (bytes[at] == 5)
			memcpy(bytes + at + 8, "\0\0\0\2", 4);
	}
	file.bytes.p = bytes;
	CHECK_FAIL(sum_of(&file, NULL, 1u << 20, &sum, &problem, f.arena, &err));
	CHECK_STR(err.msg, "sqlite: page 2 twice in a tree, or not there");
	fixture_close(&f);
}

TEST(sqlitedb_reads_columns_of_all_kinds)
{
	struct sqlitedb_value v;
	struct err err;
	/* head: 8 bytes; null, int8 -1, int24, 0, 1, blob of 1, text of 2 */
	str row = STR("\x08\x00\x01\x03\x08\x09\x0e\x11"
		      "\xff"
		      "\x80\x00\x01"
		      "b"
		      "tt");

	CHECK_INT(sqlitedb_column(row, 0, &v, &err), 1);
	CHECK_INT(v.type, SQLITEDB_NULL);
	CHECK_INT(sqlitedb_column(row, 1, &v, &err), 1);
	CHECK_INT(v.integer, -1);
	CHECK_INT(sqlitedb_column(row, 2, &v, &err), 1);
	CHECK_INT(v.integer, -0x7fffff);
	CHECK_INT(sqlitedb_column(row, 3, &v, &err), 1);
	CHECK_INT(v.integer, 0);
	CHECK_INT(sqlitedb_column(row, 4, &v, &err), 1);
	CHECK_INT(v.integer, 1);
	CHECK_INT(sqlitedb_column(row, 5, &v, &err), 1);
	CHECK_INT(v.type, SQLITEDB_BLOB);
	CHECK_STRV(v.bytes, "b");
	CHECK_INT(sqlitedb_column(row, 6, &v, &err), 1);
	CHECK_INT(v.type, SQLITEDB_TEXT);
	CHECK_STRV(v.bytes, "tt");
	CHECK_INT(sqlitedb_column(row, 7, &v, &err), 0);
	CHECK_FAIL(sqlitedb_column(str_drop_end(row, 1), 6, &v, &err));
	CHECK_FAIL(sqlitedb_column(STR("\x09\x00"), 0, &v, &err));
	CHECK_FAIL(sqlitedb_column(STR(""), 0, &v, &err));
}
