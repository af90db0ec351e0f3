/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

struct bom_tree bom_tree_object(struct arena *arena)
{
	return (struct bom_tree){ .arena = arena, .type = JSON_OBJECT };
}

struct bom_tree bom_tree_array(struct arena *arena)
{
	return (struct bom_tree){ .arena = arena, .type = JSON_ARRAY };
}

void bom_tree_set(struct bom_tree *object, str key, struct json value)
{
	object->members = arena_grow(object->arena, object->members, object->n, &object->cap,
				     sizeof(*object->members));
	object->members[object->n++] = (struct json_member){ .key = key, .value = value };
}

void bom_tree_set_str(struct bom_tree *object, str key, str value)
{
	bom_tree_set(object, key, bom_text(value));
}

void bom_tree_add(struct bom_tree *array, struct json value)
{
	array->items = arena_grow(array->arena, array->items, array->n, &array->cap,
				  sizeof(*array->items));
	array->items[array->n++] = value;
}

struct json bom_tree_value(const struct bom_tree *tree)
{
	struct json v = { .type = tree->type, .n = (uint32_t)tree->n };

	if (tree->type == JSON_OBJECT)
		v.members = tree->members;
	else
		v.items = tree->items;
	return v;
}

struct json bom_text(str s)
{
	return (struct json){ .type = JSON_STRING, .n = (uint32_t)s.n, .text = s.p ? s.p : "" };
}

struct json bom_truth(bool v) { return (struct json){ .type = v ? JSON_TRUE : JSON_FALSE }; }
