/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sync_data: what templates see of other objects: data.inventory.cluster[apiVersion][kind][name]
 * and data.inventory.namespace[namespace][apiVersion][kind][name]. Objects are added, then the
 * value is made once; it lives in the inventory's arena. The last of two objects of the same place
 * counts.
 *
 *	struct sync_data data;
 *
 *	sync_data_init(&data, arena);
 *	if (sync_data_add(&data, &resource, &err) < 0)
 *		return -1;
 *	run.data = sync_data_value(&data);
 */
#include "base/map.h"
#include "policy/constraint/resource.h"
#include "policy/value.h"

struct sync_data {
	struct arena *arena;
	struct map namespaces; /* name to struct resource, of kind Namespace */
	struct sync_entry {
		struct resource resource;
	} * items;
	size_t n, cap;
	struct value value; /* {"inventory": {...}} */
	bool made;
};

void sync_data_init(struct sync_data *data, struct arena *arena);
/* The JSON must outlive the inventory. ERR_INPUT: without kind, version or name. */
int sync_data_add(struct sync_data *data, const struct resource *resource,
		  struct err *err) MUST_USE;
const struct value *sync_data_value(struct sync_data *data);
/* The Namespace object of that name, or NULL. */
const struct resource *sync_data_namespace(const struct sync_data *data, str name);
