/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/fix.h"

#include <limits.h>

#include "base/err.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/fix_solve.h"

#define MAX_PASSES 4u

static const char *const reason_names[] = {
	[FIX_REASON_REQUEST] = "request",   [FIX_REASON_ERROR] = "error",
	[FIX_REASON_IDENTITY] = "identity", [FIX_REASON_DIGEST] = "digest",
	[FIX_REASON_EXTERNAL] = "external", [FIX_REASON_INVENTORY] = "inventory",
	[FIX_REASON_EMPTY] = "empty",	    [FIX_REASON_REFUSED] = "refused",
	[FIX_REASON_UNKNOWN] = "unknown",   [FIX_REASON_LIMIT] = "limit",
};

const char *fix_reason_name(enum fix_reason reason) { return reason_names[reason]; }

/* ---- finding ------------------------------------------------------------------------------- */

static void refuse(struct fix_target *t, enum fix_reason reason)
{
	t->refused = true;
	t->reason = reason;
}

/* Does the text of the template name it? */
static bool mentions(const struct json *v, str word)
{
	bool found = v->type == JSON_STRING && str_find(json_str(v), word) >= 0;

	JSON_EACH (v, item)
		found = found || mentions(item, word);
	JSON_MEMBERS (v, m)
		found = found || mentions(&m->value, word);
	return found;
}

static bool has_empty(const struct value *v)
{
	bool found = v->type == VALUE_ARRAY && v->n == 0;

	for (uint32_t i = 0; v->type >= VALUE_ARRAY && i < v->n && !found; i++)
		found = has_empty(v->type == VALUE_OBJECT ? &v->members[i].value : &v->items[i]);
	return found;
}

/* Would another name, namespace or kind pass? */
static bool hangs_on_identity(struct fix_search *s, const struct fix_target *t)
{
	static const char *const keys[] = { "name", "namespace", "kind" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct value path[2] = { VALUE_STR("metadata"), value_str(str_c(keys[i])) };
		struct fix_edits edits = { .n = 1 };
		bool top = i + 1 == ARRAY_LEN(keys);

		edits.items[0] = (struct fix_edit){ .path = top ? path + 1 : path,
						    .n = top ? 1 : 2,
						    .value = VALUE_STR(FIX_SENTINEL) };
		if (fix_passes(s, t, &edits))
			return true;
	}
	return false;
}

static enum fix_reason reason_of(struct fix_search *s, const struct fix_target *t,
				 const struct fix_hints *hints)
{
	const struct json *template = t->constraint->template->json;

	if (mentions(template, STR("external_data")))
		return FIX_REASON_EXTERNAL;
	if (hints->digest)
		return FIX_REASON_DIGEST;
	if (mentions(template, STR("data.inventory")))
		return FIX_REASON_INVENTORY;
	if (hangs_on_identity(s, t))
		return FIX_REASON_IDENTITY;
	if (hints->full || s->stopped)
		return FIX_REASON_LIMIT;
	if (hints->empty && has_empty(&t->constraint->input))
		return FIX_REASON_EMPTY;
	if (hints->identity)
		return FIX_REASON_IDENTITY;
	return hints->asked ? FIX_REASON_UNKNOWN : FIX_REASON_REFUSED;
}

/* What the object violates as it is. */
static void judge_first(struct fix_search *s)
{
	size_t all = 0;

	s->max_tries = UINT_MAX;
	const struct json *request = s->request->review->request;
	str operation = json_get_str(request, STR("operation"));
	bool changes = !request || str_empty(operation) || str_eq(operation, STR("CREATE")) ||
		       str_eq(operation, STR("UPDATE"));

	for (size_t i = 0; i < s->n; i++) {
		struct fix_target *t = &s->targets[i];
		struct fix_verdict v;
		struct value object;

		if (t->refused) {
			t->before = 1;
			continue;
		}
		arena_reset(s->scratch);
		object = fix_target_object(t, &s->object, s->scratch);
		fix_judge(s, t, &object, NULL, s->scratch, &v);
		t->before = v.n + v.failed;
		all += t->before;
		t->message = str_dup(s->arena, v.first);
		if (v.failed)
			refuse(t, FIX_REASON_ERROR);
		else if (v.n > 0 && !changes)
			refuse(t, FIX_REASON_REQUEST);
	}
	s->max_tries =
		s->tries + FIX_MAX_TRIES + FIX_MORE_TRIES * (unsigned)(all < 100 ? all : 100);
}

