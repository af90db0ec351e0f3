/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * archive: images in a tar file: an OCI layout (oci-archive) or what `docker save` writes
 * (docker-archive: manifest.json, or the older "repositories" with a folder per layer). Read in
 * place; a compressed one is expanded to a temporary file first.
 */
#include "fmt/binary/tar_index.h"
#include "oci/image_internal.h"

enum archive_kind { ARCHIVE_ANY, ARCHIVE_OCI, ARCHIVE_DOCKER };

struct archive {
	int fd;
	struct tar_index index;
	const struct tar_place **layers; /* docker-archive: where layer i is; NULL: by digest */
};

/*
 * Opens the images of `fd`, which becomes the image's in any case. `reference` is empty or
 * ":TAG", "@DIGEST" (oci), "@N" (docker). What an archive that is both is taken for, when any will
 * do: OCI, as that one names digests of manifests.
 */
int archive_open(struct image *image, int fd, enum archive_kind kind, str reference,
		 struct err *err) MUST_USE;
/* The same for "FILE[:TAG|@DIGEST|@N]". */
int archive_open_file(struct image *image, enum archive_kind kind, str rest,
		      struct err *err) MUST_USE;

/* The two halves of it. The index has been read. */
int archive_open_docker(struct image *image, struct archive *archive, str reference,
			struct err *err) MUST_USE;
int archive_open_legacy(struct image *image, struct archive *archive, str reference,
			struct err *err) MUST_USE;
