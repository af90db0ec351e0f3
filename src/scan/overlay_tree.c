/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/path.h"
#include "scan/overlay_internal.h"

#define REST_MAX   65536u /* of a path while its links are followed */
#define LINK_WORK  100u	  /* following a link, as compared with looking at a name */
#define ALIAS_WORK 20u	  /* making a name */

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
	*tree = (struct tree){ .arena = arena, .round = arena_new(), .alias_arena = arena_new() };
	for (size_t i = 0; i < ARRAY_LEN(tree->rest); i++)
		tree->rest[i] = arena_bytes(arena, REST_MAX);
	map_init(&tree->by_path, arena);
	tree->root = add_node(tree, NULL, STR(""));
	tree->root->type = NODE_DIR;
}

void tree_done(struct tree *tree)
{
	arena_free(tree->round);
	arena_free(tree->alias_arena);
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
	tree->text += whole.n;
	if (tree->n >= OVERLAY_NAMES || tree->text > OVERLAY_TEXT) {
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
	size_t n;

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
		if (++links > OVERLAY_LINKS || rest.n + next->link.n + 1 > REST_MAX)
			return NULL;
		if (str_starts(next->link, STR("/")))
			at = tree->root;
		if (rest.n == 0) {
			rest = next->link;
			continue;
		}
		/* What is left of the last one lies in the other buffer. */
		char *to = tree->rest[links % 2];
		n = next->link.n;
		memcpy(to, next->link.p, n);
		to[n++] = '/';
		memcpy(to + n, rest.p, rest.n);
		rest = str_of(to, n + rest.n);
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

str tree_keep(struct tree *tree, str text)
{
	if (arena_used(tree->round) > OVERLAY_TEXT)
		tree->full = true;
	return tree->full ? STR("") : str_dup(tree->round, text);
}

int tree_worked(struct tree *tree, uint64_t amount, struct err *err)
{
	tree->work += amount;
	if (tree->work > OVERLAY_WORK)
		return err_set(err, ERR_LIMIT, "too many links and names of package data");
	return 0;
}

struct node *tree_next_below(const struct node *top, struct node *node)
{
	if (node->child)
		return node->child;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

/* For one link: the names its target's names have through it. */
static int alias_link(struct tree *tree, const struct node *link, struct err *err)
{
	struct node *target = tree_resolve(tree, link->path, true);

	if (tree_worked(tree, LINK_WORK, err) < 0)
		return -1;
	if (!target || target->type == NODE_LINK)
		return 0;
	for (struct node *node = tree_next_below(target, target); node;
	     node = tree_next_below(target, node)) {
		str rest = str_skip(node->path, target->path.n + (target->path.n > 0));

		if (tree_worked(tree, ALIAS_WORK, err) < 0)
			return -1;
		names_add(&tree->aliases, path_join(tree->alias_arena, link->path, rest));
	}
	return 0;
}

int tree_alias(struct tree *tree, struct err *err)
{
	if (!tree->links_changed)
		return 0;
	tree->links_changed = false;
	names_reset(&tree->aliases);
	arena_reset(tree->alias_arena);
	if (tree_worked(tree, tree->n, err) < 0)
		return -1;
	for (size_t i = 0, n = tree->n; i < n; i++) {
		if (tree->nodes[i]->type == NODE_LINK && alias_link(tree, tree->nodes[i], err) < 0)
			return -1;
		if (arena_used(tree->alias_arena) > OVERLAY_TEXT)
			return err_set(err, ERR_LIMIT, "too many links in the way to package data");
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
