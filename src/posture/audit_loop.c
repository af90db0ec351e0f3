/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/audit_loop.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include "base/path.h"
#include "base/time.h"
#include "posture/audit_internal.h"
#include "posture/facts/cluster.h"

#define HEAD_MAX     (8u << 20)
#define INVENTORY_MS 2000 /* between two rounds over what looks at other objects */

/* ---- lists ---------------------------------------------------------------------------------- */

struct listing {
	struct audit_loop *loop;
	uint64_t pass;
};

static int take_listed(void *context, const struct json *object, struct arena *arena,
		       struct err *err)
{
	struct listing *l = context;

	(void)arena;
	return audit_take(l->loop, object, l->pass, NULL, err);
}

static int take_head(struct audit_loop *loop, const struct json *head, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer w;
	int rc;

	if (loop->opts.hooks.head)
		head = loop->opts.hooks.head(loop->opts.hooks.context, head, arena);
	buf_init(&b, HEAD_MAX);
	json_writer_init(&w, &b, 0);
	json_put(&w, head);
	if (b.overflow)
		return err_set(err, ERR_LIMIT, "the head of the facts is over %u bytes", HEAD_MAX);
	pthread_mutex_lock(&loop->lock);
	rc = posture_head(loop->opts.posture, buf_str(&b), err);
	pthread_mutex_unlock(&loop->lock);
	return rc;
}

static bool asks(void *context, str group, str kind)
{
	const struct listing *l = context;

	return posture_asks(l->loop->opts.posture, group, kind);
}

static int full_pass(struct audit_loop *loop, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct listing l = { .loop = loop, .pass = audit_begin_epoch(loop) };
	const struct cluster_facts_opts opts = { .namespaces = loop->opts.namespaces,
						 .namespace_n = loop->opts.namespace_n,
						 .more = asks };
	struct cluster_facts facts;

	posture_set_now(loop->opts.posture, time_now());
	if (cluster_facts_each(loop->opts.kube, &opts, take_listed, &l, arena, &facts, err) < 0 ||
	    take_head(loop, facts.head, err) < 0)
		return -1;
	audit_end_pass(loop, STR_EMPTY, STR_EMPTY, l.pass);
	audit_compact(loop);
	loop->common = (struct audit_cause){ .kind = "full_pass" };
	return 0;
}

/* Objects of the watched kinds that one of these recommendations asks about, once more. */
static int list_again(struct audit_loop *loop, recommendation_bits recommendations, str namespace,
		      struct err *err)
{
	struct listing l = { .loop = loop, .pass = audit_begin_epoch(loop) };

	for (size_t i = 0; i < loop->watch_n; i++) {
		const struct audit_watch *w = &loop->watches[i];
		struct kube_list_opts opts = { .ns = namespace.n > 0 ? namespace : w->namespace };
		struct kube_list_result result;
		AUTO(arena_free)
		struct arena *arena = arena_new();

		if (w->kind ||
		    !(posture_asked(loop->opts.posture, w->resource->group, w->resource->kind) &
		      recommendations) ||
		    (namespace.n > 0 && w->namespace.n > 0 && !str_eq(namespace, w->namespace)))
			continue;
		if (kube_list(loop->opts.kube, w->resource, &opts, take_listed, &l, arena, &result,
			      err) < 0)
			return -1;
	}
	return 0;
}

/* ---- what wakes ----------------------------------------------------------------------------- */

/* The folders of the files: editors write a new file and rename it. */
static void watch_files(struct audit_loop *loop)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	loop->files_fd = loop->opts.file_n > 0 ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
	for (size_t i = 0; loop->files_fd >= 0 && i < loop->opts.file_n; i++) {
		str path = loop->opts.files[i];
		ptrdiff_t slash = str_rfind_char(path, '/');
		str folder = slash > 0	  ? str_take(path, (size_t)slash)
			     : slash == 0 ? STR("/")
					  : STR(".");

		if (inotify_add_watch(loop->files_fd, str_cstr(arena, folder),
				      IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE) < 0)
			audit_note(loop, str_fmt(arena, "%.*s: changes of it are not seen",
						 STR_ARG(path)));
	}
}

/* Was one of the files meant? */
static bool files_changed(const struct audit_loop *loop)
{
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool changed = false;
	ssize_t n;

	while ((n = read(loop->files_fd, events, sizeof(events))) > 0) {
		for (ssize_t at = 0; at < n;) {
			struct inotify_event head;

			memcpy(&head, events + at, sizeof(head));
			str name = str_c(events + at + sizeof(head));
			for (size_t i = 0; head.len > 0 && i < loop->opts.file_n; i++)
				changed |= str_eq(name, path_base(loop->opts.files[i]));
			at += (ssize_t)(sizeof(head) + head.len);
		}
	}
	return changed;
}

