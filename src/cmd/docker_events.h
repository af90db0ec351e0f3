/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_events: the events of an engine, gathered by a thread of its own until the loop has time
 * for them. What happens to one container several times is told once. When the stream breaks it is
 * opened again, first at once, then after up to 30 s; who takes the events hears of both.
 */
#include "base/arena.h"
#include "engine/engine.h"

#define DOCKER_EVENTS_MAX 4096u /* containers that wait; more make a full pass */

/* What is to be looked at again. */
enum docker_dirt {
	DOCKER_DIRT_HOST = 1,
	DOCKER_DIRT_IMAGES = 2,
	DOCKER_DIRT_ALL = 4, /* events may have been lost */
};

struct docker_event {
	str id;	    /* of a container */
	str action; /* "start" ... the last one */
	bool gone;
};

struct docker_happened {
	struct docker_event *containers;
	size_t n;
	unsigned dirt;	 /* enum docker_dirt */
	str cause;	 /* "image pull", for what is no container */
	bool lost, back; /* the stream ended; it goes on */
	str why;	 /* lost */
};

struct docker_events;
/* NULL: no thread. `opts` (and what it points to) must outlive it. */
struct docker_events *docker_events_start(const struct engine_opts *opts, struct err *err);
void docker_events_stop(struct docker_events *events);
AUTO_PTR(docker_events_stop, struct docker_events);
/* Readable when something has happened. */
int docker_events_fd(const struct docker_events *events);
/* Takes all of it, in `arena`. */
void docker_events_take(struct docker_events *events, struct arena *arena,
			struct docker_happened *out);
