/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/map.h"
#include "base/time.h"
#include "kube/kube_internal.h"
#include "kube/watch_stream.h"

#define PAUSE_FIRST_MS 500u
#define PAUSE_MAX_MS   30000u
#define GRACE_S	       30u  /* the server ends a watch itself; later it is dead */
#define SHORT_MS       1000 /* a watch that ends that soon without an event is a failure */
#define VERSION_MAX    256u

struct watcher {
	struct kube *kube;
	const struct kube_resource *resource;
	struct kube_watch_opts opts;
	str api_version;
	kube_event_fn *fn;
	void *context;
	struct kube_watch_stats *stats;
	struct arena *arena;   /* of one connection */
	struct arena *scratch; /* of one event */
	struct watch_stream stream;
	char version[VERSION_MAX]; /* seen last */
	size_t version_n;
	int answer;    /* of fn, when it ended the watch */
	bool expired;  /* the server no longer has that version */
	bool progress; /* something came on this connection */
	bool broken;   /* and nothing came since that was told */
	unsigned failures;
	unsigned expired_row; /* without an event between them */
};

static void version_set(struct watcher *w, str version)
{
	if (version.n > sizeof(w->version) || str_empty(version))
		return;
	memcpy(w->version, version.p, version.n);
	w->version_n = version.n;
}

/* 0, or -1 when fn has ended the watch. */
static int tell(struct watcher *w, const struct kube_event *event, struct err *err)
{
	w->answer = w->fn(w->context, event, err);
	if (w->answer > 0)
		return err_set(err, ERR_INTERRUPTED, "the reader of the watch has seen enough");
	return w->answer;
}

static int tell_plain(struct watcher *w, enum kube_event_kind kind, str reason, struct err *err)
{
	const struct kube_event event = { .kind = kind, .reason = reason, .arena = w->scratch };

	return tell(w, &event, err);
}

static int listed(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	struct watcher *w = context;
	const struct kube_event event = { .kind = KUBE_LISTED, .object = object, .arena = arena };

	return tell(w, &event, err);
}

static void tell_connected(struct watcher *w)
{
	if (w->broken && w->opts.connected)
		w->opts.connected(w->context);
	w->broken = false;
}

static int list_first(struct watcher *w, struct err *err)
{
	struct kube_list_result result;

	w->stats->lists++;
	if (tell_plain(w, KUBE_LIST_BEGINS, STR_EMPTY, err) < 0 ||
	    kube_list(w->kube, w->resource, &w->opts.list, listed, w, w->arena, &result, err) < 0)
		return -1;
	w->version_n = 0;
	version_set(w, result.resource_version);
	if (w->version_n == 0)
		return err_set(err, ERR_INPUT, "the list of %.*s has no resourceVersion",
			       STR_ARG(w->resource->name));
	w->progress = true;
	tell_connected(w);
	return tell_plain(w, KUBE_LIST_ENDS, STR_EMPTY, err);
}

/* 410 means to list again, anything else to connect again. */
static int error_event(struct watcher *w, const struct json *status, struct err *err)
{
	int64_t code = 0;
	str text = kube_status_text(status, w->scratch);

	if (json_i64(JSON_GET(status, "code"), &code) && code == 410) {
		w->expired = true;
		return err_set(err, ERR_NETWORK, "the version is too old");
	}
	return err_set(err, ERR_NETWORK, "the server ends the watch: %.*s", STR_ARG(text));
}

static int take_message(void *context, const struct watch_message *message, struct err *err)
{
	static const enum kube_event_kind kinds[] = { [WATCH_ADDED] = KUBE_ADDED,
						      [WATCH_MODIFIED] = KUBE_MODIFIED,
						      [WATCH_DELETED] = KUBE_DELETED };
	struct watcher *w = context;
	struct kube_event event = { .arena = w->scratch };
	str version = json_get_str(JSON_GET(message->object, "metadata"), STR("resourceVersion"));

	if (message->type == WATCH_ERROR)
		return error_event(w, message->object, err);
	w->progress = true;
	w->expired_row = 0;
	tell_connected(w);
	version_set(w, version);
	if (message->type == WATCH_BOOKMARK) {
		w->stats->bookmarks++;
		return 0;
	}
	event.kind = kinds[message->type];
	event.object =
		kube_with_kind(message->object, w->api_version, w->resource->kind, w->scratch);
	w->stats->events++;
	return tell(w, &event, err);
}

static int take_bytes(void *context, str bytes, struct err *err)
{
	struct watcher *w = context;

	return watch_stream_put(&w->stream, bytes, err);
}

