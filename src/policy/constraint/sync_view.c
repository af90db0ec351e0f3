/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/time.h"
#include "policy/constraint/sync_store_internal.h"

/* ---- making one ----------------------------------------------------------------------------- */

/* A shelf and where it stands in data.inventory. */
struct place {
	str namespace, api_version, kind;
	const struct value *value;
};

static struct sync_leaf *leaf_of(struct sync_shelf *shelf)
{
	struct object_builder b;
	struct sync_leaf *leaf;

	if (shelf->leaf)
		return shelf->leaf;
	leaf = mem_zalloc(sizeof(*leaf));
	atomic_init(&leaf->refs, 1);
	leaf->arena = arena_new();
	leaf->items = ARENA_ARRAY(leaf->arena, struct sync_item *, shelf->n);
	object_builder_init(&b, leaf->arena);
	MAP_EACH (&shelf->names, entry) {
		const struct sync_held *held = entry->value;

		if (!held->item)
			continue;
		atomic_fetch_add(&held->item->refs, 1);
		leaf->items[leaf->n++] = held->item;
		object_builder_add(&b, value_str(held->item->name), held->item->value);
	}
	leaf->value = object_builder_take_last(&b);
	shelf->leaf = leaf;
	return leaf;
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = str_cmp(x->namespace, y->namespace);

	if (order == 0)
		order = str_cmp(x->api_version, y->api_version);
	return order ? order : str_cmp(x->kind, y->kind);
}

static struct value kinds_value(const struct place *from, size_t n, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	for (size_t i = 0; i < n; i++)
		object_builder_add(&b, value_str(from[i].kind), *from[i].value);
	return object_builder_take_last(&b);
}

static struct value versions_value(const struct place *from, size_t n, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && str_eq(from[end].api_version, from[i].api_version);)
			end++;
		object_builder_add(&b, value_str(from[i].api_version),
				   kinds_value(from + i, end - i, arena));
	}
	return object_builder_take_last(&b);
}

static struct value inventory_value(const struct place *places, size_t n, struct arena *arena)
{
	struct object_builder root, both, namespaces;
	size_t cluster = 0;

	while (cluster < n && str_empty(places[cluster].namespace))
		cluster++;
	object_builder_init(&both, arena);
	if (cluster > 0)
		OBJECT_ADD(&both, "cluster", versions_value(places, cluster, arena));
	object_builder_init(&namespaces, arena);
	for (size_t i = cluster, end; i < n; i = end) {
		for (end = i; end < n && str_eq(places[end].namespace, places[i].namespace);)
			end++;
		object_builder_add(&namespaces, value_str(places[i].namespace),
				   versions_value(places + i, end - i, arena));
	}
	if (cluster < n)
		OBJECT_ADD(&both, "namespace", object_builder_take_last(&namespaces));
	object_builder_init(&root, arena);
	OBJECT_ADD(&root, "inventory", object_builder_take_last(&both));
	return object_builder_take_last(&root);
}

static void take_row(struct sync_view *view, struct sync_row *row, struct place *places, size_t *n)
{
	view->kinds[view->kind_n++] = (struct sync_status){
		.kind = { str_dup(view->arena, row->kind.group),
			  str_dup(view->arena, row->kind.version),
			  str_dup(view->arena, row->kind.kind) },
		.state = row->state,
		.reason = str_dup(view->arena, row->reason),
		.objects = row->objects,
	};
	if (row->state != SYNC_READY && row->state != SYNC_BROKEN)
		return;
	MAP_EACH (&row->shelves, entry) {
		struct sync_shelf *shelf = entry->value;
		struct sync_leaf *leaf;

		if (shelf->n == 0)
			continue;
		leaf = leaf_of(shelf);
		atomic_fetch_add(&leaf->refs, 1);
		view->leaves[view->leaf_n++] = leaf;
		places[(*n)++] =
			(struct place){ str_dup(view->arena, shelf->namespace),
					str_dup(view->arena, row->api_version),
					view->kinds[view->kind_n - 1].kind.kind, &leaf->value };
	}
}

