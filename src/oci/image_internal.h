/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the transports share with image.c. One transport = one file + one name in meson.build. */
#include "base/arena.h"
#include "oci/image.h"
#include "oci/manifest.h"

struct err;

#define SIZE_UNKNOWN UINT64_MAX /* descriptor.size of a manifest asked for by tag */

/* Where the blobs of an image come from. `store` is the transport's own. */
struct blob_ops {
	/*
	 * The whole of a manifest, index (`manifest` set) or configuration. Not verified here. A
	 * descriptor without digest (by tag) occurs only at the root of a transport that sets one
	 * up.
	 */
	int (*load)(void *store, const struct descriptor *d, bool manifest, size_t max,
		    struct arena *arena, str *out, struct err *err);
	int (*open)(void *store, const struct image_layer *layer, size_t index, struct blob *out,
		    struct err *err);
	/* Joins what open started and tells a transfer that failed. NULL: nothing to do. */
	int (*finish)(void *store, struct blob *blob, struct err *err);
	void (*free)(void *store);
	/*
	 * The index of what refers to this manifest, where the transport can be asked: 1; 0: it
	 * does not know. NULL: it cannot.
	 */
	int (*referrers)(void *store, str digest, struct arena *arena, str *out, struct err *err);
};

struct image {
	struct arena *arena;
	const struct image_opts *opts;
	struct image_manifest manifest;
	const struct blob_ops *ops;
	void *store;
	str index_json; /* of a layout */
};

struct transport {
	const char *prefix; /* "oci:" */
	const char *form;   /* "oci:DIR[:TAG|@DIGEST]" */
	bool whole;	    /* the prefix is the whole target */
	/* `rest` is what follows the prefix. Sets ops and store as soon as there is one to free. */
	int (*open)(struct image *image, str rest, struct err *err);
};

/* Follows `root` through indexes to a manifest and its configuration and fills image->manifest. */
int image_resolve(struct image *image, const struct descriptor *root, struct err *err) MUST_USE;
/*
 * Takes over the configuration: platform, history, diff_ids. `layers` (in order, digest or not) are
 * completed from it. `digest` of the text may be empty.
 */
int image_take_config(struct image *image, str text, struct image_layer *layers, size_t layers_n,
		      struct err *err) MUST_USE;
/* Index of the descriptor to use, by image->opts->platform. */
int image_choose(const struct image *image, const struct descriptor *list, size_t n, size_t *out,
		 struct err *err) MUST_USE;
