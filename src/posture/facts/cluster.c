/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/cluster.h"

#include "base/err.h"
#include "base/time.h"
#include "posture/facts/cluster_internal.h"

void cluster_missed(struct cluster_collector *c, str what, str reason, str remedy)
{
	struct json_member *m = ARENA_ARRAY(c->arena, struct json_member, 3);
	str texts[] = { str_dup(c->arena, what), str_dup(c->arena, reason),
			str_dup(c->arena, remedy) };
	static const str keys[] = { STR_INIT("what"), STR_INIT("reason"), STR_INIT("remedy") };
	uint32_t n = 0;

	if (c->not_read_n >= CLUSTER_NOT_READ_MAX) {
		c->not_read_dropped++;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (str_empty(texts[i]))
			continue;
		m[n++] = (struct json_member){ .key = keys[i],
					       .value = { .type = JSON_STRING,
							  .n = (uint32_t)texts[i].n,
							  .text = texts[i].p } };
	}
	c->not_read = arena_grow(c->arena, c->not_read, c->not_read_n, &c->not_read_cap,
				 sizeof(*c->not_read));
	c->not_read[c->not_read_n++] = (struct json){ .type = JSON_OBJECT, .n = n, .members = m };
}

static void count(struct cluster_collector *c, const struct json *object)
{
	void **slot = map_slot(&c->counts, json_get_str(object, STR("kind")));

	if (!*slot)
		*slot = ARENA_NEW(c->arena, uint64_t);
	++*(uint64_t *)*slot;
}

static int take(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	struct cluster_collector *c = context;
	const struct json *told = cluster_told(c->row, object, arena);

	c->row_objects++;
	if (!told)
		return 0;
	cluster_look(c, told);
	count(c, told);
	c->objects++;
	if (!c->fn || c->opts->no_objects)
		return 0;
	if (c->fn(c->context, told, arena, err) < 0) {
		c->reader_failed = true;
		return -1;
	}
	return 0;
}

/* Members of the head that come from this list and are absent without it. */
static const char *head_part(const struct cluster_row *row)
{
	if (str_ends(row->name, STR("webhookconfigurations")))
		return "webhooks";
	if (str_eq(row->name, STR("nodes")))
		return "nodes";
	if (str_eq(row->name, STR("services")))
		return "policy_addon.service";
	if (str_eq(row->name, STR("leases")))
		return "policy_addon.heartbeat";
	return str_eq(row->name, STR("pods")) ? "policy_addon.pods" : NULL;
}

static str remedy_of(const struct kube_resource *r, str ns, const struct err *err,
		     struct arena *arena)
{
	if (err->code != 403)
		return STR_EMPTY;
	return str_fmt(
		arena, "give the account a %s with the verb list on %.*s of API group \"%.*s\"%s",
		r->namespaced && !str_empty(ns) ? "Role" : "ClusterRole", STR_ARG(r->name),
		STR_ARG(r->group),
		r->namespaced && str_empty(ns) ? ", or name its namespaces with --namespace" : "");
}

/* What ends the whole: the server is gone, or does not know us, or the reader has had enough. */
static bool hopeless(const struct cluster_collector *c, const struct err *err)
{
	return c->reader_failed || err->kind == ERR_INTERRUPTED || err->code == 401 ||
	       (err->kind == ERR_NETWORK && err->code == 0);
}

/* 1: read, 0: noted why not, -1. */
static int read_list(struct cluster_collector *c, const struct cluster_row *row,
		     const struct kube_resource *r, str ns, bool last, struct err *err)
{
	const struct kube_list_opts opts = { .ns = ns,
					     .metadata_only = row->form == CLUSTER_METADATA };
	struct kube_list_result result;
	const char *part = head_part(row);
	str what = r->name, reason;

	c->row = row;
	c->row_objects = 0;
	if (kube_list(c->kube, r, &opts, take, c, c->arena, &result, err) == 0) {
		c->lists_read++;
		if (result.expired)
			cluster_missed(
				c, str_cat(c->arena, r->name, STR(" (one moment)")),
				STR("the list expired while it was read: objects at its end are "
				    "from a later moment than those at its beginning"),
				STR_EMPTY);
		return 1;
	}
	if (hopeless(c, err))
		return -1;
	c->lists_denied += err->kind == ERR_DENIED;
	if (err->kind == ERR_DENIED && !last && c->row_objects == 0)
		return 0; /* there is another way to them */
	if (!str_empty(r->group))
		what = str_fmt(c->arena, "%.*s.%.*s", STR_ARG(r->name), STR_ARG(r->group));
	if (!str_empty(ns) && r->namespaced)
		what = str_fmt(c->arena, "%.*s in namespace %.*s", STR_ARG(what), STR_ARG(ns));
	reason = c->row_objects ? str_fmt(c->arena, "only the first %llu were read: %s",
					  (unsigned long long)c->row_objects, err->msg)
				: str_c(err->msg);
	cluster_missed(c, what, reason, remedy_of(r, ns, err, c->arena));
	if (part && !str_eq(str_c(part), r->name))
		cluster_missed(c, str_c(part), reason, STR_EMPTY);
	return 0;
}

