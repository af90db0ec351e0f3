/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/archive.h"
#include "advisory/feed/archive_feed.h"
#include "advisory/feed/update_internal.h"
#include "base/err.h"
#include "base/program.h"
#include "fmt/inventory.h"

static const struct {
	const char *name, *family;
} archives[] = {
	{ "debian-archive", "debian" },
	{ "ubuntu-archive", "ubuntu" },
};

static struct job *job_add(struct update_run *run, enum job_kind kind, str name)
{
	run->jobs = arena_grow(run->arena, run->jobs, run->job_count, &run->job_cap,
			       sizeof(*run->jobs));
	struct job *job = &run->jobs[run->job_count++];
	*job = (struct job){ .kind = kind,
			     .name = str_dup(run->arena, name),
			     .arena = arena_new() };
	return job;
}

/* "https://host/a/b" -> "https://host" and "a/b". */
static void url_cut(str url, str *base, str *path)
{
	ptrdiff_t scheme = str_find(url, STR("://"));
	str rest = scheme < 0 ? url : str_skip(url, (size_t)scheme + 3);
	ptrdiff_t slash = str_find_char(rest, '/');

	*base = slash < 0 ? url : str_of(url.p, (size_t)(rest.p + slash - url.p));
	*path = slash < 0 ? STR_EMPTY : str_skip(rest, (size_t)slash + 1);
}

static void row_add(struct update_run *run, const struct feed_row *row)
{
	struct job *job = job_add(run, JOB_FILE, row->name);

	url_cut(row->url, &job->base, &job->path);
	if (!str_empty(run->opts->mirror))
		job->base = run->opts->mirror;
	job->base = str_dup(run->arena, job->base);
	job->path = str_dup(run->arena, job->path);
	job->server_date = str_eq(row->kind, STR("photon-json"));
	job->repository = str_eq(row->kind, STR("rpm-errata"));
	/* The same content in another form serves when the first does not answer. */
	if (str_ends(job->name, STR("-csv"))) {
		job->fallback = true;
		job->primary = str_drop_end(job->name, 4);
	}
}

static bool archive_there(const struct update_run *run, const char *family)
{
	const char *root = run->opts->root ? run->opts->root : "/";
	struct os_identity os;

	if (!archive_machine(root, run->arena, &os) || !str_eq(os.family, str_c(family)))
		return false;
	return !str_empty(run->opts->mirror) || program_exists("apt-get");
}

static void archive_add(struct update_run *run, size_t i)
{
	job_add(run, JOB_ARCHIVE, str_c(archives[i].name))->family = str_c(archives[i].family);
}

/* "osv" asks for "osv-npm" and its like. */
static bool asked(str wanted, str name)
{
	return str_eq(wanted, name) ||
	       (str_starts(name, wanted) && name.n > wanted.n && name.p[wanted.n] == '-');
}

static bool job_there(const struct update_run *run, str name)
{
	for (size_t i = 0; i < run->job_count; i++) {
		if (str_eq(run->jobs[i].name, name))
			return true;
	}
	return false;
}

static int wanted_add(struct update_run *run, str wanted, const struct feed_row *rows, size_t count,
		      struct err *err)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(archives); i++) {
		if (!str_eq(wanted, str_c(archives[i].name)))
			continue;
		any = true;
		if (!job_there(run, wanted))
			archive_add(run, i);
	}
	for (size_t i = 0; i < count; i++) {
		if (!asked(wanted, rows[i].name))
			continue;
		any = true;
		if (!job_there(run, rows[i].name))
			row_add(run, &rows[i]);
	}
	if (!any)
		return err_set(
			err, ERR_USAGE,
			"no source is named '%.*s' (\"seawall db update --list\" shows them)",
			STR_ARG(wanted));
	/* Asked for by its own name, a source is nobody's fallback. */
	for (size_t i = 0; i < run->job_count; i++) {
		if (str_eq(run->jobs[i].name, wanted))
			run->jobs[i].fallback = false;
	}
	return 0;
}

static int rows_read(const char *path, struct arena *arena, const struct feed_row **rows,
		     size_t *count, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };

	if (!path)
		return feed_table_parse(feed_table_builtin(), arena, rows, count, err);
	buf_init(&text, FEED_TABLE_MAX_BYTES);
	if (buf_read_file(&text, path, err) < 0)
		return -1;
	return feed_table_parse(str_dup(arena, buf_str(&text)), arena, rows, count, err);
}

/* Every release asked for is one of some archive. */
static int releases_check(const struct update_run *run, struct err *err)
{
	const struct update_opts *opts = run->opts;
	struct archive_release release;

	for (size_t i = 0; i < opts->release_count; i++) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_LEN(archives) && !known; k++)
			known = archive_release_find(str_c(archives[k].family), opts->releases[i],
						     run->arena, &release);
		if (!known)
			return err_set(err, ERR_USAGE,
				       "no release of Debian or Ubuntu is named '%.*s'",
				       STR_ARG(opts->releases[i]));
	}
	return 0;
}

int update_plan(struct update_run *run, struct err *err)
{
	const struct update_opts *opts = run->opts;
	const struct feed_row *rows;
	size_t count;

	if (releases_check(run, err) < 0)
		return -1;
	if (rows_read(opts->table_path, run->arena, &rows, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < opts->source_count; i++) {
		if (wanted_add(run, opts->sources[i], rows, count, err) < 0)
			return -1;
	}
	if (opts->source_count > 0)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(archives); i++) {
		if (archive_there(run, archives[i].family))
			archive_add(run, i);
	}
	for (size_t i = 0; i < count; i++) {
		if (feed_row_judged(&rows[i]))
			row_add(run, &rows[i]);
	}
	return 0;
}

int update_source_names(const char *table_path, struct arena *arena, const str **names,
			size_t *count, struct err *err)
{
	const struct feed_row *rows;
	size_t n, total = 0;

	if (rows_read(table_path, arena, &rows, &n, err) < 0)
		return -1;
	str *list = ARENA_ARRAY(arena, str, n + ARRAY_LEN(archives));
	for (size_t i = 0; i < ARRAY_LEN(archives); i++)
		list[total++] = str_c(archives[i].name);
	for (size_t i = 0; i < n; i++)
		list[total++] = rows[i].name;
	qsort(list, total, sizeof(*list), str_qsort_cmp);
	*names = list;
	*count = total;
	return 0;
}
