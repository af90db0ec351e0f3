/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by sqlitedb.c (pages, trees, rows) and sqlitedb_wal.c (the log). */
#include "base/map.h"
#include "fmt/binary/sqlitedb.h"

struct sqlitedb {
	const struct file_view *file, *wal;
	struct arena *arena;
	uint32_t page, usable; /* bytes of a page; without its reserved end */
	uint32_t pages;
	uint32_t wal_pages_end; /* size of the database after the last transaction of the log */
	struct map wal_pages;	/* page number (4 bytes, big-endian) -> number of its frame + 1 */
	const char *wal_problem;
};

/* n bytes at `off` of a page (from 1), from the log where it has the page. */
int sqlitedb_pread(const struct sqlitedb *db, uint32_t page, uint32_t off, void *out, size_t n,
		   struct err *err) MUST_USE;

/* Finds out which pages the log has. A log that does not count sets wal_problem. */
int sqlitedb_wal_open(struct sqlitedb *db, const struct file_view *wal, struct err *err) MUST_USE;
/* Offset in the log of the newest content of a page. */
bool sqlitedb_wal_find(const struct sqlitedb *db, uint32_t page, uint64_t *offset);
