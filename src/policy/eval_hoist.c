/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/eval.h"

/*
 * Comprehensions by key. The first few questions are answered as they are written, since grouping
 * costs as much as several of them. Grouping works out what might never be asked for: when that
 * fails, or costs far more than the questions did, it is given up and nobody is the wiser.
 */
#define GROUP_AFTER  3u	 /* questions */
#define GROUP_FACTOR 16u /* times their steps may be spent on grouping */
#define GROUP_TEXT   1024u
#define GROUP_KEYS   4u

struct key_group {
	struct value keys[GROUP_KEYS];
	bool done;
	bool conflict;
	struct value value;
	union {
		struct value_builder items;
		struct object_builder members;
	};
};

struct groups {
	struct key_group **slots; /* hash table */
	size_t n, slot_n;
	uint64_t spent; /* steps of questions so far */
	bool ready, unusable;
};

struct memo *eval_memo_of(struct eval *ev, const void *what, const struct captured *captured,
			  const struct value *slots)
{
	struct slot_chunk *mark;
	struct value *args;
	struct memo *memo;
	size_t mark_n;

	if (ev->run->plain || ev->run->watch)
		return NULL;
	args = eval_slots(ev, captured->n, &mark, &mark_n);
	for (uint32_t i = 0; i < captured->n; i++)
		args[i] = slots[captured->slots[i]];
	memo = memo_of(ev, what, args, captured->n);
	eval_slots_release(ev, mark, mark_n);
	return memo;
}

int eval_hoisted(struct eval *ev, const struct node *node, struct value *slots, struct value *out)
{
	struct memo *memo = eval_memo_of(ev, node, node->captured, slots);
	int rc;

	if (memo && memo->status >= 0) {
		*out = memo->value;
		return memo->status;
	}
	rc = eval_node(ev, node->inner, slots, out);
	if (rc < 0 || !memo)
		return rc;
	memo->status = (int8_t)rc;
	if (rc == 1)
		memo->value = *out;
	return rc;
}

/* ---- grouping ------------------------------------------------------------------------------ */

static bool is_plain_key(const struct value *v)
{
	return v->type < VALUE_STRING || (v->type == VALUE_STRING && v->n <= GROUP_TEXT);
}

static struct key_group **slot_of(const struct groups *groups, const struct value *keys, uint32_t n)
{
	uint64_t hash = 0;
	size_t at;

	for (uint32_t i = 0; i < n; i++)
		hash = (hash ^ value_hash(&keys[i])) * 0xff51afd7ed558ccdull;
	at = (size_t)(hash ^ hash >> 32) & (groups->slot_n - 1);
	for (; groups->slots[at]; at = (at + 1) & (groups->slot_n - 1)) {
		uint32_t same = 0;

		while (same < n && value_equal(&groups->slots[at]->keys[same], &keys[same]))
			same++;
		if (same == n)
			break;
	}
	return &groups->slots[at];
}

static void groups_room(struct eval *ev, struct groups *groups, uint32_t key_n)
{
	struct key_group **old = groups->slots;
	size_t n = groups->slot_n;

	if (n > 0 && groups->n * 2 < n)
		return;
	groups->slot_n = n ? n * 2 : 64;
	groups->slots = ARENA_ARRAY(ev->arena, struct key_group *, groups->slot_n);
	for (size_t i = 0; i < n; i++) {
		if (old[i])
			*slot_of(groups, old[i]->keys, key_n) = old[i];
	}
}

struct group_sink {
	struct sink sink;
	const struct node *node;
	struct groups *groups;
};

static struct key_group *group_new(struct eval *ev, const struct node *node,
				   const struct value *keys)
{
	struct key_group *group = ARENA_NEW(ev->arena, struct key_group);

	memcpy(group->keys, keys, node->grouping->key_n * sizeof(*keys));
	if (node->comp == TERM_OBJECT_COMP)
		object_builder_init(&group->members, ev->arena);
	else
		value_builder_init(&group->items, ev->arena);
	return group;
}

