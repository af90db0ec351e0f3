/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sync_store: data.inventory while the cluster changes: objects of the kinds that Config and
 * SyncSet name, put and removed one by one by whoever watches them, and views of all of it for
 * those who judge. A view is immutable and stays as it is until it is given back.
 *
 *	struct sync_store *store = sync_store_new(0);
 *
 *	sync_store_want(store, &config, NULL, 0);       // which kinds
 *	sync_store_begins(store, &kind);                // watchers, any thread
 *	sync_store_put(store, &kind, json);
 *	sync_store_ends(store, &kind);                  // all that there is was told
 *
 *	struct sync_view *view = sync_store_view(store);        // judges, any thread
 *	why = sync_view_missing(view, &template->needs, arena);
 *	if (str_empty(why))
 *		run.data = sync_view_data(view);
 *	sync_view_unref(view);
 *
 * What a change costs: the objects of its kind and namespace, and the number of kinds in
 * namespaces; views are made at most every 50 ms, by who asks first. Objects are kept without
 * managedFields, all of them in at most max_bytes: a kind that does not fit is given up whole and
 * says so (SYNC_FULL), since half of it would be judged wrongly.
 */
#include "policy/constraint/gatekeeper_config.h"
#include "policy/constraint/sync_data.h"
#include "policy/constraint/sync_need.h"

#define SYNC_STORE_BYTES (192u << 20)
#define SYNC_KINDS_MAX	 100u /* wanted; more are told as failed */
#define SYNC_VIEW_MS	 50

enum sync_state {
	SYNC_WAITING, /* not read whole yet */
	SYNC_READY,
	SYNC_BROKEN, /* as it was when the watch broke off */
	SYNC_FAILED, /* not served, no right */
	SYNC_FULL,   /* more than the store has room for */
	SYNC_STATES
};
/* "waiting", "ready", "broken", "failed", "full" */
const char *sync_state_name(enum sync_state state);

struct sync_status {
	struct sync_kind kind;
	enum sync_state state;
	str reason; /* of broken, failed, full */
	size_t objects, bytes;
	uint64_t lists, events, refused; /* refused: objects that were no objects */
};

struct sync_store;
struct sync_view;

struct sync_store *sync_store_new(size_t max_bytes); /* 0: SYNC_STORE_BYTES */
void sync_store_free(struct sync_store *store);
AUTO_PTR(sync_store_free, struct sync_store);

/*
 * The kinds of the configuration and those of `more` are wanted, others are forgotten; namespaces
 * that the process "sync" leaves out are. True: another set than before. When namespaces are left
 * out that were not, or the other way round, everything waits to be read anew.
 */
bool sync_store_want(struct sync_store *store, const struct gatekeeper_config *config,
		     const struct sync_kind *more, size_t more_n);
/* Copies of the kinds, in `arena`. */
size_t sync_store_kinds(struct sync_store *store, struct arena *arena, struct sync_kind **out);

/* A list of all objects of the kind begins; it ends, and who was not in it is gone. */
void sync_store_begins(struct sync_store *store, const struct sync_kind *kind);
void sync_store_ends(struct sync_store *store, const struct sync_kind *kind);
/* Adds or replaces. False: there is no room for the kind, it was given up. */
bool sync_store_put(struct sync_store *store, const struct sync_kind *kind,
		    const struct json *object);
void sync_store_remove(struct sync_store *store, const struct sync_kind *kind, str namespace,
		       str name);
/* BROKEN counts only of what was read before; FAILED forgets the objects. */
void sync_store_fail(struct sync_store *store, const struct sync_kind *kind, enum sync_state state,
		     str reason);
/* A broken kind goes on. */
void sync_store_goes_on(struct sync_store *store, const struct sync_kind *kind);

/* By group, version, kind; in `arena`. */
size_t sync_store_status(struct sync_store *store, struct arena *arena, struct sync_status **out);
size_t sync_store_bytes(struct sync_store *store);
/* Wanted kinds over SYNC_KINDS_MAX, which nobody keeps. */
size_t sync_store_too_many(struct sync_store *store);
/* Grows with each change of an object or a state. */
uint64_t sync_store_version(struct sync_store *store);
/* Is nothing waiting? */
bool sync_store_settled(struct sync_store *store);

struct sync_view *sync_store_view(struct sync_store *store);
void sync_view_unref(struct sync_view *view);
AUTO_PTR(sync_view_unref, struct sync_view);
struct sync_data *sync_view_data(struct sync_view *view);
/* Why a template with these needs cannot be judged; empty: it can. Texts in `arena`. */
str sync_view_missing(const struct sync_view *view, const struct sync_needs *needs,
		      struct arena *arena);
