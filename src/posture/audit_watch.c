/* SPDX-License-Identifier: Apache-2.0 */
/* One thread for each kind of object that is watched. */
#include "posture/audit_internal.h"

/* Kinds that recommendations may ask about, and the namespaces they lie in. */
static const struct {
	const char *group, *name;
} watched[] = {
	{ "", "namespaces" },
	{ "", "pods" },
	{ "", "replicationcontrollers" },
	{ "", "serviceaccounts" },
	{ "", "services" },
	{ "apps", "daemonsets" },
	{ "apps", "deployments" },
	{ "apps", "replicasets" },
	{ "apps", "statefulsets" },
	{ "batch", "cronjobs" },
	{ "batch", "jobs" },
	{ "extensions", "ingresses" },
	{ "networking.k8s.io", "ingresses" },
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

static int on_event(void *context, const struct kube_event *event, struct err *err)
{
	static const char *const names[] = {
		[KUBE_ADDED] = "added", [KUBE_MODIFIED] = "modified", [KUBE_DELETED] = "deleted"
	};
	struct audit_watch *w = context;
	int rc = 0;

	set_broken(w, event->kind == KUBE_BROKEN, event->reason);
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
	    err.kind != ERR_INTERRUPTED)
		set_broken(w, true, str_c(err.msg));
	return NULL;
}

static void add_watch(struct audit_loop *loop, const struct kube_resource *resource, str namespace)
{
	struct audit_watch *w = &loop->watches[loop->watch_n];

	*w = (struct audit_watch){ .loop = loop, .resource = resource, .namespace = namespace };
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

int audit_watch_start(struct audit_loop *loop, struct err *err)
{
	const struct audit_loop_opts *o = &loop->opts;
	size_t most = ARRAY_LEN(watched) * (o->namespace_n > 0 ? o->namespace_n : 1);
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
		if (o->namespace_n == 0 || !r->namespaced) {
			add_watch(loop, r, STR_EMPTY);
			continue;
		}
		for (size_t k = 0; k < o->namespace_n; k++)
			add_watch(loop, r, o->namespaces[k]);
	}
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
