/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search: changes are tried one by one for the violations that they take away; a small cover
 * of all violations is put together of them. Where no single change takes one away, those that
 * make the evaluation ask for something new are followed.
 */
#include "policy/constraint/fix_solve.h"

#define MAX_DEPTH    4u
#define MAX_ROUNDS   12u
#define MAX_FOLLOWED 8u	 /* half of it one step on */
#define COST_SURE    11u /* costlier ones are not tried once all violations are covered */

/* What is known of a candidate that was tried. */
struct tried {
	const struct fix_candidate *candidate;
	uint64_t covers; /* violations that it takes away, of the first 64 */
	size_t left;	 /* violations with it */
	bool changed;	 /* they are others */
};

struct round {
	struct fix_search *search;
	const struct fix_target *target;
	const struct fix_edits *edits;
	struct arena *arena;
	struct fix_verdict before;
	struct tried *tried;
	size_t n;
};

/* ---- one try ------------------------------------------------------------------------------- */

/* False: they cannot be made together. */
static bool with_candidate(const struct fix_search *s, const struct fix_edits *edits,
			   const struct fix_candidate *c, struct arena *arena,
			   struct fix_edits *out)
{
	uint32_t linked = edits->decisions + 1;
	bool any = false;

	*out = *edits;
	out->decisions += 2;
	for (size_t i = 0; i < c->n; i++) {
		struct fix_edit e = c->edits[i];

		e.decision = e.decision ? linked : ++out->decisions;
		any |= fix_edits_put(out, &e, &s->object, arena);
	}
	return any;
}

static void judge(struct fix_search *s, const struct fix_target *target,
		  const struct fix_edits *edits, struct arena *arena, struct fix_verdict *out)
{
	struct value whole = fix_edits_apply(&s->object, edits, arena);
	struct value object = fix_target_object(target, &whole, arena);

	fix_judge(s, target, &object, NULL, arena, out);
}

bool fix_passes(struct fix_search *search, const struct fix_target *target,
		const struct fix_edits *edits)
{
	struct fix_verdict v;

	arena_reset(search->scratch);
	judge(search, target, edits, search->scratch, &v);
	return !v.failed && v.n == 0;
}

static bool has_message(const struct fix_verdict *v, uint64_t message)
{
	size_t low = 0, high = v->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (v->messages[middle] < message)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->n && v->messages[low] == message;
}

static bool try_one(struct round *r, const struct fix_candidate *c)
{
	struct tried *t = &r->tried[r->n];
	struct fix_edits edits;
	struct fix_verdict v;

	arena_reset(r->search->scratch);
	if (!with_candidate(r->search, r->edits, c, r->search->scratch, &edits))
		return false;
	judge(r->search, r->target, &edits, r->search->scratch, &v);
	*t = (struct tried){ .candidate = c, .left = v.failed ? SIZE_MAX : v.n };
	if (v.failed)
		return false;
	t->changed = v.n != r->before.n;
	for (size_t i = 0; i < r->before.n; i++) {
		if (has_message(&v, r->before.messages[i]))
			continue;
		t->changed = true;
		if (i < 64 && v.n < r->before.n)
			t->covers |= 1ull << i;
	}
	r->n++;
	return v.n == 0;
}

/* ---- a cover ------------------------------------------------------------------------------- */

static unsigned worth(const struct tried *t, uint64_t open)
{
	unsigned gain = (unsigned)__builtin_popcountll(t->covers & open);

	/* Fewer edits count most, then what they cost. */
	return gain * 100000u / ((unsigned)t->candidate->n * 200u + t->candidate->cost);
}

/* Adds the candidates that together take most away. */
static bool add_cover(struct round *r, struct fix_edits *edits)
{
	uint64_t open = r->before.n >= 64 ? UINT64_MAX : (1ull << r->before.n) - 1;
	bool any = false;

	while (open) {
		const struct tried *best = NULL;
		struct fix_edits next;

		for (size_t i = 0; i < r->n; i++) {
			const struct tried *t = &r->tried[i];

			if ((t->covers & open) && (!best || worth(t, open) > worth(best, open)))
				best = t;
		}
		if (!best)
			break;
		open &= ~best->covers;
		if (!with_candidate(r->search, edits, best->candidate, r->arena, &next))
			continue;
		*edits = next;
		any = true;
	}
	return any;
}

/* The best single candidate alone. */
static bool add_best(struct round *r, struct fix_edits *edits)
{
	const struct tried *best = NULL;
	struct fix_edits next;

	for (size_t i = 0; i < r->n; i++) {
		if (r->tried[i].covers && (!best || r->tried[i].left < best->left))
			best = &r->tried[i];
	}
	if (!best || !with_candidate(r->search, edits, best->candidate, r->arena, &next))
		return false;
	*edits = next;
	return true;
}

