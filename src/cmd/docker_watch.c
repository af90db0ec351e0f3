/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>

#include "base/time.h"
#include "cmd/answer.h"
#include "cmd/docker_check.h"
#include "cmd/docker_diff.h"
#include "cmd/docker_events.h"
#include "cmd/docker_files.h"
#include "cmd/docker_images.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/stop.h"
#include "cmd/value.h"
#include "posture/facts/container.h"

#define SETTLE_MS     150  /* several changes of files are one */
#define HOST_PAUSE_MS 1000 /* between two looks at the host itself */
#define LINES_MAX     (16u << 20)

struct watcher {
	struct docker_check *check;
	int stop_fd;
	const struct benchmark_writer *writer;
	bool json, stats;
	int64_t interval_ms, next_pass_ms;
	struct docker_facts *facts; /* kept: its connection, and what it knows of the host */
	struct docker_events *events;
	struct docker_files *files;
	struct docker_images *images;
	struct docker_snapshot before;
	struct arena *before_arena, *exceptions_arena;
	/* What waits until the host is looked at again. */
	unsigned dirt;
	int64_t host_due_ms, host_done_ms;
	struct arena *cause_arena;
	struct docker_cause cause;
};

/* ---- what is said --------------------------------------------------------------------------- */

static int write_report(struct watcher *w, const struct benchmark_report *report, struct err *err)
{
	str path = option_text(&w->check->in->options, DOCKER_OUTPUT);

	if (path.n == 0 || str_eq(path, STR("-")))
		return 0;
	return docker_check_write(report, w->writer->write, path, err);
}

static void put_started(const struct watcher *w, struct buf *b,
			const struct benchmark_result *result, str time, struct arena *arena)
{
	struct json_writer j;
	double percent = 0;
	bool scored = benchmark_percent(&result->all, &percent);

	if (!w->json) {
		buf_fmt(b, "%.*s  ", STR_ARG(time));
		TEXT_FILL(b, w->check->in->lang, BENCHMARK_HEAD_SCORE, result->version,
			  benchmark_percent_text(arena, &result->all),
			  text_number(arena, result->all.count[BENCHMARK_PASS]),
			  text_number(arena, result->all.count[BENCHMARK_PASS] +
						     result->all.count[BENCHMARK_FAIL] +
						     result->all.count[BENCHMARK_ERROR]));
		buf_byte(b, '\n');
		return;
	}
	json_writer_init(&j, b, 0);
	json_open_object(&j);
	json_kv_str(&j, STR("event"), STR("started"));
	json_kv_str(&j, STR("time"), time);
	json_kv_str(&j, STR("host"), result->host.name);
	json_kv_str(&j, STR("benchmark"), result->version);
	json_kv_u64(&j, STR("containers"), result->containers);
	json_kv_u64(&j, STR("images"), result->images);
	for (unsigned i = 0; i < BENCHMARK_STATUSES; i++)
		json_kv_u64(&j, str_c(benchmark_status_name((enum benchmark_status)i)),
			    result->all.count[i]);
	if (scored)
		json_kv_u64(&j, STR("score"), score_round(percent));
	json_close_object(&j);
	buf_byte(b, '\n');
}

/* Assesses anew and prints what differs. */
static int tell(struct watcher *w, const struct docker_cause *cause, struct err *err)
{
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct benchmark_result result;
	struct benchmark_report report;
	struct docker_snapshot after;
	AUTO(buf_done)
	struct buf b = { 0 };
	str time;
	int rc = 0;

	w->check->now = time_now();
	time = time_format(scratch, w->check->now);
	docker_check_report(w->check, &result, scratch, &report);
	report.time = time;
	docker_snapshot_take(&after, &result, arena);
	buf_init(&b, LINES_MAX);
	if (!w->before_arena)
		put_started(w, &b, &result, time, scratch);
	else
		docker_diff_write(&b, &w->before, &after, cause, time, w->check->in->lang, w->json);
	if (b.overflow)
		progress_note(false,
			      STR("more differences than can be told at once: see --output"));
	if (b.n > 0)
		rc = output_print(buf_str(&b), err);
	if (rc == 0 && (b.n > 0 || !w->before_arena))
		rc = write_report(w, &report, err);
	arena_free(w->before_arena);
	w->before_arena = arena;
	w->before = after;
	return rc;
}

/* ---- looking again -------------------------------------------------------------------------- */

static void note_later(struct watcher *w, unsigned dirt, const char *kind, str what, int64_t in_ms)
{
	int64_t now = time_mono_ms(), due = now + in_ms;

	if (w->host_done_ms + HOST_PAUSE_MS > due)
		due = w->host_done_ms + HOST_PAUSE_MS;
	if (w->dirt == 0) {
		arena_reset(w->cause_arena);
		w->cause = (struct docker_cause){ .kind = kind,
						  .what = str_dup(w->cause_arena, what) };
		w->host_due_ms = due;
	}
	w->dirt |= dirt;
}

