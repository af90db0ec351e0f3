/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* fix_solve: edits that make one constraint pass; and fewer edits that still do. */
#include "policy/constraint/fix_internal.h"

/* Why nothing was found. */
struct fix_hints {
	bool digest, identity, empty, asked, full;
};

/* Adds to *edits what makes the target pass; false: nothing was found and they are as before. */
bool fix_solve(struct fix_search *search, const struct fix_target *target, struct fix_edits *edits,
	       struct fix_hints *hints);
/* Is the constraint satisfied with the edits? */
bool fix_passes(struct fix_search *search, const struct fix_target *target,
		const struct fix_edits *edits);
/* Only decisions that are needed: for each target marked in `fixed` to pass, and the others to
 * violate no more than they did. */
void fix_reduce(struct fix_search *search, const bool *fixed, struct fix_edits *edits);
