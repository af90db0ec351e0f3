/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kept: what functions that look at nothing but their arguments gave for small ones, over any
 * number of evaluations: quantities, names and prefixes come again with each object. A table of
 * KEPT_SLOTS entries of fixed size; a new one takes the place of an older one. For one thread at a
 * time.
 */
#include "policy/value.h"

#define KEPT_SLOTS 512u
#define KEPT_ARGS  3u
#define KEPT_TEXT  64u /* bytes of the texts of arguments and result together */

struct kept;

/* A function by its id (share.h) with its arguments. */
struct kept_call {
	uint64_t function;
	const struct value *args;
	uint32_t n;
};

struct kept *kept_new(void);
void kept_free(struct kept *kept);
/* 1: there, *out is set, its text in the arena; 0: it is known to be undefined; -1: not known. */
int kept_get(const struct kept *kept, const struct kept_call *call, struct arena *arena,
	     struct value *out);
/* `status` 1, or 0: undefined. What is no scalar, or too large, is passed over. */
void kept_put(struct kept *kept, const struct kept_call *call, int status,
	      const struct value *result);
