/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>

#include "base/num.h"

#define BLOCK_FIRST 4096u
#define BLOCK_MAX   (1u << 20)

struct block {
	struct block *next;
	size_t size, used; /* of the bytes behind this header */
	alignas(max_align_t) char data[];
};

struct arena {
	struct block *head;
	size_t total;
};

static __attribute__((noreturn)) void die_no_memory(size_t size)
{
	/* Conventions, section 4: out of memory aborts. */
	fprintf(stderr, "seawall: out of memory (%zu bytes asked for)\n", size);
	abort();
}

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		die_no_memory(size);
	return p;
}

void *mem_zalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		die_no_memory(size);
	return p;
}

void *mem_realloc(void *p, size_t size)
{
	void *q = realloc(p, size ? size : 1);

	if (!q)
		die_no_memory(size);
	return q;
}

struct arena *arena_new(void) { return mem_zalloc(sizeof(struct arena)); }

static void free_blocks(struct block *b)
{
	while (b) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_blocks(arena->head);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	struct block *keep = NULL;

	if (!arena || !arena->head)
		return;
	/* Only a block of ordinary size is worth keeping. */
	if (arena->head->size <= BLOCK_MAX) {
		keep = arena->head;
		free_blocks(keep->next);
		keep->next = NULL;
		keep->used = 0;
	} else {
		free_blocks(arena->head);
	}
	arena->head = keep;
	arena->total = keep ? keep->size : 0;
}

size_t arena_used(const struct arena *arena) { return arena ? arena->total : 0; }

static __attribute__((noinline)) struct block *add_block(struct arena *arena, size_t size)
{
	size_t want = arena->head ? size_min(arena->head->size * 2, BLOCK_MAX) : BLOCK_FIRST;
	struct block *b;
	size_t bytes;

	want = size_max(want, size);
	if (!size_add(want, sizeof(*b), &bytes))
		die_no_memory(size);
	b = mem_alloc(bytes);
	b->size = want;
	b->used = 0;
	arena->total += want;
	/* A single large piece goes behind the head, so that the head's free room is not lost. */
	if (arena->head && size > BLOCK_MAX / 2) {
		b->next = arena->head->next;
		arena->head->next = b;
	} else {
		b->next = arena->head;
		arena->head = b;
	}
	return b;
}

static inline void *take(struct arena *arena, size_t size, size_t align)
{
	struct block *b = arena->head;
	size_t start = b ? (b->used + align - 1) & ~(align - 1) : 0;

	if (!b || start > b->size || b->size - start < size) {
		b = add_block(arena, size);
		start = 0;
	}
	b->used = start + size;
	return b->data + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *p = take(arena, size ? size : 1, alignof(max_align_t));

	memset(p, 0, size ? size : 1);
	return p;
}

char *arena_bytes(struct arena *arena, size_t size) { return take(arena, size ? size : 1, 1); }

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (!size_mul(count, size, &bytes))
		die_no_memory(SIZE_MAX);
	return arena_alloc(arena, bytes);
}

void *arena_grow(struct arena *arena, void *items, size_t n, size_t *cap, size_t size)
{
	size_t grown, bytes;
	void *moved;

	if (n < *cap)
		return items;
	grown = *cap ? *cap * 2 : 8;
	if (grown < *cap || !size_mul(grown, size, &bytes))
		die_no_memory(SIZE_MAX);
	moved = arena_alloc(arena, bytes);
	if (n)
		memcpy(moved, items, n * size);
	*cap = grown;
	return moved;
}

/* The block that holds nothing but `items`: a large piece has one of its own. */
static struct block **block_of(struct arena *arena, const void *items)
{
	for (struct block **b = &arena->head; *b; b = &(*b)->next) {
		if ((*b)->data == (const char *)items)
			return b;
	}
	return NULL;
}

void *arena_regrow(struct arena *arena, void *items, size_t n, size_t *cap, size_t size)
{
	size_t old = *cap, bytes;
	struct block **at, *b;

	/* Smaller pieces share their block with others. */
	if (n < old || !size_mul(old, size, &bytes) || bytes <= BLOCK_MAX / 2)
		return arena_grow(arena, items, n, cap, size);
	at = block_of(arena, items);
	if (!at || (*at)->used != (*at)->size || (*at)->size != bytes || old > SIZE_MAX / 4 / size)
		return arena_grow(arena, items, n, cap, size);
	b = mem_realloc(*at, sizeof(*b) + 2 * bytes);
	*at = b;
	memset(b->data + bytes, 0, bytes);
	arena->total += bytes;
	b->size = b->used = 2 * bytes;
	*cap = 2 * old;
	return b->data;
}
