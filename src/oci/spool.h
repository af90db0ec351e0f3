/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * spool: an archive that comes as a stream, or compressed, as a nameless temporary file that can be
 * read at any place. gzip and zstd are told by content and expanded. Runs of zeros take no room on
 * the disk.
 *
 * Limits: `max` bytes of the file; beyond 1 GiB at most SPOOL_RATIO times what came in (ERR_LIMIT);
 * a zstd window of at most 128 MiB. Memory: some 256 KiB and that window.
 */
#include "base/str.h"

struct err;

#define SPOOL_MAX_DEFAULT (64ull << 30)
#define SPOOL_RATIO	  200u
#define SPOOL_RATIO_FROM  (1ull << 30)

struct spool;

int spool_new(const char *tmp_dir, uint64_t max, struct spool **out, struct err *err) MUST_USE;
void spool_free(struct spool *spool);
AUTO_PTR(spool_free, struct spool);
int spool_push(struct spool *spool, str bytes, struct err *err) MUST_USE;
/* No more comes. Returns the descriptor, which is then the caller's. */
int spool_finish(struct spool *spool, struct err *err) MUST_USE;

/*
 * Reads all of `in` (from its position) into a spool, until `deadline_ms` of time_mono_ms (0: no
 * end). Returns its descriptor.
 */
int spool_fd(int in, const char *tmp_dir, uint64_t max, int64_t deadline_ms,
	     struct err *err) MUST_USE;
/* True when the file (readable at any place) begins like something that must be expanded. */
bool spool_is_compressed(int fd);
