/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker: the facts of a Docker or Podman host (doc/facts-docker.md): one document of kind
 * "docker" for the host, which is gathered when the collection is opened, and documents of the
 * kinds "container" and "image", which are handed on one by one. Nothing is judged here.
 *
 *	struct docker_facts_opts opts = { .host = NULL };
 *	AUTO(docker_facts_free) struct docker_facts *facts = docker_facts_open(&opts, &err);
 *
 *	if (!facts || judge(docker_facts_text(facts)) < 0 ||
 *	    docker_facts_each(facts, DOCKER_ALL, judge_one, context, &err) < 0)
 *		return -1;
 *
 * What cannot be had is absent and named under not_read of the document; opening fails only where
 * host_root cannot be opened or the host option is no address (ERR_USAGE, ERR_UNSUPPORTED). A
 * collection belongs to one thread at a time.
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

struct err;
struct engine;
struct host_view;
struct docker_facts;
struct image_looker;
struct package_list;
struct registry_facts;

#define DOCKER_DOCUMENT_MAX (8u << 20) /* bytes of the host's document */
#define DOCKER_LIST_MAX	    1000u      /* elements; above, the list is absent */
#define DOCKER_LONG_MAX	    5000u      /* mounts, images, containers */

struct docker_facts_opts {
	const char *host;      /* engine/engine.h; NULL: $DOCKER_HOST, else the usual places */
	const char *cert_dir;  /* likewise */
	const char *host_root; /* where the host's root is mounted; NULL: this is the host */
	unsigned timeout_s;    /* of one question; 0: ENGINE_TIMEOUT_S */
	int64_t deadline_ms;   /* of time_mono_ms, for everything; 0: none */
	int64_t now;	       /* collected_at; 0: the clock's */
	/* Looks into images (image.h); NULL: nobody does. Outlives the collection. */
	const struct image_looker *looker;
	/* Asks registries (registry.h); NULL: nobody does. Outlives the collection. */
	struct registry_facts *registries;
};

struct docker_facts *docker_facts_open(const struct docker_facts_opts *opts, struct err *err);
void docker_facts_free(struct docker_facts *facts);
AUTO_PTR(docker_facts_free, struct docker_facts);

/* The document of the host, as text and as value; they live as long as the collection. */
str docker_facts_text(const struct docker_facts *facts);
const struct json *docker_facts_document(const struct docker_facts *facts);
/* Entries of not_read of the host's document. */
size_t docker_facts_not_read(const struct docker_facts *facts);

/* ---- the other documents ---- */

enum docker_kinds { DOCKER_CONTAINERS = 1, DOCKER_IMAGES = 2, DOCKER_ALL = 3 };

struct docker_document {
	const char *kind; /* "container", "image" */
	str name;	  /* of the container; a reference of the image, else its id */
	str json;	  /* valid during the call */
};
/* Returning -1 ends the iteration with that error. */
typedef int docker_facts_fn(void *context, const struct docker_document *document, struct err *err);
/* Containers first, by name; then images. An engine that does not answer has none. */
int docker_facts_each(struct docker_facts *facts, unsigned kinds, docker_facts_fn *fn,
		      void *context, struct err *err) MUST_USE;

/* What documents of containers and images there should be and are not, or lack alike: gone before
 * they were asked for, places that may not be looked into. Grows with docker_facts_each. */
struct docker_skip {
	str what, reason, remedy; /* "containers", "images" */
};
const struct docker_skip *docker_facts_skips(const struct docker_facts *facts, size_t *n);

/* ---- for the collectors of containers and images ---- */

struct engine *docker_facts_engine(struct docker_facts *facts); /* NULL: none answers */
struct host_view *docker_facts_view(struct docker_facts *facts);
/* The first process of a container can be looked at: the engine's processes are those of the view.
 * False for an engine on another machine. */
bool docker_facts_local(const struct docker_facts *facts);
const struct docker_facts_opts *docker_facts_options(const struct docker_facts *facts);
/* The member `host` of documents of containers, and `host_platform` of those of images, as JSON. */
str docker_facts_of_host(const struct docker_facts *facts);
str docker_facts_platform(const struct docker_facts *facts);
str docker_facts_time(const struct docker_facts *facts); /* collected_at */