/* ---- tracing ------------------------------------------------------------------------------- */

static void trace_run(struct fix_search *s, const struct fix_target *target,
		      const struct fix_edits *edits, struct arena *arena, struct fix_trace *trace,
		      struct fix_verdict *out)
{
	struct value whole, object;

	fix_trace_init(trace, &s->object, edits, &target->constraint->input, arena, &whole);
	object = fix_target_object(target, &whole, arena);
	fix_judge(s, target, &object, trace, arena, out);
}

static bool same_missing(const struct fix_trace *a, const struct fix_missing *m,
			 const struct fix_trace *b, const struct fix_missing *k)
{
	struct value x[FIX_MAX_PATH], y[FIX_MAX_PATH];
	size_t n = fix_node_path(a, m->node, x, FIX_MAX_PATH - m->n);

	if (m->n != k->n || fix_node_path(b, k->node, y, FIX_MAX_PATH - k->n) != n)
		return false;
	return fix_same_path(x, y, n) && fix_same_path(m->keys, k->keys, m->n);
}

/* Does the second evaluation ask for something that the first did not? */
static bool asks_more(const struct fix_trace *first, const struct fix_trace *second)
{
	if (second->partner_n > first->partner_n)
		return true;
	for (size_t i = 0; i < second->missing_n; i++) {
		bool known = false;

		for (size_t k = 0; !known && k < first->missing_n; k++)
			known = same_missing(second, &second->missing[i], first,
					     &first->missing[k]);
		if (!known)
			return true;
	}
	return false;
}

/* What places that are not there would be held against, had they a text. */
static void probe(struct fix_search *s, const struct fix_target *target,
		  const struct fix_edits *edits, struct fix_trace *trace, struct arena *arena)
{
	struct fix_trace *second = ARENA_NEW(arena, struct fix_trace);
	struct fix_edits more = *edits;
	struct fix_verdict v;

	for (size_t i = 0; i < trace->missing_n; i++) {
		const struct fix_missing *m = &trace->missing[i];
		struct value path[FIX_MAX_PATH];
		struct fix_edit e = { .value = VALUE_STR(FIX_SENTINEL) };
		size_t n = fix_node_path(trace, m->node, path, FIX_MAX_PATH - m->n);

		if (n + m->n == 0 || (m->node != 0 && n == 0))
			continue;
		for (size_t k = 0; k < m->n; k++)
			path[n + k] = m->keys[k];
		e.path = fix_path_copy(arena, path, n + m->n, NULL, 0);
		e.n = (uint32_t)(n + m->n);
		IGNORE(fix_edits_put(&more, &e, &s->object, arena)); /* full: fewer are asked */
	}
	if (more.n == edits->n)
		return;
	trace_run(s, target, &more, arena, second, &v);
	fix_trace_merge(trace, second);
}

/* ---- rounds -------------------------------------------------------------------------------- */

struct solver {
	struct fix_search *search;
	const struct fix_target *target;
	struct fix_hints *hints;
};

static bool solve(const struct solver *x, struct fix_edits *edits, unsigned depth);

static void note_hints(struct fix_hints *hints, const struct fix_trace *t,
		       const struct fix_candidates *c)
{
	hints->empty |= t->empty;
	hints->full |= t->full;
	hints->digest |= c->digest;
	hints->identity |= c->identity;
	hints->asked |= c->n > 0;
}

/* Candidates that change something without taking a violation away: what comes behind them. */
static bool follow(const struct solver *x, struct round *r, const struct fix_trace *trace,
		   struct fix_edits *edits, unsigned depth)
{
	unsigned followed = 0;

	for (size_t i = 0; i < r->n && followed < MAX_FOLLOWED >> depth && !x->search->stopped;
	     i++) {
		AUTO(arena_free)
		struct arena *arena = NULL;
		struct fix_edits next;
		struct fix_trace *second;
		struct fix_verdict v;

		if (r->tried[i].left > r->before.n)
			continue;
		arena = arena_new();
		second = ARENA_NEW(arena, struct fix_trace);
		if (!with_candidate(x->search, edits, r->tried[i].candidate, x->search->arena,
				    &next))
			continue;
		trace_run(x->search, x->target, &next, arena, second, &v);
		if (v.failed || (!r->tried[i].changed && !asks_more(trace, second)))
			continue;
		followed++;
		if (solve(x, &next, depth + 1)) {
			*edits = next;
			return true;
		}
	}
	return false;
}

/* All first choices at once. */
static bool sink(const struct solver *x, const struct fix_candidates *all, struct arena *arena,
		 struct fix_edits *edits)
{
	struct fix_edits next = *edits, more;

