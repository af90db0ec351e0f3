/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zstd_stream: expands zstd data (RFC 8878) that comes in pieces; frames follow each other,
 * skippable ones among them. The result does not depend on where the pieces are cut, which the
 * library's own stream does not promise: with a whole frame at hand it takes a shortcut that judges
 * the first bytes of a piece, not of the frame. Older forms, which the library knows too, are not
 * read.
 */
#include <stdbool.h>

#include "base/scope.h"
#include "base/str.h"

struct err;

/* log2 of the largest window; what the zstd command accepts without being asked for more. */
#define ZSTD_STREAM_WINDOW 27

struct zstd_stream;

struct zstd_stream *zstd_stream_new(void);
void zstd_stream_free(struct zstd_stream *stream);
AUTO_PTR(zstd_stream_free, struct zstd_stream);

/*
 * Takes from the front of *in and writes at most `room` bytes to `out`; *got says how many. Call it
 * until *in is empty and *got is less than room. ERR_INPUT for what is corrupt.
 */
int zstd_stream_step(struct zstd_stream *stream, str *in, char *out, size_t room, size_t *got,
		     struct err *err) MUST_USE;
/* Inside a frame: an input that ends here is cut off. */
bool zstd_stream_open(const struct zstd_stream *stream);
