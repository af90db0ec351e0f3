/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

static bool is_collection(const struct value *v)
{
	return v->type == VALUE_ARRAY || v->type == VALUE_SET;
}

/* Index of the node among the members of the graph, or -1. */
static int64_t node_index(const struct value *graph, const struct value *node)
{
	const struct value *edges = value_get(graph, node);

	if (!edges)
		return -1;
	return ((const char *)edges - (const char *)graph->members) /
	       (ptrdiff_t)sizeof(*graph->members);
}

struct queue {
	uint32_t *nodes;
	size_t n;
	bool *seen;
};

static void enqueue(struct queue *q, const struct value *graph, const struct value *nodes)
{
	for (uint32_t i = 0; is_collection(nodes) && i < nodes->n; i++) {
		int64_t at = node_index(graph, &nodes->items[i]);

		if (at < 0 || q->seen[at])
			continue;
		q->seen[at] = true;
		q->nodes[q->n++] = (uint32_t)at;
	}
}

static int reachable(struct builtin_call *call, const struct value *args, struct value *out)
{
	const struct value *graph = &args[0];
	struct value_builder reached;
	struct queue q = { .nodes = ARENA_ARRAY(call->arena, uint32_t, graph->n),
			   .seen = ARENA_ARRAY(call->arena, bool, graph->n) };

	value_builder_init(&reached, call->arena);
	enqueue(&q, graph, &args[1]);
	for (size_t i = 0; i < q.n; i++) {
		const struct value_member *node = &graph->members[q.nodes[i]];

		if (!builtin_charge(call,
				    1 + (is_collection(&node->value) ? node->value.n / 4 : 0)))
			return BUILTIN_HALT;
		value_builder_add(&reached, node->key);
		enqueue(&q, graph, &node->value);
	}
	*out = value_builder_set(&reached);
	return BUILTIN_OK;
}

/*
 * The path in hand and all that were found. A node that was gone through already, on this path or
 * an earlier one from the same edge of the start, ends the path before it.
 */
struct search {
	struct builtin_call *call;
	const struct value *graph;
	bool *reached;
	struct value *path;
	struct value_builder found;
	bool halted;
};

#define PATH_MAX_NODES 4096u

static void commit(struct search *s, uint32_t length)
{
	struct value *items = ARENA_ARRAY(s->call->arena, struct value, length);

	if (!builtin_charge(s->call, 1 + length / 8)) {
		s->halted = true;
		return;
	}
	if (length)
		memcpy(items, s->path, length * sizeof(*items));
	value_builder_add(&s->found,
			  (struct value){ .type = VALUE_ARRAY, .n = length, .items = items });
}

static void extend(struct search *s, const struct value *node, uint32_t length)
{
	int64_t at = node_index(s->graph, node);
	const struct value *edges;

	if (at < 0 || length >= PATH_MAX_NODES) {
		commit(s, length);
		return;
	}
	edges = &s->graph->members[at].value;
	s->path[length++] = *node;
	if (!is_collection(edges) || edges->n == 0) {
		commit(s, length);
		return;
	}
	for (uint32_t i = 0; i < edges->n && !s->halted; i++) {
		int64_t next = node_index(s->graph, &edges->items[i]);

		if (next >= 0 && s->reached[next]) {
			commit(s, length);
		} else {
			s->reached[at] = true;
			extend(s, &edges->items[i], length);
		}
	}
}

static void search_from(struct search *s, const struct value *start)
{
	int64_t at = node_index(s->graph, start);
	const struct value *edges;

	if (at < 0)
		return;
	edges = &s->graph->members[at].value;
	s->path[0] = *start;
	if (!is_collection(edges) || edges->n == 0)
		commit(s, 1);
	for (uint32_t i = 0; is_collection(edges) && i < edges->n && !s->halted; i++) {
		memset(s->reached, 0, s->graph->n * sizeof(*s->reached));
		s->reached[at] = true;
		s->halted = !builtin_charge(s->call, s->graph->n / 256);
		extend(s, &edges->items[i], 1);
	}
}

static int reachable_paths(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct search s = { .call = call, .graph = &args[0] };

	s.reached = ARENA_ARRAY(call->arena, bool, args[0].n);
	s.path = ARENA_ARRAY(call->arena, struct value, PATH_MAX_NODES + 1);
	value_builder_init(&s.found, call->arena);
	for (uint32_t i = 0; i < args[1].n && !s.halted; i++)
		search_from(&s, &args[1].items[i]);
	*out = value_builder_set(&s.found);
	return s.halted ? BUILTIN_HALT : BUILTIN_OK;
}

/* Every value in v with its path; what is above comes first. */
static bool walk_into(struct builtin_call *call, const struct value *v, struct value *path,
		      uint32_t depth, struct value_builder *found)
{
	struct value *pair = ARENA_ARRAY(call->arena, struct value, 2);
	struct value *copy = ARENA_ARRAY(call->arena, struct value, depth);

	if (!builtin_charge(call, 1))
		return false;
	if (depth)
		memcpy(copy, path, depth * sizeof(*copy));
	pair[0] = (struct value){ .type = VALUE_ARRAY, .n = depth, .items = copy };
	pair[1] = *v;
	value_builder_add(found, (struct value){ .type = VALUE_ARRAY, .n = 2, .items = pair });
	for (uint32_t i = 0; v->type >= VALUE_ARRAY && i < v->n; i++) {
		const struct value *child =
			v->type == VALUE_OBJECT ? &v->members[i].value : &v->items[i];

		path[depth] = v->type == VALUE_OBJECT  ? v->members[i].key
			      : v->type == VALUE_ARRAY ? value_int(i)
						       : *child;
		if (!walk_into(call, child, path, depth + 1, found))
			return false;
	}
	return true;
}

static int walk(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value path[VALUE_MAX_DEPTH + 1];
	struct value_builder found;

	value_builder_init(&found, call->arena);
	if (!value_fits_depth(&args[0], VALUE_MAX_DEPTH))
		return builtin_fail(call, "value nests too deeply");
	if (!walk_into(call, &args[0], path, 0, &found))
		return BUILTIN_HALT;
	*out = value_builder_array(&found);
	return BUILTIN_OK;
}

#define GRAPH "object[any: array[any]|set[any]], array[any]|set[any] -> set["

const struct builtin builtins_graph[] = {
	{ "graph.reachable", GRAPH "any]", reachable },
	{ "graph.reachable_paths", GRAPH "array[any]]", reachable_paths },
	{ "walk", "any -> array[any]", walk, .relation = true },
	{ .name = NULL },
};
