/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/path.h"
#include "scan/overlay_internal.h"

#define ALIAS_WORK_MAX 50000000u /* links times names */
#define REST_MAX       65536u	 /* of a path while its links are followed */

/* ---- names ---- */

static void names_insert(struct names *names, struct name_slot slot)
{
	size_t at = slot.hash & (names->cap - 1);

	while (names->slots[at].path.p && names->slots[at].hash != slot.hash)
		at = (at + 1) & (names->cap - 1);
	names->n += names->slots[at].path.p == NULL;
	names->slots[at] = slot;
}

void names_add(struct names *names, str path)
{
	struct name_slot slot = { .hash = log_hash(path), .path = path };

	if (2 * (names->n + 1) > names->cap) {
		struct names bigger = { .cap = names->cap ? 2 * names->cap : 256 };

		bigger.slots = mem_zalloc(bigger.cap * sizeof(*bigger.slots));
		for (size_t i = 0; i < names->cap; i++) {
			if (names->slots[i].path.p)
				names_insert(&bigger, names->slots[i]);
		}
		free(names->slots);
		*names = bigger;
	}
	names_insert(names, slot);
}

const struct name_slot *names_find(const struct names *names, uint64_t hash)
{
	if (names->n == 0)
		return NULL;
	for (size_t at = hash & (names->cap - 1); names->slots[at].path.p;
	     at = (at + 1) & (names->cap - 1)) {
		if (names->slots[at].hash == hash)
			return &names->slots[at];
	}
	return NULL;
}

void names_reset(struct names *names)
{
	if (names->n > 0)
		memset(names->slots, 0, names->cap * sizeof(*names->slots));
	names->n = 0;
}

void names_done(struct names *names)
{
	free(names->slots);
	*names = (struct names){ .n = 0 };
}

/* ---- tree ---- */

static struct node *add_node(struct tree *tree, struct node *parent, str path)
{
	struct node *node = ARENA_NEW(tree->arena, struct node);

	node->path = path;
	node->parent = parent;
	if (parent) {
		node->next = parent->child;
		parent->child = node;
	}
	tree->nodes =
		arena_grow(tree->arena, tree->nodes, tree->n, &tree->cap, sizeof(struct node *));
	tree->nodes[tree->n++] = node;
	return node;
}

void tree_init(struct tree *tree, struct arena *arena)
{
	*tree = (struct tree){ .arena = arena, .round = arena_new() };
	map_init(&tree->by_path, arena);
	tree->root = add_node(tree, NULL, STR(""));
	tree->root->type = NODE_DIR;
}

void tree_done(struct tree *tree)
{
	arena_free(tree->round);
	names_done(&tree->names);
	names_done(&tree->aliases);
}

void tree_clear(struct tree *tree)
{
	for (size_t i = 1; i < tree->n; i++)
		tree->nodes[i]->type = NODE_GONE;
	arena_reset(tree->round);
	names_reset(&tree->aliases);
	tree->links_changed = false;
	tree->fresh = false;
	tree->changed = false;
}

struct node *tree_child(struct tree *tree, struct node *dir, str name)
{
	char path[PATH_MAX_BYTES + 1];
	size_t n = dir->path.n;
	void **slot;

	if (n + 1 + name.n > PATH_MAX_BYTES)
		return NULL;
	if (n > 0) {
		memcpy(path, dir->path.p, n);
		path[n++] = '/';
	}
	memcpy(path + n, name.p, name.n);
	str whole = str_of(path, n + name.n);
	struct node *node = map_get(&tree->by_path, whole);
	if (node)
		return node;
	if (tree->n >= OVERLAY_NAMES) {
		tree->full = true;
		return NULL;
	}
	whole = str_dup(tree->arena, whole);
	slot = map_slot(&tree->by_path, whole);
	node = add_node(tree, dir, whole);
	*slot = node;
	names_add(&tree->names, whole);
	tree->fresh = true;
	return node;
}

