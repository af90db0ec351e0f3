/* SPDX-License-Identifier: Apache-2.0 */
/* One thread for each kind of object that is watched. */
#include "posture/audit_internal.h"

#define MORE_MAX 40u /* kinds that only policies of the user ask about */

/* Kinds that recommendations may ask about, and the namespaces they lie in. */
static const struct {
	const char *group, *name;
} watched[] = {
	{ "", "namespaces" },	       { "", "pods" },
	{ "", "podtemplates" },	       { "", "replicationcontrollers" },
	{ "", "serviceaccounts" },     { "", "services" },
	{ "apps", "daemonsets" },      { "apps", "deployments" },
	{ "apps", "replicasets" },     { "apps", "statefulsets" },
	{ "batch", "cronjobs" },       { "batch", "jobs" },
	{ "extensions", "ingresses" }, { "networking.k8s.io", "ingresses" },
};

static void set_broken(struct audit_watch *w, bool broken, str why)
{
	AUTO(arena_free)
	struct arena *arena = NULL;

	if (w->broken == broken)
		return;
	w->broken = broken;
	arena = arena_new();
	if (broken)
		audit_note(w->loop, str_fmt(arena, "watch of %.*s is broken: %.*s",
					    STR_ARG(w->resource->name), STR_ARG(why)));
	else
		audit_note(w->loop,
			   str_fmt(arena, "watch of %.*s goes on", STR_ARG(w->resource->name)));
}

/* An object that policies look at. */
static int feed(struct audit_watch *w, const struct kube_event *event)
{
	struct sync_store *store = w->loop->opts.inventory;
	const struct json *metadata = JSON_GET(event->object, "metadata");
	uint64_t before = sync_store_version(store);

	switch (event->kind) {
	case KUBE_LIST_BEGINS:
		sync_store_begins(store, w->kind);
		break;
	case KUBE_LIST_ENDS:
		sync_store_ends(store, w->kind);
		break;
	case KUBE_LISTED:
	case KUBE_ADDED:
	case KUBE_MODIFIED:
		if (!sync_store_put(store, w->kind, event->object))
			return 1;
		break;
	case KUBE_DELETED:
		sync_store_remove(store, w->kind, json_get_str(metadata, STR("namespace")),
				  json_get_str(metadata, STR("name")));
		break;
	case KUBE_BROKEN:
		sync_store_fail(store, w->kind, SYNC_BROKEN, event->reason);
		return 0;
	}
	if (sync_store_version(store) == before)
		return 0;
	pthread_mutex_lock(&w->loop->lock);
	w->loop->inventory_changed = true;
	pthread_mutex_unlock(&w->loop->lock);
	audit_wake(w->loop);
	return 0;
}

static int on_event(void *context, const struct kube_event *event, struct err *err)
{
	static const char *const names[] = {
		[KUBE_ADDED] = "added", [KUBE_MODIFIED] = "modified", [KUBE_DELETED] = "deleted"
	};
	struct audit_watch *w = context;
	int rc = 0;

	set_broken(w, event->kind == KUBE_BROKEN, event->reason);
	if (w->kind)
		return feed(w, event);
	switch (event->kind) {
	case KUBE_BROKEN:
		return 0;
	case KUBE_LIST_BEGINS:
		w->pass = audit_begin_pass(w->loop);
		return 0;
	case KUBE_LISTED:
		return audit_take(w->loop, event->object, w->pass, "modified", err);
	case KUBE_LIST_ENDS:
		audit_end_pass(w->loop, w->resource->kind, w->namespace, w->pass);
		break;
	case KUBE_ADDED:
	case KUBE_MODIFIED:
	case KUBE_DELETED:
		rc = audit_take(w->loop, event->object, w->pass, names[event->kind], err);
		break;
	}
	audit_wake(w->loop);
	return rc;
}

static void *run(void *context)
{
	struct audit_watch *w = context;
	struct kube_watch_opts opts = { .list = { .ns = w->namespace } };
	struct err err = { 0 };

	/* No right to watch: the full pass says what could not be read. */
	if (kube_watch(w->kube, w->resource, &opts, on_event, w, NULL, &err) < 0 &&
	    err.kind != ERR_INTERRUPTED) {
		set_broken(w, true, str_c(err.msg));
		if (w->kind)
			sync_store_fail(w->loop->opts.inventory, w->kind, SYNC_FAILED,
					str_c(err.msg));
	}
	return NULL;
}

