/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a version affected by an advisory? The advisories are imported as `db import` does it, and the
 * entry of that advisory about that package is judged as a match does it.
 */
#include "advisory/build_internal.h"
#include "advisory/match_internal.h"
#include "advisory/version/version.h"
#include "oracle.h"

struct known {
	struct advisory_db *db;
};

/* The number of the record that has just that id. */
static bool record_of(struct known *known, str id, struct arena *scratch, uint32_t *out)
{
	const uint32_t *numbers;
	struct record record;
	struct err err;
	size_t n;

	if (db_ident(known->db, id, scratch, &numbers, &n, &err) < 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (db_record(known->db, numbers[i], scratch, &record, &err) == 0 &&
		    str_eq(record.id, id)) {
			*out = numbers[i];
			return true;
		}
	}
	return false;
}

static bool lists(const struct affected *entry, str version)
{
	for (size_t i = 0; i < entry->version_count; i++) {
		if (str_eq(entry->versions[i], version))
			return true;
	}
	return false;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	struct known *known = oracle->context;
	str version = json_get_str(test, STR("version"));
	bool want = json_bool(JSON_GET(test, "affected")), got = false, found = false;
	bool listed = false;
	const struct db_ecosystem *eco =
		db_ecosystem_find(known->db, json_get_str(test, STR("ecosystem")));
	struct system_ecosystem where = { .ecosystem = eco };
	const struct package_row *row = NULL;
	struct err err;
	uint32_t record = 0;

	if (!eco || !record_of(known, json_get_str(test, STR("id")), scratch, &record)) {
		oracle_fail(oracle, "the advisory is not in the database");
		return;
	}
	where.scheme = version_scheme_for_ecosystem(eco->name);
	if (matcher_row(known->db, &where, json_get_str(test, STR("package")), &row, &err) < 0) {
		oracle_fail(oracle, "want an answer, got an error: %s", err.msg);
		return;
	}
	for (size_t i = 0; row && i < row->count; i++) {
		if (row->entries[i].record != record)
			continue;
		found = true;
		listed = listed || lists(&row->entries[i], version);
		got = got ||
		      range_judge(&row->entries[i], where.scheme, version) == VERDICT_AFFECTED;
	}
	matcher_trim(known->db);
	if (!found && want)
		oracle_fail(oracle, "the advisory says nothing about the package");
	else if (!want && got && listed)
		oracle_skip(oracle, "the record lists the version, so by the set's own rule it is "
				    "affected");
	else
		oracle_check_bool(oracle, got, want);
}

/* The sets of advisories that the cases are about, in the folder of the data. */
static int load(struct oracle *oracle, struct arena *arena, struct advisory_db **out,
		struct err *err)
{
	static const char *const files[] = { "npm", "pypi", "maven-projectkb",
					     "ghsa-other-partial" };
	AUTO(advisory_build_free)
	struct advisory_build *build = NULL;

	if (build_open_memory(&build, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		str path = str_fmt(arena, "%s/advisories/%s.jsonl.zst", oracle->data, files[i]);

		if (advisory_build_add(build, str_cstr(arena, path), str_c(files[i]), STR_EMPTY,
				       err) < 0)
			return -1;
	}
	return db_open_built(build, out, err);
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	struct known known;
	struct oracle oracle;
	struct err err;

	oracle_init(&oracle, argc, argv);
	if (load(&oracle, arena, &db, &err) < 0) {
		fprintf(stderr, "the advisories cannot be read: %s\n", err.msg);
		return 3;
	}
	known.db = db;
	oracle.context = &known;
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