/* A list of everything, or of each namespace that was named. 1: all of it was read. */
static int read_resource(struct cluster_collector *c, const struct cluster_row *row,
			 const struct kube_resource *r, bool last, struct err *err)
{
	int all = 1;

	if (!r->can_list)
		return 1;
	if (!r->namespaced || c->opts->namespace_n == 0)
		return read_list(c, row, r, STR_EMPTY, last, err);
	for (size_t i = 0; i < c->opts->namespace_n; i++) {
		int rc = read_list(c, row, r, c->opts->namespaces[i], last, err);

		if (rc < 0)
			return -1;
		all = all && rc;
	}
	return all;
}

static void row_done(struct cluster_collector *c, const struct cluster_row *row)
{
	const char *part = head_part(row);

	if (!part)
		return;
	if (str_eq(str_c(part), STR("nodes")))
		c->nodes_read = true;
	else if (str_eq(row->name, STR("pods")))
		c->pods_read = true;
	else if (str_eq(row->name, STR("services")))
		c->services_read = true;
	else if (str_eq(row->name, STR("leases")))
		c->leases_read = true;
	else if (str_starts(row->name, STR("validating")))
		c->webhooks_read = true;
}

static int read_group(struct cluster_collector *c, const struct cluster_row *row, struct err *err)
{
	for (size_t i = 0; i < c->catalog.n; i++) {
		const struct kube_resource *r = &c->catalog.items[i];

		if (r->preferred && str_eq(r->group, row->group) &&
		    read_resource(c, row, r, true, err) < 0)
			return -1;
	}
	return 0;
}

/* The namespaces that were named, one by one: an account of one may not list them all. */
static int read_named(struct cluster_collector *c, const struct cluster_row *row,
		      const struct kube_resource *r, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	c->row = row;
	for (size_t i = 0; i < c->opts->namespace_n; i++) {
		str name = c->opts->namespaces[i];
		const struct json *object;

		arena_reset(scratch);
		if (kube_get(c->kube, kube_path(r, STR_EMPTY, name, scratch), scratch, &object,
			     err) == 0) {
			if (take(c, object, scratch, err) < 0)
				return -1;
			continue;
		}
		if (hopeless(c, err))
			return -1;
		cluster_missed(
			c, str_fmt(c->arena, "namespace %.*s", STR_ARG(name)), str_c(err->msg),
			err->code == 403 ? STR("give the account the verb get on it") : STR_EMPTY);
	}
	return 0;
}

/* A part of it would be told, and somebody wants to see all. */
static bool wanted_whole(const struct cluster_collector *c, const struct cluster_row *row,
			 const struct kube_resource *r)
{
	return (row->form == CLUSTER_METADATA || row->form == CLUSTER_KEYS) && c->opts->more &&
	       c->opts->more(c->context, r->group, r->kind);
}

static int read_row(struct cluster_collector *c, const struct cluster_row *row, struct err *err)
{
	const struct kube_resource *r, *older = NULL;
	int rc = 0;

	if (str_eq(row->name, STR("*")))
		return read_group(c, row, err);
	r = kube_catalog_find(&c->catalog, row->group, row->name);
	if (!str_empty(row->older))
		older = kube_catalog_find(&c->catalog, row->older, row->name);
	if (r && c->opts->namespace_n > 0 && str_eq(row->name, STR("namespaces")))
		return read_named(c, row, r, err);
	if (r && wanted_whole(c, row, r)) {
		struct cluster_row whole = *row;

		whole.form = CLUSTER_WHOLE;
		rc = read_resource(c, &whole, r, !older, err);
	} else if (r) {
		rc = read_resource(c, row, r, !older, err);
	}
	if (rc == 0 && older && !(r && c->row_objects > 0))
		rc = read_resource(c, row, older, true, err);
	if (rc > 0 || (!r && !older))
		row_done(c, row);
	return rc < 0 ? -1 : 0;
}

static bool in_table(const struct kube_resource *r)
{
	for (size_t i = 0; i < cluster_row_count; i++) {
		const struct cluster_row *row = &cluster_rows[i];

		if (!str_eq(row->group, r->group) &&
		    (str_empty(row->older) || !str_eq(row->older, r->group)))
			continue;
		if (str_eq(row->name, STR("*")) || str_eq(row->name, r->name))
			return true;
	}
	return false;
}

