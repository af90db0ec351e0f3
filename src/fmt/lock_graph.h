/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lock_graph: the packages of one lock file and what they need of each other, gathered before they
 * go to a sink: a lock file names a package long before, or after, those that it needs.
 *
 * A package that the file names several times (nested copies, variants for other peers) is one
 * node: its needs are joined, it is for development only, or indirect, when all of its entries are,
 * and the first line, licence and digests count.
 *
 * Limits: LOCK_MAX_PACKAGES and LOCK_MAX_EDGES; lock_graph_emit answers ERR_LIMIT above.
 */
#include "base/map.h"
#include "fmt/package.h"

#define LOCK_MAX_BYTES	  (16u << 20) /* of a lock file that is read whole; real ones reach 10 MiB */
#define LOCK_MAX_VALUES	  500000u     /* of its JSON, YAML or TOML */
#define LOCK_MAX_DEPTH	  128u
#define LOCK_MAX_PACKAGES 200000u
#define LOCK_MAX_EDGES	  2000000u

struct lock_node {
	str id; /* "name@version" */
	uint32_t name_n;
	uint32_t line;
	str origin, licence;
	str integrity;	    /* in npm's form, for graph->digests; else `digests` */
	const str *digests; /* as package.digests */
	uint32_t digest_count;
	uint32_t number; /* from 0, in the order of the file */
	uint32_t *needs; /* numbers of nodes */
	uint32_t needs_n, needs_cap;
	bool root, dev_root; /* the project asks for it itself, to run or for development */
	bool dev, indirect;  /* as those of a package */
	bool hidden; /* not a package to tell of (the project itself): only a way to others */
	bool reached;
};
static inline str lock_node_name(const struct lock_node *node)
{
	return str_take(node->id, node->name_n);
}
static inline str lock_node_version(const struct lock_node *node)
{
	return str_skip(node->id, (size_t)node->name_n + 1);
}

struct lock_graph {
	struct arena *arena;
	struct package base; /* kind, path, form and project of all of them */
	/* Fills digests of a package from node->integrity; NULL: nodes have none. */
	void (*digests)(struct package *package, str integrity, struct arena *scratch);
	bool copy;	  /* texts of packages that are added do not live on: keep copies */
	struct map words; /* copies of texts that many packages share */
	struct map by_id;
	struct lock_node **nodes;
	size_t n, cap, edges;
	bool over; /* a limit was hit */
};

/* `base` may be NULL: nothing of kind, path and form is known. */
void lock_graph_init(struct lock_graph *graph, const struct package *base, struct arena *arena);

/*
 * The node of the package with this name and version, made or joined: origin, licence, digests,
 * line, dev and indirect of `package` are taken, and `integrity`, which is in the form that
 * graph->digests reads. Views must live as long as the graph, unless it keeps copies. NULL above
 * the limit; all calls accept that.
 */
struct lock_node *lock_graph_add(struct lock_graph *graph, const struct package *package,
				 str integrity);
struct lock_node *lock_graph_find(const struct lock_graph *graph, str name, str version);
/* `from` needs `to`. NULL on either side: nothing happens. */
void lock_graph_edge(struct lock_graph *graph, struct lock_node *from, struct lock_node *to);

/*
 * For files that say only what the project asks for: `dev` of all nodes becomes "not reached from a
 * root", `indirect` "no root". Nothing happens when there is no root at all.
 */
void lock_graph_reach(struct lock_graph *graph);

/* Hands all nodes that are not hidden to the sink, in the order of the file. */
int lock_graph_emit(struct lock_graph *graph, struct package_sink *sink, struct err *err) MUST_USE;
