/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* yaml_change: changes sorted by the steps of their paths, and what they make of a value. */
#include "fmt/syntax/yaml_edit.h"

/* Changes below one place. */
struct yaml_list {
	const struct yaml_change **items;
	size_t n, depth; /* keys that led here */
};

const struct yaml_step *yaml_step_of(const struct yaml_change *c, size_t depth);
bool yaml_same_step(const struct yaml_step *a, const struct yaml_step *b);
/* Those that go on with the step. */
struct yaml_list yaml_below(struct arena *arena, const struct yaml_list *list,
			    const struct yaml_step *step);
/* The last change that ends here, or NULL. */
const struct yaml_change *yaml_ends_here(const struct yaml_list *list);
/* Has one before the i-th the same next step? */
bool yaml_known_before(const struct yaml_list *list, size_t i);
/* The value (NULL: there is none) with the changes; false: nothing is left at this place. */
bool yaml_apply(struct arena *arena, const struct json *v, const struct yaml_list *list,
		struct json *out);
