/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/pacman.h"

#include "base/err.h"
#include "base/path.h"

static bool is_key(str line) { return line.n > 2 && line.p[0] == '%' && line.p[line.n - 1] == '%'; }

static bool is_word(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	}
	return s.n > 0;
}

static int check_size(const struct file_view *file, uint64_t max, struct err *err)
{
	if (file->size <= max)
		return 0;
	return err_set(err, ERR_LIMIT, "%llu bytes, at most %llu are read",
		       (unsigned long long)file->size, (unsigned long long)max);
}

static int take_value(str *to, str line, struct arena *arena, struct err *err)
{
	size_t total = to->n + line.n + 5;

	if (total > PACMAN_FIELD_MAX)
		return err_set(err, ERR_LIMIT, "a field longer than %u bytes", PACMAN_FIELD_MAX);
	/* Several licences all apply. */
	*to = str_empty(*to) ? str_dup(arena, line)
			     : str_fmt(arena, "%.*s AND %.*s", STR_ARG(*to), STR_ARG(line));
	return 0;
}

int pacman_desc(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader;
	struct package package = { .kind = STR("alpm"), .path = file->path, .layer = -1 };
	const struct {
		str key;
		str *to;
	} fields[] = {
		{ STR("%NAME%"), &package.name },	 { STR("%VERSION%"), &package.version },
		{ STR("%BASE%"), &package.source_name }, { STR("%ARCH%"), &package.arch },
		{ STR("%LICENSE%"), &package.licence },	 { STR("%PACKAGER%"), &package.maintainer },
	};
	str *to = NULL;
	str line;
	int more;

	line_reader_init(&reader, file);
	if (check_size(file, PACMAN_DESC_MAX_BYTES, err) < 0)
		return -1;
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (is_key(line)) {
			to = NULL;
			for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
				if (str_eq(line, fields[i].key))
					to = fields[i].to;
			}
		} else if (to && line.n > 0 && take_value(to, line, arena, err) < 0) {
			return err_wrap(err, "line %llu", (unsigned long long)reader.number);
		}
	}
	if (more < 0)
		return -1;
	if (!is_word(package.name))
		return err_set(err, ERR_INPUT, "no proper %%NAME%% in it");
	if (!is_word(package.version)) {
		sink->skipped(sink, "package without a proper %VERSION%", package.name);
		return 0;
	}
	return sink->add(sink, &package, err);
}

/* NAME of the folder NAME-VERSION-RELEASE; empty when it is not of that form. */
static str folder_name(str path)
{
	str name = path_base(path_dir(path));

	for (int i = 0; i < 2; i++) {
		ptrdiff_t dash = str_rfind_char(name, '-');
		name = str_take(name, dash > 0 ? (size_t)dash : 0);
	}
	return name;
}

int pacman_files(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader;
	struct package package = { .kind = STR("alpm"), .path = file->path, .layer = -1 };
	bool listing = false;
	str *files = NULL;
	size_t n = 0, cap = 0;
	str line, path;
	int more;

	line_reader_init(&reader, file);
	if (check_size(file, PACMAN_FILES_MAX_BYTES, err) < 0)
		return -1;
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (is_key(line))
			listing = str_eq(line, STR("%FILES%"));
		if (!listing || is_key(line) || line.n == 0)
			continue;
		if (n >= PACMAN_FILES_MAX)
			return err_set(err, ERR_LIMIT, "more than %u files", PACMAN_FILES_MAX);
		if (path_normal(line, arena, &path, err) < 0)
			return err_wrap(err, "line %llu", (unsigned long long)reader.number);
		if (path.n == 0)
			continue;
		files = arena_grow(arena, files, n, &cap, sizeof(*files));
		files[n++] = path;
	}
	package.name = folder_name(file->path);
	if (more < 0)
		return -1;
	if (!is_word(package.name))
		return err_set(err, ERR_INPUT,
			       "its folder is not of the form NAME-VERSION-RELEASE");
	if (n == 0)
		return 0;
	package.files = files;
	package.file_count = n;
	return sink->add(sink, &package, err);
}

static bool in_local(str path, str name)
{
	str folder = str_without_prefix(path_dir(path), STR("var/lib/pacman/local/"));

	return str_starts(path, STR("var/lib/pacman/local/")) && str_eq(path_base(path), name) &&
	       folder.n > 0 && str_find_char(folder, '/') < 0;
}

bool pacman_is_desc(str path) { return in_local(path, STR("desc")); }
bool pacman_is_files(str path) { return in_local(path, STR("files")); }
