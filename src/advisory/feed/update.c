/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/update.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "advisory/db.h"
#include "advisory/feed/mail_date.h"
#include "advisory/feed/update_internal.h"
#include "base/err.h"
#include "base/time.h"

#define SHRINK_PERCENT 70 /* fewer of what was there are suspicious */
#define SHRINK_FLOOR   20 /* below that, counts say nothing */

const char *update_state_name(enum update_state state)
{
	static const char *const names[] = { "updated", "unchanged", "failed", "refused" };

	return names[state];
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)remove(path); /* what cannot be removed stays: it is only a temporary folder */
	return 0;
}

static void work_remove(const char *path)
{
	if (path)
		(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); /* the same */
}

static void build_progress(void *data, str source, uint64_t bytes)
{
	update_progress(data, UPDATE_BUILD, source, bytes, 0);
}

/* Folders of updates that were killed; we hold the lock, so nobody uses them. */
static void leftovers_remove(const struct update_run *run)
{
	str path = str_c(run->db_path), name;
	ptrdiff_t slash = str_rfind_char(path, '/');
	char *folder = str_cstr(run->arena, slash > 0 ? str_take(path, (size_t)slash) : STR("/"));
	AUTO(closedir)
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	name = str_cat(run->arena, str_skip(path, (size_t)slash + 1), STR(".update-"));
	while (dir && (entry = readdir(dir))) {
		if (str_starts(str_c(entry->d_name), name))
			work_remove(str_cstr(run->arena,
					     str_fmt(run->arena, "%s/%s", folder, entry->d_name)));
	}
}

/* A folder of our own beside the database, for downloads. */
static int work_make(struct update_run *run, struct err *err)
{
	char *path = str_cstr(run->arena, str_fmt(run->arena, "%s.update-XXXXXX", run->db_path));

	leftovers_remove(run);
	if (!mkdtemp(path))
		return err_sys(err, errno, "%s", path);
	/* apt changes to a user of its own, which must be able to go through. */
	if (chmod(path, 0711) < 0)
		return err_sys(err, errno, "%s", path);
	run->work = path;
	return 0;
}

/* Of data without dates, when the server got it; empty where nobody tells. */
static str server_date(const struct job *job)
{
	int64_t t;

	if (!job->server_date || !mail_date_parse(job->stamp.modified, &t))
		return STR_EMPTY;
	return time_format(job->arena, t);
}

static int job_build(struct update_run *run, struct advisory_build *build, struct job *job,
		     struct err *err)
{
	uint64_t before = advisory_build_entries(build);

	update_progress(run, UPDATE_BUILD, job->name, 0, 0);
	int r = job->kind == JOB_ARCHIVE
			? advisory_build_add_text(build, job->records, job->name, job->name,
						  job->date, err)
			: advisory_build_add(build, job->file, job->name, server_date(job), err);
	if (r < 0)
		return -1;
	job->count = advisory_build_entries(build) - before;
	return 0;
}

/* Suspiciously few? An archive's index is checked by signature and depends on what was asked for.
 */
static bool too_few(const struct update_run *run, struct job *job)
{
	if (job->count == 0 && !(job->kind == JOB_ARCHIVE && str_empty(job->records))) {
		err_set(&job->err, ERR_INPUT, "nothing in it could be read");
		return true;
	}
	if (run->opts->force || job->kind == JOB_ARCHIVE || job->old_count < SHRINK_FLOOR ||
	    job->count * 100 >= job->old_count * SHRINK_PERCENT)
		return false;
	err_set(&job->err, ERR_INPUT,
		"%" PRIu64 " records instead of %" PRIu64 ": suspiciously few, the old "
		"ones stay (--force takes them)",
		job->count, job->old_count);
	return true;
}

/* A part of what was fetched is missing: the old records are more than half a list. */
static bool is_broken(const struct advisory_build *build, uint64_t before, struct job *job)
{
	str first;

	if (advisory_build_broken(build, &first) == before)
		return false;
	err_set(&job->err, ERR_INPUT, "ends in the middle: it is incomplete, the old records stay");
	return true;
}

static int build_open(struct update_run *run, struct err *err)
{
	struct advisory_build_opts opts = { .now = run->opts->now,
					    .progress = build_progress,
					    .progress_data = run };

	return advisory_build_open(run->db_path, &opts, &run->build, err);
}

/* Builds from what was fetched and not refused. 1: a source was refused on the way: again. */
static int build_once(struct update_run *run, struct advisory_import_report *report,
		      struct err *err)
{
	bool refused = false, any = false;

