/* SPDX-License-Identifier: Apache-2.0 */
/* Cargo.lock and Cargo.toml. */
#include "base/map.h"
#include "fmt/language/rust.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/toml.h"

struct reader {
	const struct file_view *file;
	struct arena *arena;
	struct package_tally tally;
	const struct json *root;
	const struct place *place;
};

static int reader_open(struct reader *r, const struct file_view *file, struct package_sink *sink,
		       struct arena *arena, struct err *err)
{
	str text;

	*r = (struct reader){ .file = file, .arena = arena, .tally = { .sink = sink } };
	if (text_file_load(file, TOML_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	return toml_parse(text, 0, arena, &r->root, &r->place, err);
}

static struct package package_of(const struct reader *r, enum package_form form, uint32_t line)
{
	return (struct package){
		.kind = STR("cargo"), .path = r->file->path, .form = form, .line = line, .layer = -1
	};
}

/* ---- Cargo.lock ---- */

struct lock {
	struct reader r;
	struct map by_name; /* name -> str *: its version; empty when there are several */
	struct map known;   /* name@version */
	struct map direct;  /* name@version that the workspace needs */
};

static str label(const struct lock *l, str name, str version)
{
	return str_fmt(l->r.arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(version));
}

/* "name", "name 1.2.3" or "name 1.2.3 (source)" as name@version; empty when it is not listed. */
static str edge_of(const struct lock *l, str text)
{
	str name = text, version = STR_EMPTY, rest;
	const str *only;

	if (str_cut(text, ' ', &name, &version))
		IGNORE(str_cut(version, ' ', &version, &rest)); /* no source behind it: as well */
	only = map_get(&l->by_name, name);
	if (version.n == 0 && only)
		version = *only;
	str key = label(l, name, version);
	return map_has(&l->known, key) ? key : STR_EMPTY;
}

static void know(struct lock *l, const struct json *package)
{
	str name = json_get_str(package, STR("name")),
	    version = json_get_str(package, STR("version"));
	void **slot = map_slot(&l->by_name, name);
	str *only = *slot;

	if (!only) {
		only = ARENA_NEW(l->r.arena, str);
		*only = version;
		*slot = only;
	} else if (!str_eq(*only, version)) {
		*only = STR_EMPTY;
	}
	map_put(&l->known, label(l, name, version), NULL);
}

static void note_direct(struct lock *l, const struct json *package)
{
	if (JSON_GET(package, "source"))
		return;
	JSON_EACH (JSON_GET(package, "dependencies"), d) {
		str edge = edge_of(l, json_str(d));

		if (edge.n > 0)
			map_put(&l->direct, edge, NULL);
	}
}

/* Version 1 keeps checksums in a table of its own, by "checksum name version (source)". */
static str checksum_of(const struct lock *l, const struct json *package)
{
	str sum = json_get_str(package, STR("checksum"));
	str name = json_get_str(package, STR("name")),
	    version = json_get_str(package, STR("version")),
	    source = json_get_str(package, STR("source"));

	if (sum.n == 0 && source.n > 0)
		sum = json_get_str(JSON_GET(l->r.root, "metadata"),
				   str_fmt(l->r.arena, "checksum %.*s %.*s (%.*s)", STR_ARG(name),
					   STR_ARG(version), STR_ARG(source)));
	return sum.n == 64 ? str_cat(l->r.arena, STR("sha256:"), sum) : STR_EMPTY;
}

static int lock_package(struct lock *l, const struct json *package, uint32_t line, struct err *err)
{
	struct package p = package_of(&l->r, PACKAGE_LOCKED, line);
	const struct json *dependencies = JSON_GET(package, "dependencies");
	str *edges = ARENA_ARRAY(l->r.arena, str, json_len(dependencies));
	str digest = checksum_of(l, package);

	p.name = json_get_str(package, STR("name"));
	p.version = json_get_str(package, STR("version"));
	if (p.name.n == 0 || p.version.n == 0) {
		package_tally_broken(&l->r.tally, "package without name or version", line);
		return 0;
	}
	JSON_EACH (dependencies, d) {
		str edge = edge_of(l, json_str(d));

		if (edge.n > 0)
			edges[p.depend_count++] = edge;
		else if (str_empty(json_str(d)))
			lock_told(l->r.tally.sink, "name of a dependency");
		else
			l->r.tally.sink->skipped(l->r.tally.sink, LOCK_CUT_OFF,
						 str_take(json_str(d), LOCK_WORD_MAX));
	}
	if (p.depend_count > 0)
		qsort(edges, p.depend_count, sizeof(*edges), str_qsort_cmp);
	p.depends = edges;
	p.digests = &digest;
	p.digest_count = digest.n > 0;
	p.indirect = JSON_GET(package, "source") && l->direct.n > 0 &&
		     !map_has(&l->direct, label(l, p.name, p.version));
	return package_tally_add(&l->r.tally, &p, err);
}

int rust_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *packages, *root;
	const struct place *places;
	struct lock l;

	if (reader_open(&l.r, file, sink, arena, err) < 0)
		return -1;
	map_init(&l.by_name, arena);
	map_init(&l.known, arena);
	map_init(&l.direct, arena);
	if (lock_check(l.r.root, "package", JSON_ARRAY, err) < 0)
		return -1;
	/* A workspace without members has no packages; the number of the form has been there since.
	 */
	if (!JSON_GET(l.r.root, "version") && !JSON_GET(l.r.root, "root"))
		lock_expect(l.r.root, "package", JSON_ARRAY, sink); /* told */
	packages = JSON_GET(l.r.root, "package");
	places = place_get(l.r.root, l.r.place, STR("package"));
	root = JSON_GET(l.r.root, "root");
	JSON_EACH (packages, known)
		know(&l, known);
	if (root)
		know(&l, root);
	JSON_EACH (packages, local)
		note_direct(&l, local);
	if (root) {
		note_direct(&l, root);
		uint32_t line = place_line(place_get(l.r.root, l.r.place, STR("root")));

		if (lock_package(&l, root, line, err) < 0)
			return -1;
	}
	JSON_EACH (packages, package) {
		uint32_t line = place_line(place_of_item(packages, places, package));

		if (lock_package(&l, package, line, err) < 0)
			return -1;
	}
	return package_tally_result(&l.r.tally, err);
}

/* ---- Cargo.toml ---- */

/* "1.2", "^1.2", "=1.2", "~1.2": from this one on; empty for other requirements. */
static str one_version(str requirement)
{
	str s = str_trim(requirement);

	if (s.n > 0 && (s.p[0] == '^' || s.p[0] == '=' || s.p[0] == '~'))
		s = str_trim(str_skip(s, 1));
	if (s.n == 0 || !is_digit(s.p[0]) || str_find_char(s, ',') >= 0 ||
	    str_find_char(s, '*') >= 0)
		return STR_EMPTY;
	return s;
}

static bool is_commit(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) && !(to_lower(s.p[i]) >= 'a' && to_lower(s.p[i]) <= 'f'))
			return false;
	}
	return s.n >= 7 && s.n <= 64;
}

