/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index: which rules of a document can apply, told by constants that their bodies compare places of
 * the input with (input.kind == "Pod", input.kind in {"Pod", "Job"}), or by constant arguments of
 * functions. The comparison that most rules have divides them; what falls into one part may be
 * divided again by another.
 */
#include "policy/compile.h"
#include "policy/eval.h"

#define INDEX_MIN_RULES 4u
#define INDEX_MAX_DEPTH 3u
#define INDEX_MAX_LISTS 8u    /* 2 ^ depth */
#define INDEX_MAX_KEYS	1000u /* of one membership */

/* One side of a comparison: a place of the input, or an argument. */
struct place_key {
	const struct node *ref; /* NULL: argument `arg` */
	uint32_t arg;
};

/* A clause cannot apply unless the place has one of the values. */
struct constraint {
	struct place_key place;
	const struct value *values;
	uint32_t n;
};

struct part {
	struct clause **clauses;
	size_t n, cap;
	struct index *index; /* NULL: not divided further */
};

struct bucket {
	struct value key;
	struct part part;
	bool used;
};

struct index {
	struct place_key place;
	struct bucket *buckets; /* hash table */
	size_t bucket_n, used;
	struct part rest; /* clauses without a constraint on the place */
};

static bool is_scalar(const struct value *v) { return v->type < VALUE_ARRAY; }

static bool is_place(const struct node *node)
{
	return node->kind == NODE_REF && node->root == ROOT_INPUT && node->folded;
}

static bool same_place(const struct place_key *a, const struct place_key *b)
{
	if (!a->ref || !b->ref)
		return !a->ref && !b->ref && a->arg == b->arg;
	if (a->ref->n != b->ref->n)
		return false;
	for (uint32_t i = 0; i < a->ref->n; i++) {
		if (!value_equal(&a->ref->folded[i], &b->ref->folded[i]))
			return false;
	}
	return true;
}

static bool constrain(const struct node *a, const struct node *b, struct constraint *out)
{
	if (!is_place(a) || b->kind != NODE_CONST || !is_scalar(&b->value))
		return false;
	*out = (struct constraint){ .place.ref = a, .values = &b->value, .n = 1 };
	return true;
}

static bool constrain_member(const struct node *node, struct constraint *out)
{
	const struct value *set;

	if (node->n != 2 || !is_place(node->items[0]) || node->items[1]->kind != NODE_CONST ||
	    strcmp(node->builtin->name, "internal.member_2") != 0)
		return false;
	set = &node->items[1]->value;
	if ((set->type != VALUE_SET && set->type != VALUE_ARRAY) || set->n > INDEX_MAX_KEYS)
		return false;
	for (uint32_t i = 0; i < set->n; i++) {
		if (!is_scalar(&set->items[i]))
			return false;
	}
	*out = (struct constraint){ .place.ref = node->items[0],
				    .values = set->items,
				    .n = set->n };
	return true;
}

static bool constraint_of(const struct op *op, struct constraint *out)
{
	const struct node *node = op->node;

	if (op->kind == OP_TEST && node->kind == NODE_BUILTIN && node->fast == FAST_EQ)
		return constrain(node->items[0], node->items[1], out) ||
		       constrain(node->items[1], node->items[0], out);
	if (op->kind == OP_TEST && node->kind == NODE_BUILTIN)
		return constrain_member(node, out);
	if (op->kind == OP_MATCH && op->pattern->kind == PATTERN_EQUAL)
		return constrain(node, op->pattern->node, out) ||
		       constrain(op->pattern->node, node, out);
	return false;
}

/* The constraint of a clause on the place; any of its constraints when `place` is NULL and `nth`
 * counts them. */
static bool find_constraint(const struct clause *clause, const struct place_key *place, size_t nth,
			    struct constraint *out)
{
	if (clause->els)
		return false;
	for (uint32_t i = 0; i < clause->arg_n; i++) {
		const struct pattern *arg = &clause->args[i];

		if (arg->kind != PATTERN_EQUAL || arg->node->kind != NODE_CONST ||
		    !is_scalar(&arg->node->value))
			continue;
		*out = (struct constraint){ .place.arg = i, .values = &arg->node->value, .n = 1 };
		if (place ? same_place(place, &out->place) : nth-- == 0)
			return true;
	}
	for (const struct op *op = clause->plan; op->kind != OP_YIELD; op = op->next) {
		if (constraint_of(op, out) && (place ? same_place(place, &out->place) : nth-- == 0))
			return true;
	}
	return false;
}

static void part_add(struct arena *arena, struct part *part, struct clause *clause)
{
	if (part->n > 0 && part->clauses[part->n - 1] == clause)
		return;
	part->clauses =
		arena_grow(arena, part->clauses, part->n, &part->cap, sizeof(*part->clauses));
	part->clauses[part->n++] = clause;
}

static struct bucket *bucket_of(const struct index *index, const struct value *key)
{
	size_t mask = index->bucket_n - 1, at = (size_t)value_hash(key) & mask;

	while (index->buckets[at].used && !value_equal(&index->buckets[at].key, key))
		at = (at + 1) & mask;
	return &index->buckets[at];
}