static void keep_facts(struct watcher *w, struct docker_facts *facts)
{
	docker_facts_free(w->facts);
	w->facts = facts;
	/* What was not watched while it was read may have changed since. */
	if (docker_files_follow(w->files, docker_facts_document(facts), w->check->host.host_root))
		note_later(w, DOCKER_DIRT_HOST, "full_pass", STR_EMPTY, 0);
}

/* The host, and what else is asked for. */
static int look(struct watcher *w, unsigned kinds, struct err *err)
{
	struct benchmark *benchmark = w->check->benchmark;
	struct docker_facts *facts;
	static const struct {
		unsigned kind;
		const char *name;
	} lists[] = { { DOCKER_CONTAINERS, "container" }, { DOCKER_IMAGES, "image" } };
	struct err unlisted; /* told by the look itself */

	w->check->now = time_now();
	benchmark_set_now(benchmark, w->check->now, &w->check->exceptions);
	docker_check_set_now(w->check);
	facts = docker_check_open(w->check, true, err);
	if (!facts)
		return -1;
	/* Before they are looked at: what comes later differs then. */
	if ((kinds & DOCKER_IMAGES) && docker_images_note(w->images, facts, &unlisted) < 0) {
		docker_images_free(w->images);
		w->images = docker_images_new();
	}
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (kinds & lists[i].kind)
			benchmark_begin_pass(benchmark, str_c(lists[i].name));
	}
	if (kinds & DOCKER_CONTAINERS)
		container_posture_begin_pass(w->check->containers);
	int rc = docker_check_gather(w->check, facts, kinds, err);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (kinds & lists[i].kind)
			benchmark_end_pass(benchmark, str_c(lists[i].name));
	}
	if (kinds & DOCKER_CONTAINERS)
		container_posture_end_pass(w->check->containers);
	w->host_done_ms = time_mono_ms();
	keep_facts(w, facts);
	return rc;
}

/* Exceptions anew: those of files that cannot be read now stay as they were. */
static void reload_exceptions(struct watcher *w)
{
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err;

	w->check->now = time_now();
	if (docker_check_exceptions(w->check, &set, arena, &err) < 0) {
		progress_note(false, str_c(err.msg));
		arena_free(arena);
		return;
	}
	w->check->exceptions = set;
	arena_free(w->exceptions_arena);
	w->exceptions_arena = arena;
}

static int full_pass(struct watcher *w, const char *why, struct err *err)
{
	const struct docker_cause cause = { .kind = why };

	reload_exceptions(w);
	w->next_pass_ms = time_mono_ms() + w->interval_ms;
	w->dirt = 0;
	benchmark_stale(w->check->benchmark);
	if (look(w, DOCKER_ALL, err) < 0)
		return -1;
	return tell(w, &cause, err);
}

static int put_one(void *context, const struct docker_document *document, struct err *err)
{
	struct watcher *w = context;

	return docker_check_put(w->check, str_c(document->kind), document->json, err) < 0 ? -1 : 0;
}

/* One container; what it said before stays where it cannot be asked, and that is said. */
static void look_at_container(struct watcher *w, const struct docker_event *event)
{
	const struct container_opts opts = { .only = event->id };
	struct container_counts counts;
	struct err failed = { .kind = ERR_NONE };

	registry_facts_begin(w->check->registries, 0);
	if (!event->gone &&
	    container_facts_some(w->facts, &opts, put_one, w, &counts, &failed) < 0 &&
	    failed.kind != ERR_NOT_FOUND) {
		progress_note(w->check->in->quiet, str_c(failed.msg));
		note_later(w, DOCKER_DIRT_ALL, "full_pass", STR_EMPTY, 0);
		return;
	}
	if (event->gone || failed.kind == ERR_NOT_FOUND) {
		benchmark_drop(w->check->benchmark, STR("container"), event->id);
		container_posture_drop(w->check->containers, event->id);
	}
}

static int on_events(struct watcher *w, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct docker_happened happened;
	struct docker_cause cause = { .kind = "event" };

	docker_events_take(w->events, arena, &happened);
	if (happened.lost)
		progress_note(false, TEXT_MAKE(arena, w->check->in->lang, DOCKER_EVENTS_LOST,
					       happened.why));
	if (happened.back)
		progress_note(false, text_of(w->check->in->lang, TEXT_DOCKER_EVENTS_BACK));
	if (happened.dirt & DOCKER_DIRT_ALL)
		return full_pass(w, "full_pass", err);
	if (happened.dirt)
		note_later(w, happened.dirt, "event", happened.cause, 0);
	for (size_t i = 0; i < happened.n; i++)
		look_at_container(w, &happened.containers[i]);
	if (happened.n == 0)
		return 0;
	cause.what = str_fmt(arena, "container %.*s", STR_ARG(happened.containers[0].action));
	return tell(w, &cause, err);
}

