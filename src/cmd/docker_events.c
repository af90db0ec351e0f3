/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/docker_events.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

#include "base/err.h"
#include "base/map.h"
#include "base/time.h"
#include "base/words.h"
#include "net/http.h"

#define WAIT_MAX_MS 30000
#define ID_MAX	    128u
#define WAITING_MAX (4u << 20) /* bytes of what nobody has taken yet */
#define WORD_MAX    64u

struct docker_events {
	struct engine_opts opts;
	pthread_t thread;
	bool runs;
	int stop[2];  /* closed: the thread ends */
	int ready[2]; /* a byte in it: something waits */
	pthread_mutex_t lock;
	/* Under the lock. */
	struct arena *arena;
	struct map containers; /* id -> struct docker_event */
	unsigned dirt;
	str cause;
	bool lost, back;
	str why;
};

/* ---- what an event means -------------------------------------------------------------------- */

/* Of a container: what changes nothing that a control looks at; behind kill and stop comes die. */
static bool is_idle(str action)
{
	static const char *const idle[] = { "attach",	   "detach",	   "resize", "top",
					    "copy",	   "archive-path", "export", "exec_die",
					    "exec_detach", "kill",	   "stop",   "exec_start",
					    NULL };
	str word = action, rest;

	return words_list_has(idle, action) ||
	       (str_cut(action, ':', &word, &rest) && words_list_has(idle, word));
}

/* Of a container: what the host's own document tells, too. */
static bool concerns_host(str action)
{
	static const char *const words[] = { "create", "destroy", "start",  "die", "rename",
					     "pause",  "unpause", "remove", NULL };

	return words_list_has(words, action) || str_starts(action, STR("exec_create"));
}

static void wake(struct docker_events *e)
{
	IGNORE(write(e->ready[1], "", 1)); /* full: it is readable already */
}

static void note_container(struct docker_events *e, str id, str action)
{
	struct docker_event **slot;

	if (id.n == 0 || id.n > ID_MAX || is_idle(action))
		return;
	if (concerns_host(action)) {
		e->dirt |= DOCKER_DIRT_HOST;
		if (e->cause.n == 0)
			e->cause = str_cat(e->arena, STR("container "), str_take(action, WORD_MAX));
	}
	if (str_starts(action, STR("exec_create")))
		return;
	if (e->containers.n >= DOCKER_EVENTS_MAX && !map_has(&e->containers, id)) {
		e->dirt |= DOCKER_DIRT_ALL;
		return;
	}
	slot = (struct docker_event **)map_slot(&e->containers, id);
	if (!*slot)
		*slot = ARENA_NEW(e->arena, struct docker_event);
	(*slot)->id = str_dup(e->arena, id);
	(*slot)->action = str_dup(e->arena, str_take(action, WORD_MAX));
	(*slot)->gone = str_eq(action, STR("destroy")) || str_eq(action, STR("remove"));
}

static void forget(struct docker_events *e)
{
	arena_reset(e->arena);
	map_init(&e->containers, e->arena);
	e->dirt = 0;
	e->cause = e->why = STR_EMPTY;
	e->lost = e->back = false;
}

static int on_event(void *context, const struct json *event)
{
	struct docker_events *e = context;
	str type = json_get_str(event, STR("Type"));
	str action = json_get_str(event, STR("Action"));
	str id = json_str(json_path(event, "Actor", "ID", NULL));

	pthread_mutex_lock(&e->lock);
	if (str_eq(type, STR("container"))) {
		note_container(e, id.n > 0 ? id : json_get_str(event, STR("id")),
			       action.n > 0 ? action : json_get_str(event, STR("status")));
	} else if (!str_eq(type, STR("volume")) && !str_eq(type, STR("plugin"))) {
		e->dirt |= str_eq(type, STR("image")) ? DOCKER_DIRT_IMAGES | DOCKER_DIRT_HOST
						      : DOCKER_DIRT_HOST;
		if (e->cause.n == 0)
			e->cause = str_fmt(e->arena, "%.*s %.*s", STR_ARG(str_take(type, WORD_MAX)),
					   STR_ARG(str_take(action, WORD_MAX)));
	}
	/* Nobody takes them: all is looked at when somebody does. */
	if (arena_used(e->arena) > WAITING_MAX) {
		forget(e);
		e->dirt = DOCKER_DIRT_ALL;
	}
	pthread_mutex_unlock(&e->lock);
	wake(e);
	return 0;
}

