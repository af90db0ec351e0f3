/* SPDX-License-Identifier: Apache-2.0 */
/* Which decisions can be left out. */
#include "policy/constraint/fix_solve.h"

#define MAX_WHOLE 6u /* decisions of which every selection is tried */

struct selection {
	uint32_t decisions[FIX_MAX_HUNKS];
	size_t n;
};

static void select_all(const struct fix_edits *edits, struct selection *out)
{
	out->n = 0;
	for (size_t i = 0; i < edits->n; i++) {
		bool known = false;

		for (size_t k = 0; k < out->n; k++)
			known |= out->decisions[k] == edits->items[i].decision;
		if (!known)
			out->decisions[out->n++] = edits->items[i].decision;
	}
}

static void take(const struct fix_edits *edits, const struct selection *all, uint64_t keep,
		 struct fix_edits *out)
{
	*out = (struct fix_edits){ .decisions = edits->decisions };
	for (size_t i = 0; i < edits->n; i++) {
		for (size_t k = 0; k < all->n; k++) {
			if (all->decisions[k] == edits->items[i].decision && (keep >> k & 1))
				out->items[out->n++] = edits->items[i];
		}
	}
}

static bool holds(struct fix_search *s, const struct fix_target *t, bool fixed,
		  const struct fix_edits *edits)
{
	struct value whole, object;
	struct fix_verdict v;

	arena_reset(s->scratch);
	whole = fix_edits_apply(&s->object, edits, s->scratch);
	object = fix_target_object(t, &whole, s->scratch);
	fix_judge(s, t, &object, NULL, s->scratch, &v);
	return !v.failed && v.n <= (fixed ? 0 : t->before);
}

/* `first`: the constraint that most likely fails. */
static bool all_hold(struct fix_search *s, const bool *fixed, const struct constraint *first,
		     const struct fix_edits *edits)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < s->n; i++) {
			const struct fix_target *t = &s->targets[i];

			if ((t->constraint == first) != (turn == 0) || (t->refused && !t->before))
				continue;
			if (!holds(s, t, fixed[i], edits))
				return false;
		}
	}
	return true;
}

static unsigned cost_of(const struct fix_edits *edits, uint32_t decision,
			const struct constraint **constraint)
{
	unsigned cost = 0;

	for (size_t i = 0; i < edits->n; i++) {
		if (edits->items[i].decision != decision)
			continue;
		cost += edits->items[i].cost;
		*constraint = edits->items[i].constraint;
	}
	return cost;
}

/* The most costly first. */
static void by_cost(const struct fix_edits *edits, struct selection *all)
{
	const struct constraint *c;

	for (size_t i = 1; i < all->n; i++) {
		uint32_t d = all->decisions[i];
		size_t k = i;

		for (; k > 0 && cost_of(edits, all->decisions[k - 1], &c) < cost_of(edits, d, &c);
		     k--)
			all->decisions[k] = all->decisions[k - 1];
		all->decisions[k] = d;
	}
}

/* One by one, until each is needed. */
static void drop_each(struct fix_search *s, const bool *fixed, struct fix_edits *edits)
{
	bool again = true;

	while (again) {
		struct selection all;

		uint64_t keep = UINT64_MAX;
		struct fix_edits fewer;

		again = false;
		select_all(edits, &all);
		by_cost(edits, &all);
		for (size_t i = 0; i < all.n; i++) {
			const struct constraint *c = NULL;

			IGNORE(cost_of(edits, all.decisions[i], &c)); /* for the constraint */
			take(edits, &all, keep & ~(1ull << i), &fewer);
			if (!all_hold(s, fixed, c, &fewer))
				continue;
			keep &= ~(1ull << i);
			again = true;
		}
		take(edits, &all, keep, &fewer);
		*edits = fewer;
	}
}

/* Every selection, small ones first. */
static void drop_many(struct fix_search *s, const bool *fixed, struct fix_edits *edits)
{
	struct selection all;

	select_all(edits, &all);
	if (all.n > MAX_WHOLE)
		return;
	for (unsigned size = 0; size + 1 < all.n; size++) {
		for (uint64_t keep = 0; keep < 1ull << all.n; keep++) {
			struct fix_edits fewer;

			if ((unsigned)__builtin_popcountll(keep) != size)
				continue;
			take(edits, &all, keep, &fewer);
			if (all_hold(s, fixed, NULL, &fewer)) {
				*edits = fewer;
				return;
			}
		}
	}
}

void fix_reduce(struct fix_search *search, const bool *fixed, struct fix_edits *edits)
{
	if (edits->n == 0)
		return;
	drop_each(search, fixed, edits);
	drop_many(search, fixed, edits);
}
