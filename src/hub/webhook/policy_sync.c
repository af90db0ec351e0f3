/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/policy_sync.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/map.h"
#include "hub/webhook/kind_watch.h"
#include "hub/webhook/policy_store.h"
#include "policy/constraint/constraint.h"

#define UNSERVED_MS 1000 /* times the number of failures, five at most */
#define FULL_MS	    1000 /* after something of a kind that did not fit was deleted */

static const char *const fixed[][2] = {
	{ "templates.gatekeeper.sh", "ConstraintTemplate" },
	{ "config.gatekeeper.sh", "Config" },
	{ "syncset.gatekeeper.sh", "SyncSet" },
	{ "expansion.gatekeeper.sh", "ExpansionTemplate" },
	{ "mutations.gatekeeper.sh", "Assign" },
	{ "mutations.gatekeeper.sh", "AssignMetadata" },
	{ "mutations.gatekeeper.sh", "AssignImage" },
	{ "mutations.gatekeeper.sh", "ModifySet" },
};

struct watched {
	struct policy_sync *sync;
	struct policy_kind *kind;
	struct kind_watch *watch; /* NULL: it could not be started; tried again */
};

struct policy_sync {
	struct policy_store *store;
	const char *kubeconfig, *context;
	struct watched *items[POLICY_STORE_KINDS];
	size_t n;
	bool providers;
};

/* ---- in the threads of the watches ------------------------------------------------------------
 */

static int on_event(void *context, const struct sync_kind *kind, const struct kube_event *event,
		    struct err *err)
{
	struct watched *w = context;
	struct policy_store *store = w->sync->store;
	const struct json *metadata = JSON_GET(event->object, "metadata");

	(void)kind, (void)err;
	switch (event->kind) {
	case KUBE_LIST_BEGINS:
		policy_store_begins(store, w->kind);
		break;
	case KUBE_LIST_ENDS:
		policy_store_ends(store, w->kind);
		break;
	case KUBE_LISTED:
		IGNORE(policy_store_put(store, w->kind,
					event->object)); /* counted, told at the end */
		break;
	case KUBE_ADDED:
	case KUBE_MODIFIED:
		if (!policy_store_put(store, w->kind, event->object))
			policy_store_goes_on(store, w->kind); /* with the state that says so */
		break;
	case KUBE_DELETED:
		return policy_store_remove(store, w->kind, json_get_str(metadata, STR("namespace")),
					   json_get_str(metadata, STR("name")));
	case KUBE_BROKEN:
		policy_store_state(store, w->kind, POLICY_KIND_BROKEN, event->reason);
		break;
	}
	return 0;
}

static void on_failed(void *context, const struct sync_kind *kind, const struct err *err)
{
	struct watched *w = context;
	enum policy_kind_state state = err->kind == ERR_NETWORK	    ? POLICY_KIND_BROKEN
				       : err->kind == ERR_NOT_FOUND ? POLICY_KIND_UNSERVED
								    : POLICY_KIND_FAILED;

	(void)kind;
	policy_store_state(w->sync->store, w->kind, state, str_c(err->msg));
}

static void on_connected(void *context, const struct sync_kind *kind)
{
	struct watched *w = context;

	(void)kind;
	policy_store_goes_on(w->sync->store, w->kind);
}

/* ---- which kinds ------------------------------------------------------------------------------
 */

static void start(struct policy_sync *s, struct watched *w)
{
	const struct kind_watch_opts opts = {
		.kubeconfig = s->kubeconfig,
		.context = s->context,
		.kind = { .group = policy_kind_group(w->kind), .kind = policy_kind_name(w->kind) },
		.unserved_ms = UNSERVED_MS,
		.full_ms = FULL_MS,
		.event = on_event,
		.failed = on_failed,
		.connected = on_connected,
		.owner = w,
	};
	struct err err;

	w->watch = kind_watch_new(&opts, &err);
	if (!w->watch)
		policy_store_state(s->store, w->kind, POLICY_KIND_FAILED, str_c(err.msg));
}

static void want(struct policy_sync *s, str group, str name)
{
	struct policy_kind *kind = policy_store_kind(s->store, group, name);
	struct watched *w = NULL;

	if (!kind)
		return; /* the store counts it */
	for (size_t i = 0; i < s->n && !w; i++) {
		if (s->items[i]->kind == kind)
			w = s->items[i];
	}
	if (!w) {
		w = mem_zalloc(sizeof(*w));
		w->sync = s;
		w->kind = kind;
		s->items[s->n++] = w;
	}
	if (!w->watch)
		start(s, w);
}

static void end(struct watched *w)
{
	kind_watch_free(w->watch);
	free(w);
}

/* Before others begin: their places may be needed. */
static void end_unwanted(struct policy_sync *s, const struct map *made)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct watched *w = s->items[i];

		if (!str_eq(policy_kind_group(w->kind), CONSTRAINT_GROUP) ||
		    map_has(made, policy_kind_name(w->kind))) {
			s->items[kept++] = w;
			continue;
		}
		kind_watch_free(w->watch);
		policy_store_drop(s->store, w->kind);
		free(w);
	}
	s->n = kept;
}

void policy_sync_follow(struct policy_sync *s)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct map made;
	str *names;
	size_t n = policy_store_made(s->store, arena, &names);

	map_init(&made, arena);
	for (size_t i = 0; i < n; i++)
		map_put(&made, names[i], NULL);
	end_unwanted(s, &made);
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		want(s, str_c(fixed[i][0]), str_c(fixed[i][1]));
	if (s->providers)
		want(s, STR("externaldata.gatekeeper.sh"), STR("Provider"));
	for (size_t i = 0; i < n; i++)
		want(s, CONSTRAINT_GROUP, names[i]);
}

/* ---- life -------------------------------------------------------------------------------------
 */

struct policy_sync *policy_sync_new(struct policy_store *store, const char *kubeconfig,
				    const char *context, bool providers)
{
	struct policy_sync *s = mem_zalloc(sizeof(*s));

	s->store = store;
	s->kubeconfig = kubeconfig;
	s->context = context;
	s->providers = providers;
	return s;
}

void policy_sync_free(struct policy_sync *s)
{
	if (!s)
		return;
	while (s->n > 0)
		end(s->items[--s->n]);
	free(s);
}
