/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions 2 and 3 list packages by their place in the tree of folders ("node_modules/a/
 * node_modules/b"), version 1 nests them. Both become places here, and a dependency is looked up
 * as Node.js would: in the node_modules of the package, then of each folder above.
 */
#include "base/err.h"
#include "base/path.h"
#include "fmt/npm.h"
#include "fmt/npm_internal.h"
#include "fmt/text_file.h"

#define PLACES_MAX_BYTES (24u << 20)	 /* of all places of version 1 together */
#define LOOKUP_MAX_BYTES (512u << 20)	 /* of all places looked up */
#define FOLDER		 "node_modules/" /* where packages lie */

struct entry {
	str place;
	const struct json *value;
	struct lock_node *node; /* NULL: the root, a link, or improper */
	str target;		/* of a link */
};

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	struct lock_graph graph;
	struct map places;     /* place -> struct entry */
	struct map link_names; /* target of a link -> the name it has there (str) */
	struct entry **entries;
	size_t n, cap;
	struct text_lines lines;
	size_t place_bytes, lookup_bytes;
};

static ptrdiff_t last_folder(str place)
{
	for (size_t end = place.n; end >= sizeof(FOLDER) - 1; end--) {
		size_t at = end - (sizeof(FOLDER) - 1);

		if (memcmp(place.p + at, FOLDER, sizeof(FOLDER) - 1) == 0 &&
		    (at == 0 || place.p[at - 1] == '/'))
			return (ptrdiff_t)at;
	}
	return -1;
}

/* What follows the last node_modules/ of a place; empty when there is none. */
static str name_of_place(str place)
{
	ptrdiff_t at = last_folder(place);

	return at < 0 ? STR_EMPTY : str_skip(place, (size_t)at + sizeof(FOLDER) - 1);
}

static struct entry *add_entry(struct reader *r, str place, const struct json *value)
{
	struct entry *entry = ARENA_NEW(r->arena, struct entry);

	entry->place = place;
	entry->value = value;
	r->entries = arena_grow(r->arena, r->entries, r->n, &r->cap, sizeof(struct entry *));
	r->entries[r->n++] = entry;
	map_put(&r->places, place, entry);
	return entry;
}

static void add_node(struct reader *r, struct entry *entry, const struct package *package)
{
	if (npm_is_proper(package))
		entry->node = lock_graph_add(&r->graph, package);
	else
		r->sink->skipped(r->sink, "package with an improper name or version",
				 str_empty(entry->place) ? STR("packages") : entry->place);
}

static void set_common(struct reader *r, const struct json *value, const char *key,
		       struct package *package)
{
	package->dev = json_bool(JSON_GET(value, "dev"));
	package->line = text_line_of(&r->lines, key);
	package->licence = npm_licence(value, r->arena);
	npm_set_integrity(package, json_get_str(value, STR("integrity")), r->arena);
}

/* Version 2 and 3: one member of "packages". */
static void take_member(struct reader *r, const struct json_member *m)
{
	struct package package = npm_package_of(r->file, PACKAGE_LOCKED);
	struct entry *entry = add_entry(r, m->key, &m->value);
	str resolved = json_get_str(&m->value, STR("resolved"));
	const str *link_name;

	if (str_empty(m->key))
		return;
	if (json_bool(JSON_GET(&m->value, "link"))) {
		entry->target = resolved;
		return;
	}
	package.name = json_get_str(&m->value, STR("name"));
	package.version = json_get_str(&m->value, STR("version"));
	set_common(r, &m->value, m->key.p, &package);
	if (last_folder(m->key) >= 0) {
		if (str_empty(package.name))
			package.name = name_of_place(m->key);
		package.origin = npm_origin(resolved);
		if (str_eq(package.origin, STR("url")))
			package.origin = STR_EMPTY; /* of a registry, as a rule */
	} else {
		link_name = map_get(&r->link_names, m->key);
		if (str_empty(package.name))
			package.name = link_name ? *link_name : path_base(m->key);
		package.origin = STR("workspace");
	}
	package.indirect = true;
	add_node(r, entry, &package);
}

static void note_link(struct reader *r, const struct json_member *m)
{
	str target = json_get_str(&m->value, STR("resolved"));
	str *name;

	if (!json_bool(JSON_GET(&m->value, "link")) || str_empty(target))
		return;
	name = ARENA_NEW(r->arena, str);
	*name = name_of_place(m->key);
	if (!str_empty(*name))
		map_put(&r->link_names, target, name);
}

/* The version of an entry of version 1 is a version, "npm:real@1.0.0", or says where it is from. */
static void set_old_version(struct package *package, str version)
{
	str name, rest;

	if (str_starts(version, STR("npm:")) && npm_cut_name(str_skip(version, 4), &name, &rest)) {
		package->name = name;
		version = rest;
	}
	package->origin = npm_origin(version);
	package->version = str_empty(package->origin) ? version : STR_EMPTY;
}

