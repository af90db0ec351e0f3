/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* sync_store, inside. Everything is under the store's lock but what a view refers to. */
#include <pthread.h>

#include "policy/constraint/sync_store.h"

/* One object, in one piece of memory; nobody changes it. */
struct sync_item {
	_Atomic unsigned refs;
	size_t bytes;
	struct value value;
	str name;
	str namespace;
	char memory[] __attribute__((aligned(16)));
};
/* NULL: it has no name. */
struct sync_item *sync_item_new(const struct json *object, struct arena *scratch);
void sync_item_unref(struct sync_item *item);

/* The objects of one kind in one namespace as a value; nobody changes it. */
struct sync_leaf {
	_Atomic unsigned refs;
	struct arena *arena;
	struct value value;
	struct sync_item **items;
	size_t n;
};
void sync_leaf_unref(struct sync_leaf *leaf);

struct sync_held {
	struct sync_item *item; /* NULL: gone */
	unsigned list;		/* in which it was seen last */
};

/* The same while it changes. */
struct sync_shelf {
	str namespace;
	struct map names; /* to struct sync_held */
	size_t n;
	struct sync_leaf *leaf; /* NULL: there is none, or it is old */
};

struct sync_row {
	struct arena *arena; /* its own: the kind and everything of the maps */
	struct sync_kind kind;
	str api_version;
	enum sync_state state;
	str reason;
	char reason_text[256];
	bool has_list;	    /* all there is was read once */
	struct map shelves; /* namespace to struct sync_shelf */
	unsigned list;
	size_t objects, bytes, keys;
	uint64_t lists, events, refused;
};

struct sync_store {
	pthread_mutex_t lock;
	size_t max_bytes, bytes;
	struct arena *arena; /* of the configuration */
	struct gatekeeper_config config;
	struct sync_row **rows;
	size_t n;
	size_t too_many; /* wanted over SYNC_KINDS_MAX */
	uint64_t version;
	uint64_t state_version; /* of states alone */
	struct sync_view *view; /* the last one */
};

struct sync_view {
	_Atomic unsigned refs;
	struct arena *arena;
	struct sync_data data;
	struct sync_leaf **leaves;
	size_t leaf_n;
	struct sync_status *kinds;
	size_t kind_n;
	uint64_t version, state_version;
	int64_t made_ms;
};
/* With the lock: of what there is now. */
struct sync_view *sync_view_new(struct sync_store *store);
