/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zip_stream: the content of a compressed entry as a file that can be read here and there, in
 * bounded memory whatever its size: it is expanded again from the beginning when a reader goes
 * back; the last ZIP_STREAM_TAIL bytes, where an archive inside has its directory, are kept. All
 * that is expanded counts in the budget of the archive, so that going to and fro has an end.
 */
#include "fmt/binary/zip.h"

#define ZIP_STREAM_TAIL (256u << 10)

struct inflate_state;

struct zip_stream {
	struct file_view view; /* to read it; its path is empty */
	struct zip *zip;
	struct zip_entry entry;
	uint64_t data; /* of the stored bytes, in the source */
	struct inflate_state *state;
	char *in, *out, *tail;
	uint64_t in_used; /* stored bytes fed so far */
	uint64_t out_at;  /* of the window, in the content */
	size_t out_n;
	uint32_t crc; /* of the content up to the end of the window */
	bool tail_filled;
};

/* The archive must live as long, and is not to be read through by others meanwhile. */
int zip_stream_open(struct zip_stream *stream, struct zip *zip, const struct zip_entry *entry,
		    struct err *err) MUST_USE;
void zip_stream_done(struct zip_stream *stream);
static inline void auto_zip_stream_done(struct zip_stream *stream) { zip_stream_done(stream); }