	for (size_t i = 0; i < all->n; i++) {
		const struct fix_candidate *c = all->items[i];
		bool taken = false;

		for (size_t k = edits->n; k < next.n; k++)
			taken |= next.items[k].n == c->edits[0].n &&
				 fix_same_path(next.items[k].path, c->edits[0].path, c->edits[0].n);
		if (c->n == 1 && c->cost < 34 && !taken &&
		    with_candidate(x->search, &next, c, arena, &more))
			next = more;
	}
	if (next.n == edits->n || !fix_passes(x->search, x->target, &next))
		return false;
	*edits = next;
	return true;
}

static bool try_all(const struct solver *x, struct round *r, const struct fix_candidates *all,
		    struct fix_edits *edits)
{
	uint64_t open = r->before.n >= 64 ? UINT64_MAX : (1ull << r->before.n) - 1;
	uint64_t covered = 0;
	struct fix_edits next;

	r->tried = ARENA_ARRAY(r->arena, struct tried, all->n + 1);
	for (size_t i = 0; i < all->n && !x->search->stopped; i++) {
		const struct fix_candidate *c = all->items[i];

		if ((open & ~covered) == 0 && c->cost > COST_SURE)
			break;
		if (!try_one(r, c) || c->n > 1) {
			if (r->n > 0)
				covered |= r->tried[r->n - 1].covers;
			continue;
		}
		/* One edit, and the cheapest that passes. */
		if (with_candidate(x->search, edits, c, x->search->arena, &next)) {
			*edits = next;
			return true;
		}
	}
	return false;
}

/* Keeps what the edits refer to: candidates die with their round. */
static void keep_edits(const struct fix_search *s, struct fix_edits *edits)
{
	for (size_t i = 0; i < edits->n; i++) {
		struct fix_edit *e = &edits->items[i];
		struct value *path = ARENA_ARRAY(s->arena, struct value, e->n);

		for (uint32_t k = 0; k < e->n; k++)
			value_copy(&path[k], &e->path[k], s->arena);
		e->path = path;
		if (!e->remove)
			value_copy(&e->value, &e->value, s->arena);
	}
}

/* Tries candidates alone and a cover of them. 1: passes; 0: better than before; -1: neither. */
static int try_candidates(const struct solver *x, struct round *r, const struct fix_candidates *all,
			  struct fix_edits *next)
{
	const struct fix_edits before = *next;
	struct fix_verdict v;

	if (try_all(x, r, all, next))
		return 1;
	if (!add_cover(r, next))
		return -1;
	judge(x->search, x->target, next, r->arena, &v);
	if (!v.failed && v.n < r->before.n)
		return v.n == 0;
	*next = before;
	return add_best(r, next) ? 0 : -1;
}

/* One look and what follows from it. 1: passes; 0: better than before; -1: nothing. */
static int round_run(const struct solver *x, struct fix_edits *edits, unsigned depth, size_t *left)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct fix_trace *trace = ARENA_NEW(arena, struct fix_trace);
	struct round r = {
		.search = x->search, .target = x->target, .edits = edits, .arena = arena
	};
	struct fix_edits next = *edits;
	struct fix_candidates all, pool;
	int rc;

	trace_run(x->search, x->target, edits, arena, trace, &r.before);
	if (r.before.failed || (*left != 0 && r.before.n >= *left))
		return -1;
	if (r.before.n == 0)
		return 1;
	*left = r.before.n;
	probe(x->search, x->target, edits, trace, arena);
	fix_candidates_make(x->search, trace, x->target, edits, false, arena, &all);
	note_hints(x->hints, trace, &all);
	rc = try_candidates(x, &r, &all, &next);
	if (rc < 0 && (sink(x, &all, arena, &next) ||
		       (depth < MAX_DEPTH && follow(x, &r, trace, &next, depth))))
		rc = 1;
	if (rc < 0) {
		r.n = 0;
		fix_candidates_make(x->search, trace, x->target, edits, true, arena, &pool);
		rc = try_candidates(x, &r, &pool, &next);
	}
	if (rc < 0)
		return -1;
	keep_edits(x->search, &next);
	*edits = next;
	return rc;
}

static bool solve(const struct solver *x, struct fix_edits *edits, unsigned depth)
{
	struct fix_edits next = *edits;
	size_t left = 0;

	for (unsigned i = 0; i < MAX_ROUNDS && !x->search->stopped; i++) {
		int rc = round_run(x, &next, depth, &left);

		if (rc < 0)
			return false;
		if (rc > 0) {
			*edits = next;
			return true;
		}
	}
	return false;
}

bool fix_solve(struct fix_search *search, const struct fix_target *target, struct fix_edits *edits,
	       struct fix_hints *hints)
{
	struct solver x = { .search = search, .target = target, .hints = hints };

	return solve(&x, edits, 0);
}