/* 1: keys of a kind that is not grouped. */
static int put(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct group_sink *to = (struct group_sink *)sink;
	const struct grouping *grouping = to->node->grouping;
	struct value keys[GROUP_KEYS], key, v;
	struct key_group **slot;
	int rc = 1;

	for (uint32_t i = 0; i < grouping->key_n; i++) {
		keys[i] = slots[grouping->slots[i]];
		if (!is_plain_key(&keys[i]))
			return 1;
	}
	if (to->node->comp == TERM_OBJECT_COMP)
		rc = eval_node(ev, grouping->key, slots, &key);
	if (rc == 1)
		rc = eval_node(ev, grouping->element, slots, &v);
	if (rc != 1)
		return rc;
	groups_room(ev, to->groups, grouping->key_n);
	slot = slot_of(to->groups, keys, grouping->key_n);
	if (!*slot) {
		*slot = group_new(ev, to->node, keys);
		to->groups->n++;
	}
	if (to->node->comp == TERM_OBJECT_COMP)
		object_builder_add(&(*slot)->members, key, v);
	else
		value_builder_add(&(*slot)->items, v);
	return 0;
}

static void build(struct eval *ev, const struct node *node, struct value *slots,
		  struct groups *groups)
{
	struct group_sink to = { .sink.fn = put, .node = node, .groups = groups };
	uint64_t max_steps = ev->max_steps, cap = GROUP_FACTOR * groups->spent + 1000;
	const struct clause *clause = ev->clause;
	struct context *context = ev->context;
	unsigned depth = ev->depth;
	struct err before = *ev->err;
	int rc;

	if (ev->steps + cap < max_steps)
		ev->max_steps = ev->steps + cap;
	ev->next_check = ev->steps;
	groups_room(ev, groups, node->grouping->key_n);
	rc = eval_run(ev, node->grouping->body, slots, &to.sink);
	ev->max_steps = max_steps;
	ev->next_check = ev->steps;
	ev->clause = clause;
	ev->context = context;
	ev->depth = depth;
	groups->ready = rc == 0;
	groups->unusable = rc != 0;
	if (rc < 0)
		*ev->err = before;
}

/* What a group has become; false when its members contradict each other. */
static bool finish(struct key_group *group, uint8_t comp)
{
	if (!group->done && comp == TERM_ARRAY_COMP)
		group->value = value_builder_array(&group->items);
	else if (!group->done && comp == TERM_SET_COMP)
		group->value = value_builder_set(&group->items);
	else if (!group->done)
		group->conflict = !object_builder_take(&group->members, &group->value);
	group->done = true;
	return !group->conflict;
}

static struct value empty(struct eval *ev, uint8_t comp)
{
	struct value_builder items;
	struct object_builder members;

	if (comp == TERM_OBJECT_COMP) {
		object_builder_init(&members, ev->arena);
		return object_builder_take_last(&members);
	}
	value_builder_init(&items, ev->arena);
	return comp == TERM_SET_COMP ? value_builder_set(&items) : value_builder_array(&items);
}

/*
 * 1: found; 0: has to be worked out as it is written. A key that is undefined, or of a kind that no
 * element has, finds nothing; the body went through for every element, so it hides no error.
 */
static int look_up(struct eval *ev, const struct node *node, struct value *slots,
		   const struct groups *groups, struct value *out)
{
	const struct grouping *grouping = node->grouping;
	struct value keys[GROUP_KEYS];
	struct key_group *group = NULL;
	bool known = true;

	for (uint32_t i = 0; i < grouping->key_n && known; i++) {
		int rc = eval_node(ev, grouping->keys[i], slots, &keys[i]);

		if (rc < 0)
			return rc;
		known = rc == 1 && is_plain_key(&keys[i]);
	}
	if (known)
		group = *slot_of(groups, keys, grouping->key_n);
	if (!group) {
		*out = empty(ev, node->comp);
		return 1;
	}
	if (!finish(group, node->comp) || group->value.depth > VALUE_MAX_DEPTH)
		return 0;
	*out = group->value;
	return 1;
}

int eval_grouped(struct eval *ev, const struct node *node, struct value *slots, struct value *out)
{
	struct memo *memo;
	struct groups *groups;
	uint64_t start;
	int rc;

	if (ev->run->plain || ev->run->watch || ev->prints || ev->context->mock_n > 0)
		return eval_node(ev, node->inner, slots, out);
	memo = eval_memo_of(ev, node->grouping, &node->grouping->captured, slots);
	if (!memo->groups)
		memo->groups = ARENA_NEW(ev->arena, struct groups);
	groups = memo->groups;
	if (!groups->ready && !groups->unusable && memo->asked >= GROUP_AFTER)
		build(ev, node, slots, groups);
	if (groups->ready) {
		rc = look_up(ev, node, slots, groups, out);
		if (rc != 0)
			return rc;
	}
	start = ev->steps;
	rc = eval_node(ev, node->inner, slots, out);
	memo->asked++;
	groups->spent += ev->steps - start;
	return rc;
}
