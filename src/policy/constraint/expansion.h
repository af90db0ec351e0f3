/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * expansion: what a workload will make: ExpansionTemplates (expansion.gatekeeper.sh) say of which
 * kinds the objects of another kind are made, and where their template stands.
 *
 *	struct expansion_set set;
 *	struct expanded out;
 *
 *	expansion_set_init(&set, arena);
 *	if (expansion_set_add(&set, json, &err) < 0 || expansion_set_seal(&set, &err) < 0)
 *		return -1;
 *	if (expansion_expand(&set, &deployment, namespace, &mutations, arena, &out, &err) < 0)
 *		return -1;
 *
 * What was made is mutated, and expanded in its turn. Templates that come back to where they began
 * are refused when the set is sealed.
 */
#include "policy/constraint/mutation_set.h"

#define EXPANSION_MAX_DEPTH	30u
#define EXPANSION_MAX_TEMPLATES 1000u
#define EXPANSION_MAX_RESULTS	10000u /* of one object */

struct expansion_template {
	str name, source, enforcement; /* enforcement empty: the constraint's own */
	str group, version, kind;      /* of what is made */
	const struct json *apply_to;
	unsigned state; /* while cycles are looked for */
};

struct expansion_set {
	struct arena *arena;
	struct expansion_template *items;
	size_t n, cap;
};

struct expanded {
	struct expanded_object {
		struct resource resource;
		const struct expansion_template *template;
	} * items;
	size_t n, cap;
};

void expansion_set_init(struct expansion_set *set, struct arena *arena);
/* 1; 0: it is no ExpansionTemplate; -1. */
int expansion_set_add(struct expansion_set *set, const struct json *json, struct err *err) MUST_USE;
/* -1: a cycle, the template is named. */
int expansion_set_seal(struct expansion_set *set, struct err *err) MUST_USE;

/* Does an object of that kind make any? */
bool expansion_set_is_for(const struct expansion_set *set, const struct resource *generator);

struct expansion_run {
	const struct resource *namespace; /* of the generator, or NULL: unknown, or it has none */
	const struct mutation_set *mutations; /* or NULL */
	str username;
	struct provider_set *providers;
};

/* The objects that `generator` makes, by template name. A template's source that is not there is an
 * error. */
int expansion_expand(const struct expansion_set *set, const struct resource *generator,
		     const struct expansion_run *run, struct arena *arena, struct expanded *out,
		     struct err *err) MUST_USE;
