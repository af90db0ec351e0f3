/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * arena: memory that is freed whole. Allocation never fails (out of memory aborts); nothing in it
 * is freed singly. Not shared between threads without a lock. The caller caps what is sized by
 * input before it asks for it.
 */
#include "base/scope.h"
#include "base/str.h"

struct arena;

struct arena *arena_new(void);
/* Everything allocated from it is gone. NULL is accepted. */
void arena_free(struct arena *arena);
/* Empty again; the largest block is kept for reuse. */
void arena_reset(struct arena *arena);
/* Bytes handed out plus block overhead, for limits and statistics. */
size_t arena_used(const struct arena *arena);

/* Zeroed memory aligned for any type; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* Not zeroed, no alignment: for bytes. */
char *arena_bytes(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* count * size with overflow check (aborts); zeroed. */
void *arena_array(struct arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));
#define ARENA_NEW(arena, type)	    ((type *)arena_alloc(arena, sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_array(arena, n, sizeof(type)))

/*
 * Growing array in an arena: makes room for one more element behind `n`. Returns the array (moved
 * if it had to grow; the old copy stays until the arena is freed).
 *     items = arena_grow(arena, items, n, &cap, sizeof(*items)); items[n++] = x;
 */
void *arena_grow(struct arena *arena, void *items, size_t n, size_t *cap, size_t size)
	__attribute__((returns_nonnull));
/*
 * The same where nobody keeps a pointer into the array: the old copy is given back when it was a
 * large one.
 */
void *arena_regrow(struct arena *arena, void *items, size_t n, size_t *cap, size_t size)
	__attribute__((returns_nonnull));

AUTO_PTR(arena_free, struct arena);

/* malloc/calloc/realloc that abort when there is no memory. */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_zalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_realloc(void *p, size_t size) __attribute__((returns_nonnull));
