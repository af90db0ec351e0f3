/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/eval.h"

#define TEXT_MAX 64u /* longer ones are told apart by where they are, as collections */

static bool by_place(const struct value *v)
{
	return v->type >= VALUE_ARRAY || (v->type == VALUE_STRING && v->n > TEXT_MAX);
}

/* Collections are told apart by where they are: never equal by mistake, and cheap. */
static uint64_t hash_arg(const struct value *v)
{
	if (by_place(v))
		return ((uint64_t)(uintptr_t)v->items >> 4) * 0x9e3779b97f4a7c15ull + v->n;
	return value_hash(v);
}

static bool same_arg(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return false;
	if (by_place(a))
		return a->n == b->n && (a->n == 0 || a->items == b->items);
	if (a->type == VALUE_NUMBER)
		return a->flag == b->flag && value_equal(a, b);
	return value_equal(a, b);
}

static bool same(const struct memo *memo, const void *what, const struct value *args, uint32_t n)
{
	if (memo->what != what || memo->arg_n != n)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!same_arg(&memo->args[i], &args[i]))
			return false;
	}
	return true;
}

static void grow(struct memos *memos, struct arena *arena)
{
	size_t n = memos->slot_n ? memos->slot_n * 2 : 32;
	struct memo **slots = ARENA_ARRAY(arena, struct memo *, n);

	for (size_t i = 0; i < memos->slot_n; i++) {
		size_t at;

		if (!memos->slots[i])
			continue;
		at = memos->slots[i]->hash & (n - 1);
		while (slots[at])
			at = (at + 1) & (n - 1);
		slots[at] = memos->slots[i];
	}
	memos->slots = slots;
	memos->slot_n = n;
}

struct memo *memo_in(struct memos *memos, struct arena *arena, const void *what,
		     const struct value *args, uint32_t n)
{
	uint64_t hash = ((uint64_t)(uintptr_t)what >> 4) * 0x9e3779b97f4a7c15ull;
	struct memo *memo;
	size_t at;

	for (uint32_t i = 0; i < n; i++)
		hash = (hash ^ hash_arg(&args[i])) * 0xff51afd7ed558ccdull;
	hash ^= hash >> 32;
	if (memos->n * 2 >= memos->slot_n)
		grow(memos, arena);
	at = (uint32_t)hash & (memos->slot_n - 1);
	for (; (memo = memos->slots[at]); at = (at + 1) & (memos->slot_n - 1)) {
		if (memo->hash == (uint32_t)hash && same(memo, what, args, n))
			return memo;
	}
	memo = ARENA_NEW(arena, struct memo);
	memo->what = what;
	memo->arg_n = n;
	memo->hash = (uint32_t)hash;
	memo->status = -1;
	if (n > 0) {
		struct value *copy = ARENA_ARRAY(arena, struct value, n);

		memcpy(copy, args, n * sizeof(struct value));
		memo->args = copy;
	}
	memos->slots[at] = memo;
	memos->n++;
	return memo;
}

struct memo *memo_of_group(struct eval *ev, const struct group *group)
{
	struct context *context = ev->context;
	struct memo **at;

	if (!context->docs)
		context->docs = ARENA_ARRAY(ev->arena, struct memo *, (size_t)ev->policy->group_n);
	at = &context->docs[group->id];
	if (!*at) {
		*at = ARENA_NEW(ev->arena, struct memo);
		(*at)->status = -1;
	}
	return *at;
}
