/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/kind_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/thread.h"

struct kind_watch {
	struct kind_watch_opts opts;
	struct arena *arena;
	struct kube *kube; /* of the thread */
	int ends[2];	   /* a pipe: it ends when nobody reads it any more */
	pthread_t thread;
	bool started;
};

static int take_event(void *context, const struct kube_event *event, struct err *err)
{
	struct kind_watch *w = context;

	return w->opts.event(w->opts.owner, &w->opts.kind, event, err);
}

static void tell_connected(void *context)
{
	struct kind_watch *w = context;

	if (w->opts.connected)
		w->opts.connected(w->opts.owner, &w->opts.kind);
}

/* The kind in the preferred version of its group, else in another one. */
static int find_any(struct kind_watch *w, struct arena *arena, struct kube_resource *out,
		    struct err *err)
{
	const struct sync_kind *kind = &w->opts.kind;
	const struct json *group, *preferred;
	str version;

	if (kube_get(w->kube, str_fmt(arena, "/apis/%.*s", STR_ARG(kind->group)), arena, &group,
		     err) < 0)
		return err->kind == ERR_NOT_FOUND
			       ? err_set(err, ERR_NOT_FOUND, "%.*s is not served (%.*s)",
					 STR_ARG(str_take(kind->kind, 200)), STR_ARG(kind->group))
			       : -1;
	preferred = JSON_GET(group, "preferredVersion");
	version = json_get_str(preferred, STR("groupVersion"));
	if (version.n > 0) {
		if (kube_find_kind(w->kube, version, kind->kind, arena, out, err) == 0)
			return 0;
		if (err->kind != ERR_NOT_FOUND)
			return -1;
	}
	JSON_EACH (JSON_GET(group, "versions"), v) {
		version = json_get_str(v, STR("groupVersion"));
		if (version.n == 0)
			continue;
		if (kube_find_kind(w->kube, version, kind->kind, arena, out, err) == 0)
			return 0;
		if (err->kind != ERR_NOT_FOUND)
			return -1;
	}
	return err_set(err, ERR_NOT_FOUND, "%.*s is not served (%.*s)",
		       STR_ARG(str_take(kind->kind, 200)), STR_ARG(kind->group));
}

static int find(struct kind_watch *w, struct arena *arena, struct kube_resource *out,
		struct err *err)
{
	const struct sync_kind *kind = &w->opts.kind;
	str version = kind->version;

	if (str_empty(version))
		return find_any(w, arena, out, err);
	if (kind->group.n > 0)
		version = str_fmt(arena, "%.*s/%.*s", STR_ARG(kind->group), STR_ARG(kind->version));
	return kube_find_kind(w->kube, version, kind->kind, arena, out, err);
}

/* 1: the reader has ended it; else it failed. */
static int watch_once(struct kind_watch *w, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct kube_watch_opts opts = { .connected = tell_connected };
	struct kube_resource resource;

	if (find(w, arena, &resource, err) < 0)
		return -1;
	if (!resource.can_list || !resource.can_watch)
		return err_set(err, ERR_UNSUPPORTED, "the API lets nobody watch %.*s",
			       STR_ARG(resource.name));
	return kube_watch(w->kube, &resource, &opts, take_event, w, NULL, err);
}

static int pause_ms(const struct kind_watch *w, int rc, const struct err *err, int *failures)
{
	const struct kind_watch_opts *o = &w->opts;

	if (rc >= 0) {
		*failures = 0;
		return o->full_ms ? o->full_ms : KIND_WATCH_FULL_MS;
	}
	if ((err->kind != ERR_NOT_FOUND && err->kind != ERR_NETWORK) || !o->unserved_ms)
		return KIND_WATCH_AGAIN_MS;
	if (*failures < 5)
		++*failures;
	return *failures * o->unserved_ms;
}

static void *run(void *context)
{
	struct kind_watch *w = context;
	struct pollfd end = { .fd = w->ends[1] }; /* tells only that nobody reads any more */
	struct err err = { 0 };
	int failures = 0;

	for (;;) {
		int rc = watch_once(w, &err);

		if (rc < 0 && err.kind == ERR_INTERRUPTED)
			return NULL;
		if (rc < 0)
			w->opts.failed(w->opts.owner, &w->opts.kind, &err);
		if (poll(&end, 1, pause_ms(w, rc, &err, &failures)) != 0)
			return NULL;
	}
}

static int start(struct kind_watch *w, struct err *err)
{
	int rc = thread_start(&w->thread, 0, run, w);

	if (rc)
		return err_sys(err, rc, "starting a thread");
	w->started = true;
	return 0;
}

struct kind_watch *kind_watch_new(const struct kind_watch_opts *opts, struct err *err)
{
	struct kube_opts kube = { .kubeconfig = opts->kubeconfig, .context = opts->context };
	struct kind_watch *w = mem_zalloc(sizeof(*w));

	w->opts = *opts;
	w->arena = arena_new();
	w->ends[0] = w->ends[1] = -1;
	w->opts.kind = (struct sync_kind){ str_dup(w->arena, opts->kind.group),
					   str_dup(w->arena, opts->kind.version),
					   str_dup(w->arena, opts->kind.kind) };
	if (pipe2(w->ends, O_CLOEXEC) < 0) {
		(void)err_sys(err, errno, "pipe");
		kind_watch_free(w);
		return NULL;
	}
	kube.watch_fd = w->ends[1];
	w->kube = kube_open(&kube, err);
	if (!w->kube || start(w, err) < 0) {
		kind_watch_free(w);
		return NULL;
	}
	return w;
}

void kind_watch_free(struct kind_watch *w)
{
	if (!w)
		return;
	if (w->ends[0] >= 0)
		(void)close(w->ends[0]); /* nobody reads any more: the watch ends */
	if (w->started)
		(void)pthread_join(w->thread, NULL);
	if (w->ends[1] >= 0)
		(void)close(w->ends[1]);
	kube_close(w->kube);
	arena_free(w->arena);
	free(w);
}