static int take_old(struct reader *r, str parent, const struct json *dependencies, struct err *err)
{
	JSON_MEMBERS(dependencies, m)
	{
		struct package package = npm_package_of(r->file, PACKAGE_LOCKED);
		str place = str_cat(r->arena, str_empty(parent) ? STR(FOLDER) : STR("/" FOLDER),
				    m->key);

		place = str_empty(parent) ? place : str_cat(r->arena, parent, place);
		r->place_bytes += place.n;
		if (r->place_bytes > PLACES_MAX_BYTES || place.n > PATH_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "packages nested too deeply");
		struct entry *entry = add_entry(r, place, &m->value);

		package.name = m->key;
		set_old_version(&package, json_get_str(&m->value, STR("version")));
		set_common(r, &m->value, m->key.p, &package);
		add_node(r, entry, &package);
		if (take_old(r, place, JSON_GET(&m->value, "dependencies"), err) < 0)
			return -1;
	}
	return 0;
}

/* The folder that holds the node_modules, or the folder, in which `place` lies. */
static str above(str place)
{
	ptrdiff_t at = last_folder(place);

	if (at == 0)
		return STR_EMPTY;
	return at > 0 ? str_take(place, (size_t)at - 1) : path_dir(place);
}

/* 1 and *out when found, 0 not there, -1 too much work. */
static int resolve(struct reader *r, str from, str name, struct lock_node **out, struct err *err)
{
	char place[PATH_MAX_BYTES + NPM_NAME_MAX + sizeof("/" FOLDER)];
	const struct entry *entry;

	if (from.n > PATH_MAX_BYTES || name.n > NPM_NAME_MAX)
		return 0;
	for (;; from = above(from)) {
		int n = snprintf(place, sizeof(place), "%.*s%s" FOLDER "%.*s", STR_ARG(from),
				 from.n ? "/" : "", STR_ARG(name));

		r->lookup_bytes += (size_t)n;
		if (r->lookup_bytes > LOOKUP_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "dependencies nested too deeply");
		entry = map_get(&r->places, str_of(place, (size_t)n));
		if (entry && !str_empty(entry->target))
			entry = map_get(&r->places, entry->target);
		if (entry && entry->node) {
			*out = entry->node;
			return 1;
		}
		if (str_empty(from))
			return 0;
	}
}

static int add_needs(struct reader *r, const struct entry *entry, const char *key, struct err *err)
{
	JSON_MEMBERS(json_get(entry->value, str_c(key)), m)
	{
		struct lock_node *to = NULL;
		int found = resolve(r, entry->place, m->key, &to, err);

		if (found < 0)
			return -1;
		if (found == 0)
			continue; /* optional or peer, and not there */
		if (str_empty(entry->place))
			to->package.indirect = false;
		else
			lock_graph_edge(&r->graph, entry->node, to);
	}
	return 0;
}

static int add_edges(struct reader *r, struct err *err)
{
	static const char *const keys[] = { "dependencies", "optionalDependencies",
					    "peerDependencies" };
	static const char *const of_root[] = { "devDependencies" };

	for (size_t i = 0; i < r->n; i++) {
		const struct entry *entry = r->entries[i];

		for (size_t k = 0; k < ARRAY_LEN(keys); k++)
			if (add_needs(r, entry, keys[k], err) < 0)
				return -1;
		if (str_empty(entry->place) && add_needs(r, entry, of_root[0], err) < 0)
			return -1;
		if (entry->node && str_eq(entry->node->package.origin, STR("workspace")))
			entry->node->package.indirect = false;
	}
	return 0;
}

static int add_old_edges(struct reader *r, struct err *err)
{
	for (size_t i = 0; i < r->n; i++)
		if (add_needs(r, r->entries[i], "requires", err) < 0)
			return -1;
	return 0;
}

int npm_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reader r = { .file = file, .sink = sink, .arena = arena };
	const struct json *root, *packages;
	int rc;

	if (npm_load_json(file, false, arena, &r.lines.text, &root, err) < 0)
		return -1;
	lock_graph_init(&r.graph, arena);
	map_init(&r.places, arena);
	map_init(&r.link_names, arena);
	packages = JSON_GET(root, "packages");
	if (json_is(packages, JSON_OBJECT)) {
		JSON_MEMBERS(packages, m)
		note_link(&r, m);
		JSON_MEMBERS(packages, m)
		take_member(&r, m);
		rc = add_edges(&r, err);
	} else {
		rc = take_old(&r, STR_EMPTY, JSON_GET(root, "dependencies"), err);
		if (rc == 0)
			rc = add_old_edges(&r, err);
	}
	return rc < 0 ? -1 : lock_graph_emit(&r.graph, sink, err);
}
