/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of an opened database: look-ups for match.h and search, with their caches. */
#include <sqlite3.h>
#include <zstd.h>

#include "advisory/affected.h"
#include "advisory/db.h"
#include "base/map.h"

enum db_stmt { DB_PACKAGE, DB_BLOCK, DB_IDENT, DB_KEV, DB_EPSS, DB_SOURCE, DB_STMTS };

struct db_ecosystem {
	uint32_t id;
	str name;
	uint64_t entries, open; /* package entries; how many name no fix */
	str date;		/* newest state of the sources that hold it */
};

struct db_source {
	str name, form;
	uint32_t first, slots;
};

#define DB_BLOCKS 128u

struct db_block {
	uint32_t first, count;
	struct buf bytes;
};

struct matcher;

struct advisory_db {
	sqlite3 *sqlite;
	bool essentials;
	struct arena *arena; /* lives with the handle */
	str path;
	sqlite3_stmt *stmts[DB_STMTS];
	ZSTD_DCtx *zstd;
	struct db_ecosystem *ecosystems; /* by name */
	size_t ecosystem_count;
	struct db_source *sources; /* by first */
	size_t source_count;
	struct db_block blocks[DB_BLOCKS]; /* unpacked last */
	size_t next_block;		   /* the one to go */
	struct matcher *matcher;	   /* caches of match.h; may be NULL */
};

struct db_kev {
	str added, due, name;
	bool ransomware;
};

struct advisory_build;

/* The database of a build in memory (build_open_memory), as built-in records. */
int db_open_built(struct advisory_build *build, struct advisory_db **out, struct err *err) MUST_USE;

int db_error(const struct advisory_db *db, const char *what, struct err *err);
const struct db_ecosystem *db_ecosystem_find(const struct advisory_db *db, str name);
/* All entries of a package, as in affected.h, copied to the arena; 1, 0 when there are none, -1. */
int db_package(struct advisory_db *db, uint32_t ecosystem, str name, struct arena *arena, str *row,
	       struct err *err) MUST_USE;
/* The record of that number; views live in `arena`. */
int db_record(struct advisory_db *db, uint32_t number, struct arena *arena, struct record *out,
	      struct err *err) MUST_USE;
/* Numbers of the records that bear an id or alias (any case). */
int db_ident(struct advisory_db *db, str id, struct arena *arena, const uint32_t **numbers,
	     size_t *count, struct err *err) MUST_USE;
/* 1, 0, -1. */
int db_kev_find(struct advisory_db *db, str cve, struct arena *arena, struct db_kev *out,
		struct err *err) MUST_USE;
int db_epss_find(struct advisory_db *db, str cve, double *score, double *percentile,
		 struct err *err) MUST_USE;
const struct db_source *db_source_of(const struct advisory_db *db, uint32_t record);

void matcher_free(struct matcher *matcher);