static int dependency(struct reader *r, const struct json_member *member, uint32_t line,
		      struct err *err)
{
	struct package p = package_of(r, PACKAGE_DECLARED, line);
	const struct json *v = &member->value;
	str renamed = json_get_str(v, STR("package")), repository = json_get_str(v, STR("git"));

	p.name = renamed.n > 0 ? renamed : member->key;
	p.version = one_version(json_is(v, JSON_STRING) ? json_str(v)
							: json_get_str(v, STR("version")));
	p.origin = repository;
	if (p.name.n == 0)
		return 0;
	if (p.version.n == 0 && (repository.n == 0 || !is_commit(json_get_str(v, STR("rev")))))
		return 0; /* as the header says: not one version */
	return package_tally_add(&r->tally, &p, err);
}

static int dependencies(struct reader *r, const struct json *table, const struct place *place,
			struct err *err)
{
	JSON_MEMBERS (table, member) {
		uint32_t line = place_line(place_of_member(table, place, member));

		if (dependency(r, member, line, err) < 0)
			return -1;
	}
	return 0;
}

static int targets(struct reader *r, struct err *err)
{
	const struct json *all = JSON_GET(r->root, "target");
	const struct place *place = place_get(r->root, r->place, STR("target"));

	JSON_MEMBERS (all, target) {
		const struct place *at = place_of_member(all, place, target);

		if (dependencies(r, JSON_GET(&target->value, "dependencies"),
				 place_get(&target->value, at, STR("dependencies")), err) < 0)
			return -1;
	}
	return 0;
}

int rust_toml_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *own;
	struct reader r;

	if (reader_open(&r, file, sink, arena, err) < 0)
		return -1;
	if (lock_check(r.root, "dependencies", JSON_OBJECT, err) < 0 ||
	    lock_check(r.root, "target", JSON_OBJECT, err) < 0)
		return -1;
	/* "project" is the old name of "package". */
	if (!JSON_GET(r.root, "workspace") && !JSON_GET(r.root, "project"))
		lock_expect(r.root, "package", JSON_OBJECT, sink); /* the rest is read */
	own = JSON_GET(r.root, "package");
	struct package p = package_of(&r, PACKAGE_DECLARED,
				      place_line(place_get(r.root, r.place, STR("package"))));
	p.name = json_get_str(own, STR("name"));
	p.version = json_get_str(own, STR("version"));
	p.licence = json_get_str(own, STR("license"));
	if (p.name.n > 0 && p.version.n > 0 && package_tally_add(&r.tally, &p, err) < 0)
		return -1;
	if (dependencies(&r, JSON_GET(r.root, "dependencies"),
			 place_get(r.root, r.place, STR("dependencies")), err) < 0)
		return -1;
	return targets(&r, err);
}
