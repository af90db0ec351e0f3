/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * mutation_set: mutators, applied in the order of kind, namespace and name, over and over until
 * nothing changes any more.
 *
 *	struct mutation_set set;
 *	struct mutation_run run = { .source = MATCH_ORIGINAL };
 *
 *	mutation_set_init(&set, arena);
 *	if (mutation_set_add(&set, json, &err) < 0 || mutation_set_seal(&set, &err) < 0)
 *		return -1;
 *	rc = mutation_set_apply(&set, object, &run, arena, &changed, &err);
 *
 * It fails when the object does not settle after as many rounds as there are mutators and one more,
 * or comes back to where it began. Once sealed it is immutable.
 */
#include "policy/constraint/mutator.h"

struct provider_set;

#define MUTATION_SET_MAX       2000u
#define MUTATION_SET_MAX_BYTES (256u << 20) /* of the arena, for one object */

struct mutation_set {
	struct arena *arena;
	struct mutator *items;
	size_t n, cap;
};

void mutation_set_init(struct mutation_set *set, struct arena *arena);
/* 1; 0: it is no mutator; -1. The last of two with one kind and name counts. */
int mutation_set_add(struct mutation_set *set, const struct json *json, struct err *err) MUST_USE;
/*
 * -1: two mutators take the same place of the same kind for different types; the first two are
 * named. Such mutators are left out of what follows, and say so in `conflict`.
 */
int mutation_set_seal(struct mutation_set *set, struct err *err) MUST_USE;

struct mutation_run {
	const struct resource *namespace; /* of the object, or NULL */
	enum match_source source;
	bool inside; /* as of struct match_target */
	str username;
	struct provider_set *providers; /* NULL: asking one fails */
};

/* 1: *out is the changed object; 0: nothing to change, *out is the object; -1. */
int mutation_set_apply(const struct mutation_set *set, const struct json *object,
		       const struct mutation_run *run, struct arena *arena, const struct json **out,
		       struct err *err) MUST_USE;

/* What providers are still to be asked for, put in place. */
int mutation_external(const struct json *object, struct provider_set *providers,
		      struct arena *arena, const struct json **out, struct err *err) MUST_USE;
