/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * image_facts: what is in the images of an engine, for their documents (posture/facts/image.h). The
 * contents of an image never change: what was read once is kept by its id, beside the results of
 * layers, so that the next look costs next to nothing. Flaws come from matching the kept package
 * list with the advisory database of today.
 *
 *	AUTO(image_facts_done)
 *	struct image_facts_source source = { 0 };
 *	struct image_facts_opts opts = { .contents = true };
 *
 *	if (image_facts_init(&source, &opts, in->arena, err) < 0)
 *		return -1;
 *	docker_opts.looker = &source.looker;
 *
 * Without contents (or where they cannot be had) configuration and history of the image are told,
 * as the engine says them.
 */
#include "advisory/db.h"
#include "posture/facts/image.h"

#define IMAGE_FACTS_CACHE_MAX (256ull << 20)
#define IMAGE_FACTS_SECONDS   300u /* for one image */

struct scan_session;

struct image_facts_opts {
	bool contents;	      /* look into images */
	bool no_cache;	      /* keep nothing, use nothing kept */
	const char *host;     /* of docker_facts_opts */
	const char *cert_dir; /* likewise */
	const char *db;	      /* advisory database; NULL: the usual one, where there is one */
	int64_t deadline_ms;  /* of time_mono_ms: images are looked into until then; 0: no end */
};

struct image_facts_source {
	struct image_looker looker;
	struct image_facts_opts opts;
	struct arena *arena;	/* not owned */
	struct advisory_db *db; /* NULL: none but the essentials */
	str db_digest;
	char *cache;  /* folder; NULL: none */
	char *layers; /* that of layers */
	bool wrote;
	struct scan_session *session; /* NULL: nothing was scanned yet */
	/* What became of images. */
	size_t kept, read, failed;
};

/* Fails where a database was named and is none. */
int image_facts_init(struct image_facts_source *source, const struct image_facts_opts *opts,
		     struct arena *arena, struct err *err) MUST_USE;
/* Ends its readers until the next image, and keeps what is kept below its size. */
void image_facts_rest(struct image_facts_source *source);
/* Accepts a zeroed one. */
void image_facts_done(struct image_facts_source *source);
static inline void auto_image_facts_done(struct image_facts_source *source)
{
	image_facts_done(source);
}
