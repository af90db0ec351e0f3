/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/eval.h"

#include "policy/builtin_cache.h"
#include "policy/kept.h"
#include "policy/trace.h"
#include "policy/watch.h"

#define KEYS_BEFORE_WHOLE 8u /* look-ups of single elements before the whole set is worked out */

/* One value of a complete rule or a function, from whatever answer; two must agree. */
struct value_sink {
	struct sink sink;
	const struct clause *clause;
	bool found;
	struct value value;
};

static int conflict(struct eval *ev, const struct group *group)
{
	return eval_fail(ev, POLICY_ERROR_CONFLICT,
			 group->kind == GROUP_FUNCTION
				 ? "functions must not produce multiple outputs for same inputs"
				 : "complete rules must not produce multiple outputs");
}

static int take_value(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct value_sink *to = (struct value_sink *)sink;
	struct value v;
	int rc = eval_node(ev, to->clause->value, slots, &v);

	if (rc != 1)
		return rc;
	if (to->found && !value_equal(&to->value, &v))
		return conflict(ev, to->clause->group);
	to->found = true;
	to->value = v;
	return to->clause->constant;
}

/* The arguments against a clause's patterns. */
static int match_args(struct eval *ev, const struct clause *clause, const struct value *args,
		      struct value *slots)
{
	for (uint32_t i = 0; i < clause->arg_n; i++) {
		int rc = eval_match(ev, &clause->args[i], &args[i], slots);

		if (rc != 1)
			return rc;
	}
	return 1;
}

/* A clause with its else branches; the first that answers counts. */
static int run_chain(struct eval *ev, const struct clause *clause, const struct value *args,
		     struct value_sink *to)
{
	bool before = to->found;

	to->found = false;
	for (; clause && !to->found; clause = clause->els) {
		struct slot_chunk *mark;
		size_t mark_n;
		struct value *slots = eval_slots(ev, clause->slot_n, &mark, &mark_n);
		struct value kept = to->value;
		int rc = match_args(ev, clause, args, slots);

		ev->clause = clause;
		to->clause = clause;
		if (rc == 1)
			rc = eval_run(ev, clause->plan, slots, &to->sink);
		eval_slots_release(ev, mark, mark_n);
		if (rc < 0)
			return -1;
		if (before && to->found && !value_equal(&kept, &to->value))
			return conflict(ev, clause->group);
	}
	to->found |= before;
	return 0;
}

/* The one value of a complete rule or function. */
static int group_value(struct eval *ev, const struct group *group, const struct value *args,
		       struct value *out)
{
	struct value_sink to = { .sink.fn = take_value };
	struct candidates list;

	if (index_lookup(ev, group, args, &list) < 0)
		return -1;
	for (size_t i = 0; i < list.n; i++) {
		if (run_chain(ev, list.items[i], args, &to) < 0)
			return -1;
		if (to.found && group->same_constant)
			break;
	}
	if (!to.found && group->preset && run_chain(ev, group->preset, args, &to) < 0)
		return -1;
	*out = to.value;
	return to.found;
}

/* ---- sets and objects ---------------------------------------------------------------------- */

struct part_sink {
	struct sink sink;
	const struct clause *clause;
	uint32_t skip;		  /* keys that are known */
	const struct value *want; /* known, when the pattern cannot say it all */
	struct growth *growth;
	struct value_builder *items;
	struct object_builder *members;
};

static int take_part(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct part_sink *to = (struct part_sink *)sink;
	const struct clause *clause = to->clause;
	uint32_t n = clause->key_n - to->skip;
	struct slot_chunk *mark;
	size_t mark_n;
	struct value *path = eval_slots(ev, n + 1, &mark, &mark_n), leaf;
	int rc = 1;

	for (uint32_t i = 0; i < n && rc == 1; i++)
		rc = eval_node(ev, clause->keys[i + to->skip], slots, &path[i]);
	if (rc == 1)
		rc = eval_node(ev, clause->key ? clause->key : clause->value, slots, &leaf);
	if (rc == 1 && to->items)
		value_builder_add(to->items, leaf);
	else if (rc == 1 && to->members)
		object_builder_add(to->members, path[0], leaf);
	else if (rc == 1)
		rc = growth_put(ev, to->growth, path, n, &leaf, clause->key != NULL) < 0 ? -1 : 0;
	eval_slots_release(ev, mark, mark_n);
	return rc < 0 ? -1 : 0;
}

