/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/lock_graph.h"

#include "base/err.h"
#include "base/words.h"

#define ID_ON_STACK 512u

void lock_graph_init(struct lock_graph *graph, const struct package *base, struct arena *arena)
{
	*graph = (struct lock_graph){ .arena = arena };
	if (base)
		graph->base = *base;
	map_init(&graph->by_id, arena);
	map_init(&graph->words, arena);
}

/* "name@version" in `room`, or in the arena when that is too small. */
static str id_of(struct arena *arena, char room[ID_ON_STACK], str name, str version)
{
	size_t n = name.n + 1 + version.n;
	char *p = n <= ID_ON_STACK ? room : arena_bytes(arena, n);

	if (name.n)
		memcpy(p, name.p, name.n);
	p[name.n] = '@';
	if (version.n)
		memcpy(p + name.n + 1, version.p, version.n);
	return str_of(p, n);
}

struct lock_node *lock_graph_find(const struct lock_graph *graph, str name, str version)
{
	char room[ID_ON_STACK];

	return map_get(&graph->by_id, id_of(graph->arena, room, name, version));
}

/* Licences and origins are few. */
static str keep_word(struct lock_graph *graph, str word)
{
	void **slot;
	str *kept;

	if (!graph->copy || str_empty(word))
		return word;
	slot = map_slot(&graph->words, word);
	if (!*slot) {
		kept = ARENA_NEW(graph->arena, str);
		*kept = str_dup(graph->arena, word);
		*slot = kept;
	}
	return *(const str *)*slot;
}

static void take_digests(struct lock_graph *graph, struct lock_node *node, const struct package *p,
			 str integrity)
{
	node->digests = p->digests;
	node->digest_count = (uint32_t)p->digest_count;
	node->integrity = graph->copy ? str_dup(graph->arena, integrity) : integrity;
}

static void join(struct lock_graph *graph, struct lock_node *into, const struct package *p,
		 str integrity)
{
	into->dev = into->dev && p->dev;
	into->indirect = into->indirect && p->indirect;
	if (into->line == 0)
		into->line = p->line;
	if (str_empty(into->licence))
		into->licence = keep_word(graph, p->licence);
	if (str_empty(into->origin) != str_empty(p->origin))
		into->origin = STR_EMPTY; /* it comes from the registry, too */
	if (into->digest_count == 0 && str_empty(into->integrity))
		take_digests(graph, into, p, integrity);
}

struct lock_node *lock_graph_add(struct lock_graph *graph, const struct package *package,
				 str integrity)
{
	char room[ID_ON_STACK];
	str id = id_of(graph->arena, room, package->name, package->version);
	struct lock_node *node = map_get(&graph->by_id, id);

	if (node) {
		join(graph, node, package, integrity);
		return node;
	}
	if (graph->n == LOCK_MAX_PACKAGES) {
		graph->over = true;
		return NULL;
	}
	node = ARENA_NEW(graph->arena, struct lock_node);
	*node = (struct lock_node){ .name_n = (uint32_t)package->name.n,
				    .line = package->line,
				    .origin = keep_word(graph, package->origin),
				    .licence = keep_word(graph, package->licence),
				    .number = (uint32_t)graph->n,
				    .dev = package->dev,
				    .indirect = package->indirect };
	take_digests(graph, node, package, integrity);
	graph->nodes = arena_regrow(graph->arena, graph->nodes, graph->n, &graph->cap,
				    sizeof(struct lock_node *));
	graph->nodes[graph->n++] = node;
	map_put(&graph->by_id, id, node);
	node->id = graph->by_id.entries[graph->by_id.n - 1].key; /* lives as long as the map */
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
	if (from->needs_n == from->needs_cap) {
		uint32_t cap = from->needs_cap ? from->needs_cap * 2 : 4;
		uint32_t *grown = ARENA_ARRAY(graph->arena, uint32_t, cap);

		if (from->needs_n > 0)
			memcpy(grown, from->needs, from->needs_n * sizeof(*grown));
		from->needs = grown;
		from->needs_cap = cap;
	}
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

		node->dev = !node->reached;
		node->indirect = !node->root && !node->dev_root;
	}
}

static void set_depends(const struct lock_graph *graph, const struct lock_node *node,
			struct package *package, struct arena *scratch)
{
	str *ids = ARENA_ARRAY(scratch, str, node->needs_n);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < node->needs_n; i++) {
		const struct lock_node *to = graph->nodes[node->needs[i]];

		if (!to->hidden)
			ids[n++] = to->id;
	}
	kept = words_sort(ids, n);
	package->depends = kept ? ids : NULL;
	package->depend_count = kept;
}

static struct package package_of(const struct lock_graph *graph, const struct lock_node *node,
				 struct arena *scratch)
{
	struct package package = graph->base;

	package.name = lock_node_name(node);
	package.version = lock_node_version(node);
	package.origin = node->origin;
	package.licence = node->licence;
	package.line = node->line;
	package.dev = node->dev;
	package.indirect = node->indirect;
	package.digests = node->digests;
	package.digest_count = node->digest_count;
	if (graph->digests && !str_empty(node->integrity))
		graph->digests(&package, node->integrity, scratch);
	set_depends(graph, node, &package, scratch);
	return package;
}

int lock_graph_emit(struct lock_graph *graph, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	if (graph->over)
		return err_set(err, ERR_LIMIT,
			       "a lock file of more than %u packages or %u dependencies",
			       LOCK_MAX_PACKAGES, LOCK_MAX_EDGES);
	for (size_t i = 0; i < graph->n; i++) {
		struct package package;

		if (graph->nodes[i]->hidden)
			continue;
		package = package_of(graph, graph->nodes[i], scratch);
		if (sink->add(sink, &package, err) < 0)
			return -1;
		arena_reset(scratch);
	}
	return 0;
}
