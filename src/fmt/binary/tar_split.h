/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tar_split: the records by which a container engine makes the archive of a layer again, byte for
 * byte, from the files it unpacked: lines of JSON, each either bytes of the archive themselves
 * (headers, padding) or the name and size of a file whose content stands there. A name is that of
 * the archive: a path inside of the folder with the files, never one to be followed on the host.
 *
 *	struct tar_split split;
 *	struct tar_split_entry entry;
 *
 *	tar_split_init(&split, fd);
 *	while ((got = tar_split_next(&split, &entry, &err)) > 0)
 *		...
 *	tar_split_done(&split);
 *
 * Read from the begin of `fd`, a file that is not compressed (any more). Records are numbered; one
 * that is missing, twice or of an unknown kind is ERR_INPUT, as is a sum of sizes over 2^63.
 * Memory: one line, at most TAR_SPLIT_LINE bytes (ERR_LIMIT).
 */
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct err;

#define TAR_SPLIT_LINE (4u << 20)

struct tar_split {
	int fd;		 /* not owned */
	bool sizes_only; /* set by the caller after init: bytes are counted, not told */
	uint64_t read;
	struct buf text; /* read and not parsed: from `at` on */
	size_t at;
	bool end; /* of the file */
	uint64_t records, bytes;
	struct arena *scratch; /* of one record */
};

/* Valid until the next one. */
struct tar_split_entry {
	str bytes;     /* of the archive, when there is no name */
	str name;      /* as in the archive, without NUL; empty: bytes */
	uint64_t size; /* of either */
};

void tar_split_init(struct tar_split *split, int fd);
void tar_split_done(struct tar_split *split);
/* 1, 0 at the end, -1. */
int tar_split_next(struct tar_split *split, struct tar_split_entry *out, struct err *err) MUST_USE;
/* Bytes of the archive up to here. */
uint64_t tar_split_bytes(const struct tar_split *split);
