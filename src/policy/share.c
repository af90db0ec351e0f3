/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/share.h"

#include <sys/random.h>

#include "policy/eval.h"
#include "policy/footprint.h"

#define MODULES_MAX_BYTES (64u << 20)
#define NAMES_MAX_BYTES	  (64u << 10)

struct share_ids {
	struct arena *arena;
	struct map modules, paths, places;
	uint64_t modules_n, n;
	uint32_t places_n;
	bool unique;
};

struct share_ids *share_ids_new(struct arena *arena)
{
	struct share_ids *ids = ARENA_NEW(arena, struct share_ids);

	ids->arena = arena;
	map_init(&ids->modules, arena);
	map_init(&ids->paths, arena);
	map_init(&ids->places, arena);
	/* 2^64 places to begin at: the ids of two do not meet. */
	ids->unique = getrandom(&ids->n, sizeof(ids->n), GRND_NONBLOCK) == sizeof(ids->n);
	return ids;
}

bool share_ids_are_unique(const struct share_ids *ids) { return ids->unique; }

uint32_t share_place(struct share_ids *ids, struct term *const *names, size_t n)
{
	AUTO(buf_done)
	struct buf key = { 0 };
	void **slot;

	buf_init(&key, NAMES_MAX_BYTES);
	for (size_t i = 0; i < n; i++) {
		str name = value_text(&names[i]->value);

		buf_fmt(&key, "%zu ", name.n);
		buf_add(&key, name);
	}
	if (key.overflow ||
	    (ids->places_n == SHARE_PLACES && !map_has(&ids->places, buf_str(&key))))
		return 0;
	slot = map_slot(&ids->places, buf_str(&key));
	if (!*slot)
		*slot = (void *)(uintptr_t)++ids->places_n;
	return (uint32_t)(uintptr_t)*slot;
}

/* Not 0. */
static uint64_t next(struct share_ids *ids)
{
	ids->n += ids->n == UINT64_MAX ? 2 : 1;
	return ids->n;
}

uint64_t share_modules(struct share_ids *ids, const struct policy_source *sources, size_t n)
{
	struct buf key;
	void **slot;

	buf_init(&key, MODULES_MAX_BYTES);
	for (size_t i = 0; i < n; i++) {
		if (!sources[i].shared)
			continue;
		buf_fmt(&key, "%d %zu ", sources[i].v0, sources[i].text.n);
		buf_add(&key, sources[i].text);
	}
	slot = map_slot(&ids->modules, buf_str(&key));
	if (!*slot && !key.overflow)
		*slot = (void *)(uintptr_t)++ids->modules_n;
	buf_done(&key);
	return key.overflow ? 0 : (uint64_t)(uintptr_t)*slot;
}

uint64_t share_id(struct share_ids *ids, uint64_t modules, str path)
{
	AUTO(buf_done)
	struct buf key = { 0 };
	void **slot;

	if (modules == 0)
		return next(ids);
	buf_init(&key, MODULES_MAX_BYTES);
	buf_fmt(&key, "%llu ", (unsigned long long)modules);
	buf_add(&key, path);
	slot = map_slot(&ids->paths, buf_str(&key));
	if (!*slot)
		*slot = (void *)(uintptr_t)next(ids);
	return (uint64_t)(uintptr_t)*slot;
}

/* ---- evaluations --------------------------------------------------------------------------- */

#define SHARE_MAX_ARGS 4u

struct policy_share {
	struct arena *arena;
	struct memos memos;
	const struct value **places; /* by their numbers from 1 on; NULL: not looked up yet */
};

static const struct value nothing = { .type = VALUE_NULL };

struct policy_share *policy_share_new(const struct share_ids *ids, struct arena *arena)
{
	struct policy_share *share = ARENA_NEW(arena, struct policy_share);

	share->arena = arena;
	share->places = ARENA_ARRAY(arena, const struct value *, (size_t)ids->places_n + 1);
	return share;
}

const struct value *eval_place(const struct eval *ev, const struct node *node)
{
	const struct value **at = &ev->run->share->places[node->place], *v = *at;

	if (!v) {
		v = &ev->context->input;
		for (uint32_t i = 0; v && i < node->place_n; i++)
			v = value_step(v, &node->args[i].node->value);
		*at = v ? v : &nothing;
	}
	return v == &nothing ? NULL : v;
}

/* What a part of the input is; one that is not there is equal to itself alone. */
static struct value part_at(const struct eval *ev, const struct footprint_path *path)
{
	const struct value *v = &ev->context->input;

	for (uint32_t i = 0; v && i < path->n; i++)
		v = value_step(v, &path->keys[i]);
	return v ? *v : (struct value){ .type = VALUE_SET + 1 };
}

struct memo *eval_shared(struct eval *ev, const struct group *group, const struct value *args,
			 uint32_t n)
{
	struct value key[FOOTPRINT_PATHS + SHARE_MAX_ARGS];
	const struct footprint *footprint = group->footprint;

	if (!ev->context->shares || group->share == 0 || n > SHARE_MAX_ARGS)
		return NULL;
	for (uint32_t i = 0; i < n; i++)
		key[i] = args[i];
	for (uint32_t i = 0; i < footprint->n; i++)
		key[n + i] = part_at(ev, &footprint->paths[i]);
	return memo_in(&ev->run->share->memos, ev->run->share->arena,
		       (const void *)(uintptr_t)group->share, key, n + footprint->n);
}
