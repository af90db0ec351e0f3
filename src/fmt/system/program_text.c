/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/program_text.h"

#include "base/path.h"
#include "fmt/binary/elf.h"

#define WINDOW	    (256u << 10)
#define OVERLAP	    512u /* longer than any text of the table with its version */
#define TEXT_MAX    (64u << 10)
#define LITERAL_MAX 64u
#define ROWS_MAX    16u /* of one file name */

static const unsigned char table_bytes[] = {
#include "programs.csv.inc"
};

/* A line of the table, taken apart. */
struct row {
	str name, globs, cpe;
	char before[LITERAL_MAX], after[LITERAL_MAX]; /* around the version */
	size_t before_n, after_n;
	bool at_start;
	char set; /* '\0': "{}", '#' or '@' */
};

static str table(void) { return str_of((const char *)table_bytes, sizeof(table_bytes)); }

static size_t literal(str text, char out[LITERAL_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < LITERAL_MAX; i++) {
		char c = text.p[i];

		if (c == '\\' && i + 1 < text.n) {
			c = text.p[++i];
			c = (char)(c == '0' ? 0 : c == 'n' ? '\n' : c);
		}
		out[n++] = c;
	}
	return n;
}

static bool row_read(str line, struct row *out)
{
	struct row row = { .set = 0 };
	str text;
	ptrdiff_t open, close;

	if (line.n == 0 || line.p[0] == '#' || !str_split(&line, '|', &row.name) ||
	    !str_split(&line, '|', &row.globs) || !str_split(&line, '|', &text) ||
	    !str_split(&line, '|', &row.cpe))
		return false;
	row.at_start = text.n > 0 && text.p[0] == '^';
	text = str_skip(text, row.at_start);
	open = str_find_char(text, '{');
	close = open >= 0 ? str_find_char(str_skip(text, (size_t)open), '}') : -1;
	if (close < 0)
		return false;
	row.set = (char)(close == 2 ? text.p[open + 1] : 0);
	row.before_n = literal(str_take(text, (size_t)open), row.before);
	row.after_n = literal(str_skip(text, (size_t)(open + close) + 1), row.after);
	*out = row;
	return true;
}

static bool glob_fits(str glob, str path)
{
	str end = path_base(path);

	/* As many components as the pattern has. */
	for (size_t i = 0; i < glob.n; i++) {
		if (glob.p[i] != '/' || end.p == path.p)
			continue;
		str above = str_take(path, (size_t)(end.p - path.p) - 1);

		end = str_skip(path, (size_t)(str_rfind_char(above, '/') + 1));
	}
	return path_glob(glob, end);
}

static bool row_fits(const struct row *row, str path, str head)
{
	str globs = row->globs, glob;

	/* Texts are wanted only in a form that other files hardly have: from their start on. */
	if (!elf_is(head) && !(row->at_start || (row->before_n > 0 && row->before[0] == '\n')))
		return false;
	while (str_split(&globs, ' ', &glob)) {
		if (glob_fits(glob, path))
			return true;
	}
	return false;
}

/* Most lines are told by a first letter, without being taken apart. */
static bool may_fit(str line, char first)
{
	str name, globs;

	if (!str_split(&line, '|', &name) || !str_split(&line, '|', &globs))
		return false;
	if (str_find_char(globs, '/') >= 0)
		return true;
	for (size_t i = 0; i < globs.n; i++) {
		if (globs.p[i] == first && (i == 0 || globs.p[i - 1] == ' '))
			return true;
	}
	return false;
}

static size_t rows_for(str path, str head, struct row *out, size_t max)
{
	str rest = table(), line, base = path_base(path);
	size_t n = 0;

	while (n < max && base.n > 0 && str_line(&rest, &line)) {
		if (may_fit(line, base.p[0]) && row_read(line, &out[n]) &&
		    row_fits(&out[n], path, head))
			n++;
	}
	return n;
}

bool program_text_wants(str path, uint64_t size, str head)
{
	struct row row;

	/* The texts of the table are small and have no ending. */
	if (!elf_is(head) && (size > TEXT_MAX || str_find_char(path_base(path), '.') >= 0))
		return false;
	return rows_for(path, head, &row, 1) > 0;
}

/* ---- looking for the text ---- */

static bool of_version(const struct row *row, char c)
{
	if (is_digit(c) || c == '.')
		return true;
	return row->set != '#' && (is_alpha(c) || c == '_' || c == '+' || c == '~' || c == '-');
}

