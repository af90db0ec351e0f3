/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * engine: questions to a Docker Engine or to Podman's compatible service, over its API (Docker
 * Engine API reference, versions ENGINE_API_OLDEST to ENGINE_API_NEWEST; the highest that both
 * sides know is spoken). Only reads. What the engine answers is foreign: at most ENGINE_ANSWER_MAX
 * bytes and ENGINE_ANSWER_VALUES values, JSON_DEFAULT_DEPTH deep, within the time-out.
 *
 *	struct engine_opts opts = { .host = NULL };
 *	AUTO(engine_close) struct engine *engine = engine_open(&opts, &err);
 *	const struct json *info;
 *
 *	if (!engine || engine_get(engine, STR("/info"), arena, &info, &err) < 0)
 *		return -1;
 *
 * An engine belongs to one thread at a time.
 */
#include "base/arena.h"
#include "base/json.h"

#define ENGINE_API_OLDEST    24u /* 1.24 */
#define ENGINE_API_NEWEST    47u /* 1.47 */
#define ENGINE_ANSWER_MAX    (64u << 20)
#define ENGINE_ANSWER_VALUES 4000000u
#define ENGINE_EVENT_MAX     (1u << 20) /* bytes of one event */
#define ENGINE_TIMEOUT_S     30u	/* of one question */

struct engine;
struct err;

struct engine_opts {
	const char *host;     /* net/engine_host.h; NULL: this machine's */
	const char *cert_dir; /* ca.pem, cert.pem, key.pem; NULL: the environment's */
	unsigned timeout_s;   /* 0: ENGINE_TIMEOUT_S */
	int64_t deadline_ms;  /* of time_mono_ms, for everything; 0: none */
};

/*
 * Finds the engine and asks its version. NULL: ERR_NOT_FOUND where there is none, ERR_DENIED,
 * ERR_NETWORK, ERR_INPUT or ERR_LIMIT where what answers is no engine that can be understood.
 */
struct engine *engine_open(const struct engine_opts *opts, struct err *err);
void engine_close(struct engine *engine);
AUTO_PTR(engine_close, struct engine);

str engine_shown(const struct engine *engine);			/* address, for people */
const char *engine_socket(const struct engine *engine);		/* NULL: by address */
str engine_api(const struct engine *engine);			/* "1.41" */
const struct json *engine_version(const struct engine *engine); /* answer to /version */
bool engine_is_podman(const struct engine *engine);

/*
 * GET of a path with its query ("/containers/json?all=1"), the version is put before it. The
 * answer lives in `arena`. ERR_NOT_FOUND: the engine does not know the thing (any more);
 * ERR_NETWORK with the status in err->code: it refuses (503 /swarm on a node without a swarm).
 */
int engine_get(struct engine *engine, str path, struct arena *arena, const struct json **out,
	       struct err *err) MUST_USE;

/*
 * Calls fn with each event as it happens, until fn returns other than 0 (returned), the engine ends
 * the stream (0), nobody reads the pipe `watch_fd` any more (ERR_INTERRUPTED; -1: no pipe) or the
 * stream breaks (-1). The event is valid during the call. An event that is too long or no JSON ends
 * the stream with ERR_LIMIT or ERR_INPUT: events must not get lost unseen. `since`: seconds of the
 * engine's clock; 0: from now on.
 */
typedef int engine_event_fn(void *context, const struct json *event);
int engine_events(struct engine *engine, int64_t since, int watch_fd, engine_event_fn *fn,
		  void *context, struct err *err) MUST_USE;