/* What somebody wants beside the table, whole. */
static int read_more(struct cluster_collector *c, struct err *err)
{
	static const struct cluster_row whole = { .form = CLUSTER_WHOLE };

	for (size_t i = 0; c->opts->more && i < c->catalog.n; i++) {
		const struct kube_resource *r = &c->catalog.items[i];

		if (!r->preferred || in_table(r) || !c->opts->more(c->context, r->group, r->kind))
			continue;
		if (read_resource(c, &whole, r, true, err) < 0)
			return -1;
	}
	return 0;
}

static void note_unread_groups(struct cluster_collector *c)
{
	for (size_t i = 0; i < c->catalog.unread_n; i++)
		cluster_missed(c, c->catalog.unread[i].group_version, c->catalog.unread[i].reason,
			       STR("see its APIService: kubectl get apiservices"));
}

static int collect(struct cluster_collector *c, struct err *err)
{
	if (kube_version(c->kube, c->arena, &c->version, err) < 0) {
		if (err->code != 403)
			return -1;
		cluster_missed(c, STR("version"), str_c(err->msg), STR_EMPTY);
	}
	if (kube_discover(c->kube, c->arena, &c->catalog, err) < 0)
		return -1;
	note_unread_groups(c);
	for (size_t i = 0; i < cluster_row_count; i++) {
		if (c->opts->no_objects && !cluster_rows[i].head)
			continue;
		if (read_row(c, &cluster_rows[i], err) < 0)
			return -1;
	}
	if (!c->opts->no_objects && read_more(c, err) < 0)
		return -1;
	if (c->lists_read == 0)
		return err_set(
			err, ERR_DENIED,
			"%.*s: the account may list nothing at all: give it the ClusterRole "
			"\"view\", or better the one that 'seawall install kubernetes' prints",
			STR_ARG(kube_server(c->kube)));
	return 0;
}

static void put_list(struct json_writer *w, str key, const struct json *items, size_t n)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_put(w, &items[i]);
	json_close_array(w);
}

static void put_counts(struct cluster_collector *c, struct json_writer *w)
{
	JSON_KEY(w, "counts");
	json_open_object(w);
	MAP_EACH (&c->counts, e)
		json_kv_u64(w, e->key, *(const uint64_t *)e->value);
	json_close_object(w);
}

static int put_all(struct cluster_collector *c, struct json_writer *w, struct err *err)
{
	int64_t now = c->opts->now ? c->opts->now : time_now();

	json_open_object(w);
	json_kv_i64(w, STR("schema_version"), 1);
	json_kv_str(w, STR("kind"), STR("cluster"));
	json_kv_str(w, STR("collected_at"), time_format(c->arena, now));
	if (cluster_put_api_server(c, w, err) < 0 || cluster_put_rbac(c, w, err) < 0)
		return -1;
	cluster_put_head(c, w);
	if (c->opts->namespace_n > 0)
		json_kv_strings(w, STR("namespaces_read"), c->opts->namespaces,
				c->opts->namespace_n);
	put_counts(c, w);
	if (c->not_read_dropped)
		json_kv_u64(w, STR("not_read_dropped"), c->not_read_dropped);
	put_list(w, STR("not_read"), c->not_read, c->not_read_n);
	json_close_object(w);
	return 0;
}

#define HEAD_MAX (256u << 20)

static int head_make(struct cluster_collector *c, const struct json **out, struct err *err)
{
	AUTO(buf_done)
	struct buf text;
	struct json_writer w;

	buf_init(&text, HEAD_MAX);
	json_writer_init(&w, &text, 0);
	if (put_all(c, &w, err) < 0)
		return -1;
	if (text.overflow)
		return err_set(err, ERR_LIMIT, "the head of the facts is over %u bytes", HEAD_MAX);
	return json_parse(buf_str(&text), NULL, c->arena, out, err);
}

int cluster_facts_each(struct kube *kube, const struct cluster_facts_opts *opts, kube_object_fn *fn,
		       void *context, struct arena *arena, struct cluster_facts *out,
		       struct err *err)
{
	static const struct cluster_facts_opts none = { .namespace_n = 0 };
	struct cluster_collector c = { .kube = kube,
				       .opts = opts ? opts : &none,
				       .fn = fn,
				       .context = context,
				       .arena = arena };
	const struct json *head;

	map_init(&c.addon_services, arena);
	map_init(&c.addon_namespaces, arena);
	map_init(&c.counts, arena);
	if (collect(&c, err) < 0 || head_make(&c, &head, err) < 0)
		return -1;
	*out = (struct cluster_facts){ .head = head,
				       .objects = c.objects,
				       .not_read = c.not_read_n + c.not_read_dropped };
	return 0;
}
