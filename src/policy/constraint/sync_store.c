/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/sync_store.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/time.h"
#include "policy/constraint/sync_store_internal.h"

const char *sync_state_name(enum sync_state state)
{
	static const char *const names[SYNC_STATES] = {
		[SYNC_WAITING] = "waiting", [SYNC_READY] = "ready", [SYNC_BROKEN] = "broken",
		[SYNC_FAILED] = "failed",   [SYNC_FULL] = "full",
	};

	return names[state];
}

struct sync_store *sync_store_new(size_t max_bytes)
{
	struct sync_store *s = mem_zalloc(sizeof(*s));

	(void)pthread_mutex_init(&s->lock, NULL);
	s->max_bytes = max_bytes ? max_bytes : SYNC_STORE_BYTES;
	s->arena = arena_new();
	gatekeeper_config_init(&s->config, s->arena);
	s->version = s->state_version = 1;
	return s;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void shelf_drop(struct sync_shelf *shelf)
{
	MAP_EACH (&shelf->names, entry)
		sync_item_unref(((struct sync_held *)entry->value)->item);
	sync_leaf_unref(shelf->leaf);
	*shelf = (struct sync_shelf){ 0 };
}

/* Its memory goes, its kind stays. */
static void row_empty(struct sync_store *s, struct sync_row *row)
{
	struct sync_kind kind = row->kind;
	struct arena *arena = arena_new();

	MAP_EACH (&row->shelves, entry)
		shelf_drop(entry->value);
	s->bytes -= row->bytes;
	row->bytes = row->objects = row->keys = 0;
	row->has_list = false;
	row->kind = (struct sync_kind){ str_dup(arena, kind.group), str_dup(arena, kind.version),
					str_dup(arena, kind.kind) };
	row->api_version = row->kind.version;
	if (row->kind.group.n > 0)
		row->api_version = str_fmt(arena, "%.*s/%.*s", STR_ARG(row->kind.group),
					   STR_ARG(row->kind.version));
	map_init(&row->shelves, arena);
	arena_free(row->arena);
	row->arena = arena;
}

static void row_state(struct sync_store *s, struct sync_row *row, enum sync_state state, str reason)
{
	if (row->state == state && str_eq(row->reason, str_take(reason, sizeof(row->reason_text))))
		return;
	row->state = state;
	reason = str_take(reason, sizeof(row->reason_text));
	if (reason.n > 0)
		memmove(row->reason_text, reason.p, reason.n);
	row->reason = str_of(row->reason_text, reason.n);
	s->state_version = ++s->version;
}

static struct sync_row *row_new(struct sync_store *s, const struct sync_kind *kind)
{
	struct sync_row *row = mem_zalloc(sizeof(*row));

	row->kind = *kind;
	row_empty(s, row);
	return row;
}

static void row_free(struct sync_store *s, struct sync_row *row)
{
	row_empty(s, row);
	arena_free(row->arena);
	free(row);
}

static struct sync_row *row_of(const struct sync_store *s, const struct sync_kind *kind)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct sync_kind *k = &s->rows[i]->kind;

		if (str_eq(k->kind, kind->kind) && str_eq(k->group, kind->group) &&
		    str_eq(k->version, kind->version))
			return s->rows[i];
	}
	return NULL;
}

void sync_store_free(struct sync_store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		row_free(s, s->rows[i]);
	free(s->rows);
	sync_view_unref(s->view);
	arena_free(s->arena);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- which kinds ---------------------------------------------------------------------------- */

static int by_kind(const void *a, const void *b)
{
	const struct sync_kind *x = &(*(struct sync_row *const *)a)->kind;
	const struct sync_kind *y = &(*(struct sync_row *const *)b)->kind;
	int order = str_cmp(x->group, y->group);

	if (order == 0)
		order = str_cmp(x->version, y->version);
	return order ? order : str_cmp(x->kind, y->kind);
}

struct wanting {
	struct sync_store *store;
	struct sync_row **rows; /* that there will be */
	size_t n;
	bool changed;
};

static void want(struct wanting *w, const struct sync_kind *kind)
{
	struct sync_row *row;

	for (size_t i = 0; i < w->n; i++) {
		const struct sync_kind *k = &w->rows[i]->kind;

		if (str_eq(k->kind, kind->kind) && str_eq(k->group, kind->group) &&
		    str_eq(k->version, kind->version))
			return;
	}
	if (w->n >= SYNC_KINDS_MAX) {
		w->store->too_many++;
		return;
	}
	row = row_of(w->store, kind);
	w->changed |= !row;
	w->rows[w->n++] = row ? row : row_new(w->store, kind);
}

static bool keeps(const struct wanting *w, const struct sync_row *row)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->rows[i] == row)
			return true;
	}
	return false;
}