/* One connection; 0: it ended as watches do. */
static int connect_once(struct watcher *w, struct err *err)
{
	unsigned seconds = w->opts.timeout_s ? w->opts.timeout_s : KUBE_WATCH_S;
	struct kube_ask ask = { .verb = "watch",
				.what = kube_what(w->resource, w->opts.list.ns, w->arena),
				.max_bytes = UINT64_MAX,
				.stream = true,
				.one_try = true,
				.sink = take_bytes,
				.context = w };
	str path = kube_path(w->resource, w->opts.list.ns, STR_EMPTY, w->arena);
	struct http_response response;

	/* Watches that begin together shall not end together. */
	seconds += (unsigned)(siphash(path, (uint64_t)time_mono_ms(), 1) % seconds);
	ask.total_s = seconds + GRACE_S;
	ask.path = str_fmt(w->arena,
			   "%.*s?watch=true&allowWatchBookmarks=true&timeoutSeconds=%u"
			   "&resourceVersion=%.*s%.*s",
			   STR_ARG(path), seconds, (int)w->version_n, w->version,
			   STR_ARG(kube_selectors(&w->opts.list, w->arena)));
	if (w->opts.list.metadata_only)
		ask.accept = str_fmt(w->arena, KUBE_ACCEPT_METADATA, "");
	watch_stream_reset(&w->stream);
	w->stats->connects++;
	if (kube_do(w->kube, &ask, w->arena, &response, NULL, err) < 0)
		return -1;
	if (!watch_stream_whole(&w->stream))
		return err_set(err, ERR_NETWORK, "the watch ends in the middle of an event");
	return 0;
}

/* No later try can cure it. */
static bool for_good(const struct watcher *w, const struct err *err)
{
	if (w->answer || err->kind == ERR_INTERRUPTED || err->kind == ERR_LIMIT)
		return true;
	if (err->code == 410 || w->expired)
		return false;
	return err->kind == ERR_DENIED || err->kind == ERR_NOT_FOUND ||
	       err->kind == ERR_UNSUPPORTED || err->code == 400;
}

static bool time_is_over(const struct watcher *w)
{
	int64_t deadline = w->kube->opts.deadline_ms;

	return deadline && time_mono_ms() >= deadline;
}

static int pause_after(struct watcher *w, struct err *err)
{
	uint64_t ms = w->opts.pause_ms ? w->opts.pause_ms : PAUSE_FIRST_MS;

	for (unsigned i = 1; i < w->failures && ms < PAUSE_MAX_MS; i++)
		ms *= 2;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	/* Half of it to all of it. */
	ms = ms / 2 + siphash(w->api_version, (uint64_t)time_mono_ms(), w->failures) % (ms / 2 + 1);
	if (!http_pause(w->kube->opts.watch_fd, (int64_t)ms))
		return err_set(err, ERR_INTERRUPTED, "nobody reads the watch any more");
	return 0;
}

/* After a failure: 0 to go on. */
static int failed(struct watcher *w, struct err *err)
{
	if (for_good(w, err))
		return -1;
	if (w->expired || err->code == 410 ||
	    str_find(str_c(err->msg), STR("Too large resource version")) >= 0) {
		w->version_n = 0;
		w->stats->expired++;
		w->expired = false;
		if (w->expired_row++ == 0)
			return 0;
	}
	w->stats->failures++;
	w->failures = w->progress ? 1 : w->failures + 1;
	if (w->opts.failures_max && w->failures >= w->opts.failures_max)
		return -1;
	arena_reset(w->scratch);
	str reason = str_dup(w->scratch, str_c(err->msg));

	w->broken = true;
	if (tell_plain(w, KUBE_BROKEN, reason, err) < 0)
		return -1;
	return pause_after(w, err);
}

static int run(struct watcher *w, struct err *err)
{
	for (;;) {
		int64_t begun = time_mono_ms();
		int rc = 0;

		arena_reset(w->arena);
		w->progress = false;
		if (w->version_n == 0)
			rc = list_first(w, err);
		if (rc == 0)
			rc = connect_once(w, err);
		if (time_is_over(w) && !w->answer)
			return err_set(err, ERR_LIMIT, "the time for the watch is over");
		if (rc == 0 && !w->progress && time_mono_ms() - begun < SHORT_MS)
			rc = err_set(err, ERR_NETWORK, "the watch ends as soon as it begins");
		if (rc == 0)
			w->failures = 0;
		else if (failed(w, err) < 0)
			return -1;
	}
}

int kube_watch(struct kube *kube, const struct kube_resource *resource,
	       const struct kube_watch_opts *opts, kube_event_fn *fn, void *context,
	       struct kube_watch_stats *stats, struct err *err)
{
	AUTO(arena_free)
	struct arena *names = arena_new();
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct kube_watch_stats own = { 0 };
	struct watcher w = { .kube = kube,
			     .resource = resource,
			     .api_version = kube_api_version(resource, names),
			     .fn = fn,
			     .context = context,
			     .stats = stats ? stats : &own,
			     .arena = arena,
			     .scratch = scratch };
	int rc;

	if (opts)
		w.opts = *opts;
	version_set(&w, w.opts.since);
	watch_stream_init(&w.stream, KUBE_OBJECT_MAX, KUBE_OBJECT_DEPTH + 1, scratch, take_message,
			  &w);
	rc = run(&w, err);
	watch_stream_done(&w.stream);
	return w.answer ? w.answer : rc;
}
