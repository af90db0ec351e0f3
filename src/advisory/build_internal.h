/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The inside of a build: what the forms (form/) call for each thing they find. Between
 * build_source_begin and build_source_end exactly one source is written.
 */
#include <sqlite3.h>
#include <zstd.h>

#include "advisory/affected.h"
#include "advisory/import.h"
#include "advisory/language.h"
#include "base/map.h"
#include "base/sha.h"

/* Raw bytes of records that are compressed together: few, as a match reads records one by one. */
#define BUILD_BLOCK_BYTES (8u << 10)
/* Memory of the two piles before they go to disk. */
#define BUILD_PILE_BYTES (64u << 20)

struct pile;

/* Prepared statements of a build, by purpose; texts in build_write.c. */
enum build_stmt {
	BUILD_BLOCK,
	BUILD_SOURCE,
	BUILD_SKIP,
	BUILD_ECOSYSTEM,
	BUILD_HOLDS,
	BUILD_PACKAGE,
	BUILD_IDENT,
	BUILD_KEV,
	BUILD_EPSS,
	BUILD_KEV_KEPT, /* carried: what is there stays */
	BUILD_EPSS_KEPT,
	BUILD_META,
	BUILD_STMTS,
};

struct build_ecosystem {
	uint32_t id;
	enum name_fold fold;
	uint64_t entries, open; /* of the source at work */
};

struct build_skip {
	const char *reason;
	str first;
	uint64_t count;
	bool harmless;
};

struct build_source {
	bool open;
	uint32_t id;
	str name, form, path, date;
	bool date_given;
	int64_t newest; /* of the data; 0: none yet */
	struct sha digest;
	uint32_t first;
	uint64_t records, affected, skipped;
	struct map seen; /* id -> struct build_seen */
	struct build_skip *skips;
	size_t skip_count, skip_cap;
	struct arena *arena; /* dies with the source */
};

struct advisory_build {
	struct advisory_build_opts opts;
	char *path, *tmp_path, *folder;
	int lock_fd;
	bool committed;
	bool essentials;
	sqlite3 *db;
	sqlite3_stmt *stmts[BUILD_STMTS];
	struct arena *arena; /* lives with the build */
	ZSTD_CCtx *zstd;
	struct pile *packages, *idents;
	struct map ecosystems; /* name -> struct build_ecosystem */
	struct build_ecosystem *last_ecosystem;
	str last_ecosystem_name;
	struct map used;  /* names of sources begun */
	struct map names; /* sources written or dropped: their old versions are not carried */
	struct map added; /* sources of this build that brought something */
	uint32_t source_count;
	uint32_t next_record;
	uint8_t *dead; /* bit a record: replaced by a newer one of the same source */
	size_t dead_bytes;
	struct build_source source;
	struct buf block_lens, block, entry, scratch, packed;
	uint32_t block_first, block_count;
	uint64_t bytes; /* of text read */
	struct advisory_import_report report;
	struct advisory_skip *skips;
	size_t skip_cap;
};

/* Statement errors as ours. Returns -1. */
int build_sql_error(struct advisory_build *build, const char *what, struct err *err);
/* Runs a bound statement that gives no rows and resets it. */
int build_step(struct advisory_build *build, enum build_stmt stmt, const char *what,
	       struct err *err) MUST_USE;
int build_prepare(struct advisory_build *build, struct err *err) MUST_USE;

void build_source_begin(struct advisory_build *build, str name, str path, str date);
/* Which form the source turned out to have; several make "mixed". */
void build_source_form(struct advisory_build *build, const char *form);
/* Raw bytes of the file, for the digest. */
void build_source_bytes(struct advisory_build *build, const void *bytes, size_t n);
/* A date of the data (RFC 3339); one in the future, or before 1990, is passed over. */
void build_source_dated(struct advisory_build *build, str date);
int build_source_end(struct advisory_build *build, struct err *err) MUST_USE;

/*
 * Keeps a record under a new number. With a `hash` of its whole text: a record of the same id in
 * the same source is merged when identical, the newer `modified` wins when not (returns 0 when this
 * one is not wanted, else 1). With hash 0 an id that is there gives its number (returns 1).
 */
int build_record(struct advisory_build *build, const struct record *record, uint64_t hash,
		 uint32_t *number, struct err *err) MUST_USE;
int build_affected(struct advisory_build *build, str ecosystem, str name,
		   const struct affected *affected, struct err *err) MUST_USE;
int build_kev(struct advisory_build *build, str cve, str added, str due, bool ransomware, str name,
	      struct err *err) MUST_USE;
/* Scores in millionths. */
int build_epss(struct advisory_build *build, str cve, uint32_t score, uint32_t percentile,
	       struct err *err) MUST_USE;
/* `reason` is a constant. */
void build_skip(struct advisory_build *build, const char *reason, str where, bool harmless);

/* A line of the report that belongs to no source that is written. */
void build_report(struct advisory_build *build, str source, const char *reason, str where);

struct build_ecosystem *build_ecosystem(struct advisory_build *build, str name, struct err *err);
int build_block_flush(struct advisory_build *build, struct err *err) MUST_USE;
bool build_is_dead(const struct advisory_build *build, uint32_t record);

/* carry.c: everything of the old database whose source is not in build->names. */
int build_carry(struct advisory_build *build, struct err *err) MUST_USE;

/* A build in memory, and its database (the caller closes it) instead of a commit. */
int build_open_memory(struct advisory_build **out, struct err *err) MUST_USE;
int build_take_memory(struct advisory_build *build, sqlite3 **out, struct err *err) MUST_USE;
/* Piles and meta into the tables. */
int build_write_rest(struct advisory_build *build, struct err *err) MUST_USE;