/* ---- the thread ----------------------------------------------------------------------------- */

static void note_lost(struct docker_events *e, const struct err *why)
{
	pthread_mutex_lock(&e->lock);
	e->lost = true;
	e->why = str_dup(e->arena, str_c(why->msg));
	pthread_mutex_unlock(&e->lock);
	wake(e);
}

static void note_back(struct docker_events *e)
{
	pthread_mutex_lock(&e->lock);
	e->back = true;
	e->dirt |= DOCKER_DIRT_ALL;
	pthread_mutex_unlock(&e->lock);
	wake(e);
}

static void *run(void *context)
{
	struct docker_events *e = context;
	int delay = 0;
	bool was_lost = false;

	for (;;) {
		struct err err = { .kind = ERR_NONE };
		AUTO(engine_close)
		struct engine *engine = engine_open(&e->opts, &err);
		int64_t begun = time_mono_ms();

		if (engine && was_lost)
			note_back(e);
		if (engine) {
			int rc = engine_events(engine, 0, e->stop[1], on_event, e, &err);

			if (rc == 0)
				err_set(&err, ERR_NETWORK, "the engine ended its events");
		}
		if (err.kind == ERR_INTERRUPTED)
			return NULL;
		if (!was_lost || engine)
			note_lost(e, &err);
		was_lost = true;
		delay = engine && time_mono_ms() - begun > WAIT_MAX_MS ? 0 : delay;
		delay = delay == 0 ? 250 : delay * 2 > WAIT_MAX_MS ? WAIT_MAX_MS : delay * 2;
		if (!http_pause(e->stop[1], delay))
			return NULL;
	}
}

/* ---- the other side ------------------------------------------------------------------------- */

struct docker_events *docker_events_start(const struct engine_opts *opts, struct err *err)
{
	struct docker_events *e = mem_zalloc(sizeof(*e));

	e->opts = *opts;
	e->arena = arena_new();
	e->stop[0] = e->stop[1] = e->ready[0] = e->ready[1] = -1;
	pthread_mutex_init(&e->lock, NULL);
	forget(e);
	if (pipe2(e->stop, O_CLOEXEC) < 0 || pipe2(e->ready, O_CLOEXEC | O_NONBLOCK) < 0) {
		IGNORE(err_sys(err, errno, "pipe")); /* it is written */
		docker_events_stop(e);
		return NULL;
	}
	int rc = pthread_create(&e->thread, NULL, run, e);
	e->runs = rc == 0;
	if (rc != 0) {
		IGNORE(err_sys(err, rc, "a thread for events")); /* it is written */
		docker_events_stop(e);
		return NULL;
	}
	return e;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void docker_events_stop(struct docker_events *e)
{
	if (!e)
		return;
	/* Nobody reads the pipe any more: the stream ends, and so does waiting for the next one. */
	close_end(&e->stop[0]);
	if (e->runs)
		IGNORE(pthread_join(e->thread, NULL)); /* it is ours and runs */
	close_end(&e->stop[1]);
	close_end(&e->ready[0]);
	close_end(&e->ready[1]);
	pthread_mutex_destroy(&e->lock);
	arena_free(e->arena);
	free(e);
}

int docker_events_fd(const struct docker_events *e) { return e->ready[0]; }

void docker_events_take(struct docker_events *e, struct arena *arena, struct docker_happened *out)
{
	char bytes[256];

	while (read(e->ready[0], bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
		;
	pthread_mutex_lock(&e->lock);
	*out = (struct docker_happened){
		.containers = ARENA_ARRAY(arena, struct docker_event, e->containers.n),
		.dirt = e->dirt,
		.cause = str_dup(arena, e->cause),
		.lost = e->lost,
		.back = e->back,
		.why = str_dup(arena, e->why),
	};
	MAP_EACH (&e->containers, entry) {
		const struct docker_event *event = entry->value;

		out->containers[out->n++] = (struct docker_event){
			.id = str_dup(arena, event->id),
			.action = str_dup(arena, event->action),
			.gone = event->gone,
		};
	}
	forget(e);
	pthread_mutex_unlock(&e->lock);
}
