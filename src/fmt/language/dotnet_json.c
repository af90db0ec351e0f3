/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "base/json.h"
#include "base/map.h"
#include "fmt/language/dotnet.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

struct reader {
	const struct file_view *file;
	struct arena *arena;
	struct package_tally tally;
	struct text_lines lines;
	const struct json *root;
	struct map known; /* lower-case name of what is listed -> str, "NAME@VERSION" as listed */
};

static int reader_open(struct reader *r, const struct file_view *file, struct package_sink *sink,
		       struct arena *arena, struct err *err)
{
	const struct json_opts opts = { .max_values = LOCK_JSON_VALUES,
					.borrow = true,
					.keep_duplicates = true };
	str text;

	*r = (struct reader){ .file = file, .arena = arena, .tally = { .sink = sink } };
	map_init(&r->known, arena);
	if (text_file_load(file, DOTNET_MAX_BYTES, arena, &text, err) < 0 ||
	    json_parse(text, &opts, arena, &r->root, err) < 0)
		return -1;
	r->lines.text = text;
	if (!json_is(r->root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no object");
	return 0;
}

/* "sha512-<base64>" or only base64; empty when it is none. */
static str digest_of(struct reader *r, str hash)
{
	str raw;
	char *hex;

	hash = str_without_prefix(hash, STR("sha512-"));
	if (hash.n != 88 || !base64_decode(r->arena, hash, &raw) || raw.n != 64)
		return STR_EMPTY;
	hex = arena_bytes(r->arena, 7 + 128);
	memcpy(hex, "sha512:", 7);
	for (size_t i = 0; i < raw.n; i++) {
		hex[7 + 2 * i] = "0123456789abcdef"[(unsigned char)raw.p[i] >> 4];
		hex[8 + 2 * i] = "0123456789abcdef"[raw.p[i] & 15];
	}
	return str_of(hex, 7 + 128);
}

static struct package package_of(const struct reader *r, enum package_form form, uint32_t line)
{
	return (struct package){
		.kind = STR("nuget"), .path = r->file->path, .form = form, .line = line, .layer = -1
	};
}

/* "Name/1.2.3" */
static bool split_key(str key, str *name, str *version)
{
	return str_cut(key, '/', name, version) && name->n > 0 && version->n > 0;
}

static str plain_name(str name) { return str_without_prefix(name, STR("runtimepack.")); }

static void know(struct reader *r, str name, str version)
{
	str *kept = ARENA_NEW(r->arena, str);

	/* Whoever needs it may write its name in other letters. */
	name = plain_name(name);
	*kept = str_fmt(r->arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(version));
	map_put(&r->known, str_lower(r->arena, name), kept);
}

/* Edges to what is listed. */
static void depends_on(struct reader *r, const struct json *dependencies, struct package *p)
{
	str *edges = ARENA_ARRAY(r->arena, str, json_len(dependencies));
	size_t n = 0;

	JSON_MEMBERS (dependencies, d) {
		const str *to = map_get(&r->known, str_lower(r->arena, plain_name(d->key)));

		if (to)
			edges[n++] = *to;
	}
	if (n > 0)
		qsort(edges, n, sizeof(*edges), str_qsort_cmp);
	p->depends = edges;
	p->depend_count = n;
}

/* ---- NAME.deps.json ---- */

static bool is_listed_type(str type)
{
	return str_ieq(type, STR("package")) || str_ieq(type, STR("project")) ||
	       str_ieq(type, STR("runtimepack"));
}

/* False when the program uses no file of it. `used`: its entry in the target, may be NULL. */
static bool is_used(str type, const struct json *used)
{
	static const char *const parts[] = { "runtime", "runtimeTargets", "native", "resources" };

	if (!used || !str_ieq(type, STR("package")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (json_len(json_get(used, str_c(parts[i]))) > 0)
			return true;
	}
	return false;
}

/* The lower-case names that projects of the target ask for. */
static void direct_names(struct reader *r, const struct json *target, const struct json *libraries,
			 struct map *out)
{
	map_init(out, r->arena);
	JSON_MEMBERS (target, member) {
		const struct json *library = json_get(libraries, member->key);

		if (!str_ieq(json_get_str(library, STR("type")), STR("project")))
			continue;
		JSON_MEMBERS (JSON_GET(&member->value, "dependencies"), d)
			map_put(out, str_lower(r->arena, plain_name(d->key)), NULL);
	}
}

static int deps_library(struct reader *r, const struct json_member *library,
			const struct json *target, const struct map *direct, struct err *err)
{
	struct package p =
		package_of(r, PACKAGE_INSTALLED, text_line_of(&r->lines, library->key.p));
	str type = json_get_str(&library->value, STR("type"));
	str digest = digest_of(r, json_get_str(&library->value, STR("sha512")));
	const struct json *used = json_get(target, library->key);

	if (!is_listed_type(type) || !is_used(type, used))
		return 0;
	if (!split_key(library->key, &p.name, &p.version)) {
		package_tally_broken(&r->tally, "library without name or version", p.line);
		return 0;
	}
	p.name = plain_name(p.name);
	depends_on(r, JSON_GET(used, "dependencies"), &p);
	p.indirect = direct->n > 0 && str_ieq(type, STR("package")) &&
		     !map_has(direct, str_lower(r->arena, p.name));
	p.digests = &digest;
	p.digest_count = digest.n > 0;
	return package_tally_add(&r->tally, &p, err);
}

int dotnet_deps_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *libraries, *target;
	struct reader r;
	struct map direct;
	str name, version;

	if (reader_open(&r, file, sink, arena, err) < 0)
		return -1;
	if (lock_check(r.root, "libraries", JSON_OBJECT, err) < 0)
		return -1;
	libraries = JSON_GET(r.root, "libraries");
	if (!libraries && !JSON_GET(r.root, "targets") && !JSON_GET(r.root, "runtimeTarget"))
		return err_set(err, ERR_INPUT, "neither libraries nor targets in it");
	lock_expect(r.root, "libraries", JSON_OBJECT, sink); /* then there are none */
	lock_expect_type(r.root, "targets", JSON_OBJECT, sink);
	target = json_get(JSON_GET(r.root, "targets"),
			  json_get_str(JSON_GET(r.root, "runtimeTarget"), STR("name")));
	JSON_MEMBERS (libraries, known) {
		str type = json_get_str(&known->value, STR("type"));

		if (split_key(known->key, &name, &version) && is_listed_type(type) &&
		    is_used(type, json_get(target, known->key)))
			know(&r, name, version);
	}
	direct_names(&r, target, libraries, &direct);
	JSON_MEMBERS (libraries, library) {
		if (deps_library(&r, library, target, &direct, err) < 0)
			return -1;
	}
	return package_tally_result(&r.tally, err);
}

/* ---- packages.lock.json ---- */

/* One version of a package: what its frameworks say of it, put together. */
struct locked {
	struct package package;
	str digest;
	struct map edges;
};

static struct locked *locked_for(struct reader *r, struct map *all, str name, str version)
{
	str key = str_fmt(r->arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(version));
	void **slot = map_slot(all, str_lower(r->arena, key));
	struct locked *l = *slot;

	if (!l) {
		*slot = l = ARENA_NEW(r->arena, struct locked);
		l->package = package_of(r, PACKAGE_LOCKED, 0);
		l->package.name = name;
		l->package.version = version;
		l->package.indirect = true;
		map_init(&l->edges, r->arena);
	}
	return l;
}

static void lock_framework(struct reader *r, const struct json *packages, struct map *all)
{
	map_init(&r->known, r->arena);
	JSON_MEMBERS (packages, known) {
		str version = json_get_str(&known->value, STR("resolved"));

		if (version.n > 0)
			know(r, known->key, version);
	}
	JSON_MEMBERS (packages, member) {
		uint32_t line = text_line_of(&r->lines, member->key.p);
		str type = json_get_str(&member->value, STR("type"));
		str version = json_get_str(&member->value, STR("resolved"));
		struct package edges = { .line = line };

		if (str_ieq(type, STR("Project")))
			continue;
		if (member->key.n == 0 || version.n == 0) {
			package_tally_broken(&r->tally, "package without resolved version", line);
			continue;
		}
		struct locked *l = locked_for(r, all, member->key, version);

		if (l->package.line == 0)
			l->package.line = line;
		if (str_ieq(type, STR("Direct")))
			l->package.indirect = false;
		if (l->digest.n == 0)
			l->digest = digest_of(r, json_get_str(&member->value, STR("contentHash")));
		depends_on(r, JSON_GET(&member->value, "dependencies"), &edges);
		for (size_t i = 0; i < edges.depend_count; i++)
			map_put(&l->edges, edges.depends[i], NULL);
	}
}

static int lock_emit(struct reader *r, struct locked *l, struct err *err)
{
	str *edges = ARENA_ARRAY(r->arena, str, l->edges.n);
	size_t n = 0;

	MAP_EACH (&l->edges, edge)
		edges[n++] = edge->key;
	if (n > 0)
		qsort(edges, n, sizeof(*edges), str_qsort_cmp);
	l->package.depends = edges;
	l->package.depend_count = n;
	l->package.digests = &l->digest;
	l->package.digest_count = l->digest.n > 0;
	return package_tally_add(&r->tally, &l->package, err);
}

int dotnet_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reader r;
	struct map all;

	map_init(&all, arena);
	if (reader_open(&r, file, sink, arena, err) < 0)
		return -1;
	if (!json_is(JSON_GET(r.root, "dependencies"), JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no dependencies in it");
	JSON_MEMBERS (JSON_GET(r.root, "dependencies"), framework) {
		lock_expect_type(JSON_GET(r.root, "dependencies"), str_cstr(arena, framework->key),
				 JSON_OBJECT, sink);
		lock_framework(&r, &framework->value, &all);
	}
	MAP_EACH (&all, entry) {
		if (lock_emit(&r, entry->value, err) < 0)
			return -1;
	}
	return package_tally_result(&r.tally, err);
}

/* ---- project.assets.json ---- */

/* What the project itself asks for, of all its frameworks. */
static void project_names(struct reader *r, struct map *out)
{
	map_init(out, r->arena);
	JSON_MEMBERS (json_path(r->root, "project", "frameworks", NULL), framework) {
		JSON_MEMBERS (JSON_GET(&framework->value, "dependencies"), d)
			map_put(out, str_lower(r->arena, d->key), NULL);
	}
}

/* The entry of a library in the first target that has it. */
static const struct json *in_targets(const struct reader *r, str key)
{
	JSON_MEMBERS (JSON_GET(r->root, "targets"), target) {
		const struct json *found = json_get(&target->value, key);

		if (found)
			return found;
	}
	return NULL;
}

int dotnet_assets_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *libraries;
	struct reader r;
	struct map direct;
	str name, version;

	if (reader_open(&r, file, sink, arena, err) < 0)
		return -1;
	libraries = JSON_GET(r.root, "libraries");
	if (!json_is(libraries, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no libraries in it");
	JSON_MEMBERS (libraries, known) {
		if (split_key(known->key, &name, &version))
			know(&r, name, version);
	}
	project_names(&r, &direct);
	JSON_MEMBERS (libraries, library) {
		struct package p =
			package_of(&r, PACKAGE_LOCKED, text_line_of(&r.lines, library->key.p));
		str digest = digest_of(&r, json_get_str(&library->value, STR("sha512")));

		if (!str_ieq(json_get_str(&library->value, STR("type")), STR("package")))
			continue;
		if (!split_key(library->key, &p.name, &p.version)) {
			package_tally_broken(&r.tally, "library without name or version", p.line);
			continue;
		}
		p.indirect = direct.n > 0 && !map_has(&direct, str_lower(arena, p.name));
		depends_on(&r, JSON_GET(in_targets(&r, library->key), "dependencies"), &p);
		p.digests = &digest;
		p.digest_count = digest.n > 0;
		if (package_tally_add(&r.tally, &p, err) < 0)
			return -1;
	}
	return package_tally_result(&r.tally, err);
}
