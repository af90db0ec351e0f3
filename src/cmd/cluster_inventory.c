/* SPDX-License-Identifier: Apache-2.0 */
/* The other objects that policies look at: which kinds, and where they come from. */
#include "base/map.h"
#include "cmd/cluster_check.h"
#include "cmd/cluster_policies.h"
#include "policy/constraint/constraint_template.h"
#include "posture/facts_file.h"

/* What there is to choose from. */
struct source {
	struct sync_kind *items;
	size_t n, cap;
	struct arena *arena;
};

struct wants {
	struct sync_kind items[SYNC_KINDS_MAX];
	size_t n;
};

static void add_kind(struct source *s, struct sync_kind kind)
{
	s->items = arena_grow(s->arena, s->items, s->n, &s->cap, sizeof(*s->items));
	s->items[s->n++] = kind;
}

static void want(struct wants *w, const struct sync_kind *kind)
{
	if (w->n < SYNC_KINDS_MAX)
		w->items[w->n++] = *kind;
}

/* All kinds that would do are taken; of none, the first, which then says that it is not there. */
static void want_need(struct wants *w, const struct sync_need *need, const struct source *source)
{
	bool any = false;

	for (size_t i = 0; i < source->n; i++) {
		if (!sync_need_takes(need, &source->items[i]))
			continue;
		want(w, &source->items[i]);
		any = true;
	}
	if (!any && !str_eq(need->items[0].version, STR("*")))
		want(w, &need->items[0]);
}

/* False: no policy of the user looks at other objects. */
static bool find_wants(struct library *library, const struct source *source, struct wants *w)
{
	const struct constraint_set *set = library_admission(library)->constraints;
	bool used = false;

	for (size_t i = 0; i < constraint_set_constraints(set); i++) {
		const struct constraint *c = constraint_set_constraint(set, i);

		if (c->extra || !c->template->needs.used)
			continue;
		used = true;
		for (size_t k = 0; k < c->template->needs.n; k++)
			want_need(w, &c->template->needs.items[k], source);
	}
	return used;
}

/* ---- over the API --------------------------------------------------------------------------- */

static int discover(struct kube *kube, struct source *s, struct kube_catalog *catalog,
		    struct err *err)
{
	if (kube_discover(kube, s->arena, catalog, err) < 0)
		return -1;
	for (size_t i = 0; i < catalog->n; i++) {
		const struct kube_resource *r = &catalog->items[i];

		if (r->can_list && r->preferred)
			add_kind(s, (struct sync_kind){ r->group, r->version, r->kind });
	}
	return 0;
}

static int prepare(struct cluster_policies *p, struct library *library, struct kube *kube,
		   struct arena *arena, struct kube_catalog *catalog, struct err *err)
{
	struct source source = { .arena = arena };
	struct wants *w = ARENA_NEW(arena, struct wants);

	if (!find_wants(library, &source, w))
		return 0;
	w->n = 0;
	if (discover(kube, &source, catalog, err) < 0)
		return -1;
	(void)find_wants(library, &source, w);
	if (!p->inventory)
		p->inventory = sync_store_new(0);
	(void)sync_store_want(p->inventory, &library_admission(library)->config, w->items, w->n);
	return 0;
}

struct filler {
	struct sync_store *store;
	const struct sync_kind *kind;
};

static int take_listed(void *context, const struct json *object, struct arena *arena,
		       struct err *err)
{
	struct filler *f = context;

	(void)arena;
	if (sync_store_put(f->store, f->kind, object))
		return 0;
	return err_set(err, ERR_LIMIT, "there is no room");
}

static const struct kube_resource *resource_of(const struct kube_catalog *catalog,
					       const struct sync_kind *kind)
{
	for (size_t i = 0; i < catalog->n; i++) {
		const struct kube_resource *r = &catalog->items[i];

		if (str_eq(r->group, kind->group) && str_eq(r->version, kind->version) &&
		    str_eq(r->kind, kind->kind) && r->can_list)
			return r;
	}
	return NULL;
}

