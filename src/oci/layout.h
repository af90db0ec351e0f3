/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * layout: the rules of an OCI image layout that hold for a folder and for an archive: which entry
 * of index.json is meant, and blobs below an opened folder.
 */
#include "oci/image_internal.h"

/* A regular file below `dir`, through links that stay below it. Returns a descriptor. */
int layout_file_open(int dir, const char *path, uint64_t *size, struct err *err) MUST_USE;
/* The whole of it, at most `max` bytes. */
int layout_file_load(int dir, const char *path, size_t max, struct arena *arena, str *out,
		     struct err *err) MUST_USE;

/* Blobs come from "blobs/ALGORITHM/HEX" below `fd`, which the image then owns. */
void layout_dir_attach(struct image *image, int fd);

/* Cuts "PATH[:TAG]" or "PATH[@DIGEST]"; *reference starts with its separator or is empty. */
void target_cut(str rest, str *path, str *reference);

/*
 * Picks the descriptor of index.json: by tag or digest, or the only image there is. `reference` is
 * empty or starts with ':' or '@'. Sets image->manifest.name and repo_tags.
 */
int layout_pick(struct image *image, str index_json, str reference, struct descriptor *out,
		struct err *err) MUST_USE;
