/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Writes small zip archives for tests. */
#include <assert.h>
#include <zlib.h>

#include "base/buf.h"

struct zip_writer {
	struct buf out, directory;
	size_t entries, directory_at;
	size_t last; /* place of the last entry, and its sizes */
	uint32_t last_crc;
	size_t last_stored, last_size;
	unsigned last_method;
	bool zip64;
};

static inline void zip_writer_uint(struct buf *b, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		buf_byte(b, (char)(i < sizeof(v) ? v >> (8 * i) & 0xff : 0));
}

static inline void zip_writer_init(struct zip_writer *w)
{
	*w = (struct zip_writer){ .entries = 0 };
	buf_init(&w->out, 64u << 20);
	buf_init(&w->directory, 1u << 20);
}

static inline void zip_writer_done(struct zip_writer *w)
{
	buf_done(&w->out);
	buf_done(&w->directory);
}

/* One more entry of the directory for what was added last. */
static inline void zip_writer_again(struct zip_writer *w, const char *name)
{
	struct buf *d = &w->directory;

	BUF_LIT(d, "PK\1\2");
	zip_writer_uint(d, 20, 2);
	zip_writer_uint(d, 20, 2);
	zip_writer_uint(d, 0, 2);
	zip_writer_uint(d, w->last_method, 2);
	zip_writer_uint(d, 0, 4);
	zip_writer_uint(d, w->last_crc, 4);
	zip_writer_uint(d, w->zip64 ? UINT32_MAX : w->last_stored, 4);
	zip_writer_uint(d, w->zip64 ? UINT32_MAX : w->last_size, 4);
	zip_writer_uint(d, strlen(name), 2);
	zip_writer_uint(d, w->zip64 ? 28 : 0, 2);
	zip_writer_uint(d, 0, 2 + 2 + 2 + 4);
	zip_writer_uint(d, w->zip64 ? UINT32_MAX : w->last, 4);
	buf_add(d, str_c(name));
	if (w->zip64) {
		zip_writer_uint(d, 1, 2);
		zip_writer_uint(d, 24, 2);
		zip_writer_uint(d, w->last_size, 8);
		zip_writer_uint(d, w->last_stored, 8);
		zip_writer_uint(d, w->last, 8);
	}
	w->entries++;
}

static inline void zip_writer_add(struct zip_writer *w, const char *name, str content,
				  bool compressed)
{
	unsigned char packed[1u << 16];
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)content.p,
		       .avail_in = (unsigned)content.n,
		       .next_out = packed,
		       .avail_out = sizeof(packed) };

	w->last = w->out.n;
	w->last_crc = (uint32_t)crc32(0, (const unsigned char *)content.p, (unsigned)content.n);
	w->last_size = w->last_stored = content.n;
	w->last_method = compressed ? 8 : 0;
	if (compressed) {
		int ok = deflateInit2(&z, 9, Z_DEFLATED, -15, 8, 0);

		ok = ok == Z_OK ? deflate(&z, Z_FINISH) : ok;
		assert(ok == Z_STREAM_END);
		w->last_stored = sizeof(packed) - z.avail_out;
		(void)deflateEnd(&z);
	}
	BUF_LIT(&w->out, "PK\3\4");
	zip_writer_uint(&w->out, 20, 2);
	zip_writer_uint(&w->out, 0, 2);
	zip_writer_uint(&w->out, w->last_method, 2);
	zip_writer_uint(&w->out, 0, 4);
	zip_writer_uint(&w->out, w->last_crc, 4);
	zip_writer_uint(&w->out, w->last_stored, 4);
	zip_writer_uint(&w->out, w->last_size, 4);
	zip_writer_uint(&w->out, strlen(name), 2);
	zip_writer_uint(&w->out, 0, 2);
	buf_add(&w->out, str_c(name));
	buf_add(&w->out, compressed ? str_of((char *)packed, w->last_stored) : content);
	zip_writer_again(w, name);
}

/* The archive; a view of w->out. */
static inline str zip_writer_end(struct zip_writer *w, str comment)
{
	size_t end64;

	w->directory_at = w->out.n;
	buf_add(&w->out, buf_str(&w->directory));
	end64 = w->out.n;
	if (w->zip64) {
		BUF_LIT(&w->out, "PK\6\6");
		zip_writer_uint(&w->out, 44, 8);
		zip_writer_uint(&w->out, 45, 2);
		zip_writer_uint(&w->out, 45, 2);
		zip_writer_uint(&w->out, 0, 8);
		zip_writer_uint(&w->out, w->entries, 8);
		zip_writer_uint(&w->out, w->entries, 8);
		zip_writer_uint(&w->out, w->directory.n, 8);
		zip_writer_uint(&w->out, w->directory_at, 8);
		BUF_LIT(&w->out, "PK\6\7");
		zip_writer_uint(&w->out, 0, 4);
		zip_writer_uint(&w->out, end64, 8);
		zip_writer_uint(&w->out, 1, 4);
	}
	BUF_LIT(&w->out, "PK\5\6");
	zip_writer_uint(&w->out, 0, 4);
	zip_writer_uint(&w->out, w->zip64 ? UINT16_MAX : w->entries, 2);
	zip_writer_uint(&w->out, w->zip64 ? UINT16_MAX : w->entries, 2);
	zip_writer_uint(&w->out, w->zip64 ? UINT32_MAX : w->directory.n, 4);
	zip_writer_uint(&w->out, w->zip64 ? UINT32_MAX : w->directory_at, 4);
	zip_writer_uint(&w->out, comment.n, 2);
	buf_add(&w->out, comment);
	return buf_str(&w->out);
}