/* The number in the name of the file: "3.11" of python3.11 and libpython3.11.so.1.0. */
static str number_of(str path)
{
	str base = path_base(path);
	size_t from = 0, n = 0;

	while (from < base.n && !is_digit(base.p[from]))
		from++;
	base = str_skip(base, from);
	while (n < base.n && (is_digit(base.p[n]) ||
			      (base.p[n] == '.' && n + 1 < base.n && is_digit(base.p[n + 1]))))
		n++;
	return str_take(base, n);
}

/* The version at the beginning of `text`, with what must stand behind it. */
static bool version_at(const struct row *row, str text, str number, bool is_end, str *out)
{
	str after = str_of(row->after, row->after_n);
	size_t n = 0;

	while (n < text.n && n <= PROGRAM_VERSION_MAX && of_version(row, text.p[n]))
		n++;
	while (row->set == '#' && n > 0 && text.p[n - 1] == '.' && row->after_n > 0 &&
	       row->after[0] == '.')
		n--; /* ".tar.gz" */
	if (n == 0 || n > PROGRAM_VERSION_MAX || !is_digit(text.p[0]) || (n == text.n && !is_end))
		return false;
	if (!str_starts(str_skip(text, n), after))
		return false;
	*out = str_take(text, n);
	if (row->set == '#' && str_find_char(*out, '.') < 0)
		return false;
	if (row->set == '@' && (str_find_char(*out, '.') < 0 || !str_starts(*out, number) ||
				(out->n > number.n && number.n > 0 && is_digit(out->p[number.n]))))
		return false;
	return true;
}

static bool find_in(const struct row *row, str window, bool first, bool last, str number, str *out)
{
	str before = str_of(row->before, row->before_n);

	if (row->at_start) {
		return first && str_starts(window, before) &&
		       version_at(row, str_skip(window, before.n), number, last, out);
	}
	for (const char *p = window.p; p;) {
		size_t left = window.n - (size_t)(p - window.p);

		p = memmem(p, left, before.p, before.n);
		if (!p)
			break;
		left = window.n - (size_t)(p - window.p);
		if (version_at(row, str_of(p + before.n, left - before.n), number, last, out))
			return true;
		p++;
	}
	return false;
}

/* What was found, by number of the row; a program's first row counts. */
struct search {
	struct row rows[ROWS_MAX];
	char versions[ROWS_MAX][PROGRAM_VERSION_MAX];
	size_t version_n[ROWS_MAX];
	size_t n, found;
	char window[WINDOW];
};

static int search_file(struct search *s, const struct file_view *file, uint64_t max,
		       struct err *err)
{
	str number = number_of(file->path), version;

	for (uint64_t at = 0; at < max && s->found < s->n; at += WINDOW - OVERLAP) {
		size_t n = max - at < WINDOW ? (size_t)(max - at) : WINDOW;
		bool last = at + n == file->size;

		if (file_view_pread(file, s->window, n, at, err) < 0)
			return -1;
		for (size_t i = 0; i < s->n; i++) {
			if (s->version_n[i] > 0 || !find_in(&s->rows[i], str_of(s->window, n),
							    at == 0, last, number, &version))
				continue;
			memcpy(s->versions[i], version.p, version.n);
			s->version_n[i] = version.n;
			s->found++;
		}
		if (last)
			break;
	}
	return 0;
}

static int emit(const struct search *s, const struct file_view *file, struct package_sink *sink,
		struct err *err)
{
	str done = STR_EMPTY;

	for (size_t i = 0; i < s->n; i++) {
		struct package p = { .kind = STR("generic"),
				     .name = s->rows[i].name,
				     .version = str_of(s->versions[i], s->version_n[i]),
				     .cpe = s->rows[i].cpe,
				     .path = file->path,
				     .form = PACKAGE_GUESSED,
				     .layer = -1 };

		if (s->version_n[i] == 0 || str_eq(done, p.name))
			continue;
		done = p.name;
		if (sink->add(sink, &p, err) < 0)
			return -1;
	}
	return 0;
}

int program_text_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(free)
	struct search *s = mem_zalloc(sizeof(*s));
	uint64_t max = file->size < PROGRAM_TEXT_MAX ? file->size : PROGRAM_TEXT_MAX;
	char head[ELF_HEAD_BYTES] = { 0 };
	size_t n = max < sizeof(head) ? (size_t)max : sizeof(head);

	if (file_view_pread(file, head, n, 0, err) < 0)
		return -1;
	s->n = rows_for(file->path, str_of(head, n), s->rows, ROWS_MAX);
	if (s->n == 0)
		return 0;
	if (search_file(s, file, max, err) < 0)
		return -1;
	if (s->found == 0 && max < file->size)
		sink->skipped(sink, "version not found in the first part of a large program",
			      path_base(file->path));
	return emit(s, file, sink, err);
}
