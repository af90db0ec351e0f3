/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/sync_data.h"

#include "base/err.h"

#include <stdlib.h>

void sync_data_init(struct sync_data *data, struct arena *arena)
{
	*data = (struct sync_data){ .arena = arena };
	map_init(&data->namespaces, arena);
}

int sync_data_add(struct sync_data *data, const struct resource *resource, struct err *err)
{
	struct sync_entry *entry;

	if (str_empty(resource->version) || str_empty(resource->kind))
		return err_set(err, ERR_INPUT, "an object without apiVersion or kind");
	data->items =
		arena_grow(data->arena, data->items, data->n, &data->cap, sizeof(*data->items));
	entry = &data->items[data->n++];
	entry->resource = *resource;
	data->made = false;
	if (resource_is_namespace(resource)) {
		struct resource *copy = ARENA_NEW(data->arena, struct resource);

		*copy = *resource;
		map_put(&data->namespaces, resource->name, copy);
	}
	return 0;
}

const struct resource *sync_data_namespace(const struct sync_data *data, str name)
{
	return data ? map_get(&data->namespaces, name) : NULL;
}

/* Keys of a level; an empty namespace puts the cluster's objects first. */
static str level_key(const struct resource *r, unsigned level)
{
	const str keys[] = { r->namespace, r->api_version, r->kind, r->name };

	return keys[level];
}

static int by_place(const void *a, const void *b)
{
	const struct resource *x = *(const struct resource *const *)a;
	const struct resource *y = *(const struct resource *const *)b;

	for (unsigned level = 0; level < 4; level++) {
		int order = str_cmp(level_key(x, level), level_key(y, level));

		if (order != 0)
			return order;
	}
	return x < y ? -1 : x > y; /* as they were added: the last one counts */
}

static struct value level_value(const struct resource *const *from, size_t n, unsigned level,
				struct arena *arena)
{
	struct object_builder b;
	size_t i = 0;

	if (level == 4)
		return value_from_json(from[n - 1]->json, arena);
	object_builder_init(&b, arena);
	while (i < n) {
		str key = level_key(from[i], level);
		size_t end = i;

		while (end < n && str_eq(level_key(from[end], level), key))
			end++;
		object_builder_add(&b, value_str(key),
				   level_value(from + i, end - i, level + 1, arena));
		i = end;
	}
	return object_builder_take_last(&b);
}

const struct value *sync_data_value(struct sync_data *data)
{
	struct arena *arena = data->arena;
	const struct resource **sorted;
	struct object_builder root, both;
	size_t cluster = 0;

	if (data->made)
		return &data->value;
	sorted = ARENA_ARRAY(arena, const struct resource *, data->n + 1);
	for (size_t i = 0; i < data->n; i++)
		sorted[i] = &data->items[i].resource;
	qsort(sorted, data->n, sizeof(*sorted), by_place);
	while (cluster < data->n && str_empty(sorted[cluster]->namespace))
		cluster++;
	object_builder_init(&both, arena);
	if (cluster > 0)
		OBJECT_ADD(&both, "cluster", level_value(sorted, cluster, 1, arena));
	if (cluster < data->n)
		OBJECT_ADD(&both, "namespace",
			   level_value(sorted + cluster, data->n - cluster, 0, arena));
	object_builder_init(&root, arena);
	OBJECT_ADD(&root, "inventory", object_builder_take_last(&both));
	data->value = object_builder_take_last(&root);
	data->made = true;
	return &data->value;
}
