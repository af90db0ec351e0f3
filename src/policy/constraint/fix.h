/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fix: the smallest change of an object that makes it pass the constraints it violates.
 *
 *	struct fix_request request = { .set = set, .review = &review, .run = &run };
 *	struct fix fix;
 *
 *	if (fix_find(&request, arena, &fix, &err) < 0)
 *		return -1;
 *	for (size_t i = 0; i < fix.n; i++)
 *		show(&fix.hunks[i]);                    // report/fix_text.h
 *	for (size_t i = 0; i < fix.refusal_n; i++)
 *		tell(fix.refusals[i].constraint, fix.refusals[i].reason);
 *
 * Nothing is known about a template beforehand: evaluation is watched (policy/watch.h) for what it
 * looks up in the object and what it compares that with; values come from there, from the
 * parameters, and from a table of Kubernetes fields with their safest values (data/fix_field.def).
 * What is answered has been tried: with all hunks every constraint in `fixed` passes and is still
 * asked, no other one that passed fails, and without any one hunk something fails again (up to six
 * hunks: with no smaller part of them does it pass). A hunk is one decision; it may change more
 * than one place when the object would not be valid otherwise (a volume and its mounts).
 *
 * The same request gives the same answer: what bounds the search is steps of evaluation, not time.
 */
#include "policy/constraint/constraint_set.h"

struct expansion_set;

#define FIX_MAX_HUNKS  64u
#define FIX_MAX_VALUES 20000u	 /* parts of an object; larger ones are not changed */
#define FIX_MAX_STEPS  400000ull /* preset of max_steps; about 20 ms */
#define FIX_MAX_TRIES  220u	 /* evaluations of a constraint */
#define FIX_MORE_TRIES 20u	 /* for each violation, up to a hundred of them */

enum fix_op { FIX_ADD, FIX_REPLACE, FIX_REMOVE };

/* One place: keys are texts and indices of the object as it was given. */
struct fix_change {
	enum fix_op op;
	const struct value *path;
	size_t n;
	struct value value; /* add, replace */
};

struct fix_hunk {
	struct fix_change *changes; /* the first is what it is about */
	size_t n;
	bool choose;			     /* the value is a proposal: a person must choose */
	const struct constraint *constraint; /* that it satisfies */
};

enum fix_reason {
	FIX_REASON_REQUEST,   /* what is refused is not a creation or change of an object */
	FIX_REASON_ERROR,     /* the constraint could not be judged */
	FIX_REASON_IDENTITY,  /* kind, name or namespace would have to be another one */
	FIX_REASON_DIGEST,    /* an image's digest has to be looked up */
	FIX_REASON_EXTERNAL,  /* an external provider decides */
	FIX_REASON_INVENTORY, /* it depends on other objects: a value that none of them has */
	FIX_REASON_EMPTY,     /* the constraint's own list of what is permitted is empty */
	FIX_REASON_REFUSED,   /* nothing in the object was asked for that may be changed */
	FIX_REASON_UNKNOWN,   /* no value that was tried passes */
	FIX_REASON_LIMIT,     /* the search was given up: steps, tries, size */
};

struct fix_refusal {
	const struct constraint *constraint;
	enum fix_reason reason;
	str message; /* of its first violation */
};

struct fix {
	struct fix_hunk *hunks; /* in the order of their places */
	size_t n;
	const struct constraint **fixed;
	size_t fixed_n;
	struct fix_refusal *refusals;
	size_t refusal_n;
	struct value object; /* with all hunks */
	unsigned tries;
	uint64_t steps;
};

struct fix_request {
	const struct constraint_set *set;
	const struct expansion_set *expansions; /* pods of workloads are judged too; or NULL */
	const struct review *review;
	const struct review_run *run;
	unsigned actions; /* constraints with one of these; 0: all */
	/* Which constraints count; NULL: all. */
	bool (*wants)(void *context, const struct constraint *constraint);
	void *wants_context;
	uint64_t max_steps; /* 0: FIX_MAX_STEPS */
	/* The object is for Kubernetes 1.MINOR: fields that it does not have are not proposed. 0:
	 * not known, as for the newest. */
	unsigned kubernetes_minor;
};

/* Also when nothing is violated: no hunks. ERR_INPUT: an object without kind. */
int fix_find(const struct fix_request *request, struct arena *arena, struct fix *out,
	     struct err *err) MUST_USE;

/* The object with some of the hunks: those whose bit in `keep` is set (n <= 64). */
struct value fix_apply(const struct value *object, const struct fix *fix, uint64_t keep,
		       struct arena *arena);
/* "spec.containers[0].image", keys that are no plain names in quotes: metadata.labels["a/b"]. */
void fix_path_put(struct buf *out, const struct value *path, size_t n);
/* [{"op": "add", "path": "/spec/hostNetwork", "value": false}] (RFC 6902), in applying order. */
void fix_put_patch(const struct value *object, const struct fix *fix, struct json_writer *w);
/* "digest", "identity" ...: stable, used in JSON. */
const char *fix_reason_name(enum fix_reason reason);
