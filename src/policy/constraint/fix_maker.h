/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* fix_maker: changes that are worth trying are put together, and kept when they may be made. */
#include "policy/constraint/fix_guess.h"

#define FIX_MAX_CANDIDATES 1500u

#define COST_ROW     10u
#define COST_COPY    9u
#define COST_ADD     14u
#define COST_VOLUME  13u
#define COST_BELOW   34u
#define COST_REMOVE  22u
#define COST_ELEMENT 24u
#define COST_TOGGLE  20u
#define COST_POOL    44u
#define COST_CHOOSE  3u
#define COST_CHOSEN  8u /* a proposal in place of what somebody chose */
#define COST_LIST    1u
#define COST_GROUP   10u /* an apiVersion of another group */

struct maker {
	struct fix_search *search;
	const struct fix_trace *trace;
	const struct fix_target *target;
	const struct fix_edits *edits;
	struct arena *arena;
	struct fix_candidates *out;
	struct value object; /* the whole, as it is now */
	str kind;
	bool forced; /* an element goes with what hangs on it */
};

/* Edits that are put together. */
struct group {
	struct fix_edit edits[FIX_MAX_GROUP];
	size_t n;
	unsigned cost;
};

/* A place that is looked at. */
struct site {
	struct value path[FIX_MAX_PATH];
	size_t n;
	struct fix_name name;
	const struct value *now; /* NULL: it is not there */
	unsigned flags;
};

/* The name of a place, as the kind knows it that the constraint is asked about. */
bool fix_name_of(const struct maker *m, const struct value *path, size_t n, struct fix_name *out);
/* The place of a node, and of keys that are not there below it. */
bool fix_site_make(const struct maker *m, uint32_t node, const struct value *keys, size_t n,
		   struct site *out);
/* Puts a change of one place (v NULL: it goes) into the group; false: it must not be made. */
bool fix_put(struct maker *m, struct group *c, const struct value *path, size_t n,
	     const struct value *v, unsigned cost, bool choose);
void fix_keep(struct maker *m, const struct group *g);
/* One change that is kept. */
void fix_try_value(struct maker *m, const struct site *site, const struct value *v, unsigned cost,
		   bool choose);
void fix_try_removal(struct maker *m, const struct value *path, size_t n, unsigned cost,
		     bool choose);
/* A row's value, with what it brings along. */
void fix_try_row(struct maker *m, const struct site *site, const struct fix_field *row,
		 unsigned cost);
/* Before Kubernetes 1.30: annotations that name the AppArmor profile of the runtime. */
void fix_try_profiles(struct maker *m, const struct site *site);
/* A volume that is refused becomes an empty folder, or goes with its mounts. */
void fix_try_volume(struct maker *m, const struct site *site);

static inline const struct value *fix_member(const struct value *v, const char *key)
{
	return v && v->type == VALUE_OBJECT ? value_get_str(v, str_c(key)) : NULL;
}
