/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin_cache.h"

#include "base/map.h"
#include "policy/builtin.h"
#include "policy/kept.h"

struct entry {
	const struct builtin_compiled *kind;
	void *object;
};

struct builtin_cache {
	struct arena *arena;
	struct map entries;
	struct kept *kept;
};

struct builtin_cache *builtin_cache_new(void)
{
	struct builtin_cache *cache = mem_zalloc(sizeof(*cache));

	cache->arena = arena_new();
	map_init(&cache->entries, cache->arena);
	return cache;
}

static void drop_all(struct builtin_cache *cache)
{
	MAP_EACH (&cache->entries, e) {
		struct entry *entry = e->value;

		entry->kind->free(entry->object);
	}
	arena_reset(cache->arena);
	map_init(&cache->entries, cache->arena);
}

void builtin_cache_free(struct builtin_cache *cache)
{
	if (!cache)
		return;
	drop_all(cache);
	kept_free(cache->kept);
	arena_free(cache->arena);
	free(cache);
}

#define KEY_SMALL 512u

void *builtin_cached(struct builtin_call *call, const struct builtin_compiled *kind, str text)
{
	struct builtin_cache *cache = call->cache;
	size_t n = sizeof(kind) + text.n;
	char small[KEY_SMALL], *bytes = n <= sizeof(small) ? small : mem_alloc(n);
	struct entry *entry;
	void *object = NULL;

	memcpy(bytes, &kind, sizeof(kind));
	if (text.n)
		memcpy(bytes + sizeof(kind), text.p, text.n);
	entry = map_get(&cache->entries, str_of(bytes, n));
	if (!entry && (object = kind->make(text, call->err))) {
		if (cache->entries.n >= BUILTIN_CACHE_OBJECTS ||
		    arena_used(cache->arena) > BUILTIN_CACHE_BYTES)
			drop_all(cache);
		entry = ARENA_NEW(cache->arena, struct entry);
		*entry = (struct entry){ .kind = kind, .object = object };
		map_put(&cache->entries, str_of(bytes, n), entry);
	}
	if (bytes != small)
		free(bytes);
	return entry ? entry->object : NULL;
}

struct kept *builtin_cache_kept(struct builtin_cache *cache)
{
	if (!cache->kept)
		cache->kept = kept_new();
	return cache->kept;
}