static void solve_target(struct fix_search *s, struct fix_target *t, struct fix_edits *edits)
{
	struct fix_hints hints = { 0 };
	struct fix_edits next = *edits;

	if (fix_solve(s, t, &next, &hints)) {
		arena_reset(s->scratch);
		struct value whole = fix_edits_apply(&s->object, &next, s->scratch);

		if (fix_target_matches(s, t, &whole, s->scratch)) {
			*edits = next;
			return;
		}
		refuse(t, FIX_REASON_IDENTITY); /* it would not be asked any more */
		return;
	}
	refuse(t, reason_of(s, t, &hints));
}

static void drop_edits_of(struct fix_edits *edits, const struct constraint *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < edits->n; i++) {
		if (edits->items[i].constraint != c)
			edits->items[kept++] = edits->items[i];
	}
	edits->n = kept;
}

/* Until all pass that can, and no edit breaks what another one mends. */
static void solve_all(struct fix_search *s, struct fix_edits *edits)
{
	for (unsigned pass = 0; pass < MAX_PASSES; pass++) {
		bool broken = false;

		for (size_t i = 0; i < s->n; i++) {
			struct fix_target *t = &s->targets[i];

			if (t->refused || fix_passes(s, t, edits))
				continue;
			broken = true;
			if (pass + 1 == MAX_PASSES && t->before > 0) {
				drop_edits_of(edits, t->constraint);
				refuse(t, FIX_REASON_UNKNOWN);
				continue;
			}
			solve_target(s, t, edits);
		}
		if (!broken)
			return;
	}
}

/* Targets that pass with the edits; what does not any more is refused. */
static bool *check_fixed(struct fix_search *s, struct fix_edits *edits)
{
	bool *fixed = ARENA_ARRAY(s->arena, bool, s->n + 1);

	for (size_t i = 0; i < s->n; i++) {
		struct fix_target *t = &s->targets[i];

		fixed[i] = !t->refused && fix_passes(s, t, edits);
		if (fixed[i] || t->refused)
			continue;
		/* A constraint that passed is violated now: better no change at all. */
		if (t->before == 0)
			edits->n = 0;
		refuse(t, s->stopped ? FIX_REASON_LIMIT : FIX_REASON_UNKNOWN);
		return check_fixed(s, edits);
	}
	return fixed;
}

/* ---- the answer ---------------------------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
	const struct fix_edit *x = a, *y = b;

	for (uint32_t i = 0; i < x->n && i < y->n; i++) {
		int order = value_compare(&x->path[i], &y->path[i]);

		if (order)
			return order;
	}
	return (x->n > y->n) - (x->n < y->n);
}

static struct fix_change change_of(const struct fix_search *s, const struct fix_edit *e)
{
	const struct value *now = fix_value_at(&s->object, e->path, e->n);
	struct fix_change c = { .n = e->n, .op = FIX_REMOVE };
	struct value *path = ARENA_ARRAY(s->arena, struct value, e->n);

	for (uint32_t i = 0; i < e->n; i++)
		value_copy(&path[i], &e->path[i], s->arena);
	c.path = path;
	if (!e->remove) {
		c.op = now ? FIX_REPLACE : FIX_ADD;
		value_copy(&c.value, &e->value, s->arena);
	}
	return c;
}

static void make_hunks(const struct fix_search *s, struct fix_edits *edits, struct fix *out)
{
	bool done[FIX_MAX_HUNKS] = { false };

	if (edits->n > 1)
		qsort(edits->items, edits->n, sizeof(edits->items[0]), by_path);
	out->hunks = ARENA_ARRAY(s->arena, struct fix_hunk, edits->n + 1);
	for (size_t i = 0; i < edits->n; i++) {
		struct fix_hunk *h = &out->hunks[out->n];
		struct fix_change *changes;

		if (done[i])
			continue;
		changes = ARENA_ARRAY(s->arena, struct fix_change, edits->n);
		*h = (struct fix_hunk){ .constraint = edits->items[i].constraint,
					.changes = changes };
		for (size_t k = i; k < edits->n; k++) {
			if (edits->items[k].decision != edits->items[i].decision)
				continue;
			done[k] = true;
			h->choose |= edits->items[k].choose;
			changes[h->n] = change_of(s, &edits->items[k]);
			if (edits->items[k].cost > 0 && h->n > 0) { /* what it is about */
				struct fix_change first = changes[0];

				changes[0] = changes[h->n];
				changes[h->n] = first;
			}
			h->n++;
		}
		out->n++;
	}
}

