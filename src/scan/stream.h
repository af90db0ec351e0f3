/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * stream: the stored bytes of a layer as the bytes of its archive. Tells gzip (any number of
 * members, CRC checked), zstd (any number of frames) and plain by content. Verifies the digest of
 * the stored bytes or, where only that is known, of the expanded ones, beside inflating.
 *
 * Truncated, corrupt, or followed by anything else: ERR_INPUT. Over a limit: ERR_LIMIT. Memory:
 * some 1.5 MiB, and for zstd the window of the frame (up to 128 MiB where a frame asks for that
 * much).
 */
#include "base/str.h"
#include "fmt/binary/tar.h"

struct err;
struct stream;

struct stream_opts {
	int fd;
	bool seekable;	 /* pread from `offset`; else read */
	uint64_t offset; /* of the first byte */
	uint64_t size;	 /* exactly so many stored bytes */
	str digest;	 /* of the stored bytes; empty: not verified */
	str diff_id;	 /* of the expanded ones; only verified when `digest` is empty */
	uint64_t max_bytes;
	unsigned max_ratio;
};

/* Above this many expanded bytes the ratio counts. */
#define STREAM_RATIO_FROM (1ull << 30)

int stream_open(const struct stream_opts *opts, struct stream **out, struct err *err) MUST_USE;
void stream_close(struct stream *stream);
AUTO_PTR(stream_close, struct stream);

/* The expanded bytes, for tar_init. */
struct tar_source stream_source(struct stream *stream);
/* Reads to the end and verifies the digest. Nothing that was read counts before this succeeded. */
int stream_finish(struct stream *stream, struct err *err) MUST_USE;
/* Expanded bytes so far. */
uint64_t stream_bytes(const struct stream *stream);