int cluster_inventory_live(struct cluster_policies *p, struct library *library, struct kube *kube,
			   struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kube_catalog catalog = { 0 };
	struct sync_kind *kinds;
	size_t n;

	if (prepare(p, library, kube, arena, &catalog, err) < 0)
		return -1;
	n = p->inventory ? sync_store_kinds(p->inventory, arena, &kinds) : 0;
	for (size_t i = 0; i < n; i++) {
		const struct kube_resource *r = resource_of(&catalog, &kinds[i]);
		struct filler f = { p->inventory, &kinds[i] };
		struct kube_list_result result;
		struct err why;

		if (!r) {
			sync_store_fail(p->inventory, &kinds[i], SYNC_FAILED,
					STR("the API does not serve it"));
			continue;
		}
		sync_store_begins(p->inventory, &kinds[i]);
		if (kube_list(kube, r, NULL, take_listed, &f, arena, &result, &why) == 0)
			sync_store_ends(p->inventory, &kinds[i]);
		else if (why.kind == ERR_INTERRUPTED)
			return err_set(err, ERR_INTERRUPTED, "%s", why.msg);
		else if (why.kind != ERR_LIMIT)
			sync_store_fail(p->inventory, &kinds[i], SYNC_FAILED, str_c(why.msg));
	}
	return 0;
}

/* ---- from a file of facts ------------------------------------------------------------------- */

/* Kinds that such a file always holds, when the account may list them. */
static const char *const always[][3] = {
	{ "", "v1", "Namespace" },
	{ "", "v1", "Node" },
	{ "", "v1", "Pod" },
	{ "", "v1", "Service" },
	{ "", "v1", "ServiceAccount" },
	{ "", "v1", "LimitRange" },
	{ "", "v1", "ResourceQuota" },
	{ "", "v1", "ReplicationController" },
	{ "apps", "v1", "DaemonSet" },
	{ "apps", "v1", "Deployment" },
	{ "apps", "v1", "ReplicaSet" },
	{ "apps", "v1", "StatefulSet" },
	{ "batch", "v1", "CronJob" },
	{ "batch", "v1", "Job" },
	{ "networking.k8s.io", "v1", "Ingress" },
	{ "networking.k8s.io", "v1", "IngressClass" },
	{ "networking.k8s.io", "v1", "NetworkPolicy" },
	{ "policy", "v1", "PodDisruptionBudget" },
	{ "rbac.authorization.k8s.io", "v1", "ClusterRole" },
	{ "rbac.authorization.k8s.io", "v1", "ClusterRoleBinding" },
	{ "rbac.authorization.k8s.io", "v1", "Role" },
	{ "rbac.authorization.k8s.io", "v1", "RoleBinding" },
};

struct reader {
	struct source source;
	struct map known; /* "apiVersion/Kind" */
	struct sync_store *store;
	const struct sync_kind *kinds;
	size_t n;
};

static int note_kind(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	struct reader *r = context;
	struct sync_kind kind;
	struct resource o;
	struct err why;

	(void)err;
	if (resource_read(object, &o, &why) < 0 ||
	    !map_put(&r->known,
		     str_fmt(arena, "%.*s/%.*s", STR_ARG(o.api_version), STR_ARG(o.kind)), NULL))
		return 0;
	kind = (struct sync_kind){ str_dup(r->source.arena, o.group),
				   str_dup(r->source.arena, o.version),
				   str_dup(r->source.arena, o.kind) };
	add_kind(&r->source, kind);
	return 0;
}

static int put_known(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	struct reader *r = context;
	struct resource o;
	struct err why;

	(void)arena, (void)err;
	if (resource_read(object, &o, &why) < 0)
		return 0;
	for (size_t i = 0; i < r->n; i++) {
		if (str_eq(o.kind, r->kinds[i].kind) && str_eq(o.group, r->kinds[i].group) &&
		    str_eq(o.version, r->kinds[i].version))
			(void)sync_store_put(r->store, &r->kinds[i], object);
	}
	return 0;
}

