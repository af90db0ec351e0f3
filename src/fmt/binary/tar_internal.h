/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "fmt/binary/tar.h"

#define TAR_BLOCK_BYTES 512u

/* What the extended headers in front of an entry say about it. */
struct tar_meta {
	bool has_path, has_link, has_size;
	uint64_t size;
	/* GNU sparse files in pax. */
	bool sparse, has_real_size, has_name;
	uint64_t major, minor, real_size;
	bool has_uid, has_gid, capable;
	uint64_t uid, gid;
};

int tar_fail(const struct tar_reader *reader, struct err *err, const char *what);
/* Up to one block, contiguous; NULL with *n_left < n at the end of the stream. */
int tar_bytes(struct tar_reader *reader, size_t n, const char **out, struct err *err);
/* Consumes n bytes. The stream ending before is an error. */
int tar_skip(struct tar_reader *reader, uint64_t n, struct err *err);
/* The next piece of at most `max` bytes. */
int tar_piece(struct tar_reader *reader, uint64_t max, str *piece, struct err *err);

/* A number field: octal digits between spaces and NULs, or base 256. */
bool tar_number(const char *field, size_t n, uint64_t *out);

/* Reads the records of a pax header (in reader->meta) into `meta`, reader->path and reader->link.
 */
int tar_pax(struct tar_reader *reader, struct tar_meta *meta, struct err *err);

/* The map in the header (and extension blocks) of an old GNU sparse file; header is consumed. */
int tar_sparse_gnu(struct tar_reader *reader, const char *header, struct err *err);
int tar_sparse_add(struct tar_reader *reader, uint64_t offset, uint64_t size, struct err *err);
/* Before content of a sparse file is read: the map of version 1.0, and whether the map holds. */
int tar_sparse_begin(struct tar_reader *reader, struct err *err);
int tar_sparse_content(struct tar_reader *reader, str *piece, struct err *err);
