/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * engine_files: an image where a Docker engine of this machine keeps it, in place of its export:
 * the configuration, and each layer as the archive that the engine itself would make of it, of its
 * records (fmt/binary/tar_split.h) and the folder with its files. Nothing rests on trust in that
 * folder: the configuration must have the image's ID as its digest, and a layer is verified by its
 * diff_id as it is read, like that of an export. What does not fit fails, and the engine can be
 * asked.
 *
 * Files are opened below the engine's folder only (openat2, confined), and only regular ones. Their
 * bytes go through a pipe to whoever reads the layer; here they are not looked at.
 *
 * Known are the drivers overlay2, fuse-overlayfs, vfs and btrfs. How long the archive of a layer is
 * is known only when it is opened: image_layer.size is SIZE_LATER until then.
 */
#include "oci/image_internal.h"

struct engine_place {
	str root;   /* the engine's data folder, as the engine names it */
	str driver; /* of storage */
};

/* Where an image lies, by the member GraphDriver of its inspection; false: that does not tell. */
bool engine_place_of(const struct json *graph_driver, struct engine_place *out);

/* `id` is that of the image. The image is untouched on failure. */
int engine_files_open(struct image *image, const struct engine_place *place, str id,
		      struct err *err) MUST_USE;
