/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "advisory/feed/archive_feed.h"
#include "advisory/feed/rpm_repository.h"
#include "advisory/feed/update_internal.h"
#include "base/err.h"

#define DEFAULT_TIMEOUT_S 900u

void update_progress(struct update_run *run, enum update_step step, str source, uint64_t bytes,
		     uint64_t total)
{
	struct update_progress progress = { .step = step,
					    .source = source,
					    .bytes = bytes,
					    .bytes_total = total,
					    .count = run->job_count };

	if (!run->opts->progress)
		return;
	(void)pthread_mutex_lock(&run->lock); /* fails only for our own mistakes */
	progress.done = run->done;
	run->opts->progress(run->opts->progress_data, &progress);
	(void)pthread_mutex_unlock(&run->lock); /* the same */
}

/* Does the place answer at all? */
static void *probe_main(void *data)
{
	struct probe *probe = data;
	struct http_opts opts = { .connect_s = UPDATE_PROBE_S, .no_retry = true };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct http_response response;
	struct http_request request = { .method = HTTP_HEAD,
					.url = probe->url,
					.total_s = UPDATE_PROBE_S };

	if (!place_is_url(probe->base)) {
		struct stat st;
		char *path = str_cstr(arena, probe->base);

		if (stat(path, &st) < 0)
			err_sys(&probe->err, errno, "%s", path);
		else if (!S_ISDIR(st.st_mode))
			err_set(&probe->err, ERR_INPUT, "%s: not a folder", path);
		else
			probe->reachable = true;
		return NULL;
	}
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&opts);
	probe->reachable = http_do(client, &request, arena, &response, &probe->err) == 0;
	if (!probe->reachable) { /* it stands for all files of that host */
		str why = str_c(probe->err.msg);
		ptrdiff_t at = str_find(why, STR(": "));

		why = str_dup(arena, at < 0 ? why : str_skip(why, (size_t)at + 2));
		err_set(&probe->err, probe->err.kind, "%.*s does not answer: %.*s",
			STR_ARG(probe->base), STR_ARG(why));
	}
	return NULL;
}

static void probes_make(struct update_run *run)
{
	run->probes = ARENA_ARRAY(run->arena, struct probe, run->job_count + 1);
	for (size_t i = 0; i < run->job_count; i++) {
		const struct job *job = &run->jobs[i];
		size_t k = 0;

		if (job->kind != JOB_FILE)
			continue;
		while (k < run->probe_count && !str_eq(run->probes[k].base, job->base))
			k++;
		if (k < run->probe_count)
			continue;
		run->probes[run->probe_count++] = (struct probe){
			.base = job->base,
			.url = str_fmt(run->arena, "%.*s/%.*s", STR_ARG(job->base),
				       STR_ARG(job->path)),
		};
	}
}

/* All at once, so that all of it takes UPDATE_PROBE_S. */
static void probes_run(struct update_run *run)
{
	pthread_t *threads = ARENA_ARRAY(run->arena, pthread_t, run->probe_count + 1);
	size_t started = 0;

	probes_make(run);
	update_progress(run, UPDATE_PROBE, STR_EMPTY, 0, 0);
	while (started < run->probe_count &&
	       pthread_create(&threads[started], NULL, probe_main, &run->probes[started]) == 0)
		started++;
	for (size_t i = started; i < run->probe_count; i++)
		probe_main(&run->probes[i]); /* no more threads to be had: one after the other */
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL); /* fails only for our own mistakes */
}

static const struct probe *probe_of(const struct update_run *run, const struct job *job)
{
	for (size_t i = 0; i < run->probe_count; i++) {
		if (str_eq(run->probes[i].base, job->base))
			return &run->probes[i];
	}
	return NULL;
}

/* Progress of one job. */
struct seen {
	struct update_run *run;
	struct job *job;
	uint64_t shown;
};

static void seen_bytes(void *data, uint64_t bytes)
{
	struct seen *seen = data;

	if (bytes < seen->shown + (1u << 20))
		return;
	seen->shown = bytes;
	update_progress(seen->run, UPDATE_FETCH, seen->job->name, bytes, 0);
}

/* Where the file of a repository is now. */
static int repository_follow(const struct update_run *run, const struct job *job, unsigned total_s,
			     struct rpm_errata *errata, struct err *err)
{
	AUTO(place_close)
	struct place place = { 0 };

	place_open(&place, job->base, total_s, job->arena);
	return rpm_repository_find(&place, job->path, run->opts->mirror, total_s, job->arena,
				   errata, err);
}

