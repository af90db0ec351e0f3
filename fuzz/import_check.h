/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What the fuzz targets of the importer share: any text builds a database that opens, whose sources
 * add up, in which every record that a package names can be read, and that a match can use.
 */
#include <stdint.h>
#include <stdlib.h>

#include "advisory/build_internal.h"
#include "advisory/db_internal.h"
#include "advisory/match.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_search(struct advisory_db *db, str what, struct arena *arena)
{
	const struct advisory_hit *hits;
	size_t count, total;
	struct err err;

	must(advisory_db_search(db, what, 20, arena, &hits, &count, &total, &err) == 0);
	must(count <= total);
}

/* Every row decodes and names only records that are there. */
static void check_rows(struct advisory_db *db, struct arena *arena)
{
	sqlite3_stmt *st = NULL;

	must(sqlite3_prepare_v2(db->sqlite, "SELECT name, entries FROM package", -1, &st, NULL) ==
	     SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct rd r = rd_from(
			str_of(sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1)));
		struct affected a;
		struct record record;
		struct err err;
		int got;

		while ((got = affected_next(&r, arena, &a)) > 0)
			must(db_record(db, a.record, arena, &record, &err) == 0);
		must(got == 0);
		check_search(db,
			     str_dup(arena, str_of(sqlite3_column_blob(st, 0),
						   (size_t)sqlite3_column_bytes(st, 0))),
			     arena);
	}
	sqlite3_finalize(st);
}

/* Packages of the names that the seeds speak of, on systems they speak of. */
static void check_match(struct advisory_db *db, struct arena *arena)
{
	static const struct package packages[] = {
		{ .kind = STR_INIT("deb"), .name = STR_INIT("a"), .version = STR_INIT("0.5") },
		{ .kind = STR_INIT("deb"), .name = STR_INIT("bash"), .version = STR_INIT("0.5") },
		{ .kind = STR_INIT("apk"), .name = STR_INIT("curl"), .version = STR_INIT("1-r0") },
		{ .kind = STR_INIT("rpm"),
		  .name = STR_INIT("nodejs"),
		  .version = STR_INIT("1:1-1.module_el8+1"),
		  .module = STR_INIT("nodejs:18:1:1") },
		{ .kind = STR_INIT("generic"),
		  .name = STR_INIT("openssl"),
		  .version = STR_INIT("3.0.2") },
		{ .kind = STR_INIT("pypi"), .name = STR_INIT("a"), .version = STR_INIT("1.0") },
	};
	static const struct os_identity systems[] = {
		{ .family = STR_INIT("debian"), .version = STR_INIT("12") },
		{ .family = STR_INIT("alpine"), .version = STR_INIT("3.19.1") },
		{ .family = STR_INIT("alma"), .version = STR_INIT("8.9") },
	};

	for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
		struct inventory inventory = { .os = systems[i],
					       .packages = packages,
					       .package_count = ARRAY_LEN(packages) };
		struct match_opts opts = { .now = 1 };
		struct match_result full, lean;
		struct err err;

		must(advisory_match(db, &inventory, &opts, arena, &full, &err) == 0);
		opts.lean = true;
		must(advisory_match(db, &inventory, &opts, arena, &lean, &err) == 0);
		must(full.finding_count == lean.finding_count);
	}
}

static int import_check(const uint8_t *data, size_t size)
{
	AUTO(advisory_build_free)
	struct advisory_build *build = NULL;
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct advisory_info info;
	struct err err;

	must(build_open_memory(&build, &err) == 0);
	must(advisory_build_add_text(build, str_of((const char *)data, size), STR("fuzz"),
				     STR("fuzz"), STR_EMPTY, &err) == 0);
	must(db_open_built(build, &db, &err) == 0);
	must(advisory_db_info(db, 1, arena, &info, &err) == 0);
	check_rows(db, arena);
	check_search(db, STR("CVE-2024-1111"), arena);
	check_match(db, arena);
	return 0;
}