static int on_files(struct watcher *w, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str path = docker_files_take(w->files, arena);

	(void)err;
	if (path.n > 0)
		note_later(w, DOCKER_DIRT_HOST, "file", path, SETTLE_MS);
	return 0;
}

static int look_at_host(struct watcher *w, struct err *err)
{
	unsigned dirt = w->dirt;
	struct err failed;

	w->dirt = 0;
	if (dirt & DOCKER_DIRT_ALL)
		return full_pass(w, "full_pass", err);
	if (look(w, 0, err) < 0)
		return -1;
	if ((dirt & DOCKER_DIRT_IMAGES) &&
	    docker_images_again(w->images, w->facts, w->check, &failed) < 0) {
		progress_note(w->check->in->quiet, str_c(failed.msg));
		note_later(w, DOCKER_DIRT_ALL, "full_pass", STR_EMPTY, 0);
	}
	return tell(w, &w->cause, err);
}

/* ---- the loop ------------------------------------------------------------------------------- */

static int wait_of(const struct watcher *w)
{
	int64_t now = time_mono_ms(), at = w->next_pass_ms;

	if (w->dirt && w->host_due_ms < at)
		at = w->host_due_ms;
	if (at <= now)
		return 0;
	return at - now > 3600000 ? 3600000 : (int)(at - now);
}

/* What is due by the clock, when nothing else is. */
static int on_time(struct watcher *w, struct err *err)
{
	int64_t now = time_mono_ms();

	if (now >= w->next_pass_ms)
		return full_pass(w, "full_pass", err);
	if (w->dirt && now >= w->host_due_ms)
		return look_at_host(w, err);
	return 0;
}

/* 1: somebody ends it. */
static int turn(struct watcher *w, struct err *err)
{
	struct pollfd fds[] = {
		{ .fd = w->stop_fd, .events = POLLIN },
		{ .fd = docker_events_fd(w->events), .events = POLLIN },
		{ .fd = docker_files_fd(w->files), .events = POLLIN },
	};
	int64_t begun;
	int n = poll(fds, ARRAY_LEN(fds), wait_of(w)), rc = 0;

	if (n < 0 && errno != EINTR)
		return err_sys(err, errno, "poll");
	if (n < 0)
		return 0;
	if (fds[0].revents)
		return 1;
	begun = time_mono_ms();
	if (fds[1].revents)
		rc = on_events(w, err);
	if (rc == 0 && fds[2].revents)
		rc = on_files(w, err);
	if (rc == 0)
		rc = on_time(w, err);
	if (w->stats)
		fprintf(stderr, "seawall: cycle of %lld ms (%s%s)\n",
			(long long)(time_mono_ms() - begun), fds[1].revents ? "events " : "",
			fds[2].revents ? "files" : "");
	return rc;
}

static int follow(struct watcher *w, struct err *err)
{
	struct engine_opts opts = { .host = w->check->host.host,
				    .cert_dir = w->check->host.cert_dir };
	int rc;

	/* First the events, then the first look: nothing happens between the two unseen. */
	w->events = docker_events_start(&opts, err);
	if (!w->events)
		return -1;
	w->files = docker_files_new(err);
	rc = w->files ? full_pass(w, "started", err) : -1;
	if (rc == 0 && docker_files_missed(w->files) > 0)
		progress_note(w->check->in->quiet,
			      text_of(w->check->in->lang, TEXT_DOCKER_FILES_MISSED));
	while (rc == 0)
		rc = turn(w, err);
	return rc < 0 ? -1 : 0;
}

int docker_check_watch(struct docker_check *check, struct err *err)
{
	str format = option_text(&check->in->options, DOCKER_FORMAT);
	struct watcher w = { .check = check,
			     .writer = benchmark_writer_find(format),
			     .json = str_eq(format, STR("json")),
			     .stats = getenv("SEAWALL_STATS") != NULL,
			     .images = docker_images_new(),
			     .cause_arena = arena_new() };
	int64_t seconds = 0;
	int rc = value_duration(option_text(&check->in->options, DOCKER_INTERVAL), &seconds, err);

	w.interval_ms = seconds * 1000;
	if (rc == 0)
		rc = w.stop_fd = stop_begin(err);
	if (rc >= 0)
		rc = follow(&w, err);
	docker_events_stop(w.events);
	docker_files_free(w.files);
	docker_facts_free(w.facts);
	docker_images_free(w.images);
	arena_free(w.before_arena);
	arena_free(w.exceptions_arena);
	arena_free(w.cause_arena);
	return rc < 0 ? -1 : EXIT_FINE;
}
