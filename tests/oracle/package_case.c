/* SPDX-License-Identifier: Apache-2.0 */
#include "package_case.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "fmt/file_view.h"
#include "fmt/language/pypi.h"
#include "scan/analyzer.h"

#define CASE_FILE_MAX (256u << 20)
#define FOLLOWED_MAX  64u

const struct package_case_kind *package_case_kind_find(const struct package_case_kind *kinds,
						       size_t n, str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(name, str_c(kinds[i].name)))
			return &kinds[i];
	}
	return NULL;
}

static const struct analyzer *row_at(const struct package_case_kind *kind, str path)
{
	const struct analyzer *row = analyzer_for(path);

	if (!row || !row->run || row->supplement || row->overrides || !row->kind)
		return NULL;
	return !kind->purl || str_eq(str_c(row->kind), str_c(kind->purl)) ? row : NULL;
}

/* Under its own name if an analyzer wants that, else under the usual one. */
static const struct analyzer *place(const struct package_case_kind *kind, str file,
				    struct arena *scratch, str *path)
{
	const struct analyzer *row;

	str below = STR("/testdata/"), name = path_base(file);
	ptrdiff_t at = str_find(file, below);

	if (kind->tree && at >= 0)
		name = str_skip(file, (size_t)at + below.n);
	*path = path_join(scratch, str_c(kind->folder), name);
	row = row_at(kind, *path);
	if (row)
		return row;
	row = analyzer_for(*path);
	if (row && row->supplement)
		return row; /* a file about packages that lists none */
	if (kind->tree)
		return NULL;
	*path = path_join(scratch, str_c(kind->folder), str_c(kind->file));
	return row_at(kind, *path);
}

static int load(const struct oracle *oracle, struct arena *scratch, str name, str *out,
		struct err *err)
{
	AUTO(buf_done)
	struct buf buf;

	buf_init(&buf, CASE_FILE_MAX);
	if (buf_read_file(&buf, oracle_path(oracle, scratch, name), err) < 0)
		return -1;
	*out = str_dup(scratch, buf_str(&buf));
	return 0;
}

/* The file that the row reads beside the first one, where the set has it. */
static const struct file_view *companion(const struct oracle *oracle, const struct analyzer *row,
					 str file, str path, struct arena *scratch)
{
	struct file_view *view;
	struct err err;
	str text;

	if (!row->companion)
		return NULL;
	if (load(oracle, scratch, analyzer_companion_path(row, file, scratch), &text, &err) < 0)
		return NULL;
	view = ARENA_NEW(scratch, struct file_view);
	*view = file_view_text(analyzer_companion_path(row, path, scratch), text);
	return view;
}

/* Rows that jump about get a descriptor, as in a scan of a large file. */
static int run(const struct oracle *oracle, const struct analyzer *row, struct file_view *view,
	       str file, struct package_list *list, struct arena *scratch, struct err *err)
{
	AUTO(fd_close)
	int fd = -1;

	if (row->max_size && view->size > row->max_size)
		return err_set(err, ERR_LIMIT, "larger than the analyzer takes");
	if (row->random_access) {
		fd = open(oracle_path(oracle, scratch, file), O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(err, errno, "open");
		view->bytes = STR_EMPTY;
		view->fd = fd;
	}
	return row->run(view, scratch, &list->sink, err);
}

/* Programs are wanted for their first bytes. */
static const struct analyzer *sniffed(const struct package_case_kind *kind, str path, str text)
{
	const struct analyzer *rows[4];
	size_t n = analyzer_sniff(path, text.n, text, ANALYZER_NO_LICENCES, rows, ARRAY_LEN(rows));

	for (size_t i = 0; i < n; i++) {
		if (str_eq(str_c(rows[i]->kind), str_c(kind->purl)))
			return rows[i];
	}
	return NULL;
}

/* Takes the marks out of the list; files that they name are put behind `names`. */
static size_t take_marks(struct package_list *list, str *names, size_t n, size_t max)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		enum pypi_mark mark = pypi_mark_of(&list->items[i]);

		if (mark == PYPI_NO_MARK)
			list->items[kept++] = list->items[i];
		for (size_t k = 0; k < n && mark == PYPI_MARK_NAMES; k++)
			if (str_eq(names[k], list->items[i].name))
				mark = PYPI_NO_MARK;
		if (mark == PYPI_MARK_NAMES && n < max)
			names[n++] = list->items[i].name;
	}
	list->n = kept;
	return n;
}