static bool same_list(const struct json *a, const struct json *b)
{
	return a && b ? json_equal(a, b) : a == b;
}

static bool same_exclusions(const struct gatekeeper_config *a, const struct gatekeeper_config *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct gatekeeper_exclusion *x = &a->exclusions[i], *y = &b->exclusions[i];

		if (!same_list(x->namespaces, y->namespaces) ||
		    !same_list(x->processes, y->processes))
			return false;
	}
	return true;
}

static void take_config(struct sync_store *s, const struct gatekeeper_config *config,
			struct wanting *w)
{
	struct arena *arena = arena_new();
	struct gatekeeper_config copy;

	gatekeeper_config_copy(config, arena, &copy);
	if (!same_exclusions(&s->config, &copy)) {
		w->changed = true;
		for (size_t i = 0; i < s->n; i++) {
			row_empty(s, s->rows[i]);
			row_state(s, s->rows[i], SYNC_WAITING, STR_EMPTY);
		}
	}
	arena_free(s->arena);
	s->arena = arena;
	s->config = copy;
}

bool sync_store_want(struct sync_store *s, const struct gatekeeper_config *config,
		     const struct sync_kind *more, size_t more_n)
{
	struct wanting w = { .store = s };

	(void)pthread_mutex_lock(&s->lock);
	s->too_many = 0;
	w.rows = mem_zalloc(SYNC_KINDS_MAX * sizeof(struct sync_row *));
	take_config(s, config, &w);
	for (size_t i = 0; i < s->config.kinds_n; i++) {
		JSON_EACH (s->config.kinds[i], row) {
			const struct sync_kind kind = { json_get_str(row, STR("group")),
							json_get_str(row, STR("version")),
							json_get_str(row, STR("kind")) };

			want(&w, &kind);
		}
	}
	for (size_t i = 0; i < more_n; i++)
		want(&w, &more[i]);
	for (size_t i = 0; i < s->n; i++) {
		if (keeps(&w, s->rows[i]))
			continue;
		row_free(s, s->rows[i]);
		w.changed = true;
	}
	free(s->rows);
	s->rows = w.rows;
	s->n = w.n;
	if (s->n > 0)
		qsort(s->rows, s->n, sizeof(struct sync_row *), by_kind);
	if (w.changed)
		s->state_version = ++s->version;
	(void)pthread_mutex_unlock(&s->lock);
	return w.changed;
}

size_t sync_store_kinds(struct sync_store *s, struct arena *arena, struct sync_kind **out)
{
	size_t n;

	(void)pthread_mutex_lock(&s->lock);
	n = s->n;
	*out = ARENA_ARRAY(arena, struct sync_kind, n);
	for (size_t i = 0; i < n; i++) {
		const struct sync_kind *k = &s->rows[i]->kind;

		(*out)[i] =
			(struct sync_kind){ str_dup(arena, k->group), str_dup(arena, k->version),
					    str_dup(arena, k->kind) };
	}
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}

/* ---- objects -------------------------------------------------------------------------------- */

static struct sync_shelf *shelf_of(struct sync_row *row, str namespace)
{
	void **slot = map_slot(&row->shelves, namespace);
	struct sync_shelf *shelf = *slot;

	if (shelf)
		return shelf;
	shelf = ARENA_NEW(row->arena, struct sync_shelf);
	shelf->namespace = str_dup(row->arena, namespace);
	map_init(&shelf->names, row->arena);
	*slot = shelf;
	return shelf;
}

static void shelf_changed(struct sync_store *s, struct sync_shelf *shelf)
{
	sync_leaf_unref(shelf->leaf);
	shelf->leaf = NULL;
	s->version++;
}

static void take_away(struct sync_store *s, struct sync_row *row, struct sync_shelf *shelf,
		      struct sync_held *held)
{
	s->bytes -= held->item->bytes;
	row->bytes -= held->item->bytes;
	row->objects--;
	shelf->n--;
	sync_item_unref(held->item);
	held->item = NULL;
	shelf_changed(s, shelf);
}

