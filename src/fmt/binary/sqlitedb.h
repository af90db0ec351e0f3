/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sqlitedb: reads the tables of an SQLite 3 database file (sqlite.org/fileformat2.html), without
 * its engine: bounded memory, nothing written, foreign bytes safe. UTF-8 databases, tables with a
 * rowid. Every page is visited at most once, so that a damaged file ends in an error and never in a
 * circle. A write-ahead log beside the file is applied up to its last whole transaction, checksums
 * checked.
 */
#include "fmt/file_view.h"

#define SQLITEDB_MAX_DEPTH     24u	  /* levels of a tree; SQLite itself: 20 */
#define SQLITEDB_MAX_PAGES     (1u << 22) /* of a database: 16 GiB with pages of 4 KiB */
#define SQLITEDB_MAX_WAL_PAGES (1u << 18) /* different ones in the log */
#define SQLITEDB_MAX_SQL_BYTES (1u << 20) /* of one row of the schema */
#define SQLITEDB_MAX_COLUMNS   2000u

struct sqlitedb;

enum sqlitedb_type { SQLITEDB_NULL, SQLITEDB_INTEGER, SQLITEDB_REAL, SQLITEDB_TEXT, SQLITEDB_BLOB };

struct sqlitedb_value {
	enum sqlitedb_type type;
	int64_t integer;
	str bytes; /* text, blob */
};

/* A row. `problem` is NULL, or says why its content could not be read (then payload is empty). */
struct sqlitedb_row {
	int64_t rowid;
	str payload; /* valid during the call */
	const char *problem;
};

/* The database lives in `arena` and reads from the views, which must outlive it. `wal`: or NULL. */
int sqlitedb_open(const struct file_view *file, const struct file_view *wal, struct arena *arena,
		  struct sqlitedb **out, struct err *err) MUST_USE;
/* NULL, or why the log was not applied although it is not empty. */
const char *sqlitedb_wal_problem(const struct sqlitedb *db);

/* Root page of a table by name (ASCII letters without case). 1: found, 0: none, -1: damaged. */
int sqlitedb_table(struct sqlitedb *db, str name, uint32_t *root, struct err *err) MUST_USE;

/*
 * All rows of the table with that root page, in order. A row above max_payload, or whose overflow
 * pages are damaged, comes with a problem; a damaged tree ends the reading. fn below 0 ends it too.
 */
typedef int sqlitedb_row_fn(void *context, const struct sqlitedb_row *row, struct err *err);
int sqlitedb_each(struct sqlitedb *db, uint32_t root, size_t max_payload, sqlitedb_row_fn *fn,
		  void *context, struct err *err) MUST_USE;

/* Column i of a payload. 1: there, 0: the row has fewer, -1: malformed. */
int sqlitedb_column(str payload, size_t i, struct sqlitedb_value *out, struct err *err) MUST_USE;