static void bucket_room(struct arena *arena, struct index *index)
{
	struct bucket *old = index->buckets;
	size_t n = index->bucket_n;

	if (n > 0 && index->used * 2 < n)
		return;
	index->bucket_n = n ? n * 2 : 16;
	index->buckets = ARENA_ARRAY(arena, struct bucket, index->bucket_n);
	for (size_t i = 0; i < n; i++) {
		if (old[i].used)
			*bucket_of(index, &old[i].key) = old[i];
	}
}

static void place_clause(struct arena *arena, struct index *index, struct clause *clause)
{
	struct constraint found;

	if (!find_constraint(clause, &index->place, 0, &found)) {
		part_add(arena, &index->rest, clause);
		return;
	}
	for (uint32_t i = 0; i < found.n; i++) {
		struct bucket *bucket;

		bucket_room(arena, index);
		bucket = bucket_of(index, &found.values[i]);
		if (!bucket->used) {
			bucket->key = found.values[i];
			bucket->used = true;
			index->used++;
		}
		part_add(arena, &bucket->part, clause);
	}
}

/* The place that most of the first clauses compare, other than those that divide already. */
static bool best_place(const struct part *part, struct place_key *const *taken, size_t taken_n,
		       struct place_key *out)
{
	size_t look = part->n < 64 ? part->n : 64, best = 0;

	for (size_t i = 0; i < look; i++) {
		struct constraint found;

		for (size_t nth = 0;
		     nth < 8 && find_constraint(part->clauses[i], NULL, nth, &found); nth++) {
			struct constraint other;
			size_t count = 0;
			bool used = false;

			for (size_t k = 0; k < taken_n; k++)
				used |= same_place(taken[k], &found.place);
			for (size_t k = 0; k < look && !used; k++)
				count += find_constraint(part->clauses[k], &found.place, 0, &other);
			if (count > best) {
				best = count;
				*out = found.place;
			}
		}
	}
	return best >= 2;
}

static void divide(struct arena *arena, struct part *part, struct place_key **taken, size_t depth)
{
	struct index *index;
	struct place_key place;

	if (part->n < INDEX_MIN_RULES || depth == INDEX_MAX_DEPTH ||
	    !best_place(part, taken, depth, &place))
		return;
	index = part->index = ARENA_NEW(arena, struct index);
	index->place = place;
	taken[depth] = &index->place;
	bucket_room(arena, index);
	for (size_t i = 0; i < part->n; i++)
		place_clause(arena, index, part->clauses[i]);
	for (size_t i = 0; i < index->bucket_n; i++) {
		taken[depth] = &index->place;
		divide(arena, &index->buckets[i].part, taken, depth + 1);
	}
	divide(arena, &index->rest, taken, depth + 1);
}

static bool same_constants(const struct group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		const struct clause *clause = group->clauses[i];

		if (!clause->constant || clause->els ||
		    !value_equal(&clause->value->value, &group->clauses[0]->value->value))
			return false;
	}
	return true;
}

void index_build(struct compiler *compiler, struct group *group)
{
	struct place_key *taken[INDEX_MAX_DEPTH + 1];
	struct part part = { .clauses = group->clauses, .n = group->n };

	if (compiler->problems->n > 0)
		return;
	group->same_constant = same_constants(group);
	divide(compiler->arena, &part, taken, 0);
	group->index = part.index;
}

/* ---- look-up ------------------------------------------------------------------------------- */

static const struct value *value_at(const struct eval *ev, const struct place_key *place,
				    const struct value *args)
{
	const struct value *v = &ev->context->input;

	if (!place->ref)
		return args ? &args[place->arg] : NULL;
	if (!ev->context->has_input)
		return NULL;
	for (uint32_t i = 0; v && i < place->ref->n; i++)
		v = value_step(v, &place->ref->folded[i]);
	return v;
}

static void gather(const struct eval *ev, const struct part *part, const struct value *args,
		   const struct part **lists, size_t *n)
{
	const struct index *index = part->index;
	const struct value *v;

	if (!index) {
		if (part->n > 0)
			lists[(*n)++] = part;
		return;
	}
	v = value_at(ev, &index->place, args);
	if (v && is_scalar(v)) {
		const struct bucket *bucket = bucket_of(index, v);

		if (bucket->used)
			gather(ev, &bucket->part, args, lists, n);
	}
	gather(ev, &index->rest, args, lists, n);
}

int index_lookup(struct eval *ev, const struct group *group, const struct value *args,
		 struct candidates *out)
{
	struct part whole = { .index = group->index };
	const struct part *lists[INDEX_MAX_LISTS];
	struct clause **all;
	size_t n = 0, total = 0;

	*out = (struct candidates){ .items = group->clauses, .n = group->n };
	if (!group->index || ev->run->watch)
		return 0;
	gather(ev, &whole, args, lists, &n);
	if (n <= 1) {
		out->items = n ? lists[0]->clauses : NULL;
		out->n = n ? lists[0]->n : 0;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		total += lists[i]->n;
	all = ARENA_ARRAY(ev->arena, struct clause *, total);
	out->items = all;
	out->n = total;
	for (size_t i = 0; i < n; i++) {
		memcpy(all, lists[i]->clauses, lists[i]->n * sizeof(*all));
		all += lists[i]->n;
	}
	return 0;
}
