/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fault_place: where in the file the fault of a violation stands. Policies say what is wrong in
 * words; the place follows from the paths of the rule (rule.yaml, `at`), the violation's details
 * and the names and values in its message. A policy of the user has no paths: then its message
 * alone decides. What is missing stands where it belongs: at the container, or the nearest part
 * that is there.
 */
#include "policy/constraint/library.h"
#include "policy/constraint/object_file.h"
#include "policy/constraint/object_path.h"

struct fault_place {
	uint32_t line, col; /* of the file, from 1; col 0: not known */
	str container;	    /* its name; empty: about the object as a whole */
	str pointer;	    /* RFC 6901, in the object of the file; empty: the object itself */
	str path;	    /* the same as people write it */
	str value;	    /* what stands there; empty: nothing, or a collection */
	bool present;
};

/* `rule` may be NULL. Texts live in `arena`. */
void fault_place_find(const struct object_text *object, const struct library_rule *rule,
		      const struct violation *violation, struct arena *arena,
		      struct fault_place *out);
/* The text of a scalar; empty for others. */
str fault_place_scalar(const struct json *v);
