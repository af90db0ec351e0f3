/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

struct tree tree_object(struct arena *arena)
{
	return (struct tree){ .arena = arena, .type = JSON_OBJECT };
}

struct tree tree_array(struct arena *arena)
{
	return (struct tree){ .arena = arena, .type = JSON_ARRAY };
}

void tree_set(struct tree *object, str key, struct json value)
{
	object->members = arena_grow(object->arena, object->members, object->n, &object->cap,
				     sizeof(*object->members));
	object->members[object->n++] = (struct json_member){ .key = key, .value = value };
}

void tree_set_str(struct tree *object, str key, str value)
{
	tree_set(object, key, json_text(value));
}

void tree_add(struct tree *array, struct json value)
{
	array->items = arena_grow(array->arena, array->items, array->n, &array->cap,
				  sizeof(*array->items));
	array->items[array->n++] = value;
}

struct json tree_value(const struct tree *tree)
{
	struct json v = { .type = tree->type, .n = (uint32_t)tree->n };

	if (tree->type == JSON_OBJECT)
		v.members = tree->members;
	else
		v.items = tree->items;
	return v;
}

struct json json_text(str s)
{
	return (struct json){ .type = JSON_STRING, .n = (uint32_t)s.n, .text = s.p ? s.p : "" };
}

struct json json_truth(bool v)
{
	return (struct json){ .type = v ? JSON_TRUE : JSON_FALSE };
}
