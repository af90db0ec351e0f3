/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * digest: "algorithm:encoded" of the image specification. Any well-formed digest can be named;
 * sha256, sha384 and sha512 can be computed. Those must be written in lower-case hex of their
 * exact length.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define DIGEST_MAX_BYTES 512u /* of the whole text; ours have at most 135 */
#define DIGEST_TEXT_MAX	 136u /* of a computed one, with NUL */

/* True when `s` follows the grammar (and the length and letters of a known algorithm). */
bool digest_valid(str s);
/* True when the algorithm can be computed. `s` must be valid. */
bool digest_computable(str s);
/* The two halves of a valid digest. */
str digest_algorithm(str s);
str digest_encoded(str s);

/* A running hash. Zeroed is valid for hasher_done. */
struct hasher {
	void *context;
	char algorithm[16];
};

/* Starts for the algorithm of `digest` (a whole digest, or its first half alone). */
int hasher_init(struct hasher *hasher, str digest, struct err *err) MUST_USE;
void hasher_add(struct hasher *hasher, const void *bytes, size_t n);
/* Writes "sha256:..." with NUL; no more adding after it. */
void hasher_text(struct hasher *hasher, char out[DIGEST_TEXT_MAX]);
/* ERR_INPUT with both digests when what was added does not have this digest. */
int hasher_verify(struct hasher *hasher, str digest, struct err *err) MUST_USE;
void hasher_done(struct hasher *hasher);
static inline void auto_hasher_done(struct hasher *hasher) { hasher_done(hasher); }

/* All at once. */
int digest_verify(str bytes, str digest, struct err *err) MUST_USE;
/* sha256 of `bytes` as a digest. */
str digest_sha256(str bytes, struct arena *arena);
