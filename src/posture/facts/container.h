/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container: documents of kind "container" (doc/facts-docker.md), one for each container of an
 * engine, from its API and from what /proc of the host tells of the processes. Only reads. Neither
 * environment nor commands of a container get into a document.
 *
 * What holds for several of them is asked once, when the first one needs it (images, volumes,
 * members of the network "bridge", services, the processes of the host); of the containers one at a
 * time is in memory. What of a container could not be had is absent and stands in `not_read` of its
 * document. A container that is gone between list and inspection is counted, not told. The whole
 * fails only where the list cannot be had (also: more than DOCKER_LONG_MAX), or fn does.
 */
#include "base/map.h"
#include "posture/facts/docker.h"

#define CONTAINER_DOC_BYTES \
	(1u << 20) /* a larger one is told without what the engine says of it \
		    */

/* What became of the containers that the engine named. */
struct container_counts {
	size_t listed, told;
	size_t vanished;    /* gone when they were asked for */
	size_t repeated;    /* named before in the same list */
	size_t unwanted;    /* by `wants` */
	size_t images_used; /* distinct images of running containers that were told */
};

struct container_opts {
	/* Only containers with such names; NULL: all. */
	bool (*wants)(void *context, str name);
	void *wants_context;
	str only; /* the one with this id (or the begin of it, 12 at least) or name; empty: all */
	/* Ids that the engine names are put there (runtime.h must not tell them again); or NULL. */
	struct map *ids;
};

/*
 * By name; then, unless an engine was named (opts.host, $DOCKER_HOST), those of runtimes of this
 * host that no engine told (runtime.h). fn as in docker_facts_each.
 */
int container_facts_each(struct docker_facts *facts, docker_facts_fn *fn, void *context,
			 struct err *err) MUST_USE;
/* The same; `opts` and `counts` may be NULL. With `only`: ERR_NOT_FOUND when there is none. */
int container_facts_some(struct docker_facts *facts, const struct container_opts *opts,
			 docker_facts_fn *fn, void *context, struct container_counts *counts,
			 struct err *err) MUST_USE;
