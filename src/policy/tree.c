/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/plan.h"

#define TREE_LINEAR 8u /* up to that many children are compared one by one */

static struct tree **slot_of(const struct tree *tree, const struct value *key)
{
	size_t mask = tree->slot_n - 1, at = (size_t)value_hash(key) & mask;

	while (tree->slots[at] && !value_equal(&tree->slots[at]->key, key))
		at = (at + 1) & mask;
	return &tree->slots[at];
}

struct tree *rule_tree_child(const struct tree *tree, const struct value *key)
{
	if (tree->slot_n > 0)
		return *slot_of(tree, key);
	for (size_t i = 0; i < tree->n; i++) {
		if (value_equal(&tree->children[i]->key, key))
			return tree->children[i];
	}
	return NULL;
}

static void rehash(struct arena *arena, struct tree *tree)
{
	tree->slot_n = tree->slot_n ? tree->slot_n * 2 : 4 * TREE_LINEAR;
	tree->slots = ARENA_ARRAY(arena, struct tree *, tree->slot_n);
	for (size_t i = 0; i < tree->n; i++)
		*slot_of(tree, &tree->children[i]->key) = tree->children[i];
}

struct tree *rule_tree_add(struct arena *arena, struct tree *tree, struct value key)
{
	struct tree *child = rule_tree_child(tree, &key);

	if (child)
		return child;
	child = ARENA_NEW(arena, struct tree);
	*child = (struct tree){ .key = key, .parent = tree, .depth = tree->depth + 1 };
	tree->children =
		arena_grow(arena, tree->children, tree->n, &tree->cap, sizeof(*tree->children));
	tree->children[tree->n++] = child;
	if (tree->slot_n > 0 ? tree->n * 2 > tree->slot_n : tree->n > TREE_LINEAR)
		rehash(arena, tree);
	else if (tree->slot_n > 0)
		*slot_of(tree, &key) = child;
	return child;
}
