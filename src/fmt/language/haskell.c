/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/haskell.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

/* "any.NAME ==VERSION" */
static int take_constraint(struct lock_entries *entries, str text, uint32_t line, struct err *err)
{
	str name, version;
	ptrdiff_t at = str_find(text, STR("=="));
	struct lock_entry *entry;

	text = str_trim(text);
	if (at < 0 || !str_starts(text, STR("any.")))
		return 0;
	at = str_find(text, STR("=="));
	name = str_trim(str_take(str_skip(text, 4), (size_t)at - 4));
	version = str_trim(str_skip(text, (size_t)at + 2));
	if (!lock_is_word(name) || !lock_is_word(version) || str_find_char(version, '|') >= 0 ||
	    str_find_char(version, '*') >= 0)
		return 0; /* a range */
	entry = lock_entries_add(entries, name, version, err);
	if (!entry)
		return -1;
	entry->package.line = line;
	return 0;
}

int haskell_freeze_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	uint32_t number = 0;
	str text, line, part;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0)
		return -1;
	if (path_is_named(file->path, STR("cabal.project.freeze")) && str_trim(text).n > 0 &&
	    str_find(text, STR("constraints:")) < 0)
		return err_set(err, ERR_INPUT, "no constraints in it");
	if (path_is_named(file->path, STR("cabal.project.freeze")) && str_trim(text).n == 0)
		lock_told(sink, "constraints");
	if (str_ends(str_trim(text), STR(",")))
		sink->skipped(sink, "ends in the middle of its list", STR("constraints"));
	lock_entries_init(&entries, arena, "hackage", PACKAGE_LOCKED, file->path);
	while (str_line(&text, &line)) {
		number++;
		line = str_trim(line);
		if (str_starts(line, STR("--")))
			continue;
		line = str_without_prefix(line, STR("constraints:"));
		while (str_split(&line, ',', &part)) {
			if (take_constraint(&entries, part, number, err) < 0)
				return -1;
		}
	}
	return lock_entries_emit(&entries, sink, err);
}

/* "NAME-VERSION[@sha256:...]" */
static bool take_hackage(str text, str *name, str *version)
{
	str rest;
	ptrdiff_t dash;

	if (str_cut(text, '@', name, &rest))
		text = *name;
	dash = str_rfind_char(text, '-');
	if (dash <= 0)
		return false;
	*name = str_take(text, (size_t)dash);
	*version = str_skip(text, (size_t)dash + 1);
	return lock_is_word(*name) && lock_is_word(*version) && is_digit(version->p[0]);
}

int haskell_stack_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	static const struct yaml_opts opts = { .schema = YAML_TEXT, .last_wins = true };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	const struct json *root, *packages;
	const struct place *place;
	str text;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0 ||
	    yaml_parse(text, &opts, arena, &root, &place, err) < 0)
		return -1;
	packages = JSON_GET(root, "packages");
	place = place_get(root, place, STR("packages"));
	if (!json_is(root, JSON_OBJECT) || (!packages && !JSON_GET(root, "snapshots")))
		return err_set(err, ERR_INPUT, "neither packages nor snapshots in it");
	if (lock_check(root, "packages", JSON_ARRAY, err) < 0)
		return -1;
	lock_expect(root, "packages", JSON_ARRAY, sink);  /* told */
	lock_expect(root, "snapshots", JSON_ARRAY, sink); /* the end of the file */
	lock_entries_init(&entries, arena, "hackage", PACKAGE_LOCKED, file->path);
	JSON_EACH (packages, item) {
		const struct json *done = JSON_GET(item, "completed");
		str name = json_get_str(done, STR("name"));
		str version = json_get_str(done, STR("version"));
		uint32_t line = place_line(place_of_item(packages, place, item));
		struct lock_entry *entry;

		if (!take_hackage(json_get_str(done, STR("hackage")), &name, &version) &&
		    (!lock_is_word(name) || !lock_is_word(version))) {
			sink->skipped(sink, "package without a proper name or version",
				      str_fmt(arena, "line %u", line));
			continue;
		}
		entry = lock_entries_add(&entries, name, version, err);
		if (!entry)
			return -1;
		entry->package.line = line;
	}
	return lock_entries_emit(&entries, sink, err);
}

bool haskell_is_freeze(str path)
{
	return path_is_named(path, STR("cabal.project.freeze")) ||
	       path_is_named(path, STR("cabal.config"));
}

bool haskell_is_stack(str path) { return path_is_named(path, STR("stack.yaml.lock")); }
