/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by the files library*.c only. */
#include "policy/constraint/library.h"
#include "policy/constraint/library_parameters.h"

/* A rule with what it is made of. */
struct library_part {
	struct library_rule rule;
	const struct json *document, *template, *constraint; /* rule.yaml ... of the folder */
};

struct library {
	struct arena *arena;
	unsigned refs;
	struct admission admission;
	struct bypass_list exempt, audit_only;
	struct library_part **parts; /* built in by id, then the user's */
	size_t n, cap;
	struct map by_kind; /* built in, to parts */
	struct map by_name; /* the user's: "Kind/name" to parts */
};

/* Fills the rule from its documents. A built-in rule lacks nothing: ERR_INPUT. */
int library_rule_read(struct library_part *part, struct arena *arena, struct err *err) MUST_USE;
/* The rule that a constraint of the user is. */
void library_rule_own(struct library_part *part, const struct constraint *constraint,
		      struct arena *arena);

/* Adds the constraints of a rule: of all, and of each scope that says something about it. */
int library_constraint_add(struct library *lib, struct library_part *part,
			   const struct library_opts *opts, struct err *err) MUST_USE;
