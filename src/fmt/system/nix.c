/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/nix.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/binary/sqlitedb.h"
#include "fmt/lock_entries.h"

#define HASH_LETTERS 32u
#define ROW_MAX	     (64u << 10)

static bool is_hash(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	}
	return s.n == HASH_LETTERS;
}

/* Outputs that stand behind the version. */
static str without_output(str version)
{
	static const char *const outputs[] = { "-bin",	    "-dev",    "-doc",	  "-man",
					       "-info",	    "-lib",    "-devdoc", "-debug",
					       "-out",	    "-data",   "-py",	  "-dist",
					       "-terminfo", "-su",     "-mount",  "-modules",
					       "-static",   "-devman", "-login" };

	for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
		if (str_ends(version, str_c(outputs[i])))
			return str_without_suffix(version, str_c(outputs[i]));
	}
	return version;
}

bool nix_split(str path, str *name, str *version)
{
	str base = path_base(path);

	if (base.n <= HASH_LETTERS + 1 || base.p[HASH_LETTERS] != '-' ||
	    !is_hash(str_take(base, HASH_LETTERS)))
		return false;
	base = str_skip(base, HASH_LETTERS + 1);
	if (str_ends(base, STR(".drv")) || str_ends(base, STR(".patch")) ||
	    str_ends(base, STR(".tar.gz")) || str_ends(base, STR(".tar.xz")) ||
	    str_ends(base, STR(".tar.bz2")) || str_ends(base, STR(".zip")))
		return false;
	for (size_t i = 1; i + 1 < base.n; i++) {
		if (base.p[i] != '-' || is_alpha(base.p[i + 1]))
			continue;
		*name = str_take(base, i);
		*version = without_output(str_skip(base, i + 1));
		return lock_is_word(*name) && lock_is_word(*version) && is_digit(version->p[0]);
	}
	return false;
}

bool nix_store_path(str path, str *folder)
{
	const str store = STR("nix/store/");
	str rest = str_without_prefix(path, store), base, name, version;

	if (rest.n == path.n || !str_cut(rest, '/', &base, &rest) ||
	    !nix_split(base, &name, &version))
		return false;
	*folder = str_take(path, store.n + base.n);
	return true;
}

int nix_named(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	struct package package = { .kind = STR("nix"), .form = PACKAGE_GUESSED, .layer = -1 };

	if (!nix_store_path(file->path, &package.path) ||
	    !nix_split(package.path, &package.name, &package.version))
		return err_set(err, ERR_INPUT, "no path of a store");
	return sink->add(sink, &package, err);
}

struct parse {
	struct arena *arena;
	struct map seen; /* "name version" */
	struct package_sink *sink;
	str path;
	size_t rows;
};

static int take_row(void *context, const struct sqlitedb_row *row, struct err *err)
{
	struct parse *p = context;
	struct package package = { .kind = STR("nix"), .path = p->path, .layer = -1 };
	struct sqlitedb_value value = { .type = SQLITEDB_NULL };

	if (p->rows++ >= NIX_PATHS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u paths", NIX_PATHS_MAX);
	if (row->problem || sqlitedb_column(row->payload, 1, &value, err) <= 0 ||
	    value.type != SQLITEDB_TEXT) {
		p->sink->skipped(p->sink, "path that could not be read",
				 str_fmt(p->arena, "row %lld", (long long)row->rowid));
		return 0;
	}
	if (!nix_split(value.bytes, &package.name, &package.version))
		return 0;
	if (!map_put(
		    &p->seen,
		    str_fmt(p->arena, "%.*s %.*s", STR_ARG(package.name), STR_ARG(package.version)),
		    p))
		return 0;
	return p->sink->add(p->sink, &package, err);
}

int nix_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct parse p = { .arena = arena, .sink = sink, .path = file->path };
	struct sqlitedb *db;
	const char *problem;
	uint32_t root;
	int found;

	map_init(&p.seen, arena);
	if (sqlitedb_open(file, file->companion, arena, &db, err) < 0)
		return -1;
	problem = sqlitedb_wal_problem(db);
	if (problem)
		sink->skipped(sink, "the write-ahead log was not applied", str_c(problem));
	found = sqlitedb_table(db, STR("ValidPaths"), &root, err);
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_INPUT, "no table ValidPaths in it");
	return sqlitedb_each(db, root, ROW_MAX, take_row, &p, err);
}
