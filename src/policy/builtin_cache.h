/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What builtins compile from a text (regular expressions, globs, schemas), kept between calls.
 * Holds at most BUILTIN_CACHE_OBJECTS and BUILTIN_CACHE_BYTES of texts; when that is full, all are
 * dropped.
 */
#include "base/str.h"

struct builtin_cache;
struct builtin_call;
struct err;
struct kept;

#define BUILTIN_CACHE_OBJECTS 1024u
#define BUILTIN_CACHE_BYTES   (8u << 20)

struct builtin_compiled {
	void *(*make)(str text, struct err *err); /* NULL on failure */
	void (*free)(void *object);
};

/*
 * The object of `kind` for `text`, made when it is not there; NULL: call->err says why. Valid until
 * the next call of this function.
 */
void *builtin_cached(struct builtin_call *call, const struct builtin_compiled *kind, str text);

/* Results of functions (kept.h). */
struct kept *builtin_cache_kept(struct builtin_cache *cache);
