/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * usage: what an object uses now of a list that nobody has decided yet, so that the list can be
 * proposed from what runs: ports, registries, capabilities, profiles, paths. Where the
 * values stand is data of the rule (library_rule.used_path, in the form of object_path).
 *
 *	struct usage usage;
 *
 *	usage_init(&usage, arena, 100);
 *	usage_take(&usage, recommendation, rule, &pod);
 */
#include "posture/object_table.h"

struct library_rule;
struct resource;

struct usage {
	struct arena *arena;
	struct object_use *items; /* each value once for a recommendation */
	size_t n, cap, max;
};

void usage_init(struct usage *usage, struct arena *arena, size_t max);
void usage_take(struct usage *usage, unsigned recommendation, const struct library_rule *rule,
		const struct resource *object);
