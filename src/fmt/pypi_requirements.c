/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pip's requirement files: one requirement or option a line; a backslash at its end joins the next
 * line, unless that is a comment; '#' at the start or behind a blank begins a comment; options of a
 * requirement ("--hash=...") stand behind it.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "fmt/pypi_internal.h"
#include "fmt/text_file.h"

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena; /* of the line at hand */
	bool lowest;
	struct buf line; /* joined */
	uint32_t number, first;
};

static void skip_line(struct reader *r, const char *reason)
{
	char where[32];
	int n = snprintf(where, sizeof(where), "line %u", r->first);

	r->sink->skipped(r->sink, reason, str_of(where, (size_t)n));
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

/* "-r NAME", "--requirement=NAME": is that a file which is read by its own name, in this tree? */
static bool is_read(const struct reader *r, str name)
{
	struct err unused;
	str path;

	name = str_trim(name);
	if (name.n > 0 && name.p[0] == '=')
		name = str_trim(str_skip(name, 1));
	if (name.n == 0 || name.p[0] == '/' || str_find(name, STR("://")) >= 0)
		return false;
	return path_normal(path_join(r->arena, path_dir(r->file->path), name), r->arena, &path,
			   &unused) == 0 &&
	       pypi_is_requirements(path);
}

static int take_option(struct reader *r, str line)
{
	/* Constraints ask for nothing: what is not pinned without them is told at its own line. */
	static const char *const files[] = { "--requirement", "-r" };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (!str_starts(line, str_c(files[i])))
			continue;
		if (!is_read(r, str_skip(line, strlen(files[i]))))
			skip_line(r, "another file of requirements, which is not read by its name");
		return 0;
	}
	if (str_starts(line, STR("-e")) || str_starts(line, STR("--editable")))
		skip_line(r, "requirement of a folder or repository");
	return 0; /* the rest says where to look, not what for */
}

static int end_line(struct reader *r, struct err *err)
{
	str line = str_trim(without_comment(buf_str(&r->line)));
	struct requirement requirement;
	int rc = 0;

	if (r->line.overflow)
		return err_set(err, ERR_LIMIT, "line %u: longer than %u bytes", r->first,
			       PYPI_LINE_MAX);
	if (line.n > 0 && line.p[0] == '-') {
		rc = take_option(r, line);
	} else if (line.n > 0) {
		line = str_trim(without_options(line));
		if (str_find(line, STR("://")) >= 0 && str_find_char(line, '@') < 0)
			skip_line(r, "requirement of an address");
		else if (!requirement_parse(line, r->arena, &requirement))
			skip_line(r, "line that is no requirement");
		else
			rc = pypi_send_requirement(r->file, &requirement, r->first, r->lowest,
						   r->sink, err);
	}
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

static int read_all(const struct file_view *file, bool lowest, struct package_sink *sink,
		    struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *of_line = arena_new();
	struct reader r = { .file = file, .sink = sink, .arena = of_line, .lowest = lowest };
	str text, line;
	int rc = 0;

	if (text_file_load(file, LOCK_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	buf_init(&r.line, PYPI_LINE_MAX);
	while (rc == 0 && str_line(&text, &line))
		rc = take_line(&r, line, err);
	if (rc == 0 && r.first > 0)
		rc = end_line(&r, err);
	buf_done(&r.line);
	return rc;
}

int pypi_requirements(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_all(file, false, sink, err);
}

int pypi_requirements_lowest(const struct file_view *file, struct package_sink *sink,
			     struct err *err)
{
	return read_all(file, true, sink, err);
}
