/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/kept.h"

struct entry {
	uint64_t function; /* 0: free */
	uint8_t n;
	bool defined;
	struct value args[KEPT_ARGS], result;
	char text[KEPT_TEXT];
};

struct kept {
	struct entry entries[KEPT_SLOTS];
};

struct kept *kept_new(void) { return mem_zalloc(sizeof(struct kept)); }
void kept_free(struct kept *kept) { free(kept); }

static bool has_text(const struct value *v)
{
	return v->type == VALUE_STRING || (v->type == VALUE_NUMBER && !v->flag);
}

/* As it was written: 1.0 and 1 are shown in different ways. */
static bool same(const struct value *a, const struct value *b)
{
	if (a->type != b->type || a->flag != b->flag)
		return false;
	if (has_text(a))
		return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
	return a->type == VALUE_NUMBER ? a->i == b->i : true;
}

static bool is_small(const struct value *v, size_t *left)
{
	size_t n = has_text(v) ? v->n : 0;

	if (v->type >= VALUE_ARRAY || n > *left)
		return false;
	*left -= n;
	return true;
}

static size_t slot_of(const struct kept_call *call)
{
	uint64_t hash = call->function;

	for (uint32_t i = 0; i < call->n; i++)
		hash = (hash ^ value_hash(&call->args[i])) * 0xff51afd7ed558ccdull;
	return (size_t)(hash ^ hash >> 32) & (KEPT_SLOTS - 1);
}

static bool fits(const struct kept_call *call, size_t *left)
{
	if (call->n > KEPT_ARGS)
		return false;
	for (uint32_t i = 0; i < call->n; i++) {
		if (!is_small(&call->args[i], left))
			return false;
	}
	return true;
}

int kept_get(const struct kept *kept, const struct kept_call *call, struct arena *arena,
	     struct value *out)
{
	const struct entry *entry;
	size_t left = KEPT_TEXT;

	if (!fits(call, &left))
		return -1;
	entry = &kept->entries[slot_of(call)];
	if (entry->function != call->function || entry->n != call->n)
		return -1;
	for (uint32_t i = 0; i < call->n; i++) {
		if (!same(&entry->args[i], &call->args[i]))
			return -1;
	}
	if (!entry->defined)
		return 0;
	*out = entry->result;
	if (has_text(out))
		out->text = str_dup(arena, str_of(out->text, out->n)).p;
	return 1;
}

static struct value copy(const struct value *v, char **room)
{
	struct value out = *v;

	if (has_text(v) && v->n > 0) {
		memcpy(*room, v->text, v->n);
		out.text = *room;
		*room += v->n;
	}
	return out;
}

void kept_put(struct kept *kept, const struct kept_call *call, int status,
	      const struct value *result)
{
	struct entry *entry;
	size_t left = KEPT_TEXT;
	char *room;

	if (!fits(call, &left) || (status == 1 && !is_small(result, &left)))
		return;
	entry = &kept->entries[slot_of(call)];
	room = entry->text;
	entry->function = call->function;
	entry->n = (uint8_t)call->n;
	entry->defined = status == 1;
	for (uint32_t i = 0; i < call->n; i++)
		entry->args[i] = copy(&call->args[i], &room);
	if (status == 1)
		entry->result = copy(result, &room);
}
