/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/julia.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/toml.h"

struct named {
	const struct json *records; /* of one name */
	str key;		    /* of the first one that has an entry */
};

struct parse {
	struct arena *arena;
	struct lock_entries entries;
	struct map names; /* name -> struct named * */
	str julia;	  /* version of the standard library; empty: not known */
	struct package_sink *sink;
};

static str record_key(struct arena *arena, str name, const struct json *record)
{
	return str_fmt(arena, "%.*s %.*s", STR_ARG(name),
		       STR_ARG(json_get_str(record, STR("uuid"))));
}

/* A dependency by name, and by UUID where the record gives it. */
static int take_need(struct parse *p, struct lock_entry *entry, str name, str uuid, struct err *err)
{
	const struct named *named = map_get(&p->names, name);

	if (!named)
		return err_set(err, ERR_INPUT, "%.*s needs %.*s, which is not in it",
			       STR_ARG(entry->package.name), STR_ARG(name));
	if (str_empty(uuid) && json_len(named->records) > 1)
		return err_set(err, ERR_INPUT, "%.*s needs one of several %.*s",
			       STR_ARG(entry->package.name), STR_ARG(name));
	if (str_empty(uuid))
		uuid = json_get_str(json_at(named->records, 0), STR("uuid"));
	return lock_entries_need(&p->entries, entry,
				 str_fmt(p->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(uuid)), err);
}

static int take_needs(struct parse *p, struct lock_entry *entry, const struct json *deps,
		      struct err *err)
{
	JSON_EACH (deps, dep) {
		if (take_need(p, entry, json_str(dep), STR_EMPTY, err) < 0)
			return -1;
	}
	JSON_MEMBERS (deps, dep) {
		if (take_need(p, entry, dep->key, json_str(&dep->value), err) < 0)
			return -1;
	}
	return 0;
}

static int take_record(struct parse *p, str name, const struct json *record, uint32_t line,
		       struct err *err)
{
	str version = json_get_str(record, STR("version"));
	struct lock_entry *entry;

	/* Neither where it comes from nor a version: a part of Julia. */
	if (str_empty(version) && !JSON_GET(record, "git-tree-sha1") && !JSON_GET(record, "path"))
		version = p->julia;
	entry = lock_entries_add(&p->entries, name, version, err);
	if (!entry)
		return -1;
	entry->key = record_key(p->arena, name, record);
	entry->package.line = line;
	if (!lock_is_word(name) || !lock_is_word(version)) {
		entry->dropped = true;
		p->sink->skipped(p->sink, "package without a version",
				 name.n > 0 ? str_take(name, LOCK_WORD_MAX) : STR("unnamed"));
	}
	return take_needs(p, entry, JSON_GET(record, "deps"), err);
}

static void index_names(struct parse *p, const struct json *deps)
{
	map_init(&p->names, p->arena);
	JSON_MEMBERS (deps, member) {
		struct named *named = ARENA_NEW(p->arena, struct named);

		named->records = &member->value;
		map_put(&p->names, member->key, named);
	}
}

static int load(const struct file_view *file, struct arena *arena, const struct json **root,
		const struct place **place, struct err *err)
{
	str text;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0)
		return -1;
	return toml_parse(text, LOCK_JSON_VALUES, arena, root, place, err);
}

int julia_manifest_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct parse p = { .arena = arena, .sink = sink };
	const struct json *deps;
	const struct place *place;
	bool numbered;

	if (load(file, arena, &deps, &place, err) < 0)
		return -1;
	p.julia = json_get_str(deps, STR("julia_version"));
	/* The first form has no number and names packages at the top: none is called "deps". */
	numbered = JSON_GET(deps, "manifest_format") != NULL;
	if (numbered || json_is(JSON_GET(deps, "deps"), JSON_OBJECT)) {
		if (lock_check(deps, "deps", JSON_OBJECT, err) < 0)
			return -1;
		if (!numbered && json_len(JSON_GET(deps, "deps")) > 0)
			lock_told(sink, "manifest_format");
		place = place_get(deps, place, STR("deps"));
		deps = JSON_GET(deps, "deps");
	}
	lock_entries_init(&p.entries, arena, "julia", PACKAGE_LOCKED, file->path);
	index_names(&p, deps);
	JSON_MEMBERS (deps, member) {
		const struct place *records = place_of_member(deps, place, member);

		if (!json_is(&member->value, JSON_ARRAY) && !json_is(&member->value, JSON_STRING))
			sink->skipped(sink, "package that is no list of versions", member->key);
		JSON_EACH (&member->value, record) {
			uint32_t line = place_line(place_of_item(&member->value, records, record));

			if (take_record(&p, member->key, record, line, err) < 0)
				return -1;
		}
	}
	/* Also of the first form one without packages is hardly ever written. */
	if (!numbered && p.entries.n == 0)
		lock_told(sink, "manifest_format");
	return lock_entries_emit(&p.entries, sink, err);
}

int julia_project_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	const struct json *root, *deps;
	const struct place *place;
	struct map compat;

	if (load(file, arena, &root, &place, err) < 0)
		return -1;
	if (lock_check(root, "deps", JSON_OBJECT, err) < 0 ||
	    lock_check(root, "compat", JSON_OBJECT, err) < 0)
		return -1;
	lock_entries_init(&entries, arena, "julia", PACKAGE_DECLARED, file->path);
	map_init(&compat, arena);
	JSON_MEMBERS (JSON_GET(root, "compat"), member)
		map_put(&compat, member->key, (void *)(uintptr_t)&member->value);
	deps = JSON_GET(root, "deps");
	place = place_get(root, place, STR("deps"));
	JSON_MEMBERS (deps, member) {
		str range = str_trim(json_str(map_get(&compat, member->key)));
		struct lock_entry *entry;
		str version = str_trim(str_without_prefix(range, STR("=")));

		if (version.n == range.n || !lock_is_word(version) || !lock_is_word(member->key) ||
		    str_find_char(version, ',') >= 0)
			continue;
		entry = lock_entries_add(&entries, member->key, version, err);
		if (!entry)
			return -1;
		entry->package.line = place_line(place_of_member(deps, place, member));
	}
	return lock_entries_emit(&entries, sink, err);
}

bool julia_is_manifest(str path)
{
	str name;

	if (!str_ends(path, STR(".toml")))
		return false;
	name = str_without_prefix(path_base(path), STR("Julia"));
	return str_eq(name, STR("Manifest.toml")) ||
	       (str_starts(name, STR("Manifest-v")) && str_ends(name, STR(".toml")));
}

bool julia_is_project(str path)
{
	return path_is_named(path, STR("Project.toml")) ||
	       path_is_named(path, STR("JuliaProject.toml"));
}