/* What is there of a shelf, into maps without the names that are gone. */
static void move_shelf(struct sync_row *row, struct sync_shelf *from)
{
	struct sync_shelf *to;

	if (from->n == 0) {
		sync_leaf_unref(from->leaf);
		return;
	}
	to = shelf_of(row, from->namespace);
	to->n = from->n;
	to->leaf = from->leaf;
	for (size_t i = 0; i < from->names.n; i++) {
		const struct sync_held *held = from->names.entries[i].value;
		struct sync_held *copy;

		if (!held->item)
			continue;
		copy = ARENA_NEW(row->arena, struct sync_held);
		*copy = *held;
		map_put(&to->names, from->names.entries[i].key, copy);
		row->keys++;
	}
}

/* Names that came and went leave their keys: when these are most of it, the maps are made anew. */
static void row_tidy(struct sync_row *row)
{
	struct arena *arena, *old = row->arena;
	struct map before = row->shelves;
	struct sync_kind kind = row->kind;

	if (row->keys < 1000 || row->keys < 4 * row->objects)
		return;
	arena = arena_new();
	row->arena = arena;
	row->kind = (struct sync_kind){ str_dup(arena, kind.group), str_dup(arena, kind.version),
					str_dup(arena, kind.kind) };
	row->api_version = str_dup(arena, row->api_version);
	map_init(&row->shelves, arena);
	row->keys = 0;
	for (size_t i = 0; i < before.n; i++)
		move_shelf(row, before.entries[i].value);
	arena_free(old);
}

/* False: there is no room. The item is the store's. */
static bool put_item(struct sync_store *s, struct sync_row *row, struct sync_item *item)
{
	struct sync_shelf *shelf = shelf_of(row, item->namespace);
	void **slot = map_slot(&shelf->names, item->name);
	struct sync_held *held = *slot;

	if (!held) {
		*slot = held = ARENA_NEW(row->arena, struct sync_held);
		row->keys++;
	}
	if (held->item)
		take_away(s, row, shelf, held);
	if (s->bytes + item->bytes > s->max_bytes) {
		char text[128];

		sync_item_unref(item);
		(void)snprintf(text, sizeof(text), "more than %zu bytes with all that is synced",
			       s->max_bytes);
		row_empty(s, row);
		row_state(s, row, SYNC_FULL, str_c(text));
		return false;
	}
	held->item = item;
	held->list = row->list;
	row->objects++;
	shelf->n++;
	row->bytes += item->bytes;
	s->bytes += item->bytes;
	shelf_changed(s, shelf);
	return true;
}

/* The one that a Namespace is, or that it is in. */
static str namespace_of(const struct sync_kind *kind, const struct sync_item *item)
{
	bool itself = str_eq(kind->kind, STR("Namespace")) && str_empty(kind->group);

	return itself ? item->name : item->namespace;
}

bool sync_store_put(struct sync_store *s, const struct sync_kind *kind, const struct json *object)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct sync_item *item = sync_item_new(object, scratch);
	str namespace = item ? namespace_of(kind, item) : STR_EMPTY;
	struct sync_row *row;
	bool fits = true;

	(void)pthread_mutex_lock(&s->lock);
	row = row_of(s, kind);
	if (row && !item) {
		row->refused++;
	} else if (row && row->state != SYNC_FULL) {
		row->events++;
		if (gatekeeper_config_excludes(&s->config, STR("sync"), namespace)) {
			sync_item_unref(item);
		} else {
			row_tidy(row);
			fits = put_item(s, row, item);
		}
		item = NULL;
	} else if (row) {
		fits = false;
	}
	(void)pthread_mutex_unlock(&s->lock);
	sync_item_unref(item);
	return fits;
}

void sync_store_remove(struct sync_store *s, const struct sync_kind *kind, str namespace, str name)
{
	struct sync_shelf *shelf = NULL;
	struct sync_held *held = NULL;
	struct sync_row *row;

	(void)pthread_mutex_lock(&s->lock);
	row = row_of(s, kind);
	if (row)
		shelf = map_get(&row->shelves, namespace);
	if (shelf)
		held = map_get(&shelf->names, name);
	if (row)
		row->events++;
	if (held && held->item)
		take_away(s, row, shelf, held);
	(void)pthread_mutex_unlock(&s->lock);
}

