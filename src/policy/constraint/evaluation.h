/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * evaluation: with what bounds and data one constraint is evaluated in a review, for whoever judges
 * by it: the review itself, and the search for the smallest change.
 */
#include "policy/constraint/constraint_set.h"
#include "policy/policy.h"

/*
 * How a constraint is evaluated over `input`, which must outlive it; false: the time for the review
 * is over.
 */
bool evaluation_begin(const struct review_run *run, const struct value *input,
		      struct builtin_cache *cache, struct policy_run *out);
/* The same for one more constraint of a review: `out` is a copy of what the first one began with.
 */
bool evaluation_again(const struct review_run *run, const struct value *input,
		      struct policy_run *out);
