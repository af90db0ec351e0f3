/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by object_check.c, object_finding.c and object_used.c only. */
#include "policy/constraint/fault_place.h"
#include "policy/constraint/object_check.h"

/* What one rule said of one file. */
struct object_verdicts {
	const struct library_rule *rule;
	struct check_finding *fails, *manuals;
	size_t fail_n, fail_cap, manual_n, manual_cap;
	uint64_t dropped;
	const struct check_object **passed, **failed; /* failed: not judged */
	size_t passed_n, passed_cap, failed_n, failed_cap;
	str reason; /* why the first of those was not judged */
};

/* A violation as finding; false: the same is there already. */
bool object_finding_add(struct object_verdicts *to, const struct object_file *file,
			const struct object_text *object, const struct check_object *name,
			const struct violation *violation, struct arena *arena);

/* Notes what an object uses of which a rule has a list. */
void object_used_add(struct object_check *check, const struct library_rule *rule,
		     const struct object_text *object);
/* Completes the messages of findings that wait for a decision. */
void object_used_tell(struct object_check *check);
