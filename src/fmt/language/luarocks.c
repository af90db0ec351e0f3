/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/luarocks.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

/* The value of `FIELD = "text"` where `line` is one; the first counts. */
static void take(str line, str field, str *to)
{
	str name, value, rest;
	char quote;

	if (to->n > 0 || !str_cut(line, '=', &name, &value) || !str_eq(str_trim(name), field))
		return;
	value = str_trim(value);
	if (str_starts(value, STR("[["))) {
		ptrdiff_t end = str_find(value, STR("]]"));

		if (end > 2)
			*to = str_take(str_skip(value, 2), (size_t)end - 2);
		return;
	}
	if (value.n < 2 || (value.p[0] != '"' && value.p[0] != '\''))
		return;
	quote = value.p[0];
	if (str_cut(str_skip(value, 1), quote, &value, &rest))
		*to = value;
}

/* "local package = ..." is a variable, which fields may name: read as the field itself. */
static void read_line(str line, struct package *p)
{
	str piece;

	line = str_without_prefix(str_trim(line), STR("local "));
	if (str_starts(line, STR("--")))
		return;
	take(line, STR("package"), &p->name);
	take(line, STR("version"), &p->version);
	while (str_split(&line, ',', &piece)) {
		ptrdiff_t brace = str_rfind_char(piece, '{');

		take(str_skip(piece, (size_t)(brace + 1)), STR("license"), &p->licence);
	}
}

int luarocks_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package package = { .kind = STR("luarocks"), .path = file->path, .layer = -1 };
	str text, line;

	if (text_file_load(file, LUAROCKS_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	while (str_line(&text, &line))
		read_line(line, &package);
	if (!lock_is_word(package.name) || !lock_is_word(package.version))
		return err_set(err, ERR_INPUT, "%s of the rock is not written as a text",
			       lock_is_word(package.name) ? "version" : "package");
	package.licence = str_take(package.licence, LOCK_WORD_MAX);
	return sink->add(sink, &package, err);
}

bool luarocks_is_installed(str path)
{
	str rocks;

	if (!str_ends(path, STR(".rockspec")))
		return false;
	rocks = path_base(path_dir(path_dir(path_dir(path))));
	return str_eq(rocks, STR("rocks")) || str_starts(rocks, STR("rocks-"));
}