void sync_store_begins(struct sync_store *s, const struct sync_kind *kind)
{
	struct sync_row *row;

	(void)pthread_mutex_lock(&s->lock);
	row = row_of(s, kind);
	if (row) {
		row->list++;
		if (row->state == SYNC_FULL || row->state == SYNC_FAILED)
			row_state(s, row, SYNC_WAITING, STR_EMPTY);
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void sync_store_ends(struct sync_store *s, const struct sync_kind *kind)
{
	struct sync_row *row;

	(void)pthread_mutex_lock(&s->lock);
	row = row_of(s, kind);
	if (row && row->state != SYNC_FULL) {
		MAP_EACH (&row->shelves, entry) {
			struct sync_shelf *shelf = entry->value;

			MAP_EACH (&shelf->names, name) {
				struct sync_held *held = name->value;

				if (held->item && held->list != row->list)
					take_away(s, row, shelf, held);
			}
		}
		row->lists++;
		row->has_list = true;
		row_state(s, row, SYNC_READY, STR_EMPTY);
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void sync_store_fail(struct sync_store *s, const struct sync_kind *kind, enum sync_state state,
		     str reason)
{
	struct sync_row *row;

	(void)pthread_mutex_lock(&s->lock);
	row = row_of(s, kind);
	if (row && state == SYNC_BROKEN && !row->has_list) {
		/* Nothing was read yet: it waits, and says for what. */
		if (row->state == SYNC_WAITING)
			row_state(s, row, SYNC_WAITING, reason);
	} else if (row) {
		if (state != SYNC_BROKEN)
			row_empty(s, row);
		row_state(s, row, state, reason);
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void sync_store_goes_on(struct sync_store *s, const struct sync_kind *kind)
{
	struct sync_row *row;

	(void)pthread_mutex_lock(&s->lock);
	row = row_of(s, kind);
	if (row && row->state == SYNC_BROKEN)
		row_state(s, row, SYNC_READY, STR_EMPTY);
	(void)pthread_mutex_unlock(&s->lock);
}

/* ---- what there is -------------------------------------------------------------------------- */

size_t sync_store_status(struct sync_store *s, struct arena *arena, struct sync_status **out)
{
	size_t n;

	(void)pthread_mutex_lock(&s->lock);
	n = s->n;
	*out = ARENA_ARRAY(arena, struct sync_status, n);
	for (size_t i = 0; i < n; i++) {
		const struct sync_row *row = s->rows[i];

		(*out)[i] = (struct sync_status){
			.kind = { str_dup(arena, row->kind.group),
				  str_dup(arena, row->kind.version),
				  str_dup(arena, row->kind.kind) },
			.state = row->state,
			.reason = str_dup(arena, row->reason),
			.objects = row->objects,
			.bytes = row->bytes,
			.lists = row->lists,
			.events = row->events,
			.refused = row->refused,
		};
	}
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}

size_t sync_store_bytes(struct sync_store *s)
{
	size_t n;

	(void)pthread_mutex_lock(&s->lock);
	n = s->bytes;
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}

size_t sync_store_too_many(struct sync_store *s)
{
	size_t n;

	(void)pthread_mutex_lock(&s->lock);
	n = s->too_many;
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}

uint64_t sync_store_version(struct sync_store *s)
{
	uint64_t version;

	(void)pthread_mutex_lock(&s->lock);
	version = s->version;
	(void)pthread_mutex_unlock(&s->lock);
	return version;
}

bool sync_store_settled(struct sync_store *s)
{
	bool settled = true;

	(void)pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		settled &= s->rows[i]->state != SYNC_WAITING;
	(void)pthread_mutex_unlock(&s->lock);
	return settled;
}

struct sync_view *sync_store_view(struct sync_store *s)
{
	struct sync_view *view;

	(void)pthread_mutex_lock(&s->lock);
	if (!s->view || s->view->state_version != s->state_version ||
	    (s->view->version != s->version && time_mono_ms() - s->view->made_ms >= SYNC_VIEW_MS)) {
		sync_view_unref(s->view);
		s->view = sync_view_new(s);
	}
	view = s->view;
	atomic_fetch_add(&view->refs, 1);
	(void)pthread_mutex_unlock(&s->lock);
	return view;
}
