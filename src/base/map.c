/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <assert.h>
#include <pthread.h>
#include <sys/random.h>

/* SipHash-2-4: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012). */
static inline uint64_t rotl(uint64_t x, unsigned b) { return x << b | x >> (64 - b); }

struct sip {
	uint64_t a, b, c, d;
};

static inline void sip_round(struct sip *s)
{
	s->a += s->b;
	s->b = rotl(s->b, 13) ^ s->a;
	s->a = rotl(s->a, 32);
	s->c += s->d;
	s->d = rotl(s->d, 16) ^ s->c;
	s->a += s->d;
	s->d = rotl(s->d, 21) ^ s->a;
	s->c += s->b;
	s->b = rotl(s->b, 17) ^ s->c;
	s->c = rotl(s->c, 32);
}

uint64_t siphash(str text, uint64_t k0, uint64_t k1)
{
	struct sip s = { .a = k0 ^ 0x736f6d6570736575u,
			 .b = k1 ^ 0x646f72616e646f6du,
			 .c = k0 ^ 0x6c7967656e657261u,
			 .d = k1 ^ 0x7465646279746573u };
	uint64_t last = (uint64_t)text.n << 56, word;
	size_t i = 0;

	for (; i + 8 <= text.n; i += 8) {
		memcpy(&word, text.p + i, 8);
		s.d ^= word;
		sip_round(&s);
		sip_round(&s);
		s.a ^= word;
	}
	for (unsigned shift = 0; i < text.n; i++, shift += 8)
		last |= (uint64_t)(unsigned char)text.p[i] << shift;
	s.d ^= last;
	sip_round(&s);
	sip_round(&s);
	s.a ^= last;
	s.c ^= 0xff;
	for (int round = 0; round < 4; round++)
		sip_round(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}

/* Set once, before any table exists; read-only afterwards. */
static uint64_t process_key[2];
static pthread_once_t process_key_once = PTHREAD_ONCE_INIT;

static void process_key_set(void)
{
	/* Without randomness the tables still work; they only lose their defence against
	 * chosen keys, so a failure is not worth ending the process for. */
	if (getrandom(process_key, sizeof(process_key), GRND_NONBLOCK) != sizeof(process_key))
		process_key[0] = (uint64_t)(uintptr_t)&process_key ^ (uint64_t)getpid() << 40;
}

uint64_t hash_keyed(str s)
{
	pthread_once(&process_key_once, process_key_set);
	return siphash(s, process_key[0], process_key[1]);
}

void map_init(struct map *map, struct arena *arena) { *map = (struct map){ .arena = arena }; }

static uint64_t slot_make(uint64_t hash, size_t index)
{
	return (hash & 0xffffffff00000000u) | (uint32_t)(index + 1);
}

static struct map_entry *slot_entry(const struct map *map, uint64_t slot)
{
	return &map->entries[(uint32_t)slot - 1];
}

/* Slot that holds the key, or the free one where it belongs. */
static uint64_t *find_slot(const struct map *map, str key, uint64_t hash)
{
	size_t mask = map->slot_count - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		uint64_t *slot = &map->slots[i];

		if (*slot == 0)
			return slot;
		/* Entries are far away in memory: most others are told by the half hash alone. */
		if ((*slot ^ hash) >> 32 == 0 && str_eq(slot_entry(map, *slot)->key, key))
			return slot;
	}
}

static void grow(struct map *map)
{
	size_t count = map->slot_count ? map->slot_count * 2 : 16, mask = count - 1;

	map->slots = ARENA_ARRAY(map->arena, uint64_t, count);
	map->slot_count = count;
	for (size_t n = 0; n < map->n; n++) {
		size_t i = map->entries[n].hash & mask;

		while (map->slots[i])
			i = (i + 1) & mask;
		map->slots[i] = slot_make(map->entries[n].hash, n);
	}
}

static struct map_entry *lookup(const struct map *map, str key)
{
	uint64_t slot;

	if (map->n == 0)
		return NULL;
	slot = *find_slot(map, key, hash_keyed(key));
	return slot ? slot_entry(map, slot) : NULL;
}

void *map_get(const struct map *map, str key)
{
	const struct map_entry *e = lookup(map, key);

	return e ? e->value : NULL;
}

bool map_has(const struct map *map, str key) { return lookup(map, key) != NULL; }

static struct map_entry *add(struct map *map, str key, bool *is_new)
{
	uint64_t hash = hash_keyed(key);
	struct map_entry *e;
	uint64_t *slot;

	/* At most three quarters full. */
	if (map->slot_count == 0 || map->n + 1 > map->slot_count / 4 * 3)
		grow(map);
	slot = find_slot(map, key, hash);
	*is_new = *slot == 0;
	if (!*is_new)
		return slot_entry(map, *slot);
	assert(map->n < UINT32_MAX / 2);
	map->entries = arena_regrow(map->arena, map->entries, map->n, &map->cap, sizeof(*e));
	e = &map->entries[map->n++];
	*e = (struct map_entry){ .key = str_dup(map->arena, key), .hash = hash };
	*slot = slot_make(hash, map->n - 1);
	return e;
}

bool map_put(struct map *map, str key, void *value)
{
	bool is_new;

	add(map, key, &is_new)->value = value;
	return is_new;
}

void **map_slot(struct map *map, str key)
{
	bool is_new;

	return &add(map, key, &is_new)->value;
}