	if (!run->build && build_open(run, err) < 0)
		return -1;
	AUTO(advisory_build_free)
	struct advisory_build *build = TAKE(run->build);
	for (size_t i = 0; i < run->job_count; i++) {
		struct job *job = &run->jobs[i];

		if (!job->fetched || job->refused || job->failed)
			continue;
		str first;
		uint64_t broken = advisory_build_broken(build, &first);

		if (job_build(run, build, job, &job->err) < 0) {
			job->failed = refused = true;
			continue;
		}
		if (is_broken(build, broken, job) || too_few(run, job))
			job->refused = refused = true;
		else
			any = true;
	}
	if (refused)
		return 1;
	return any ? advisory_build_commit(build, run->arena, report, err) : 0;
}

static bool anything_fetched(const struct update_run *run)
{
	for (size_t i = 0; i < run->job_count; i++) {
		const struct job *job = &run->jobs[i];

		if (job->fetched && !job->refused && !job->failed)
			return true;
	}
	return false;
}

static int build_all(struct update_run *run, struct update_report *report, struct err *err)
{
	while (anything_fetched(run)) {
		int r = build_once(run, &report->import, err);

		if (r < 0)
			return -1;
		if (r == 0)
			return update_state_save(run, err);
	}
	return 0;
}

/* The date of each source as the database now has it. */
static void dates_read(struct update_run *run)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	struct advisory_info info;
	struct err err;

	if (advisory_db_open(run->db_path, &db, &err) < 0 ||
	    advisory_db_info(db, time_now(), run->arena, &info, &err) < 0)
		return; /* nothing was built, and there was nothing before */
	for (size_t i = 0; i < run->job_count; i++) {
		for (size_t k = 0; k < info.source_count; k++) {
			if (str_eq(info.sources[k].name, run->jobs[i].name))
				run->jobs[i].date = info.sources[k].date;
		}
	}
}

static void result_put(struct update_run *run, const struct job *job, struct update_report *report,
		       struct update_result *out)
{
	struct arena *arena = run->arena;
	str *notes = ARENA_ARRAY(arena, str, job->note_count + 1);

	*out = (struct update_result){ .name = job->name,
				       .records = job->count,
				       .bytes = job->bytes,
				       .date = str_dup(arena, job->date),
				       .notes = notes,
				       .note_count = job->note_count };
	for (size_t i = 0; i < job->note_count; i++)
		notes[i] = str_dup(arena, job->notes[i]);
	if (job->failed || job->refused) {
		out->state = job->refused ? UPDATE_REFUSED : UPDATE_FAILED;
		out->kind = job->err.kind;
		out->reason = str_dup(arena, str_c(job->err.msg));
		out->records = 0;
		report->failed++;
	} else if (job->unchanged) {
		out->state = UPDATE_UNCHANGED;
		out->records = job->old_count;
		report->unchanged++;
	} else {
		report->updated++;
	}
}

static int run_all(struct update_run *run, struct update_report *report, struct err *err)
{
	update_state_load(run);
	if (work_make(run, err) < 0)
		return -1;
	update_fetch(run);
	if (build_all(run, report, err) < 0)
		return -1;
	dates_read(run);
	struct update_result *results =
		ARENA_ARRAY(run->arena, struct update_result, run->job_count + 1);
	for (size_t i = 0; i < run->job_count; i++) {
		if (!run->jobs[i].skipped)
			result_put(run, &run->jobs[i], report, &results[report->result_count++]);
	}
	report->results = results;
	report->db_path = str_c(run->db_path);
	return 0;
}

int advisory_update(const struct update_opts *opts, struct arena *arena, struct update_report *out,
		    struct err *err)
{
	struct update_run run = { .opts = opts, .arena = arena };
	struct update_report report = { 0 };
	int r = -1;

	(void)pthread_mutex_init(&run.lock, NULL); /* cannot fail for a plain one */
	if (opts->db_path)
		run.db_path = str_cstr(arena, str_c(opts->db_path));
	else if (advisory_db_default_path(arena, &run.db_path, err) < 0)
		goto out;
	if (*run.db_path != '/') { /* other programs get folders beside it */
		AUTO(free)
		char *here = getcwd(NULL, 0);

		if (!here) {
			err_sys(err, errno, "current folder");
			goto out;
		}
		run.db_path = str_cstr(arena, str_fmt(arena, "%s/%s", here, run.db_path));
	}
	/* Whoever cannot build need not fetch. Makes the folder. */
	if (update_plan(&run, err) < 0 || build_open(&run, err) < 0)
		goto out;
	r = run_all(&run, &report, err);
	if (r == 0)
		*out = report;
out:
	work_remove(run.work);
	advisory_build_free(run.build);
	for (size_t i = 0; i < run.job_count; i++)
		arena_free(run.jobs[i].arena);
	(void)pthread_mutex_destroy(&run.lock); /* nobody holds it */
	return r;
}