/* Milliseconds until the next full pass or the end of an exception. */
static int64_t next_wake(const struct audit_loop *loop, int64_t pass_ms, bool *expiry)
{
	const struct exception_set *set = loop->opts.exceptions;
	int64_t wait = pass_ms - time_mono_ms(), now = time_now();

	*expiry = false;
	if (loop->inventory_changed && wait > INVENTORY_MS)
		wait = INVENTORY_MS;
	for (size_t i = 0; set && i < set->n; i++) {
		int64_t left = (set->items[i].expires + 1 - now) * 1000;

		if (set->items[i].expires >= now && set->items[i].expires > 0 && left < wait) {
			wait = left;
			*expiry = true;
		}
	}
	return wait < 0 ? 0 : wait > 60000 ? 60000 : wait;
}

struct woken {
	bool stop, objects, files, pass, expiry;
};

static int wait_for(struct audit_loop *loop, int64_t pass_ms, struct woken *woken, struct err *err)
{
	struct pollfd fds[] = { { .fd = loop->opts.stop_fd, .events = POLLIN },
				{ .fd = loop->wake_fd, .events = POLLIN },
				{ .fd = loop->files_fd, .events = POLLIN } };
	bool expiry;
	int64_t wait = next_wake(loop, pass_ms, &expiry);
	int n = poll(fds, ARRAY_LEN(fds), (int)wait);

	*woken = (struct woken){ 0 };
	if (n < 0 && errno != EINTR)
		return err_sys(err, errno, "poll");
	woken->stop = n > 0 && fds[0].revents;
	woken->objects = n > 0 && fds[1].revents;
	woken->files = n > 0 && fds[2].revents && files_changed(loop);
	woken->pass = time_mono_ms() >= pass_ms;
	woken->expiry = n == 0 && expiry && !woken->pass;
	if (woken->objects && !woken->stop) {
		eventfd_t count;

		/* What belongs together comes together. */
		woken->stop = poll(fds, 1, AUDIT_SETTLE_MS) > 0;
		IGNORE(eventfd_read(loop->wake_fd, &count)); /* nobody else reads it */
	}
	return 0;
}

/* ---- the loop ------------------------------------------------------------------------------- */

static void tell_notes(struct audit_loop *loop)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str notes[ARRAY_LEN(loop->notes)];
	size_t n;

	pthread_mutex_lock(&loop->lock);
	n = loop->note_n;
	for (size_t i = 0; i < n; i++)
		notes[i] = str_dup(arena, loop->notes[i]);
	loop->note_n = 0;
	arena_reset(loop->note_arena);
	pthread_mutex_unlock(&loop->lock);
	for (size_t i = 0; i < n; i++)
		loop->opts.hooks.note(loop->opts.hooks.context, notes[i]);
}

static int reload(struct audit_loop *loop, struct err *err)
{
	const struct audit_hooks *hooks = &loop->opts.hooks;
	struct exception_set *exceptions = NULL;
	struct library *library = NULL;
	recommendation_bits changed = 0;
	struct err why;
	int rc = 0;

	if (hooks->reload(hooks->context, &library, &exceptions, &why) < 0) {
		hooks->note(hooks->context, str_c(why.msg));
		return 0;
	}
	pthread_mutex_lock(&loop->lock);
	loop->common = (struct audit_cause){ .kind = "exceptions" };
	if (exceptions) {
		loop->opts.exceptions = exceptions;
		posture_set_exceptions(loop->opts.posture, exceptions);
	}
	if (library) {
		loop->common = (struct audit_cause){ .kind = "parameters" };
		rc = posture_set_library(loop->opts.posture, library, &changed, err);
	}
	loop->changed = true;
	pthread_mutex_unlock(&loop->lock);
	return rc < 0 ? -1 : changed ? list_again(loop, changed, STR_EMPTY, err) : 0;
}

static int judge_namespaces(struct audit_loop *loop, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str *names;
	size_t n = 0;

	pthread_mutex_lock(&loop->lock);
	names = ARENA_ARRAY(arena, str, loop->dirty.n);
	MAP_EACH (&loop->dirty, entry)
		names[n++] = str_dup(arena, entry->key);
	if (n > 0)
		loop->common = (struct audit_cause){ .kind = "namespace",
						     .object = str_dup(loop->batch, names[0]) };
	pthread_mutex_unlock(&loop->lock);
	for (size_t i = 0; i < n; i++) {
		if (list_again(loop, RECOMMENDATION_ALL, names[i], err) < 0)
			return -1;
	}
	return 0;
}

