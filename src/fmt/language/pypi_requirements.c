/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pip's requirement files: one requirement or option a line; a backslash at its end joins the next
 * line, unless that is a comment; '#' at the start or behind a blank begins a comment; options of a
 * requirement ("--hash=...") stand behind it.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "fmt/language/pypi_internal.h"
#include "fmt/syntax/text_file.h"

enum mode { SCAN, NAMED, LOWEST };

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena; /* of the line at hand */
	enum mode mode;
	struct buf line; /* joined */
	uint32_t number, first;
	uint32_t strange; /* lines passed over */
};

static const char *const marks[] = {
	[PYPI_MARK_FILE] = "mark:file",		 [PYPI_MARK_NAMES] = "mark:requirements",
	[PYPI_MARK_LIMITS] = "mark:constraints", [PYPI_MARK_OPEN] = "mark:open",
	[PYPI_MARK_SKIPPED] = "mark:skipped",
};

enum pypi_mark pypi_mark_of(const struct package *package)
{
	for (size_t i = PYPI_MARK_FILE; i < ARRAY_LEN(marks); i++)
		if (str_eq(package->origin, str_c(marks[i])))
			return (enum pypi_mark)i;
	return PYPI_NO_MARK;
}

static int put_mark(struct reader *r, enum pypi_mark mark, str name, str version, struct err *err)
{
	struct package package = pypi_package_of(r->file, PACKAGE_DECLARED);

	package.name = name;
	package.version = version;
	package.line = r->first;
	package.origin = str_c(marks[mark]);
	return r->sink->add(r->sink, &package, err);
}

static int skip_line(struct reader *r, const char *reason, struct err *err)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "line %u", r->first);
	str where = str_of(text, (size_t)n);

	r->strange++;
	if (r->mode == NAMED)
		return put_mark(r, PYPI_MARK_SKIPPED, where, str_c(reason), err);
	r->sink->skipped(r->sink, reason, where);
	return 0;
}

/* '#' at the start, or behind a blank. */
static str without_comment(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '#' && (i == 0 || is_space(s.p[i - 1])))
			return str_take(s, i);
	return s;
}

/* Options begin with '-' behind a blank. */
static str without_options(str s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == '-' && is_space(s.p[i - 1]) && i + 1 < s.n &&
		    (s.p[i + 1] == '-' || is_alpha(s.p[i + 1])))
			return str_take(s, i);
	return s;
}

/* "-r NAME", "--requirement=NAME": where that is in this tree; false: elsewhere. */
static bool file_of(const struct reader *r, str name, str *path)
{
	struct err unused;

	name = str_trim(name);
	if (name.n > 0 && name.p[0] == '=')
		name = str_trim(str_skip(name, 1));
	if (name.n > 1 && (name.p[0] == '"' || name.p[0] == '\'') &&
	    name.p[name.n - 1] == name.p[0])
		name = str_of(name.p + 1, name.n - 2);
	if (name.n == 0 || name.p[0] == '/' || str_find(name, STR("://")) >= 0)
		return false;
	return path_normal(path_join(r->arena, path_dir(r->file->path), name), r->arena, path,
			   &unused) == 0 &&
	       path->n > 0;
}

static int take_option(struct reader *r, str line, struct err *err)
{
	static const struct {
		const char *option;
		enum pypi_mark mark;
	} files[] = {
		{ "--requirement", PYPI_MARK_NAMES },
		{ "-r", PYPI_MARK_NAMES },
		{ "--constraint", PYPI_MARK_LIMITS },
		{ "-c", PYPI_MARK_LIMITS },
	};
	str path;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		str option = str_c(files[i].option);

		if (!str_starts(line, option))
			continue;
		if (!file_of(r, str_skip(line, option.n), &path))
			return skip_line(r, "a file of requirements elsewhere, which is not read",
					 err);
		return put_mark(r, files[i].mark, path, STR_EMPTY, err);
	}
	if (str_starts(line, STR("-e")) || str_starts(line, STR("--editable")))
		return skip_line(r, "requirement of a folder or repository", err);
	return 0; /* the rest says where to look, not what for */
}

static int take_requirement(struct reader *r, str line, struct err *err)
{
	struct requirement requirement;

	line = str_trim(without_options(line));
	if (str_find(line, STR("://")) >= 0 && str_find_char(line, '@') < 0)
		return skip_line(r, "requirement of an address", err);
	if (!requirement_parse(line, r->arena, &requirement))
		return skip_line(r, "line that is no requirement", err);
	/* What a constraint may still pin. */
	if (r->mode != LOWEST && requirement.pinned.n == 0)
		return put_mark(r, PYPI_MARK_OPEN, requirement.name, STR_EMPTY, err);
	return pypi_send_requirement(r->file, &requirement, r->first, r->mode == LOWEST, r->sink,
				     err);
}