static void add_watch(struct audit_loop *loop, const struct kube_resource *resource, str namespace)
{
	struct audit_watch *w = &loop->watches[loop->watch_n];

	*w = (struct audit_watch){
		.loop = loop, .resource = resource, .namespace = namespace, .kind = w->kind
	};
	w->kube = kube_clone(loop->opts.kube);
	w->running = pthread_create(&w->thread, NULL, run, w) == 0;
	if (!w->running)
		audit_note(loop, STR("a watch could not be started: only full passes see changes"));
	loop->watch_n++;
}

static bool is_asked(const struct audit_loop *loop, const struct kube_resource *r)
{
	return str_eq(r->name, STR("namespaces")) ||
	       posture_asks(loop->opts.posture, r->group, r->kind);
}

static void add_watches(struct audit_loop *loop, const struct kube_resource *r)
{
	const struct audit_loop_opts *o = &loop->opts;

	if (o->namespace_n == 0 || !r->namespaced) {
		add_watch(loop, r, STR_EMPTY);
		return;
	}
	for (size_t k = 0; k < o->namespace_n; k++)
		add_watch(loop, r, o->namespaces[k]);
}

static bool is_watched(const struct kube_resource *r)
{
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		if (str_eq(r->group, str_c(watched[i].group)) &&
		    str_eq(r->name, str_c(watched[i].name)))
			return true;
	}
	return false;
}

/* Kinds that only policies of the user ask about. */
static void watch_more(struct audit_loop *loop, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < loop->catalog.n; i++) {
		const struct kube_resource *r = &loop->catalog.items[i];

		if (!r->preferred || !r->can_watch || !r->can_list || is_watched(r) ||
		    !posture_asks(loop->opts.posture, r->group, r->kind))
			continue;
		if (n++ < most) {
			add_watches(loop, r);
			continue;
		}
		audit_note(loop, STR("policies ask about more kinds than are watched: only full "
				     "passes see changes of the others"));
		return;
	}
}

/* What they look at. */
static void watch_inventory(struct audit_loop *loop)
{
	struct sync_kind *kinds;
	size_t n = loop->opts.inventory
			   ? sync_store_kinds(loop->opts.inventory, loop->arena, &kinds)
			   : 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < loop->catalog.n; k++) {
			const struct kube_resource *r = &loop->catalog.items[k];

			if (!str_eq(r->group, kinds[i].group) || !str_eq(r->kind, kinds[i].kind) ||
			    !str_eq(r->version, kinds[i].version) || !r->can_watch)
				continue;
			loop->watches[loop->watch_n].kind = &kinds[i];
			add_watch(loop, r, STR_EMPTY);
			break;
		}
	}
}

int audit_watch_start(struct audit_loop *loop, struct err *err)
{
	const struct audit_loop_opts *o = &loop->opts;
	size_t each = o->namespace_n > 0 ? o->namespace_n : 1;
	size_t most = (ARRAY_LEN(watched) + MORE_MAX) * each + SYNC_KINDS_MAX;
	const struct kube_resource *ingress = NULL;

	if (kube_discover(o->kube, loop->arena, &loop->catalog, err) < 0)
		return -1;
	loop->watches = ARENA_ARRAY(loop->arena, struct audit_watch, most);
	for (size_t i = ARRAY_LEN(watched); i-- > 0;) {
		const struct kube_resource *r = kube_catalog_find(
			&loop->catalog, str_c(watched[i].group), str_c(watched[i].name));
		bool is_ingress = r && str_eq(r->kind, STR("Ingress"));

		/* The same ingresses are served in two groups. */
		if (!r || !r->can_watch || !is_asked(loop, r) || (is_ingress && ingress))
			continue;
		ingress = is_ingress ? r : ingress;
		add_watches(loop, r);
	}
	watch_more(loop, MORE_MAX);
	watch_inventory(loop);
	return 0;
}

/* Their clients were told to end by whoever stops the loop. */
void audit_watch_stop(struct audit_loop *loop)
{
	for (size_t i = 0; i < loop->watch_n; i++) {
		struct audit_watch *w = &loop->watches[i];

		if (w->running)
			IGNORE(pthread_join(w->thread, NULL)); /* it is ours and runs */
		kube_close(w->kube);
	}
	loop->watch_n = 0;
}