/* What looks at other objects, when one of these changed. */
static int judge_by_inventory(struct audit_loop *loop, struct err *err)
{
	bool due;

	pthread_mutex_lock(&loop->lock);
	due = loop->inventory_changed && time_mono_ms() - loop->inventory_ms >= INVENTORY_MS;
	if (due) {
		loop->inventory_changed = false;
		loop->inventory_ms = time_mono_ms();
		loop->common = (struct audit_cause){ .kind = "inventory" };
		loop->changed = true;
	}
	pthread_mutex_unlock(&loop->lock);
	if (!due)
		return 0;
	return list_again(loop, posture_with_inventory(loop->opts.posture), STR_EMPTY, err);
}

/* What fails because the server is away is said, and comes again with the next pass. */
static int tolerate(struct audit_loop *loop, int rc, struct err *err)
{
	if (rc >= 0 || (err->kind != ERR_NETWORK && err->kind != ERR_DENIED))
		return rc;
	loop->opts.hooks.note(loop->opts.hooks.context, str_c(err->msg));
	return 0;
}

static int one_round(struct audit_loop *loop, const struct woken *woken, int64_t *pass_ms,
		     struct err *err)
{
	bool changed;

	if (woken->files && tolerate(loop, reload(loop, err), err) < 0)
		return -1;
	if (woken->pass) {
		*pass_ms = time_mono_ms() + 1000 * loop->opts.interval;
		if (tolerate(loop, full_pass(loop, err), err) < 0)
			return -1;
	}
	if (tolerate(loop, judge_namespaces(loop, err), err) < 0)
		return -1;
	if (tolerate(loop, judge_by_inventory(loop, err), err) < 0)
		return -1;
	if (woken->expiry)
		loop->common = (struct audit_cause){ .kind = "expiry" };
	if (loop->opts.exceptions)
		loop->opts.exceptions->now = time_now();
	tell_notes(loop);
	pthread_mutex_lock(&loop->lock);
	changed = loop->changed;
	pthread_mutex_unlock(&loop->lock);
	if (!changed && !woken->pass && !woken->expiry && !woken->files)
		return 0;
	return audit_tell(loop, err);
}

static int follow(struct audit_loop *loop, struct err *err)
{
	int64_t pass_ms = time_mono_ms() + 1000 * loop->opts.interval;
	struct woken woken;

	if (full_pass(loop, err) < 0 || audit_tell(loop, err) < 0 ||
	    audit_watch_start(loop, err) < 0)
		return -1;
	for (;;) {
		if (wait_for(loop, pass_ms, &woken, err) < 0)
			return -1;
		if (woken.stop)
			return 0;
		if (one_round(loop, &woken, &pass_ms, err) < 0)
			return -1;
	}
}

int audit_loop_run(const struct audit_loop_opts *opts, struct err *err)
{
	struct audit_loop loop = { .opts = *opts,
				   .arena = arena_new(),
				   .seen_arena = arena_new(),
				   .batch = arena_new(),
				   .note_arena = arena_new(),
				   .common = { .kind = "full_pass" },
				   .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
				   .files_fd = -1 };
	int rc;

	if (loop.opts.interval <= 0)
		loop.opts.interval = AUDIT_INTERVAL_S;
	pthread_mutex_init(&loop.lock, NULL);
	map_init(&loop.seen, loop.seen_arena);
	map_init(&loop.causes, loop.batch);
	map_init(&loop.dirty, loop.batch);
	watch_files(&loop);
	rc = loop.wake_fd < 0 ? err_sys(err, errno, "eventfd") : follow(&loop, err);
	if (rc < 0 && err->kind == ERR_INTERRUPTED)
		rc = 0;
	loop.opts.hooks.stop(loop.opts.hooks.context);
	audit_watch_stop(&loop);
	if (loop.wake_fd >= 0)
		close(loop.wake_fd);
	if (loop.files_fd >= 0)
		close(loop.files_fd);
	pthread_mutex_destroy(&loop.lock);
	arena_free(loop.before_arena);
	arena_free(loop.seen_arena);
	arena_free(loop.batch);
	arena_free(loop.note_arena);
	arena_free(loop.arena);
	return rc;
}