/* Has a kind of that name not been read, by what the head says? */
static str not_read(const struct json *head, str kind, struct arena *arena)
{
	str stem = str_lower(arena, kind);

	if (str_ends(stem, STR("y")))
		stem = str_drop_end(stem, 1);
	JSON_EACH (JSON_GET(head, "not_read"), row) {
		str what = json_get_str(row, STR("what"));
		size_t n = 0;

		while (n < what.n && is_alpha(what.p[n]))
			n++;
		if (str_starts(what, stem) && n <= stem.n + 3)
			return json_get_str(row, STR("reason"));
	}
	return STR_EMPTY;
}

static bool is_always(const struct sync_kind *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(always); i++) {
		if (str_eq(kind->kind, str_c(always[i][2])) &&
		    str_eq(kind->group, str_c(always[i][0])))
			return true;
	}
	return false;
}

static bool only_a_part(str kind)
{
	return str_eq(kind, STR("ConfigMap")) || str_eq(kind, STR("Secret")) ||
	       str_eq(kind, STR("CustomResourceDefinition"));
}

/* Why the file does not tell everything about a kind; empty: it does. */
static str untold(const struct reader *r, const struct sync_kind *kind, const struct json *head,
		  struct arena *arena)
{
	str why = not_read(head, kind->kind, arena);

	if (why.n > 0)
		return why;
	if (only_a_part(kind->kind))
		return STR("facts hold only a part of such objects");
	for (size_t i = 0; i < r->source.n; i++) {
		if (str_eq(r->source.items[i].kind, kind->kind) &&
		    str_eq(r->source.items[i].group, kind->group) &&
		    str_eq(r->source.items[i].version, kind->version))
			return STR_EMPTY;
	}
	return is_always(kind) ? STR_EMPTY : STR("the facts hold no such objects");
}

static void add_always(struct reader *r)
{
	for (size_t i = 0; i < ARRAY_LEN(always); i++) {
		const struct sync_kind kind = { str_c(always[i][0]), str_c(always[i][1]),
						str_c(always[i][2]) };
		bool there = false;

		for (size_t k = 0; k < r->source.n; k++)
			there |= str_eq(r->source.items[k].kind, kind.kind) &&
				 str_eq(r->source.items[k].group, kind.group);
		if (!there)
			add_kind(&r->source, kind);
	}
}

int cluster_inventory_file(struct cluster_policies *p, struct library *library, int fd, str head,
			   struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reader r = { .source = { .arena = arena } };
	struct wants *w = ARENA_NEW(arena, struct wants);
	const struct json *root;
	struct sync_kind *kinds;
	AUTO(buf_done)
	struct buf first = { 0 }, second = { 0 };

	if (!find_wants(library, &r.source, w))
		return 0;
	map_init(&r.known, arena);
	if (json_parse(head, NULL, arena, &root, err) < 0 ||
	    facts_file_read(fd, note_kind, &r, &first, err) < 0)
		return -1;
	add_always(&r);
	w->n = 0;
	(void)find_wants(library, &r.source, w);
	p->inventory = r.store = sync_store_new(0);
	(void)sync_store_want(r.store, &library_admission(library)->config, w->items, w->n);
	r.n = sync_store_kinds(r.store, arena, &kinds);
	r.kinds = kinds;
	for (size_t i = 0; i < r.n; i++)
		sync_store_begins(r.store, &kinds[i]);
	if (facts_file_read(fd, put_known, &r, &second, err) < 0)
		return -1;
	for (size_t i = 0; i < r.n; i++) {
		str why = untold(&r, &kinds[i], root, arena);

		if (why.n > 0)
			sync_store_fail(r.store, &kinds[i], SYNC_FAILED, why);
		else
			sync_store_ends(r.store, &kinds[i]);
	}
	return 0;
}
