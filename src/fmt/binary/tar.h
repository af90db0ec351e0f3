/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tar: reads an archive as it streams by: V7, ustar, pax (POSIX.1-2001), GNU (long names, old
 * sparse files, sparse 0.0, 0.1 and 1.0 in pax). Where the formats leave room it decides as
 * container runtimes do: global pax headers are skipped, a link, folder or device has no content
 * whatever its size field says, the archive ends at two zero blocks or where the stream ends
 * between entries, and what stands behind the end marker is not looked at.
 *
 * Nothing is copied but names. Limits: a pax header or long name 1 MiB (ERR_LIMIT), a sparse map
 * TAR_SPARSE_MAX pieces (only when the content is asked for). Malformed: ERR_INPUT with the offset.
 */
#include "base/buf.h"
#include "base/str.h"

struct err;

#define TAR_META_MAX   (1u << 20)
#define TAR_SPARSE_MAX 65536u

/* Where the bytes come from. */
struct tar_source {
	void *context;
	/* The next bytes, valid until the next call. 1: some, 0: end of the stream, -1: failed. */
	int (*next)(void *context, str *piece, struct err *err);
};

enum tar_type {
	TAR_FILE,
	TAR_HARDLINK,
	TAR_SYMLINK,
	TAR_CHAR,
	TAR_BLOCK,
	TAR_DIR,
	TAR_FIFO,
	TAR_OTHER, /* of no meaning to us, with content that is skipped */
};

struct tar_entry {
	enum tar_type type;
	str path;	 /* as written; views are valid until the next tar_next */
	str link;	 /* of hard and symbolic links */
	uint64_t size;	 /* of the content as a program would read it (holes included) */
	uint64_t stored; /* bytes of it in the archive */
	uint32_t mode;
	uint32_t uid, gid; /* UINT32_MAX: larger, or not a number */
	bool capable;	   /* it has file capabilities */
};

struct tar_piece {
	uint64_t offset, size;
};

struct tar_reader {
	struct tar_source source;
	str piece;	 /* rest of what the source gave last */
	uint64_t offset; /* in the archive */
	uint64_t left;	 /* content of this entry not consumed yet */
	unsigned pad;	 /* and the padding behind it */
	bool ended;

	struct buf path, link, meta; /* names of this entry; a pax header */
	char block[512];	     /* a header that was split between pieces */
	bool sparse, sparse_in_data, sparse_too_large;
	struct tar_piece *map; /* of a sparse file */
	size_t map_n, map_cap, map_at;
	uint64_t real_size, real_at; /* of a sparse file: size, position of tar_content */
};

void tar_init(struct tar_reader *reader, struct tar_source source);
void tar_done(struct tar_reader *reader);
static inline void auto_tar_done(struct tar_reader *reader) { tar_done(reader); }

/* Goes to the next entry; what was not read of this one is skipped. 1: entry, 0: end, -1: failed.
 */
int tar_next(struct tar_reader *reader, struct tar_entry *entry, struct err *err) MUST_USE;

/*
 * The next bytes of the content, holes as zeros; valid until the next call. 1: some, 0: end,
 * -1: failed.
 */
int tar_content(struct tar_reader *reader, str *piece, struct err *err) MUST_USE;

/*
 * Leaves the content of the entry unread: for a source that can seek. The source must go on that
 * many bytes further than where it stands.
 */
uint64_t tar_leave(struct tar_reader *reader);
