/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/wordpress.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

/* Which kind of file it is, and the slug that its path gives it. */
static const char *kind_of(str path, str *slug)
{
	str dir = path_dir(path), above = path_base(path_dir(dir));

	*slug = path_base(dir);
	if (str_ends(path, STR("wp-includes/version.php")))
		return "generic";
	if (path_is_named(path, STR("style.css")))
		return str_eq(above, STR("themes")) &&
				       str_eq(path_base(path_dir(path_dir(dir))), STR("wp-content"))
			       ? "wordpress-theme"
			       : NULL;
	if (!str_ends(path, STR(".php")))
		return NULL;
	if (str_eq(above, STR("plugins")) &&
	    str_eq(path_base(path_dir(path_dir(dir))), STR("wp-content")))
		return "wordpress-plugin";
	if (str_eq(*slug, STR("plugins")) && str_eq(above, STR("wp-content"))) {
		*slug = str_without_suffix(path_base(path), STR(".php"));
		return "wordpress-plugin";
	}
	return NULL;
}

/* The value of " * Field: value" in a comment; empty when it is not there. */
static str header_field(str text, str field)
{
	str line;

	while (str_line(&text, &line)) {
		line = str_without_prefix(line, STR("<?php"));
		while (line.n > 0 && (is_space(line.p[0]) || line.p[0] == '*' || line.p[0] == '/' ||
				      line.p[0] == '#' || line.p[0] == '@'))
			line = str_skip(line, 1);
		if (!str_ieq(str_take(line, field.n), field) || line.n <= field.n ||
		    line.p[field.n] != ':')
			continue;
		line = str_skip(line, field.n + 1);
		ptrdiff_t end = str_find(line, STR("*/"));

		return str_trim(end < 0 ? line : str_take(line, (size_t)end));
	}
	return STR_EMPTY;
}

/* The line less comments that it begins with; *inside: within one that goes on. */
static str code_of(str line, bool *inside)
{
	for (;;) {
		line = str_trim(str_without_prefix(str_trim(line), STR("<?php")));
		if (!*inside && !str_starts(line, STR("/*")))
			break;
		ptrdiff_t end = str_find(str_skip(line, *inside ? 0 : 2), STR("*/"));

		if (end < 0) {
			*inside = true;
			return STR_EMPTY;
		}
		line = str_skip(line, (size_t)end + (*inside ? 2 : 4));
		*inside = false;
	}
	return str_starts(line, STR("//")) || str_starts(line, STR("#")) ? STR_EMPTY : line;
}

/* $wp_version = '6.4.2'; */
static str core_version(str text)
{
	bool inside = false;
	str line, version, rest;

	while (str_line(&text, &line)) {
		line = code_of(line, &inside);
		if (!str_starts(line, STR("$wp_version")))
			continue;
		line = str_trim(str_skip(line, 11));
		if (!str_starts(line, STR("=")))
			continue;
		line = str_trim(str_skip(line, 1));
		if (line.n > 0 && (line.p[0] == '\'' || line.p[0] == '"') &&
		    str_cut(str_skip(line, 1), line.p[0], &version, &rest))
			return version;
	}
	return STR_EMPTY;
}

int wordpress_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char head[WORDPRESS_HEAD_BYTES];
	size_t n = file->size < sizeof(head) ? (size_t)file->size : sizeof(head);
	struct package package = { .path = file->path, .layer = -1 };
	const char *kind = kind_of(file->path, &package.name);
	str text;

	if (file_view_pread(file, head, n, 0, err) < 0)
		return -1;
	/* Half of a pair at the end of what is looked at is no reason to see nothing. */
	if (text_decode(str_of(head, n), arena, &text, err) < 0)
		text = str_of(head, n);
	if (!kind)
		return err_set(err, ERR_INPUT, "its path is none of WordPress");
	package.kind = str_c(kind);
	if (str_eq(package.kind, STR("generic"))) {
		package.name = STR("wordpress");
		package.version = core_version(text);
	} else if (str_empty(header_field(text, str_eq(package.kind, STR("wordpress-theme"))
							? STR("Theme Name")
							: STR("Plugin Name")))) {
		return 0;
	} else {
		package.version = header_field(text, STR("Version"));
		package.licence = header_field(text, STR("License"));
	}
	if (!lock_is_word(package.name) || !lock_is_word(package.version)) {
		sink->skipped(sink, "without a proper version", path_base(file->path));
		return 0;
	}
	return sink->add(sink, &package, err);
}

bool wordpress_is_wanted(str path)
{
	str slug;

	/* Most paths are none: the cheap question first. */
	return (str_ends(path, STR(".php")) || str_ends(path, STR("style.css"))) &&
	       kind_of(path, &slug) != NULL;
}