static int run_parts(struct eval *ev, const struct group *group, struct part_sink *to)
{
	struct candidates list;

	if (index_lookup(ev, group, NULL, &list) < 0)
		return -1;
	for (size_t i = 0; i < list.n; i++) {
		const struct clause *clause = list.items[i];
		struct slot_chunk *mark;
		size_t mark_n;
		struct value *slots = eval_slots(ev, clause->slot_n, &mark, &mark_n);
		int rc;

		ev->clause = to->clause = clause;
		rc = eval_run(ev, clause->plan, slots, &to->sink);
		eval_slots_release(ev, mark, mark_n);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static bool is_flat(const struct group *group)
{
	if (group->tree->n > 0)
		return false;
	for (size_t i = 0; i < group->n; i++) {
		if (group->clauses[i]->key_n != 1 || group->clauses[i]->key)
			return false;
	}
	return true;
}

static int set_value(struct eval *ev, const struct group *group, struct value *out)
{
	struct value_builder items;
	struct part_sink to = { .sink.fn = take_part, .items = &items };

	value_builder_init(&items, ev->arena);
	if (run_parts(ev, group, &to) < 0)
		return -1;
	*out = value_builder_set(&items);
	return 1;
}

static int flat_value(struct eval *ev, const struct group *group, struct value *out)
{
	struct object_builder members;
	struct part_sink to = { .sink.fn = take_part, .members = &members };

	object_builder_init(&members, ev->arena);
	if (run_parts(ev, group, &to) < 0)
		return -1;
	if (!object_builder_take(&members, out))
		return eval_fail(ev, POLICY_ERROR_CONFLICT, "object keys must be unique");
	return 1;
}

static int object_value(struct eval *ev, const struct group *group, struct value *out)
{
	struct part_sink to = { .sink.fn = take_part, .growth = growth_new(ev) };

	if (is_flat(group))
		return flat_value(ev, group, out);
	if (run_parts(ev, group, &to) < 0)
		return -1;
	for (size_t i = 0; i < group->tree->n; i++) {
		struct tree *child = group->tree->children[i];
		struct object_builder one;
		struct value v;
		int rc = child->has_rules ? eval_extent(ev, child, NULL, &v) : 0;

		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		object_builder_init(&one, ev->arena);
		object_builder_add(&one, child->key, v);
		v = object_builder_take_last(&one);
		if (growth_merge(ev, to.growth, &v) < 0)
			return -1;
	}
	*out = growth_value(ev, to.growth);
	return 1;
}

static int too_large(struct eval *ev, const struct value *v)
{
	if (v->depth <= VALUE_MAX_DEPTH)
		return eval_fail(ev, POLICY_ERROR_CANCEL, "value of more than %u parts",
				 VALUE_MAX_SIZE);
	return eval_fail(ev, POLICY_ERROR_CANCEL, "value nested deeper than %u", VALUE_MAX_DEPTH);
}

int eval_group(struct eval *ev, struct group *group, struct value *out)
{
	const struct clause *caller = ev->clause;
	struct memo *memo = memo_of_group(ev, group), *shared = NULL;
	int rc;

	if (memo->status < 0 && (shared = eval_shared(ev, group, NULL, 0)) && shared->status >= 0) {
		memo->status = shared->status;
		memo->value = shared->value;
	}
	if (memo->status >= 0) {
		*out = memo->value;
		return memo->status;
	}
	if (eval_enter(ev) < 0)
		return -1;
	ev->depth++;
	if (group->kind == GROUP_COMPLETE)
		rc = group_value(ev, group, NULL, out);
	else if (group->kind == GROUP_SET)
		rc = set_value(ev, group, out);
	else
		rc = group->kind == GROUP_OBJECT ? object_value(ev, group, out) : 0;
	ev->depth--;
	if (rc == 1 && out->type >= VALUE_ARRAY &&
	    (out->depth > VALUE_MAX_DEPTH || value_size(out) > VALUE_MAX_SIZE))
		rc = too_large(ev, out);
	if (rc < 0)
		return -1;
	ev->clause = caller;
	memo->status = (int8_t)rc;
	memo->value = *out;
	if (shared) {
		shared->status = (int8_t)rc;
		shared->value = *out;
	}
	return rc;
}

int eval_function(struct eval *ev, struct tree *function, const struct value *args, uint32_t n,
		  struct value *out)
{
	const struct clause *caller = ev->clause;
	struct group *group = function->group;
	struct kept_call call;
	struct memo *memo;
	bool keeps;
	int rc;

	if (n != group->arity)
		return 0;
	call = (struct kept_call){ .function = group->share, .args = args, .n = n };
	keeps = group->keeps && ev->context->shares;
	rc = keeps ? kept_get(builtin_cache_kept(ev->call.cache), &call, ev->arena, out) : -1;
	if (rc >= 0)
		return rc;
	memo = eval_shared(ev, group, args, n);
	if (!memo)
		memo = memo_of(ev, group, args, n);
	if (memo->status >= 0 && n > 0) {
		*out = memo->value;
		return memo->status;
	}
	if (eval_enter(ev) < 0)
		return -1;
	ev->depth++;
	rc = group_value(ev, group, args, out);
	ev->depth--;
	if (rc < 0)
		return -1;
	ev->clause = caller;
	memo->status = (int8_t)rc;
	memo->value = *out;
	if (keeps)
		kept_put(builtin_cache_kept(ev->call.cache), &call, rc, out);
	return rc;
}

/* ---- one key of a set or object ------------------------------------------------------------ */

static int found_element(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct part_sink *to = (struct part_sink *)sink;
	struct value v;
	int rc = eval_node(ev, to->clause->key, slots, &v);

	return rc == 1 ? value_equal(&v, to->want) : rc;
}

static int found_member(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct part_sink *to = (struct part_sink *)sink;
	struct value v;
	int rc = eval_node(ev, to->clause->keys[0], slots, &v);

	if (rc == 1 && value_equal(&v, to->want))
		rc = take_part(ev, sink, slots);
	return rc < 0 ? -1 : 0;
}

/* Runs the clauses with the key known: 1 when the sink has enough. */
static int run_known(struct eval *ev, const struct group *group, struct part_sink *to)
{
	struct candidates list;
	int rc = index_lookup(ev, group, NULL, &list);

	for (size_t i = 0; i < list.n && rc == 0; i++) {
		const struct clause *clause = list.items[i];
		struct slot_chunk *mark;
		size_t mark_n;
		struct value *slots = eval_slots(ev, clause->slot_n, &mark, &mark_n);

		ev->clause = to->clause = clause;
		rc = eval_match(ev, clause->known, to->want, slots);
		if (rc == 1)
			rc = eval_run(ev, clause->known_plan, slots, &to->sink);
		eval_slots_release(ev, mark, mark_n);
	}
	return rc;
}

static bool all_known(const struct group *group)
{
	for (size_t i = 0; i < group->n; i++) {
		if (!group->clauses[i]->known_plan)
			return false;
	}
	return true;
}

static int member_of(struct eval *ev, struct group *group, const struct value *key,
		     struct value *out)
{
	struct part_sink to = { .sink.fn = found_member, .skip = 1, .want = key };
	struct tree *child = rule_tree_child(group->tree, key);
	struct value v;
	int rc;

	to.growth = growth_new(ev);
	if (run_known(ev, group, &to) < 0)
		return -1;
	if (child && child->has_rules) {
		rc = eval_extent(ev, child, NULL, &v);
		if (rc < 0 || (rc == 1 && growth_merge(ev, to.growth, &v) < 0))
			return -1;
	}
	if (growth_is_empty(to.growth))
		return 0;
	*out = growth_value(ev, to.growth);
	return 1;
}

static int element_of(struct eval *ev, struct group *group, const struct value *key,
		      struct value *out)
{
	struct part_sink to = { .sink.fn = found_element, .want = key };

	*out = *key;
	return run_known(ev, group, &to);
}

int eval_group_key(struct eval *ev, struct group *group, const struct value *base,
		   const struct value *key, struct value *out)
{
	const struct clause *caller = ev->clause;
	struct memo *whole = memo_of_group(ev, group), *memo;
	const struct value *found;
	int rc;

	(void)base;
	if (whole->status < 0 && group->kind != GROUP_COMPLETE && !ev->run->watch &&
	    all_known(group) && !(group->kind == GROUP_SET && whole->asked >= KEYS_BEFORE_WHOLE)) {
		whole->asked++;
		memo = memo_of(ev, group, key, 1);
		if (memo->status < 0) {
			if (eval_enter(ev) < 0)
				return -1;
			rc = group->kind == GROUP_SET ? element_of(ev, group, key, &memo->value)
						      : member_of(ev, group, key, &memo->value);
			if (rc < 0)
				return -1;
			ev->clause = caller;
			memo->status = (int8_t)rc;
		}
		*out = memo->value;
		return memo->status;
	}
	rc = eval_group(ev, group, out);
	if (rc != 1)
		return rc;
	found = value_step(out, key);
	watch_step(ev->run->watch, out, key, 1, found);
	if (!found)
		return 0;
	*out = *found;
	return 1;
}

/* ---- whole places -------------------------------------------------------------------------- */

int eval_extent(struct eval *ev, struct tree *tree, const struct value *base, struct value *out)
{
	struct object_builder b;

	if (eval_step(ev) < 0)
		return -1;
	if (tree->group)
		return eval_group(ev, tree->group, out);
	object_builder_init(&b, ev->arena);
	for (size_t i = 0; i < tree->n; i++) {
		struct tree *child = tree->children[i];
		const struct value *below =
			base && base->type == VALUE_OBJECT ? value_get(base, &child->key) : NULL;
		struct value v;
		int rc;

		if ((!child->has_rules && !child->is_package && child->n == 0) ||
		    eval_is_replaced(ev, child))
			continue;
		rc = eval_extent(ev, child, below, &v);
		if (rc < 0)
			return -1;
		if (rc == 1 && !(child->group && below))
			object_builder_add(&b, child->key, v);
	}
	for (uint32_t i = 0; base && base->type == VALUE_OBJECT && i < base->n; i++) {
		const struct value_member *m = &base->members[i];
		const struct tree *child = rule_tree_child(tree, &m->key);

		if (!child || child->group || eval_is_replaced(ev, child) || child->n == 0 ||
		    m->value.type != VALUE_OBJECT)
			object_builder_add(&b, m->key, m->value);
	}
	*out = object_builder_take_last(&b);
	return 1;
}
