/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/dart.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

int dart_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
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
	if (!json_is(packages, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no mapping of packages in it");
	if (!JSON_GET(root, "sdks") && !JSON_GET(root, "sdk"))
		lock_told(sink, "sdks"); /* the last line of the file */
	lock_entries_init(&entries, arena, "pub", PACKAGE_LOCKED, file->path);
	JSON_MEMBERS (packages, member) {
		str version = json_get_str(&member->value, STR("version"));
		str why = json_get_str(&member->value, STR("dependency"));
		const struct json *about = JSON_GET(&member->value, "description");
		struct lock_entry *entry;

		if (!lock_is_word(member->key) || !lock_is_word(version)) {
			sink->skipped(sink, "package without a proper version",
				      member->key.n > 0 ? member->key : STR("unnamed"));
			continue;
		}
		entry = lock_entries_add(&entries, member->key, version, err);
		if (!entry)
			return -1;
		entry->package.line = place_line(place_of_member(packages, place, member));
		entry->package.dev = str_eq(why, STR("direct dev"));
		entry->package.indirect = str_eq(why, STR("transitive"));
		lock_digest(arena, &entry->package, "sha256", json_get_str(about, STR("sha256")));
	}
	return lock_entries_emit(&entries, sink, err);
}

bool dart_is_lock(str path) { return path_is_named(path, STR("pubspec.lock")); }