/* A file, and those that it names where the set has them. */
static int read_files(const struct oracle *oracle, const struct package_case_kind *kind, str file,
		      str text, struct package_list *list, struct arena *scratch, struct err *err)
{
	str names[FOLLOWED_MAX] = { file };
	struct file_view view = file_view_text(file, text);
	struct err unused;
	size_t n = 1;

	if (kind->read(&view, &list->sink, err) < 0)
		return -1;
	n = take_marks(list, names, n, ARRAY_LEN(names));
	for (size_t i = 1; i < n && kind->follows; i++) {
		if (load(oracle, scratch, names[i], &text, &unused) < 0)
			continue;
		view = file_view_text(names[i], text);
		if (kind->read(&view, &list->sink, err) < 0)
			return -1;
		n = take_marks(list, names, n, ARRAY_LEN(names));
	}
	return 0;
}

int package_case_read(struct oracle *oracle, const struct package_case_kind *kind, str file,
		      struct package_list *list, struct arena *scratch, struct err *err)
{
	const struct analyzer *row;
	struct file_view view;
	str text, path;

	if (load(oracle, scratch, file, &text, err) < 0) {
		oracle_fail(oracle, "%s", err->msg);
		return -2;
	}
	package_list_init(list, scratch);
	if (kind->read)
		return read_files(oracle, kind, file, text, list, scratch, err);
	row = place(kind, file, scratch, &path);
	if (!row && kind->tree)
		return 0; /* where it lies says what it is */
	if (!row && kind->any_end) {
		row = sniffed(kind, path, text);
		if (!row)
			return 0;
	}
	if (!row) {
		oracle_fail(oracle, "want an analyzer of %s, got none for %.*s", kind->name,
			    STR_ARG(path));
		return -2;
	}
	view = file_view_text(path, text);
	view.companion = companion(oracle, row, file, path, scratch);
	if (run(oracle, row, &view, file, list, scratch, err) < 0)
		return -1;
	if (row->supplement)
		list->n = 0;
	take_marks(list, NULL, 0, 0);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct package_case_item *x = a, *y = b;
	int order = str_cmp(x->name, y->name);

	return order ? order : str_cmp(x->version, y->version);
}

static bool same(const struct package_case_item *a, const struct package_case_item *b)
{
	return str_eq(a->name, b->name) && str_eq(a->version, b->version);
}

/* How many of `a` are not in `b`, both sorted; the first one in *first. */
static size_t lacking(const struct package_case_item *a, size_t a_n,
		      const struct package_case_item *b, size_t b_n,
		      const struct package_case_item **first)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < a_n; i++) {
		while (j < b_n && by_name(&b[j], &a[i]) < 0)
			j++;
		if (j < b_n && same(&a[i], &b[j]))
			continue;
		if (n++ == 0)
			*first = &a[i];
	}
	return n;
}

bool package_case_strict(void) { return getenv("PACKAGE_CASE_STRICT") != NULL; }

/* The line that "LocationFromPathAndLine" or "Locations" give; 0: none. */
static int64_t wanted_line(const struct json *wanted)
{
	int64_t line = 0;

	if (json_i64(json_at(json_path(wanted, "Location", "args", NULL), 1), &line))
		return line;
	if (json_i64(JSON_GET(json_at(JSON_GET(wanted, "Locations"), 0), "StartLine"), &line))
		return line;
	return 0;
}

/* Each wanted line is one that we give the package of that name and version. */
static bool lines_equal(struct oracle *oracle, const struct package_case_item *want, size_t want_n,
			const struct package_case_item *got, size_t got_n)
{
	for (size_t i = 0; i < want_n; i++) {
		int64_t line = wanted_line(want[i].wanted);
		uint32_t ours = 0;
		bool found = line == 0;

		for (size_t j = 0; j < got_n && !found; j++) {
			if (!same(&want[i], &got[j]))
				continue;
			ours = got[j].package->line;
			found = ours == 0 || (int64_t)ours == line;
		}
		if (!found) {
			oracle_fail(oracle, "want %.*s in line %lld, got line %u",
				    STR_ARG(want[i].name), (long long)line, ours);
			return false;
		}
	}
	return true;
}

bool package_case_compare(struct oracle *oracle, struct package_case_item *want, size_t want_n,
			  struct package_case_item *got, size_t got_n)
{
	const struct package_case_item none = { .name = STR("nothing") };
	const struct package_case_item *missing = &none, *extra = &none;
	size_t missing_n, extra_n;

	if (want_n > 0)
		qsort(want, want_n, sizeof(*want), by_name);
	if (got_n > 0)
		qsort(got, got_n, sizeof(*got), by_name);
	missing_n = lacking(want, want_n, got, got_n, &missing);
	extra_n = lacking(got, got_n, want, want_n, &extra);
	if (missing_n + extra_n > 0) {
		oracle_fail(oracle, "want also %zu as '%.*s' '%.*s', got also %zu as '%.*s' '%.*s'",
			    missing_n, STR_ARG(missing->name), STR_ARG(missing->version), extra_n,
			    STR_ARG(extra->name), STR_ARG(extra->version));
		return false;
	}
	return !package_case_strict() || lines_equal(oracle, want, want_n, got, got_n);
}