static int end_line(struct reader *r, struct err *err)
{
	str line = str_trim(without_comment(buf_str(&r->line)));
	int rc = 0;

	if (r->line.overflow)
		return err_set(err, ERR_LIMIT, "line %u: longer than %u bytes", r->first,
			       PYPI_LINE_MAX);
	if (line.n > 0)
		rc = line.p[0] == '-' ? take_option(r, line, err) : take_requirement(r, line, err);
	buf_reset(&r->line);
	arena_reset(r->arena);
	r->first = 0;
	return rc;
}

static int take_line(struct reader *r, str line, struct err *err)
{
	str trimmed = str_trim(line);
	bool is_comment = trimmed.n > 0 && trimmed.p[0] == '#';

	r->number++;
	if (r->first == 0)
		r->first = r->number;
	if (str_ends(line, STR("\\")) && !is_comment) {
		buf_add(&r->line, str_drop_end(line, 1));
		return 0;
	}
	if (is_comment)
		buf_byte(&r->line, ' ');
	buf_add(&r->line, line);
	return end_line(r, err);
}

static int read_text(struct reader *r, str text, struct err *err)
{
	str line;
	int rc = 0;

	buf_init(&r->line, PYPI_LINE_MAX);
	if (r->mode != LOWEST)
		rc = put_mark(r, PYPI_MARK_FILE, r->file->path, STR_EMPTY, err);
	while (rc == 0 && r->strange <= (r->mode == NAMED ? PYPI_STRANGE_MAX : UINT32_MAX - 1) &&
	       str_line(&text, &line))
		rc = take_line(r, line, err);
	if (rc == 0 && r->first > 0)
		rc = end_line(r, err);
	buf_done(&r->line);
	return rc;
}

static int read_all(const struct file_view *file, enum mode mode, struct package_sink *sink,
		    struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *of_line = arena_new();
	struct reader r = { .file = file, .sink = sink, .arena = of_line, .mode = mode };
	str text;

	if (text_file_load(file, LOCK_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	return read_text(&r, text, err);
}

int pypi_requirements(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_all(file, SCAN, sink, err);
}

int pypi_requirements_lowest(const struct file_view *file, struct package_sink *sink,
			     struct err *err)
{
	return read_all(file, LOWEST, sink, err);
}

/* Twice: what has too many strange lines emits nothing. */
int pypi_requirements_named(const struct file_view *file, struct package_sink *sink,
			    struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *of_line = arena_new();
	struct package_list list;
	struct reader r = { .file = file, .sink = &list.sink, .arena = of_line, .mode = NAMED };
	struct err unused;
	str text;

	package_list_init(&list, arena);
	/* A file that nobody may have named is not told to be broken. */
	if (file->size > PYPI_NAMED_MAX ||
	    text_file_load(file, PYPI_NAMED_MAX, arena, &text, &unused) < 0 ||
	    read_text(&r, text, &unused) < 0 || r.strange > PYPI_STRANGE_MAX)
		return 0;
	for (size_t i = 0; i < list.n; i++)
		if (sink->add(sink, &list.items[i], err) < 0)
			return -1;
	return 0;
}

/* Where in a line of requirements the name ends. */
static size_t name_end(str line)
{
	size_t n = 0;

	while (n < line.n && (is_alnum(line.p[n]) || memchr("-_.", line.p[n], 3)))
		n++;
	return n;
}

/* May the line stand in such a file; *sure: it hardly stands elsewhere. */
static bool may_be_line(str line, bool *sure)
{
	size_t n = name_end(line);
	str rest = str_trim(str_skip(line, n));

	if (line.n == 0 || line.p[0] == '#')
		return true;
	if (line.p[0] == '-') {
		*sure |= str_starts(line, STR("-r ")) || str_starts(line, STR("-c ")) ||
			 str_starts(line, STR("--hash=")) || str_starts(line, STR("--requirement"));
		return line.n > 1 && (line.p[1] == '-' || memchr("rceif", line.p[1], 5));
	}
	*sure |= n > 0 && (str_starts(rest, STR("==")) || str_starts(rest, STR("~=")) ||
			   str_starts(rest, STR(">=")));
	return n > 0 && (rest.n == 0 || memchr("=<>!~;@[(\\#", rest.p[0], 11));
}

bool pypi_may_be_named(str path, uint64_t size, str head)
{
	static const char *const ends[] = { ".txt", ".in", ".pip" };
	bool named = false, sure = false, whole = size <= head.n, only_comments = true;
	str line;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		named |= str_ends(path, str_c(ends[i]));
	if (!named || size == 0 || size > PYPI_NAMED_MAX || pypi_is_requirements(path) ||
	    text_is_wide(head))
		return false;
	head = str_without_prefix(head, STR("\xef\xbb\xbf"));
	while (str_line(&head, &line)) {
		if (str_empty(head) && !whole)
			break; /* cut off */
		line = str_trim(line);
		if (!may_be_line(line, &sure))
			return false;
		only_comments &= line.n == 0 || line.p[0] == '#';
	}
	return sure || (only_comments && !whole);
}
