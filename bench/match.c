/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matching stored package lists again, as after an update of the database.
 *
 * usage: match DB FAMILY VERSION LISTS PACKAGES
 *
 * Each list holds PACKAGES packages, drawn with a fixed seed from the packages that the database
 * knows of that system and from as many that it does not know, in up to four versions each.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "advisory/db_internal.h"
#include "advisory/match.h"
#include "advisory/range.h"
#include "advisory/system.h"
#include "advisory/version/version.h"
#include "base/time.h"

#define MAX_KNOWN 1500u

struct candidates {
	struct package *items;
	size_t n, cap;
};

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void add(struct candidates *c, struct arena *arena, str kind, str name, str version)
{
	c->items = arena_grow(arena, c->items, c->n, &c->cap, sizeof(*c->items));
	c->items[c->n++] = (struct package){ .kind = kind,
					     .name = str_dup(arena, name),
					     .version = str_dup(arena, version),
					     .arch = STR("amd64"),
					     .layer = -1 };
}

/*
 * As in a fleet: most packages are at the newest version, some at an older one, some are not known.
 */
static void add_known(struct candidates *c, struct arena *arena, str kind, str name, str row,
		      const struct version_scheme *scheme)
{
	struct rd r = rd_from(row);
	struct affected a;
	str newest = STR("0"), older = STR("0");

	while (affected_next(&r, arena, &a) > 0) {
		for (size_t i = 0; i < a.range_count; i++) {
			const struct range_event *last =
				&a.ranges[i].events[a.ranges[i].event_count - 1];

			if (last->kind != EVENT_FIXED ||
			    scheme->compare(last->version, newest) <= 0)
				continue;
			older = newest;
			newest = last->version;
		}
	}
	for (int i = 0; i < 3; i++)
		add(c, arena, kind, name, newest);
	add(c, arena, kind, name, older);
	add(c, arena, kind, str_cat(arena, name, STR("-unknown")), newest);
}

static int gather(struct advisory_db *db, const struct system_ecosystem *eco, str kind,
		  struct arena *arena, struct candidates *out)
{
	sqlite3_stmt *st = NULL;
	unsigned n = 0;

	if (sqlite3_prepare_v2(db->sqlite,
			       "SELECT name, entries FROM package WHERE ecosystem = ?"
			       " ORDER BY length(entries) DESC",
			       -1, &st, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(st, 1, eco->ecosystem->id);
	while (n++ < MAX_KNOWN && sqlite3_step(st) == SQLITE_ROW)
		add_known(out, arena, kind,
			  str_of(sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0)),
			  str_of(sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1)),
			  eco->scheme);
	sqlite3_finalize(st);
	return out->n ? 0 : -1;
}

static double cpu_seconds(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) < 0)
		return 0;
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int run(struct advisory_db *db, struct os_identity os, const struct candidates *candidates,
	       uint64_t lists, uint64_t packages, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(free)
	struct package *list = mem_zalloc(packages * sizeof(*list));
	struct inventory inventory = { .os = os, .packages = list, .package_count = packages };
	const struct match_opts opts = { .lean = true, .now = 1 };
	uint64_t random = 88172645463325252u, findings = 0;
	int64_t begin = time_mono_ms();
	double cpu = cpu_seconds();

	for (uint64_t i = 0; i < lists; i++) {
		struct match_result result;

		for (uint64_t k = 0; k < packages; k++)
			list[k] = candidates->items[next_random(&random) % candidates->n];
		if (advisory_match(db, &inventory, &opts, arena, &result, err) < 0)
			return -1;
		findings += result.finding_count;
		arena_reset(arena);
	}
	printf("%llu lists of %llu packages (%zu different): %llu findings, wall %lld ms, processor "
	       "%.0f ms\n",
	       (unsigned long long)lists, (unsigned long long)packages, candidates->n,
	       (unsigned long long)findings, (long long)(time_mono_ms() - begin),
	       (cpu_seconds() - cpu) * 1e3);
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct candidates candidates = { 0 };
	struct os_identity os;
	struct system system;
	uint64_t lists, packages;
	struct err err;

	if (argc != 6 || !str_u64(str_c(argv[4]), &lists) || !str_u64(str_c(argv[5]), &packages) ||
	    packages == 0 || packages > 1000000) {
		fputs("usage: match DB FAMILY VERSION LISTS PACKAGES\n", stderr);
		return 2;
	}
	os = (struct os_identity){ .family = str_c(argv[2]), .version = str_c(argv[3]) };
	if (advisory_db_open(argv[1], &db, &err) < 0) {
		fprintf(stderr, "match: %s\n", err.msg);
		return 3;
	}
	system_find(db, &os, STR("deb"), arena, &system);
	if (system.ecosystem_count == 0 ||
	    gather(db, &system.ecosystems[0], STR("deb"), arena, &candidates) < 0) {
		fputs("match: the database holds nothing for that system\n", stderr);
		return 3;
	}
	if (run(db, os, &candidates, lists, packages, &err) < 0) {
		fprintf(stderr, "match: %s\n", err.msg);
		return 3;
	}
	return 0;
}
