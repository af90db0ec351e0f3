/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * image: documents of kind "image" of the images of an engine (doc/facts-docker.md). What the
 * engine lists of them is read here; configuration, history and contents come from the collection's
 * image_looker (docker_facts_opts.looker), since looking into images is not this level's. Without
 * one, or where it cannot say, those members are absent and stand in not_read.
 */
#include "base/json.h"
#include "posture/facts/docker.h"

#define IMAGE_DOC_BYTES (6u << 20)

/* What the engine lists. */
struct image_asked {
	str id;	 /* "sha256:..." */
	str ref; /* the first tag, else the id */
	const str *tags, *digests;
	size_t tag_n, digest_n;
	int64_t created; /* seconds */
	uint64_t bytes;
	size_t containers;	   /* that use it */
	size_t running_containers; /* of these */
};

struct image_signature;

struct image_look {
	const struct json *document; /* as a scan makes it; NULL: none */
	bool whole;		     /* its contents were looked into */
	str why, remedy;	     /* why not */
	str base_name, base_digest;
	const struct json *scan; /* member `scan`; NULL: not known */
	str scan_why, scan_remedy;
	const struct image_signature *signatures; /* filled by registry.h, not by the looker */
	size_t signature_n;
	bool signatures_known;
	str signatures_why, signatures_remedy;
};

struct image_looker {
	/* Fails only where no more images can be told at all. */
	int (*look)(void *context, struct docker_facts *facts, const struct image_asked *image,
		    struct arena *arena, struct image_look *out, struct err *err);
	void *context;
};

/* Distinct images. */
struct image_counts {
	size_t stored;
	size_t used;	     /* by containers */
	size_t used_running; /* by running ones */
};

/* By the first tag, then id. fn as in docker_facts_each. */
int image_facts_each(struct docker_facts *facts, docker_facts_fn *fn, void *context,
		     struct err *err) MUST_USE;
/* Those that are wanted; asked of each that the engine lists, before any is looked into. */
typedef bool image_wants_fn(void *context, const struct image_asked *image);
int image_facts_some(struct docker_facts *facts, image_wants_fn *wants, void *wants_context,
		     docker_facts_fn *fn, void *context, struct err *err) MUST_USE;
int image_facts_count(struct docker_facts *facts, struct image_counts *out,
		      struct err *err) MUST_USE;

/*
 * The configuration of an image as the image specification has it ("config", "history" ...), made
 * of what the engine answers to inspection and history. It lives in `arena`.
 */
int image_facts_config(struct docker_facts *facts, str id, struct arena *arena,
		       const struct json **out, struct err *err) MUST_USE;
