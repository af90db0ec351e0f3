/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/lock_graph.h"

#include "base/err.h"

void lock_graph_init(struct lock_graph *graph, struct arena *arena)
{
	*graph = (struct lock_graph){ .arena = arena };
	map_init(&graph->by_id, arena);
}

static str id_of(struct arena *arena, str name, str version)
{
	return str_cat(arena, str_cat(arena, name, STR("@")), version);
}

struct lock_node *lock_graph_find(const struct lock_graph *graph, str name, str version)
{
	return map_get(&graph->by_id, id_of(graph->arena, name, version));
}

static void join(struct package *into, const struct package *p)
{
	into->dev = into->dev && p->dev;
	into->indirect = into->indirect && p->indirect;
	if (into->line == 0)
		into->line = p->line;
	if (str_empty(into->licence))
		into->licence = p->licence;
	if (str_empty(into->origin) != str_empty(p->origin))
		into->origin = STR_EMPTY; /* it comes from the registry, too */
	if (into->digest_count == 0) {
		into->digests = p->digests;
		into->digest_count = p->digest_count;
	}
}

struct lock_node *lock_graph_add(struct lock_graph *graph, const struct package *package)
{
	str id = id_of(graph->arena, package->name, package->version);
	struct lock_node *node = map_get(&graph->by_id, id);

	if (node) {
		join(&node->package, package);
		return node;
	}
	if (graph->n == LOCK_MAX_PACKAGES) {
		graph->over = true;
		return NULL;
	}
	node = ARENA_NEW(graph->arena, struct lock_node);
	node->package = *package;
	node->id = id;
	node->number = (uint32_t)graph->n;
	graph->nodes = arena_grow(graph->arena, graph->nodes, graph->n, &graph->cap,
				  sizeof(struct lock_node *));
	graph->nodes[graph->n++] = node;
	map_put(&graph->by_id, id, node);
	return node;
}

void lock_graph_edge(struct lock_graph *graph, struct lock_node *from, struct lock_node *to)
{
	if (!from || !to || from == to)
		return;
	if (graph->edges == LOCK_MAX_EDGES) {
		graph->over = true;
		return;
	}
	graph->edges++;
	from->needs = arena_grow(graph->arena, from->needs, from->needs_n, &from->needs_cap,
				 sizeof(*from->needs));
	from->needs[from->needs_n++] = to->number;
}

void lock_graph_reach(struct lock_graph *graph)
{
	uint32_t *stack = ARENA_ARRAY(graph->arena, uint32_t, graph->n);
	size_t depth = 0;
	bool any = false;

	for (size_t i = 0; i < graph->n; i++) {
		struct lock_node *node = graph->nodes[i];

		any = any || node->root || node->dev_root;
		node->reached = node->root;
		if (node->root)
			stack[depth++] = node->number;
	}
	if (!any)
		return;
	while (depth > 0) {
		const struct lock_node *node = graph->nodes[stack[--depth]];

		for (size_t i = 0; i < node->needs_n; i++) {
			struct lock_node *to = graph->nodes[node->needs[i]];

			if (!to->reached) {
				to->reached = true;
				stack[depth++] = to->number;
			}
		}
	}
	for (size_t i = 0; i < graph->n; i++) {
		struct lock_node *node = graph->nodes[i];

		node->package.dev = !node->reached;
		node->package.indirect = !node->root && !node->dev_root;
	}
}

static void set_depends(const struct lock_graph *graph, struct lock_node *node)
{
	str *ids = ARENA_ARRAY(graph->arena, str, node->needs_n);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < node->needs_n; i++) {
		const struct lock_node *to = graph->nodes[node->needs[i]];

		if (!to->hidden)
			ids[n++] = to->id;
	}
	if (n > 1)
		qsort(ids, n, sizeof(*ids), str_qsort_cmp);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !str_eq(ids[i], ids[kept - 1]))
			ids[kept++] = ids[i];
	node->package.depends = kept ? ids : NULL;
	node->package.depend_count = kept;
}

int lock_graph_emit(struct lock_graph *graph, struct package_sink *sink, struct err *err)
{
	if (graph->over)
		return err_set(err, ERR_LIMIT,
			       "a lock file of more than %u packages or %u dependencies",
			       LOCK_MAX_PACKAGES, LOCK_MAX_EDGES);
	for (size_t i = 0; i < graph->n; i++) {
		struct lock_node *node = graph->nodes[i];

		if (node->hidden)
			continue;
		set_depends(graph, node);
		if (sink->add(sink, &node->package, err) < 0)
			return -1;
	}
	return 0;
}
