/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/err.h"
#include "policy/constraint/sync_store_internal.h"

/* ---- a value in one piece of memory --------------------------------------------------------- */

struct room {
	size_t nodes, text; /* bytes */
};

static bool has_text(const struct value *v)
{
	return v->type == VALUE_STRING || (v->type == VALUE_NUMBER && !v->flag);
}

/* Depth is capped by the JSON reader. */
static void measure(const struct value *v, struct room *room)
{
	if (has_text(v)) {
		room->text += v->n;
	} else if (v->type == VALUE_ARRAY) {
		room->nodes += v->n * sizeof(struct value);
		for (uint32_t i = 0; i < v->n; i++)
			measure(&v->items[i], room);
	} else if (v->type == VALUE_OBJECT) {
		room->nodes += v->n * sizeof(struct value_member);
		for (uint32_t i = 0; i < v->n; i++) {
			measure(&v->members[i].key, room);
			measure(&v->members[i].value, room);
		}
	}
}

struct packer {
	char *nodes, *text;
};

static struct value pack(struct packer *p, const struct value *v)
{
	struct value out = *v;

	if (has_text(v)) {
		if (v->n > 0)
			memcpy(p->text, v->text, v->n);
		out.text = p->text;
		p->text += v->n;
	} else if (v->type == VALUE_ARRAY) {
		struct value *items = (struct value *)(void *)p->nodes;

		p->nodes += v->n * sizeof(*items);
		for (uint32_t i = 0; i < v->n; i++)
			items[i] = pack(p, &v->items[i]);
		out.items = items;
	} else if (v->type == VALUE_OBJECT) {
		struct value_member *members = (struct value_member *)(void *)p->nodes;

		p->nodes += v->n * sizeof(*members);
		for (uint32_t i = 0; i < v->n; i++) {
			members[i].key = pack(p, &v->members[i].key);
			members[i].value = pack(p, &v->members[i].value);
		}
		out.members = members;
	}
	return out;
}

/* ---- an object ------------------------------------------------------------------------------ */

/* Who wrote which field: as large as the object, and nothing that a policy asks. */
static const struct json *without_managed_fields(const struct json *object, struct arena *arena)
{
	const struct json *metadata = JSON_GET(object, "metadata");
	struct json_member *kept;
	struct json *copy;
	size_t n = 0;

	if (!JSON_GET(metadata, "managedFields"))
		return object;
	kept = ARENA_ARRAY(arena, struct json_member, metadata->n);
	JSON_MEMBERS (metadata, member) {
		if (!str_eq(member->key, STR("managedFields")))
			kept[n++] = *member;
	}
	copy = ARENA_NEW(arena, struct json);
	*copy = json_make_object(kept, n);
	return json_with(object, STR("metadata"), copy, arena);
}

struct sync_item *sync_item_new(const struct json *object, struct arena *scratch)
{
	struct sync_item *item;
	struct room room = { 0 };
	struct resource r;
	struct packer p;
	struct value v;
	struct err err;

	if (resource_read(object, &r, &err) < 0 || str_empty(r.name))
		return NULL;
	v = value_from_json(resource_numbers(without_managed_fields(object, scratch), scratch),
			    scratch);
	measure(&v, &room);
	item = mem_alloc(sizeof(*item) + room.nodes + room.text + r.name.n + r.namespace.n);
	p = (struct packer){ item->memory, item->memory + room.nodes };
	item->value = pack(&p, &v);
	atomic_init(&item->refs, 1);
	item->bytes = sizeof(*item) + room.nodes + room.text + r.name.n + r.namespace.n;
	memcpy(p.text, r.name.p, r.name.n);
	item->name = str_of(p.text, r.name.n);
	p.text += r.name.n;
	if (r.namespace.n > 0)
		memcpy(p.text, r.namespace.p, r.namespace.n);
	item->namespace = str_of(p.text, r.namespace.n);
	return item;
}

void sync_item_unref(struct sync_item *item)
{
	if (item && atomic_fetch_sub(&item->refs, 1) == 1)
		free(item);
}

void sync_leaf_unref(struct sync_leaf *leaf)
{
	if (!leaf || atomic_fetch_sub(&leaf->refs, 1) > 1)
		return;
	for (size_t i = 0; i < leaf->n; i++)
		sync_item_unref(leaf->items[i]);
	arena_free(leaf->arena);
	free(leaf);
}
