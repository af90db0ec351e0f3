/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/swift.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

/* "https://user@host:443/org/x.git", "git@host:org/x.git" -> "host/org/x" */
static str location_name(struct arena *arena, str location)
{
	ptrdiff_t scheme = str_find(location, STR("://"));
	str host = location, rest, port;
	ptrdiff_t at;

	if (scheme < 0) {
		at = str_find_char(location, '@');
		if (at >= 0 && str_cut(str_skip(location, (size_t)at + 1), ':', &host, &rest))
			location = str_fmt(arena, "%.*s/%.*s", STR_ARG(host), STR_ARG(rest));
	} else {
		location = str_skip(location, (size_t)scheme + 3);
		if (!str_cut(location, '/', &host, &rest))
			return location;
		at = str_rfind_char(host, '@');
		host = str_skip(host, (size_t)(at + 1));
		if (str_cut(host, ':', &port, &location))
			host = port;
		location = str_fmt(arena, "%.*s/%.*s", STR_ARG(host), STR_ARG(rest));
	}
	while (str_ends(location, STR("/")))
		location = str_drop_end(location, 1);
	return str_without_suffix(location, STR(".git"));
}

static str first_of(str a, str b, str c)
{
	if (!str_empty(a))
		return a;
	return str_empty(b) ? c : b;
}

static int take_pin(struct lock_entries *entries, const struct json *pin, struct text_lines *lines,
		    struct package_sink *sink, struct err *err)
{
	const struct json *state = JSON_GET(pin, "state");
	str from = first_of(json_get_str(pin, STR("location")),
			    json_get_str(pin, STR("repositoryURL")), STR_EMPTY);
	str identity = first_of(json_get_str(pin, STR("identity")),
				json_get_str(pin, STR("package")), STR("unnamed"));
	str version =
		first_of(json_get_str(state, STR("version")), json_get_str(state, STR("branch")),
			 json_get_str(state, STR("revision")));
	str name = str_empty(from) ? identity : location_name(entries->arena, from);
	struct lock_entry *entry;

	if (!lock_is_word(name) || !lock_is_word(version)) {
		sink->skipped(sink, "package without a proper name or version", identity);
		return 0;
	}
	entry = lock_entries_add(entries, name, version, err);
	if (!entry)
		return -1;
	entry->package.line = text_line_of(lines, identity.p);
	return 0;
}

int swift_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	struct text_lines lines = { .line = 0 };
	const struct json *root, *pins;

	if (lock_json(file, arena, &lines.text, &root, err) < 0)
		return -1;
	pins = JSON_GET(root, "pins");
	if (!pins)
		pins = json_path(root, "object", "pins", NULL);
	if (!json_is(pins, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "no list of pins in it");
	lock_entries_init(&entries, arena, "swift", PACKAGE_LOCKED, file->path);
	JSON_EACH (pins, pin) {
		if (take_pin(&entries, pin, &lines, sink, err) < 0)
			return -1;
	}
	return lock_entries_emit(&entries, sink, err);
}

bool swift_is_lock(str path)
{
	return path_is_named(path, STR("Package.resolved")) ||
	       path_is_named(path, STR(".package.resolved"));
}
