/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zip: reads archives of APPNOTE 6.3 (zip64 too) by their central directory, which is streamed, not
 * loaded. Bytes in front of the archive (a start script) and a comment behind it are allowed.
 * Methods: stored and deflate; others, encrypted entries and archives of several parts are
 * ERR_UNSUPPORTED for the entry concerned.
 *
 * Against bombs there is one budget for an archive and all archives inside of it: entries seen,
 * bytes expanded, and bytes taken from each archive, which entries that do not overlap cannot
 * exceed. Over it: ERR_LIMIT. What contradicts itself (places outside of the file, sizes,
 * checksums) is ERR_INPUT. The names and sizes of the local headers are not looked at: the central
 * directory decides, as with the tools that read jars.
 */
#include "fmt/file_view.h"

#define ZIP_NAME_MAX	  4096u
#define ZIP_DIRECTORY_MAX (256u << 20)
#define ZIP_ENTRIES_MAX	  1000000u   /* seen, all archives of a budget */
#define ZIP_EXPANDED_MAX  (1u << 30) /* bytes expanded, all archives of a budget */

struct zip_budget {
	uint64_t entries, expanded; /* left */
};
void zip_budget_init(struct zip_budget *budget);

/* Where the archive lies: a file, or a part of one (a stored entry of another archive). */
struct zip_source {
	const struct file_view *view;
	uint64_t offset, size;
};

struct zip {
	struct zip_source source;
	struct zip_budget *budget;
	uint64_t shift;		  /* bytes in front of the archive */
	uint64_t directory, next; /* in source: begin of the directory, entry not read yet */
	uint64_t end, left;	  /* of the directory; entries it has left */
	uint64_t taken;		  /* stored bytes that were read */
	struct buf window;	  /* of the directory, from window_at on */
	uint64_t window_at;
};

struct zip_entry {
	str name; /* as written, bytes that are not UTF-8 as '?'; valid until the next zip_next */
	uint64_t stored, size;
	uint64_t header; /* of its local header, in the source */
	uint32_t crc;
	uint16_t method;
	bool encrypted, folder;
};

/* Fails when there is no end of a central directory: not a zip file, or one that was cut off. */
int zip_open(struct zip *zip, struct zip_source source, struct zip_budget *budget,
	     struct err *err) MUST_USE;
void zip_done(struct zip *zip);
static inline void auto_zip_done(struct zip *zip) { zip_done(zip); }

/* 1: an entry, 0: end, -1: failed. */
int zip_next(struct zip *zip, struct zip_entry *entry, struct err *err) MUST_USE;
/* The content, in `arena`; one of more than `max` bytes is ERR_LIMIT. */
int zip_read(struct zip *zip, const struct zip_entry *entry, size_t max, struct arena *arena,
	     str *out, struct err *err) MUST_USE;
/* Where the stored bytes of an entry begin in the source. Counts them as taken. */
int zip_data(struct zip *zip, const struct zip_entry *entry, uint64_t *at,
	     struct err *err) MUST_USE;
/* Bytes of the source. */
int zip_source_read(const struct zip_source *source, void *out, size_t n, uint64_t at,
		    struct err *err) MUST_USE;
/* Where the content of an entry that is not compressed lies; false for others. */
bool zip_stored(struct zip *zip, const struct zip_entry *entry, struct zip_source *out);
