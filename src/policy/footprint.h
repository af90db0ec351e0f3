/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * footprint: what the value of a document or function depends on beside its arguments, told from
 * its plan: which parts of the input it looks at. Whoever knows that two evaluations agree in these
 * parts need not work it out twice (share.h).
 */
#include "base/str.h"

#define FOOTPRINT_PATHS 4u

struct compiler;
struct group;
struct value;

/* Constant names below input. */
struct footprint_path {
	const struct value *keys;
	uint32_t n;
};

struct footprint {
	/* All of the input, base documents, the clock, chance, what `with` changes, more than
	 * FOOTPRINT_PATHS places, or what prints: not to be told. */
	bool unknown;
	bool common; /* the part of the input of that name (policy_options.common) */
	bool local;  /* rules of a module that is not `shared` (policy_source) */
	uint32_t n;
	struct footprint_path paths[FOOTPRINT_PATHS]; /* other parts; none is a part of another */
};

/*
 * Sets the footprint of each group of `order` (those it needs stand before it) and its id: the same
 * in two policies for rules of the same name where all shared modules of the two are the same.
 */
void compile_footprints(struct compiler *compiler, struct group *const *order, size_t n);
