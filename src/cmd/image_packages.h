/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * image_packages: the part of an inventory that matching looks at, as a text that is kept: a line
 * of JSON about the image, one for each package. Written and read by this program alone.
 */
#include "base/buf.h"
#include "fmt/inventory.h"

void image_packages_write(const struct inventory *inventory, struct buf *out);
/* `text` outlives the result. ERR_INPUT where it is none. */
int image_packages_read(str text, struct arena *arena, struct inventory *out,
			struct err *err) MUST_USE;
