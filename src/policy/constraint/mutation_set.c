/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/mutation_set.h"

#include "base/err.h"
#include "policy/constraint/mutate.h"

#include <stdlib.h>

void mutation_set_init(struct mutation_set *set, struct arena *arena)
{
	*set = (struct mutation_set){ .arena = arena };
}

static int order(const struct mutator *a, const struct mutator *b)
{
	int by = strcmp(mutator_kind_name(a->kind), mutator_kind_name(b->kind));

	by = by ? by : str_cmp(a->namespace, b->namespace);
	return by ? by : str_cmp(a->name, b->name);
}

static int by_order(const void *a, const void *b) { return order(a, b); }

int mutation_set_add(struct mutation_set *set, const struct json *json, struct err *err)
{
	struct mutator m;
	int rc = mutator_read(json, set->arena, &m, err);

	if (rc <= 0)
		return rc;
	for (size_t i = 0; i < set->n; i++) {
		if (order(&set->items[i], &m) == 0) {
			set->items[i] = m;
			return 1;
		}
	}
	if (set->n >= MUTATION_SET_MAX)
		return err_set(err, ERR_LIMIT, "more than %u mutators", MUTATION_SET_MAX);
	set->items = arena_grow(set->arena, set->items, set->n, &set->cap, sizeof(*set->items));
	set->items[set->n++] = m;
	return 1;
}

/* ---- conflicts ----------------------------------------------------------------------------- */

/* What a node says of its value: what the next one asks of it. */
enum place { PLACE_UNKNOWN, PLACE_OBJECT, PLACE_LIST, PLACE_STRING, PLACE_SET };

static enum place place_of(const struct mutator *m, size_t i)
{
	if (i + 1 < m->location.n)
		return m->location.nodes[i + 1].list ? PLACE_LIST : PLACE_OBJECT;
	if (m->kind == MUTATOR_IMAGE)
		return PLACE_STRING;
	return m->kind == MUTATOR_SET ? PLACE_SET : PLACE_UNKNOWN;
}

static bool lists_meet(const struct json *a, const struct json *b)
{
	JSON_EACH (a, x) {
		JSON_EACH (b, y)
			if (str_eq(json_str(x), json_str(y)))
				return true;
	}
	return false;
}

static bool kinds_meet(const struct mutator *a, const struct mutator *b)
{
	JSON_EACH (a->apply_to, x) {
		JSON_EACH (b->apply_to, y) {
			if (lists_meet(JSON_GET(x, "groups"), JSON_GET(y, "groups")) &&
			    lists_meet(JSON_GET(x, "versions"), JSON_GET(y, "versions")) &&
			    lists_meet(JSON_GET(x, "kinds"), JSON_GET(y, "kinds")))
				return true;
		}
	}
	return false;
}

static bool places_conflict(const struct mutator *a, const struct mutator *b)
{
	for (size_t i = 0; i < a->location.n && i < b->location.n; i++) {
		enum place x = place_of(a, i), y = place_of(b, i);

		if (!str_eq(a->location.nodes[i].name, b->location.nodes[i].name))
			return i > 0 && a->location.nodes[i].list && b->location.nodes[i].list;
		if (x == PLACE_UNKNOWN || y == PLACE_UNKNOWN)
			return false;
		if (x != y)
			return true;
	}
	return false;
}

static str id_text(const struct mutator *m, struct arena *arena)
{
	return str_fmt(arena, "%s %.*s", mutator_kind_name(m->kind), STR_ARG(m->name));
}

int mutation_set_seal(struct mutation_set *set, struct err *err)
{
	const struct mutator *first = NULL;

	if (set->n > 0)
		qsort(set->items, set->n, sizeof(*set->items), by_order);
	for (size_t i = 0; i < set->n; i++) {
		for (size_t k = i + 1; k < set->n; k++) {
			struct mutator *a = &set->items[i], *b = &set->items[k];

			if (!kinds_meet(a, b) || !places_conflict(a, b))
				continue;
			first = first ? first : a;
			a->conflict = id_text(b, set->arena);
			b->conflict = id_text(a, set->arena);
		}
	}
	if (!first)
		return 0;
	return err_set(err, ERR_INPUT,
		       "%s %.*s and %.*s have conflicting schemas: they take one place for values "
		       "of different types",
		       mutator_kind_name(first->kind), STR_ARG(first->name),
		       STR_ARG(first->conflict));
}

/* ---- applying ------------------------------------------------------------------------------ */

/* 1: at least one was applied; `limit` is what the arena may have in use. */
static int one_round(const struct mutation_set *set, const struct mutation_run *run,
		     struct arena *arena, size_t limit, const struct json **object, struct err *err)
{
	int applied = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct mutator *m = &set->items[i];
		struct resource r;
		struct match_target target = { .object = &r,
					       .namespace = run->namespace,
					       .source = run->source,
					       .inside = run->inside };
		struct mutate_context context;
		int rc;

		if (m->conflict.n > 0)
			continue;
		if (arena_used(arena) > limit)
			return err_set(err, ERR_LIMIT, "mutation takes more than %u bytes",
				       MUTATION_SET_MAX_BYTES);
		if (resource_read(*object, &r, err) < 0)
			return -1;
		context = (struct mutate_context){ r.name, r.namespace, run->username };
		rc = mutator_applies(m, &target, err);
		if (rc > 0)
			rc = mutate(m, *object, &context, arena, object, err);
		if (rc < 0)
			return err_wrap(err, "%s %.*s failed for %.*s", mutator_kind_name(m->kind),
					STR_ARG(m->name), STR_ARG(resource_text(&r, arena)));
		applied |= rc;
	}
	return applied;
}

static int finish(const struct mutation_run *run, const struct json *object, struct arena *arena,
		  const struct json **out, struct err *err)
{
	if (mutation_external(object, run->providers, arena, out, err) < 0)
		return -1;
	return 1;
}

int mutation_set_apply(const struct mutation_set *set, const struct json *object,
		       const struct mutation_run *run, struct arena *arena, const struct json **out,
		       struct err *err)
{
	size_t limit = arena_used(arena) + MUTATION_SET_MAX_BYTES;
	const struct json *now = object;
	struct resource r;

	for (size_t round = 0; round < set->n + 1; round++) {
		const struct json *before = now;
		int rc = one_round(set, run, arena, limit, &now, err);

		if (rc < 0)
			return -1;
		if (rc == 0 || json_equal(before, now)) {
			bool same = json_equal(object, now);

			if (rc > 0 && round > 0 && same) {
				IGNORE(resource_read(object, &r, err)); /* it was read before */
				return err_set(err, ERR_INPUT, "oscillating mutation for %.*s",
					       STR_ARG(resource_text(&r, arena)));
			}
			*out = object;
			return same ? 0 : finish(run, now, arena, out, err);
		}
	}
	*out = object;
	if (set->n == 0)
		return 0;
	if (resource_read(object, &r, err) < 0)
		return -1;
	return err_set(err, ERR_LIMIT, "mutation not converging for %.*s",
		       STR_ARG(resource_text(&r, arena)));
}