/* Fetches what changed; of a repository, what its index names, checked against the digest there. */
static int file_save(struct update_run *run, struct job *job, int fd, struct err *err)
{
	unsigned total_s = run->opts->timeout_s ? run->opts->timeout_s : DEFAULT_TIMEOUT_S;
	struct rpm_errata errata = { .base = job->base, .path = job->path };
	struct seen seen = { .run = run, .job = job };
	AUTO(place_close)
	struct place place = { 0 };

	if (job->repository && repository_follow(run, job, total_s, &errata, err) < 0)
		return -1;
	place_open(&place, errata.base, total_s, job->arena);
	int r = place_save(&place, errata.path, UPDATE_FILE_MAX, &job->known, fd, job->arena,
			   &job->stamp, &job->bytes, seen_bytes, &seen, err);
	return r > 0 && rpm_errata_verify(&errata, fd, err) < 0 ? -1 : r;
}

static void file_fetch(struct update_run *run, struct job *job)
{
	const struct probe *probe = probe_of(run, job);

	if (probe && !probe->reachable) {
		job->err = probe->err;
		job->failed = true;
		return;
	}
	job->file =
		str_cstr(job->arena, str_fmt(job->arena, "%s/%.*s", run->work, STR_ARG(job->name)));
	AUTO(fd_close)
	int fd = open(job->file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		err_sys(&job->err, errno, "%s", job->file);
		job->failed = true;
		return;
	}
	int r = file_save(run, job, fd, &job->err);
	job->failed = r < 0;
	job->unchanged = r == 0;
	job->fetched = r > 0;
}

static void archive_fetch(struct update_run *run, struct job *job)
{
	struct seen seen = { .run = run, .job = job };
	char *work =
		str_cstr(job->arena, str_fmt(job->arena, "%s/%.*s", run->work, STR_ARG(job->name)));
	struct archive_feed_opts opts = { .family = job->family,
					  .work = work,
					  .update = run->opts,
					  .progress = seen_bytes,
					  .progress_data = &seen };
	struct archive_feed_result result;

	/* Readable for apt's own user. */
	if (mkdir(work, 0755) < 0) {
		err_sys(&job->err, errno, "%s", work);
		job->failed = true;
		return;
	}
	if (archive_feed(&opts, job->arena, &result, &job->err) < 0) {
		job->failed = true;
		return;
	}
	job->fetched = true;
	job->records = result.records;
	job->bytes = result.bytes;
	job->date = result.date;
	job->notes = result.notes;
	job->note_count = result.note_count;
}

static bool primary_failed(const struct update_run *run, const struct job *job)
{
	for (size_t i = 0; i < run->job_count; i++) {
		if (str_eq(run->jobs[i].name, job->primary))
			return run->jobs[i].failed;
	}
	return true; /* it is not among those asked for */
}

/* The next job of this round, or NULL. */
static struct job *job_take(struct update_run *run)
{
	struct job *job = NULL;

	(void)pthread_mutex_lock(&run->lock); /* fails only for our own mistakes */
	while (!job && run->next < run->job_count) {
		struct job *next = &run->jobs[run->next++];

		if (next->fallback == run->fallback_round)
			job = next;
	}
	(void)pthread_mutex_unlock(&run->lock); /* the same */
	return job;
}

static void *fetch_main(void *data)
{
	struct update_run *run = data;
	struct job *job;

	while ((job = job_take(run))) {
		update_progress(run, UPDATE_FETCH, job->name, 0, 0);
		if (job->fallback && !primary_failed(run, job))
			job->skipped = true;
		else if (job->kind == JOB_ARCHIVE)
			archive_fetch(run, job);
		else
			file_fetch(run, job);
		(void)pthread_mutex_lock(&run->lock); /* fails only for our own mistakes */
		run->done++;
		(void)pthread_mutex_unlock(&run->lock); /* the same */
	}
	return NULL;
}

static void round_run(struct update_run *run, bool fallback)
{
	pthread_t threads[UPDATE_THREADS];
	size_t started = 0;

	run->next = 0;
	run->fallback_round = fallback;
	while (started < UPDATE_THREADS &&
	       pthread_create(&threads[started], NULL, fetch_main, run) == 0)
		started++;
	if (started == 0)
		fetch_main(run);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL); /* fails only for our own mistakes */
}

void update_fetch(struct update_run *run)
{
	probes_run(run);
	round_run(run, false);
	round_run(run, true);
}
