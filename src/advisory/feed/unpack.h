/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* unpack: a whole packed text (xz, gzip, zstd, bzip2, lz4 or not packed at all) in memory. */
#include "base/buf.h"

struct err;

/* Appends to `out`, whose maximum bounds it: ERR_LIMIT above. */
int unpack_text(str packed, struct buf *out, struct err *err) MUST_USE;
