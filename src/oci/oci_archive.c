/* SPDX-License-Identifier: Apache-2.0 */
/* oci-archive:FILE[:TAG|@DIGEST]: an image layout in a tar file. */
#include "oci/archive.h"

static int oci_archive_open(struct image *image, str rest, struct err *err)
{
	return archive_open_file(image, ARCHIVE_OCI, rest, err);
}

const struct transport transport_oci_archive = {
	.prefix = "oci-archive:",
	.form = "oci-archive:FILE[:TAG|@DIGEST]",
	.open = oci_archive_open,
};
