/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/swift.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

/* "Name (version)"; a name may hold blanks in no position. */
static bool take_pod(str text, str *name, str *version)
{
	str rest;

	if (!str_cut(text, ' ', name, &rest))
		return false;
	rest = str_trim(rest);
	if (!str_starts(rest, STR("(")) || !str_ends(rest, STR(")")))
		return false;
	*version = str_drop_end(str_skip(rest, 1), 1);
	return lock_is_word(*name) && lock_is_word(*version);
}

static str before_blank(str text)
{
	str head = text, rest;

	if (str_cut(text, ' ', &head, &rest))
		text = head;
	return text;
}

/* An item of PODS: a text, or a mapping with one key that has a list of needs. */
static int take_item(struct lock_entries *entries, const struct json *item, uint32_t line,
		     struct package_sink *sink, struct err *err)
{
	const struct json *needs = NULL;
	str text = json_str(item), name, version;
	struct lock_entry *entry;

	if (json_is(item, JSON_OBJECT) && item->n == 1) {
		text = item->members[0].key;
		needs = &item->members[0].value;
	}
	if (!take_pod(text, &name, &version)) {
		sink->skipped(sink, "pod without a proper name or version",
			      str_fmt(entries->arena, "line %u", line));
		return 0;
	}
	entry = lock_entries_add(entries, name, version, err);
	if (!entry)
		return -1;
	entry->package.line = line;
	JSON_EACH (needs, need) {
		if (lock_entries_need(entries, entry, before_blank(json_str(need)), err) < 0)
			return -1;
	}
	return 0;
}

static void mark_indirect(struct lock_entries *entries, const struct json *dependencies)
{
	struct map direct;

	if (!json_is(dependencies, JSON_ARRAY))
		return;
	map_init(&direct, entries->arena);
	JSON_EACH (dependencies, item)
		map_put(&direct, before_blank(json_str(item)), entries);
	for (size_t i = 0; i < entries->n; i++) {
		struct package *p = &entries->items[i].package;

		p->indirect = !map_has(&direct, p->name);
	}
}

int cocoapods_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	static const struct yaml_opts opts = { .schema = YAML_TEXT, .last_wins = true };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	const struct json *root, *pods;
	const struct place *place;
	str text;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0 ||
	    yaml_parse(text, &opts, arena, &root, &place, err) < 0)
		return -1;
	pods = JSON_GET(root, "PODS");
	place = place_get(root, place, STR("PODS"));
	if (!json_is(pods, JSON_ARRAY) && !JSON_GET(root, "PODFILE CHECKSUM"))
		return err_set(err, ERR_INPUT, "no list of pods in it");
	/* Without pods there is no such list; the version of the tool ends the file. */
	lock_expect_type(root, "PODS", JSON_ARRAY, sink);
	if (!JSON_GET(root, "COCOAPODS"))
		lock_told(sink, "COCOAPODS");
	lock_entries_init(&entries, arena, "cocoapods", PACKAGE_LOCKED, file->path);
	JSON_EACH (pods, item) {
		uint32_t line = place_line(place_of_item(pods, place, item));

		if (take_item(&entries, item, line, sink, err) < 0)
			return -1;
	}
	mark_indirect(&entries, JSON_GET(root, "DEPENDENCIES"));
	return lock_entries_emit(&entries, sink, err);
}

bool cocoapods_is_lock(str path) { return path_is_named(path, STR("Podfile.lock")); }