static void make_answer(struct fix_search *s, const bool *fixed, struct fix_edits *edits,
			struct fix *out)
{
	struct fix_refusal *refusals = ARENA_ARRAY(s->arena, struct fix_refusal, s->n + 1);
	const struct constraint **list = ARENA_ARRAY(s->arena, const struct constraint *, s->n + 1);

	out->refusals = refusals;
	out->fixed = list;
	for (size_t i = 0; i < s->n; i++) {
		const struct fix_target *t = &s->targets[i];

		if (t->before > 0 && t->refused)
			refusals[out->refusal_n++] = (struct fix_refusal){
				.constraint = t->constraint,
				.reason = t->reason,
				.message = t->message,
			};
		else if (t->before > 0 && fixed[i])
			list[out->fixed_n++] = t->constraint;
	}
	make_hunks(s, edits, out);
	out->object = fix_apply(&s->object, out, UINT64_MAX, s->arena);
	out->tries = s->tries;
	out->steps = s->steps;
}

int fix_find(const struct fix_request *request, struct arena *arena, struct fix *out,
	     struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(builtin_cache_free)
	struct builtin_cache *own = NULL;
	const struct resource *object = review_object(request->review);
	struct fix_search s = { .request = request,
				.arena = arena,
				.scratch = scratch,
				.kind = object->kind,
				.max_steps =
					request->max_steps ? request->max_steps : FIX_MAX_STEPS };
	struct fix_edits *edits = ARENA_NEW(arena, struct fix_edits);
	bool *fixed;

	*out = (struct fix){ 0 };
	if (!object->json || str_empty(object->kind))
		return err_set(err, ERR_INPUT, "an object without kind cannot be changed");
	if (!request->run->cache)
		own = builtin_cache_new();
	s.cache = request->run->cache ? request->run->cache : own;
	s.object = value_from_json(object->json, arena);
	if (fix_targets_find(&s, err) < 0)
		return -1;
	judge_first(&s);
	solve_all(&s, edits);
	fixed = check_fixed(&s, edits);
	fix_reduce(&s, fixed, edits);
	make_answer(&s, fixed, edits, out);
	return 0;
}

struct value fix_apply(const struct value *object, const struct fix *fix, uint64_t keep,
		       struct arena *arena)
{
	struct fix_edits *edits = ARENA_NEW(arena, struct fix_edits);

	for (size_t i = 0; i < fix->n; i++) {
		if (!(keep >> i & 1))
			continue;
		for (size_t k = 0; k < fix->hunks[i].n && edits->n < FIX_MAX_HUNKS; k++) {
			const struct fix_change *c = &fix->hunks[i].changes[k];

			edits->items[edits->n++] = (struct fix_edit){ .path = c->path,
								      .n = (uint32_t)c->n,
								      .remove = c->op == FIX_REMOVE,
								      .value = c->value };
		}
	}
	return fix_edits_apply(object, edits, arena);
}