struct sync_view *sync_view_new(struct sync_store *store)
{
	struct sync_view *view = mem_zalloc(sizeof(*view));
	struct place *places;
	size_t most = 0, n = 0;

	atomic_init(&view->refs, 1);
	view->arena = arena_new();
	for (size_t i = 0; i < store->n; i++)
		most += store->rows[i]->shelves.n;
	view->leaves = ARENA_ARRAY(view->arena, struct sync_leaf *, most);
	view->kinds = ARENA_ARRAY(view->arena, struct sync_status, store->n);
	places = ARENA_ARRAY(view->arena, struct place, most);
	for (size_t i = 0; i < store->n; i++)
		take_row(view, store->rows[i], places, &n);
	if (n > 0)
		qsort(places, n, sizeof(*places), by_place);
	sync_data_init(&view->data, view->arena);
	view->data.value = inventory_value(places, n, view->arena);
	view->data.made = true;
	view->version = store->version;
	view->state_version = store->state_version;
	view->made_ms = time_mono_ms();
	return view;
}

void sync_view_unref(struct sync_view *view)
{
	if (!view || atomic_fetch_sub(&view->refs, 1) > 1)
		return;
	for (size_t i = 0; i < view->leaf_n; i++)
		sync_leaf_unref(view->leaves[i]);
	arena_free(view->arena);
	free(view);
}

struct sync_data *sync_view_data(struct sync_view *view) { return &view->data; }

/* ---- what is missing ------------------------------------------------------------------------ */

static str trouble(const struct sync_status *s, struct arena *arena)
{
	str kind = sync_kind_text(&s->kind, arena);

	switch (s->state) {
	case SYNC_WAITING:
		return str_fmt(arena, "%.*s in data.inventory is not read yet", STR_ARG(kind));
	case SYNC_FAILED:
		return str_fmt(arena, "%.*s in data.inventory cannot be read: %.*s", STR_ARG(kind),
			       STR_ARG(s->reason));
	case SYNC_FULL:
		return str_fmt(arena, "%.*s in data.inventory has too many objects: %.*s",
			       STR_ARG(kind), STR_ARG(s->reason));
	default:
		return STR_EMPTY;
	}
}

/*
 * Of several kinds that would do, one is enough where the others cannot be had; what will still
 * come is waited for, and what is only half there is not enough.
 */
static str missing_of(const struct sync_view *view, const struct sync_need *need,
		      struct arena *arena)
{
	const struct sync_status *worst = NULL;
	bool met = false;

	for (size_t i = 0; i < view->kind_n; i++) {
		const struct sync_status *s = &view->kinds[i];

		if (!sync_need_takes(need, &s->kind))
			continue;
		if (s->state == SYNC_READY || s->state == SYNC_BROKEN)
			met = true;
		else if (!worst || worst->state == SYNC_FAILED)
			worst = s;
	}
	if (worst && !(met && worst->state == SYNC_FAILED))
		return trouble(worst, arena);
	if (met)
		return STR_EMPTY;
	return str_fmt(arena,
		       "it looks at %.*s in data.inventory, which no Config or SyncSet syncs",
		       STR_ARG(sync_need_text(need, arena)));
}

str sync_view_missing(const struct sync_view *view, const struct sync_needs *needs,
		      struct arena *arena)
{
	if (!needs->used)
		return STR_EMPTY;
	for (size_t i = 0; i < needs->n; i++) {
		str why = missing_of(view, &needs->items[i], arena);

		if (why.n > 0)
			return why;
	}
	if (!needs->unknown)
		return STR_EMPTY;
	/* It may look at anything: everything must be there. */
	for (size_t i = 0; i < view->kind_n; i++) {
		str why = trouble(&view->kinds[i], arena);

		if (why.n > 0)
			return why;
	}
	return view->kind_n > 0 ? STR_EMPTY
				: STR("it looks at data.inventory, and no Config or SyncSet says "
				      "which kinds are synced");
}
