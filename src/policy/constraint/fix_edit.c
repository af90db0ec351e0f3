/* SPDX-License-Identifier: Apache-2.0 */
/* Places of an object and their changes. */
#include "policy/constraint/fix_internal.h"

#include <assert.h>

bool fix_is_index(const struct value *key) { return key->type == VALUE_NUMBER && key->flag; }

bool fix_same_path(const struct value *a, const struct value *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!value_equal(&a[i], &b[i]))
			return false;
	}
	return true;
}

const struct value *fix_path_copy(struct arena *arena, const struct value *path, size_t n,
				  const struct value *more, size_t more_n)
{
	struct value *all = ARENA_ARRAY(arena, struct value, n + more_n);

	for (size_t i = 0; i < n; i++)
		all[i] = path[i];
	for (size_t i = 0; i < more_n; i++)
		all[n + i] = more[i];
	return all;
}

const struct value *fix_value_at(const struct value *v, const struct value *path, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		v = v->type == VALUE_SET ? NULL : value_step(v, &path[i]);
	return v;
}

/* ---- applying ------------------------------------------------------------------------------ */

/* The edits below one place, which is `depth` keys deep. */
struct applier {
	struct arena *arena;
	const struct fix_edit *list[FIX_MAX_HUNKS];
	size_t n;
};

static bool apply(const struct applier *a, const struct value *v, uint32_t depth,
		  struct value *out);

static struct applier below(const struct applier *a, const struct value *key, uint32_t depth)
{
	struct applier to = { .arena = a->arena };

	for (size_t i = 0; i < a->n; i++) {
		if (a->list[i]->n > depth && value_equal(&a->list[i]->path[depth], key))
			to.list[to.n++] = a->list[i];
	}
	return to;
}

static bool first_of_key(const struct applier *a, size_t i, uint32_t depth)
{
	for (size_t k = 0; k < i; k++) {
		if (value_equal(&a->list[k]->path[depth], &a->list[i]->path[depth]))
			return false;
	}
	return true;
}

static struct value apply_object(const struct applier *a, const struct value *v, uint32_t depth)
{
	struct object_builder b;
	struct value made;

	object_builder_init(&b, a->arena);
	for (uint32_t i = 0; v && i < v->n; i++) {
		struct applier to = below(a, &v->members[i].key, depth);

		if (to.n == 0)
			object_builder_add(&b, v->members[i].key, v->members[i].value);
		else if (apply(&to, &v->members[i].value, depth + 1, &made))
			object_builder_add(&b, v->members[i].key, made);
	}
	for (size_t i = 0; i < a->n; i++) {
		const struct value *key = &a->list[i]->path[depth];
		struct applier to;

		if ((v && value_get(v, key)) || !first_of_key(a, i, depth))
			continue;
		to = below(a, key, depth);
		if (apply(&to, NULL, depth + 1, &made))
			object_builder_add(&b, *key, made);
	}
	return object_builder_take_last(&b);
}

/* Indices behind the end that edits name, rising: the next one at or above `from`, or -1. */
static int64_t next_added(const struct applier *a, uint32_t depth, int64_t from)
{
	int64_t best = -1;

	for (size_t i = 0; i < a->n; i++) {
		int64_t at = a->list[i]->path[depth].i;

		if (at >= from && (best < 0 || at < best))
			best = at;
	}
	return best;
}

static struct value apply_array(const struct applier *a, const struct value *v, uint32_t depth)
{
	struct value_builder b;
	struct value made;
	uint32_t n = v ? v->n : 0;

	value_builder_init(&b, a->arena);
	for (uint32_t i = 0; i < n; i++) {
		struct value key = value_int(i);
		struct applier to = below(a, &key, depth);

		if (to.n == 0)
			value_builder_add(&b, v->items[i]);
		else if (apply(&to, &v->items[i], depth + 1, &made))
			value_builder_add(&b, made);
	}
	for (int64_t at = next_added(a, depth, n); at >= 0; at = next_added(a, depth, at + 1)) {
		struct value key = value_int(at);
		struct applier to = below(a, &key, depth);

		if (apply(&to, NULL, depth + 1, &made))
			value_builder_add(&b, made);
	}
	return value_builder_array(&b);
}

/* False: nothing is left at this place. */
static bool apply(const struct applier *a, const struct value *v, uint32_t depth, struct value *out)
{
	bool array;

	for (size_t i = 0; i < a->n; i++) {
		if (a->list[i]->n != depth)
			continue;
		if (!a->list[i]->remove)
			*out = a->list[i]->value;
		return !a->list[i]->remove;
	}
	assert(a->n > 0); /* who has no edits is not asked */
	array = fix_is_index(&a->list[0]->path[depth]);
	if (v && v->type != (array ? VALUE_ARRAY : VALUE_OBJECT))
		v = NULL;
	for (size_t i = 0; i < a->n; i++) {
		if (fix_is_index(&a->list[i]->path[depth]) != array)
			return false; /* edits that contradict each other are never kept */
	}
	if (!v && a->n == 1 && a->list[0]->remove)
		return false;
	*out = array ? apply_array(a, v, depth) : apply_object(a, v, depth);
	return true;
}

struct value fix_edits_apply(const struct value *object, const struct fix_edits *edits,
			     struct arena *arena)
{
	struct applier a = { .arena = arena };
	struct value out = *object;

	for (size_t i = 0; i < edits->n; i++)
		a.list[a.n++] = &edits->items[i];
	if (a.n > 0 && !apply(&a, object, 0, &out))
		return *object;
	return out;
}

/* ---- adding -------------------------------------------------------------------------------- */

/* An edit below of what an earlier one puts there changes what that puts there. */
static bool fold(struct fix_edit *outer, const struct fix_edit *edit, struct arena *arena)
{
	struct applier a = { .arena = arena };
	struct fix_edit inner = *edit;
	struct value changed;

	inner.path = edit->path + outer->n;
	inner.n = edit->n - outer->n;
	a.list[a.n++] = &inner;
	if (outer->remove && (edit->remove || fix_is_index(&outer->path[outer->n - 1])))
		return false;
	if (outer->remove) { /* in place of what goes, only that */
		struct object_builder none;

		object_builder_init(&none, arena);
		outer->value = object_builder_take_last(&none);
		outer->remove = false;
	}
	if (!apply(&a, &outer->value, 0, &changed) || value_equal(&changed, &outer->value))
		return false;
	outer->value = changed;
	outer->choose |= edit->choose;
	return true;
}

bool fix_edits_put(struct fix_edits *edits, const struct fix_edit *edit, const struct value *object,
		   struct arena *arena)
{
	const struct value *now;
	size_t kept = 0;

	assert(edit->n > 0);
	for (size_t i = 0; i < edits->n; i++) {
		struct fix_edit *e = &edits->items[i];

		if (e->n < edit->n && fix_same_path(e->path, edit->path, e->n))
			return fold(e, edit, arena);
	}
	now = fix_value_at(object, edit->path, edit->n);
	for (size_t i = 0; i < edits->n; i++) {
		struct fix_edit *e = &edits->items[i];

		if (e->n >= edit->n && fix_same_path(e->path, edit->path, edit->n)) {
			if (e->n == edit->n && e->remove == edit->remove &&
			    (e->remove || value_equal(&e->value, &edit->value)))
				return false;
			continue;
		}
		edits->items[kept++] = *e;
	}
	edits->n = kept;
	if (edit->remove ? !now : now && value_equal(now, &edit->value))
		return false;
	if (edits->n == FIX_MAX_HUNKS)
		return false;
	edits->items[edits->n++] = *edit;
	return true;
}
