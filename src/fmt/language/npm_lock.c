/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions 2 and 3 list packages by their place in the tree of folders ("node_modules/a/
 * node_modules/b"), version 1 nests them. Both become places here, and a dependency is looked up
 * as Node.js would: in the node_modules of the package, then of each folder above. The file is read
 * package by package; what is kept of one is a few dozen bytes and its texts.
 */
#include "base/err.h"
#include "base/path.h"
#include "fmt/language/npm.h"
#include "fmt/language/npm_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/json_stream.h"
#include "fmt/syntax/text_file.h"

#define PLACES_MAX_BYTES (24u << 20) /* of all places together */
#define LOCK_MAX_PLACES	 1000000u
#define NEEDS_MAX_BYTES	 (64u << 20)	 /* of all names of dependencies */
#define LOOKUP_MAX_BYTES (512u << 20)	 /* of all places looked up */
#define ENTRY_MAX_BYTES	 LOCK_MAX_BYTES	 /* of one package; version 1: with those below it */
#define FOLDER		 "node_modules/" /* where packages lie */

struct entry {
	struct lock_node *node;	  /* NULL: the root, a link, or improper */
	const str *target;	  /* of a link; NULL: none */
	size_t needs_at, needs_n; /* in reader.needs */
};

/* A package of a workspace without a name of its own: a link elsewhere may have it. */
struct nameless {
	struct entry *entry;
	str place;
	struct package package;
};

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	struct arena *scratch; /* of one package */
	struct json_stream stream;
	struct lock_graph graph;
	struct map places;     /* place -> struct entry, in the order of the file */
	struct map link_names; /* target of a link -> the name it has there (str) */
	struct nameless *nameless;
	size_t nameless_n, nameless_cap;
	struct buf needs; /* u32 length and name, one after the other */
	size_t place_bytes, lookup_bytes;
	bool first_form; /* "lockfileVersion": 1 */
	str project, project_version;
};

static void reader_done(struct reader *r)
{
	json_stream_done(&r->stream);
	buf_done(&r->needs);
	arena_free(r->scratch);
	arena_free(r->arena);
}
static void auto_reader_done(struct reader *r) { reader_done(r); }

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

static int add_entry(struct reader *r, str place, struct entry **out, struct err *err)
{
	void **slot;

	r->place_bytes += place.n;
	if (r->place_bytes > PLACES_MAX_BYTES || place.n > PATH_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "packages nested too deeply");
	if (r->places.n > LOCK_MAX_PLACES)
		return err_set(err, ERR_LIMIT, "more than %u places of packages", LOCK_MAX_PLACES);
	slot = map_slot(&r->places, place);
	if (!*slot)
		*slot = ARENA_NEW(r->arena, struct entry);
	*out = *slot; /* of a place that is named twice the last counts */
	**out = (struct entry){ .needs_at = r->needs.n };
	return 0;
}

static void add_node(struct reader *r, struct entry *entry, str place,
		     const struct package *package, str integrity)
{
	if (npm_is_proper(package))
		entry->node = lock_graph_add(&r->graph, package, integrity);
	else
		r->sink->skipped(r->sink, "package with an improper name or version",
				 str_empty(place) ? STR("packages") : place);
}

static void set_common(struct reader *r, const struct json *value, struct package *package)
{
	package->dev = json_bool(JSON_GET(value, "dev"));
	package->licence = npm_licence(value, r->scratch);
}

/* The names of an object's members. */
static int note_needs(struct reader *r, struct entry *entry, const struct json *object,
		      struct err *err)
{
	JSON_MEMBERS (object, m) {
		uint32_t n = (uint32_t)m->key.n;

		if (m->key.n > NPM_NAME_MAX)
			continue; /* no package has such a name */
		buf_add(&r->needs, str_of((const char *)&n, sizeof(n)));
		buf_add(&r->needs, m->key);
		entry->needs_n++;
	}
	return r->needs.overflow ? err_set(err, ERR_LIMIT, "more than %u bytes of dependencies",
					   NEEDS_MAX_BYTES)
				 : 0;
}

static void note_link(struct reader *r, struct entry *entry, str place, str target)
{
	str *kept = ARENA_NEW(r->arena, str), *name = ARENA_NEW(r->arena, str);

	*kept = str_dup(r->arena, target);
	entry->target = kept;
	*name = str_dup(r->arena, name_of_place(place));
	if (!str_empty(target) && !str_empty(*name))
		map_put(&r->link_names, target, name);
}

static void postpone(struct reader *r, struct entry *entry, str place,
		     const struct package *package)
{
	struct nameless *one;

	r->nameless = arena_grow(r->arena, r->nameless, r->nameless_n, &r->nameless_cap,
				 sizeof(*r->nameless));
	one = &r->nameless[r->nameless_n++];
	*one = (struct nameless){ .entry = entry, .place = str_dup(r->arena, place) };
	package_copy(&one->package, package, r->arena);
}

