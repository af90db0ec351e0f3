/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * map: str -> pointer, open addressing, keys copied into the map's arena. The hash (SipHash-2-4) is
 * seeded per process, so that chosen keys cannot make it slow. Iteration follows insertion order.
 */
#include "base/arena.h"
#include "base/str.h"

struct map_entry {
	str key;
	void *value;
	uint64_t hash;
};

struct map {
	struct arena *arena; /* not owned */
	struct map_entry *entries;
	uint64_t *slots; /* upper half of the hash, index + 1 into entries; 0 is free */
	size_t n, cap, slot_count;
};

/* Keys and tables live in `arena`. A map holds at most 2^31 keys. */
void map_init(struct map *map, struct arena *arena);
/* NULL when absent (a NULL value is told apart with map_has). */
void *map_get(const struct map *map, str key);
bool map_has(const struct map *map, str key);
/* Adds or replaces. Returns true when the key was new. */
bool map_put(struct map *map, str key, void *value);
/* The place of the value of `key`, added with NULL when absent. Valid until the next addition. */
void **map_slot(struct map *map, str key);

#define MAP_EACH(map, entry)                                                        \
	for (const struct map_entry *entry = (map)->entries,                        \
				    *entry##_end = entry ? entry + (map)->n : NULL; \
	     entry != entry##_end; entry++)

/* SipHash-2-4 with a key of this process. */
uint64_t hash_keyed(str s);
/* SipHash-2-4 with a key of the caller's: stable between processes. */
uint64_t siphash(str s, uint64_t k0, uint64_t k1);
