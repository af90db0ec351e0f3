/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * constraint_set: templates and constraints, loaded once and asked often.
 *
 *	struct constraint_set *set = constraint_set_new();
 *	struct review_run run = { .point = STR("validation.gatekeeper.sh") };
 *	struct review_result result;
 *
 *	for (...)
 *		if (constraint_set_add(set, json, &err) < 0)    // templates before constraints
 *			return -1;
 *	constraint_set_seal(set);
 *	if (constraint_set_review(set, &review, &run, arena, &result, &err) < 0)
 *		return -1;
 *	for (size_t i = 0; i < result.n; i++)
 *		deny = deny || (result.items[i].actions & ACTION_DENY);
 *	constraint_set_unref(set);
 *
 * A sealed set is immutable and may be used by any number of threads, each with its own arena and
 * review_run. A change is a new set. A constraint that cannot be judged (its engine is not
 * supported, its evaluation fails or runs out of budget, the namespace's labels are not known) is
 * a violation with `failed` set and the reason as its message: never nothing.
 */
#include "policy/constraint/constraint.h"
#include "policy/constraint/review.h"

struct builtin_cache;
struct builtin_call;
struct bypass_list;
struct constraint_set;
struct constraint_template;
struct sync_data;
struct sync_view;

#define CONSTRAINT_SET_MAX	     20000u	  /* templates, and constraints */
#define CONSTRAINT_SET_MAX_STEPS     5000000ull	  /* of one constraint over one object */
#define CONSTRAINT_SET_MAX_BYTES     (128u << 20) /* of the arena for it */
#define CONSTRAINT_SET_MAX_VIOLATION 1000u	  /* kept of one constraint; the rest is counted */

struct constraint_set *constraint_set_new(void);
struct constraint_set *constraint_set_ref(struct constraint_set *set);
void constraint_set_unref(struct constraint_set *set);
AUTO_PTR(constraint_set_unref, struct constraint_set);

/* A template or a constraint by its group and kind; 0: it is neither; 1: added. The last counts of
 * two with one name. */
int constraint_set_add(struct constraint_set *set, const struct json *json,
		       struct err *err) MUST_USE;
/* The same for a constraint, with what the library knows of it; `extra` must outlive the set. */
int constraint_set_add_extra(struct constraint_set *set, const struct json *json,
			     const struct constraint_extra *extra, struct err *err) MUST_USE;
/* A template that does not load, for its kind: constraints of it cannot be judged, and say why.
 * Nothing happens where the kind is known, or it is none. */
void constraint_set_add_broken(struct constraint_set *set, const struct json *json, str why);
/* Ends the loading. */
void constraint_set_seal(struct constraint_set *set);

size_t constraint_set_templates(const struct constraint_set *set);
const struct constraint_template *constraint_set_template(const struct constraint_set *set,
							  size_t i);
size_t constraint_set_constraints(const struct constraint_set *set);
/* By kind and name, once it is sealed. */
const struct constraint *constraint_set_constraint(const struct constraint_set *set, size_t i);

struct review_run {
	struct sync_data *data; /* the inventory; NULL: empty. Its value is made before */
	/* Data of a cluster as it changes, in the place of `data`: a template that looks at what is
	 * not there (sync_view_missing) is not judged, and that is a failed violation. */
	struct sync_view *view;
	str point;		     /* enforcement point; empty: all */
	struct builtin_cache *cache; /* of this thread; NULL: one for this review */
	const struct bypass_list *exempt;
	bool list_judged;
	bool no_own; /* constraints of the user are passed over: Config leaves the namespace out */
	int64_t now_ns;	     /* 0: the clock's */
	uint64_t max_steps;  /* 0: CONSTRAINT_SET_MAX_STEPS */
	size_t max_bytes;    /* 0: CONSTRAINT_SET_MAX_BYTES */
	int64_t deadline_ms; /* of time_mono_ms: what is not judged by then is a failed violation;
				0: none */
	void (*print)(void *context, str file, uint32_t line, str text);
	void *print_context;
	int (*external)(struct builtin_call *call, void *context, const struct value *request,
			struct value *out); /* provider_external; NULL: not permitted */
	void *external_context;
	/* Told of each constraint that is for the object, before it is evaluated. */
	void (*judged)(void *context, const struct constraint *constraint);
	void *judged_context;
};

struct violation {
	const struct constraint *constraint;
	str message;
	struct value details; /* an object */
	unsigned actions;     /* enum constraint_action */
	bool failed;	      /* not judged; the message says why */
	bool undecided;	      /* the constraint waits for a decision: found, but no failure yet */
	str template;	      /* of an expansion that made the object; empty: none */
};

struct review_result {
	struct violation *items; /* by kind and name of the constraint */
	size_t n, cap;
	size_t dropped;			  /* violations over CONSTRAINT_SET_MAX_VIOLATION */
	size_t matched;			  /* constraints that were for the object */
	const struct constraint **judged; /* those, where run->list_judged */
	size_t judged_n, judged_cap;
	str bypass;	/* label of an exempt namespace: deny became dryrun */
	uint64_t steps; /* that evaluation took */
};

int constraint_set_review(const struct constraint_set *set, const struct review *review,
			  const struct review_run *run, struct arena *arena,
			  struct review_result *out, struct err *err) MUST_USE;