/* What is at a place of its own, outside of any node_modules, belongs to the project. */
static void take_workspace(struct reader *r, struct entry *entry, str place,
			   struct package *package)
{
	package->origin = STR("workspace");
	if (str_empty(package->name))
		postpone(r, entry, place, package);
	else
		add_node(r, entry, place, package, STR_EMPTY);
}

static void name_nameless(struct reader *r)
{
	for (size_t i = 0; i < r->nameless_n; i++) {
		struct nameless *one = &r->nameless[i];
		const str *link_name = map_get(&r->link_names, one->place);

		one->package.name = link_name ? *link_name : path_base(one->place);
		add_node(r, one->entry, one->place, &one->package, STR_EMPTY);
	}
}

/* Version 2 and 3: one member of "packages". */
static int take_member(struct reader *r, str place, const struct json *value, struct err *err)
{
	static const char *const keys[] = { "dependencies", "optionalDependencies",
					    "peerDependencies" };
	struct package package = { .line = r->stream.key_line, .indirect = true };
	str resolved = json_get_str(value, STR("resolved"));
	struct entry *entry;

	if (add_entry(r, place, &entry, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (note_needs(r, entry, json_get(value, str_c(keys[i])), err) < 0)
			return -1;
	if (str_empty(place))
		return note_needs(r, entry, JSON_GET(value, "devDependencies"), err);
	if (json_bool(JSON_GET(value, "link"))) {
		note_link(r, entry, place, resolved);
		return 0;
	}
	package.name = json_get_str(value, STR("name"));
	package.version = json_get_str(value, STR("version"));
	set_common(r, value, &package);
	if (last_folder(place) < 0) {
		take_workspace(r, entry, place, &package);
		return 0;
	}
	if (str_empty(package.name))
		package.name = name_of_place(place);
	package.origin = npm_origin(resolved);
	if (str_eq(package.origin, STR("url")))
		package.origin = STR_EMPTY; /* of a registry, as a rule */
	add_node(r, entry, place, &package, json_get_str(value, STR("integrity")));
	return 0;
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

/* Version 1: a member of "dependencies", and those nested in it. */
static int take_old(struct reader *r, str parent, const struct json_member *m,
		    struct text_lines *lines, struct err *err)
{
	struct package package = { .line = r->stream.key_line };
	str place = str_cat(r->scratch, str_empty(parent) ? STR(FOLDER) : STR("/" FOLDER), m->key);
	struct entry *entry;

	place = str_empty(parent) ? place : str_cat(r->scratch, parent, place);
	if (add_entry(r, place, &entry, err) < 0 ||
	    note_needs(r, entry, JSON_GET(&m->value, "requires"), err) < 0)
		return -1;
	if (!str_empty(parent)) {
		package.line = text_line_of(lines, m->key.p);
		package.line += package.line ? r->stream.value_line - 1 : 0;
	}
	package.name = m->key;
	set_old_version(&package, json_get_str(&m->value, STR("version")));
	set_common(r, &m->value, &package);
	add_node(r, entry, place, &package, json_get_str(&m->value, STR("integrity")));
	JSON_MEMBERS (JSON_GET(&m->value, "dependencies"), below) {
		if (take_old(r, place, below, lines, err) < 0)
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

	for (;; from = above(from)) {
		int n = snprintf(place, sizeof(place), "%.*s%s" FOLDER "%.*s", STR_ARG(from),
				 from.n ? "/" : "", STR_ARG(name));

		r->lookup_bytes += (size_t)n;
		if (r->lookup_bytes > LOOKUP_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "dependencies nested too deeply");
		entry = map_get(&r->places, str_of(place, (size_t)n));
		if (entry && entry->target)
			entry = map_get(&r->places, *entry->target);
		if (entry && entry->node) {
			*out = entry->node;
			return 1;
		}
		if (str_empty(from))
			return 0;
	}
}

static int add_edges_of(struct reader *r, str place, const struct entry *entry, struct err *err)
{
	str rest = str_skip(buf_str(&r->needs), entry->needs_at);

	for (size_t i = 0; i < entry->needs_n; i++) {
		struct lock_node *to = NULL;
		uint32_t n;

		memcpy(&n, rest.p, sizeof(n));
		int found = resolve(r, place, str_take(str_skip(rest, sizeof(n)), n), &to, err);
		if (found < 0)
			return -1;
		rest = str_skip(rest, sizeof(n) + n);
		if (found == 0)
			continue; /* optional or peer, and not there */
		if (str_empty(place))
			to->indirect = false;
		else
			lock_graph_edge(&r->graph, entry->node, to);
	}
	return 0;
}

static int add_edges(struct reader *r, struct err *err)
{
	MAP_EACH (&r->places, at) {
		const struct entry *entry = at->value;

		if (add_edges_of(r, at->key, entry, err) < 0)
			return -1;
		if (entry->node && str_eq(entry->node->origin, STR("workspace")))
			entry->node->indirect = false;
	}
	return 0;
}

/* The members of the object at which the stream stands. */
static int take_list(struct reader *r, bool old, struct err *err)
{
	str key;
	int more;

	if (json_stream_enter(&r->stream, err) < 0)
		return -1;
	while ((more = json_stream_member(&r->stream, r->scratch, &key, err)) > 0) {
		const struct json *value;

		if (json_stream_value(&r->stream, ENTRY_MAX_BYTES, r->scratch, &value, err) < 0)
			return -1;
		const struct json_member member = { .key = key, .value = *value };
		struct text_lines lines = { .text = r->stream.value };
		int rc = old ? take_old(r, STR_EMPTY, &member, &lines, err)
			     : take_member(r, key, value, err);
		if (rc < 0)
			return -1;
		arena_reset(r->scratch);
	}
	return more;
}

static int take_version(struct reader *r, struct err *err)
{
	const struct json *value;

	if (json_stream_value(&r->stream, ENTRY_MAX_BYTES, r->scratch, &value, err) < 0)
		return -1;
	r->first_form = json_is(value, JSON_NUMBER) && str_eq(json_number(value), STR("1"));
	arena_reset(r->scratch);
	return 0;
}

/* Of the project itself; NULL: another member. */
static str *of_project(struct reader *r, str key)
{
	if (str_eq(key, STR("name")))
		return &r->project;
	return str_eq(key, STR("version")) ? &r->project_version : NULL;
}

static int take_text(struct reader *r, str *out, struct err *err)
{
	const struct json *value;

	if (json_stream_value(&r->stream, ENTRY_MAX_BYTES, r->scratch, &value, err) < 0)
		return -1;
	*out = str_dup(r->arena, json_str(value));
	arena_reset(r->scratch);
	return 0;
}

/* All of the file: *there is whether its member `wanted` is an object; taken when `take` says so.
 */
static int walk(struct reader *r, str wanted, bool take, bool *there, struct err *err)
{
	char first;
	str key;
	int more;

	json_stream_done(&r->stream);
	json_stream_init(&r->stream, r->file);
	*there = false;
	if (json_stream_enter(&r->stream, err) < 0)
		return -1;
	while ((more = json_stream_member(&r->stream, r->scratch, &key, err)) > 0) {
		bool list = str_eq(key, wanted);
		str *text = of_project(r, key);

		if (text) {
			if (take_text(r, text, err) < 0)
				return -1;
			continue;
		}
		if (str_eq(key, STR("lockfileVersion"))) {
			if (take_version(r, err) < 0)
				return -1;
			continue;
		}
		if (json_stream_peek(&r->stream, &first, err) < 0)
			return -1;
		*there |= list && first == '{';
		if (list && first != '{' && first != 'n') /* null: none */
			return err_set(err, ERR_INPUT, "line %u: \"%.*s\" is no object",
				       r->stream.key_line, STR_ARG(wanted));
		if (list && first == '{' && take) {
			if (take_list(r, !str_eq(wanted, STR("packages")), err) < 0)
				return -1;
		} else if (json_stream_skip(&r->stream, err) < 0) {
			return -1;
		}
		arena_reset(r->scratch);
	}
	return more < 0 ? -1 : json_stream_end(&r->stream, err);
}

static int read_lock(struct reader *r, struct err *err)
{
	bool newer, there;

	/* Version 2 has both lists: "packages" counts, wherever it stands. */
	if (walk(r, STR("packages"), false, &newer, err) < 0 ||
	    walk(r, newer ? STR("packages") : STR("dependencies"), true, &there, err) < 0)
		return -1;
	/* The first form leaves the list out when it is empty. */
	if (!newer && !there && !r->first_form)
		lock_told(r->sink, "packages");
	name_nameless(r);
	return add_edges(r, err);
}

static str project_of(const struct reader *r)
{
	if (str_empty(r->project) || str_empty(r->project_version))
		return r->project;
	return str_fmt(r->arena, "%.*s@%.*s", STR_ARG(r->project), STR_ARG(r->project_version));
}

int npm_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(reader_done)
	struct reader r = { .sink = sink, .arena = arena_new(), .scratch = arena_new() };
	const struct package base = npm_package_of(file, PACKAGE_LOCKED);
	struct file_view text;

	if (file->size > NPM_LOCK_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %u are read",
			       (unsigned long long)file->size, NPM_LOCK_MAX_BYTES);
	if (text_file_view(file, LOCK_MAX_BYTES, r.arena, &text, err) < 0)
		return -1;
	r.file = &text;
	buf_init(&r.needs, NEEDS_MAX_BYTES);
	lock_graph_init(&r.graph, &base, r.arena);
	r.graph.copy = true;
	r.graph.digests = npm_set_integrity;
	map_init(&r.places, r.arena);
	map_init(&r.link_names, r.arena);
	if (read_lock(&r, err) < 0)
		return -1;
	r.graph.base.project = project_of(&r);
	return lock_graph_emit(&r.graph, sink, err);
}