void tree_track(struct tree *tree, str path)
{
	struct node *node = tree->root;
	str name;

	while (node && str_split(&path, '/', &name)) {
		if (name.n > 0)
			node = tree_child(tree, node, name);
	}
}

struct node *tree_resolve(struct tree *tree, str path, bool last)
{
	struct node *at = tree->root;
	unsigned links = 0;
	str name, rest = path;

	while (str_split(&rest, '/', &name)) {
		if (name.n == 0 || str_eq(name, STR(".")))
			continue;
		if (str_eq(name, STR(".."))) {
			at = at->parent ? at->parent : at;
			continue;
		}
		struct node *next = tree_child(tree, at, name);
		if (!next)
			return NULL;
		if (next->type != NODE_LINK || (rest.n == 0 && !last)) {
			at = next;
			continue;
		}
		if (++links > OVERLAY_LINKS || rest.n + next->link.n > REST_MAX)
			return NULL;
		if (str_starts(next->link, STR("/")))
			at = tree->root;
		rest = rest.n > 0 ? str_fmt(tree->round, "%.*s/%.*s", STR_ARG(next->link),
					    STR_ARG(rest))
				  : next->link;
	}
	return at;
}

struct node *tree_place(struct tree *tree, str path)
{
	struct node *dir = tree_resolve(tree, path_dir(path), true);

	return dir ? tree_child(tree, dir, path_base(path)) : NULL;
}

void tree_empty(struct tree *tree, struct node *dir)
{
	for (struct node *child = dir->child; child; child = child->next) {
		if (child->type == NODE_GONE)
			continue;
		if (child->type == NODE_DIR)
			tree_empty(tree, child);
		tree->links_changed |= child->type == NODE_LINK;
		tree->changed = true;
		child->type = NODE_GONE;
	}
}

void tree_set(struct tree *tree, struct node *node, enum node_type type)
{
	if (node == tree->root)
		return;
	if (type != NODE_GONE) {
		for (struct node *dir = node->parent; dir && dir->type != NODE_DIR;
		     dir = dir->parent) {
			tree->links_changed |= dir->type == NODE_LINK;
			dir->type = NODE_DIR;
		}
	}
	if (node->type == NODE_DIR && type != NODE_DIR)
		tree_empty(tree, node);
	tree->links_changed |= node->type == NODE_LINK || type == NODE_LINK;
	tree->changed = true;
	node->type = type;
}

/* For one link: the names its target's names have through it. */
static void alias_link(struct tree *tree, const struct node *link)
{
	const struct node *target = tree_resolve(tree, link->path, true);

	if (!target || target->type == NODE_LINK)
		return;
	for (size_t i = 0; i < tree->n; i++) {
		str path = tree->nodes[i]->path;

		if (path.n <= target->path.n || !path_below(path, target->path))
			continue;
		str rest = str_skip(path, target->path.n + (target->path.n > 0));
		names_add(&tree->aliases, path_join(tree->round, link->path, rest));
	}
}

int tree_alias(struct tree *tree, struct err *err)
{
	size_t links = 0;

	if (!tree->links_changed)
		return 0;
	tree->links_changed = false;
	names_reset(&tree->aliases);
	for (size_t i = 0; i < tree->n; i++)
		links += tree->nodes[i]->type == NODE_LINK;
	if (links > 0 && tree->n > ALIAS_WORK_MAX / links)
		return err_set(err, ERR_LIMIT, "too many links in the way to package data");
	for (size_t i = 0, n = tree->n; i < n; i++) {
		if (tree->nodes[i]->type == NODE_LINK)
			alias_link(tree, tree->nodes[i]);
	}
	return 0;
}

str tree_name(const struct tree *tree, uint64_t hash)
{
	const struct name_slot *slot = names_find(&tree->names, hash);

	if (!slot)
		slot = names_find(&tree->aliases, hash);
	return slot ? slot->path : STR_EMPTY;
}
