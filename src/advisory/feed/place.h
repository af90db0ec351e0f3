/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * place: where files come from: a folder of this machine or an address. Paths below it are foreign:
 * ".." and absolute ones cannot leave a folder.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "net/http.h"

struct err;

struct place {
	str base; /* "https://host/path" or a folder, without a slash at the end */
	struct http_client *client; /* NULL: a folder */
	unsigned total_s;	    /* for one file; 0: no bound */
};

/* What is known of a file from the last time, and what it is now. */
struct place_stamp {
	str etag, modified; /* as the server wrote them; of a file: size and time */
};

bool place_is_url(str text);
/* A client is made for addresses. */
void place_open(struct place *place, str base, unsigned total_s, struct arena *arena);
void place_close(struct place *place);
static inline void auto_place_close(struct place *place) { place_close(place); }

/* The whole file into `out` (emptied first, which also bounds it). */
int place_read(const struct place *place, str path, struct arena *arena, struct buf *out,
	       struct err *err) MUST_USE;

/*
 * Writes the file to `fd` unless it is what `known` says. 1: written, 0: not changed. `stamp` and
 * `bytes` are set when it was written. `seen` is called with the bytes so far; may be NULL.
 */
int place_save(const struct place *place, str path, uint64_t max, const struct place_stamp *known,
	       int fd, struct arena *arena, struct place_stamp *stamp, uint64_t *bytes,
	       void (*seen)(void *data, uint64_t bytes), void *data, struct err *err) MUST_USE;
