/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cluster_policies.h"

#include "cmd/cluster_check.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "posture/facts_file.h"

/* ---- documents ------------------------------------------------------------------------------ */

int cluster_policies_read(struct cluster_check *check, struct err *err)
{
	size_t n;
	const str *paths = option_items(&check->in->options, CLUSTER_POLICY, &n);
	size_t policies = 0;

	check->own = (struct documents){ .arena = check->in->arena };
	if (policy_read_objects(paths, n, &check->own, err) < 0)
		return err_wrap(err, "--policy");
	for (size_t i = 0; i < check->own.n; i++)
		policies += admission_is_policy(&check->own.items[i].resource);
	if (n > 0 && policies == 0)
		return err_set(err, ERR_INPUT, "--policy: there is no policy of Gatekeeper in %.*s",
			       STR_ARG(paths[0]));
	return 0;
}

static void init(struct cluster_policies *p, struct cluster_check *check)
{
	*p = (struct cluster_policies){ .check = check, .arena = arena_new() };
	p->docs.arena = p->arena;
}

void cluster_policies_done(struct cluster_policies *p)
{
	if (!p)
		return;
	sync_store_free(p->inventory);
	arena_free(p->arena);
	*p = (struct cluster_policies){ 0 };
}

static void add(struct cluster_policies *p, const struct document *document)
{
	p->docs.items = arena_grow(p->arena, p->docs.items, p->docs.n, &p->docs.cap,
				   sizeof(*p->docs.items));
	p->docs.items[p->docs.n++] = *document;
}

/* An object of the cluster, if it is a policy. */
static int take_policy(void *context, const struct json *object, struct arena *arena,
		       struct err *err)
{
	struct cluster_policies *p = context;
	struct document document = { .file = STR("the cluster") };
	struct err why;

	(void)arena;
	if (resource_read(object, &document.resource, &why) < 0 ||
	    !admission_is_policy(&document.resource))
		return 0;
	if (p->docs.n >= DOCUMENTS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u policies", DOCUMENTS_MAX);
	if (resource_read(json_copy(object, p->arena), &document.resource, err) < 0)
		return -1;
	add(p, &document);
	return 0;
}

static void add_files(struct cluster_policies *p)
{
	p->of_cluster = p->docs.n;
	for (size_t i = 0; i < p->check->own.n; i++)
		add(p, &p->check->own.items[i]);
}

static bool from_cluster(const struct cluster_check *check)
{
	return option_on(&check->in->options, CLUSTER_CLUSTER_POLICIES);
}

int cluster_policies_live(struct cluster_check *check, struct kube *kube,
			  struct cluster_policies *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kube_catalog catalog = { 0 };

	init(out, check);
	if (from_cluster(check) && kube_discover(kube, arena, &catalog, err) < 0)
		return -1;
	for (size_t i = 0; i < catalog.n; i++) {
		const struct kube_resource *r = &catalog.items[i];
		const struct resource kind = { .group = r->group, .kind = r->kind };
		struct kube_list_result result;

		if (!r->preferred || !r->can_list || !admission_is_policy(&kind))
			continue;
		/* The collector of facts notes what could not be listed. */
		if (kube_list(kube, r, NULL, take_policy, out, arena, &result, err) < 0 &&
		    err->kind != ERR_DENIED && err->kind != ERR_NOT_FOUND)
			return -1;
	}
	add_files(out);
	return 0;
}

int cluster_policies_file(struct cluster_check *check, int fd, struct cluster_policies *out,
			  struct err *err)
{
	AUTO(buf_done)
	struct buf head = { 0 };

	init(out, check);
	if (from_cluster(check) && facts_file_read(fd, take_policy, out, &head, err) < 0)
		return -1;
	add_files(out);
	return 0;
}

/* ---- loading -------------------------------------------------------------------------------- */

static void on_bad(void *context, const struct document *document, const struct err *err)
{
	struct cluster_policies *p = context;
	size_t i = (size_t)(document - p->docs.items);
	struct cluster_unread *u;

	if (i >= p->of_cluster) {
		if (!p->failed) {
			p->failed = ARENA_NEW(p->arena, struct err);
			*p->failed = *err;
			IGNORE(err_wrap(p->failed, "%.*s", STR_ARG(document->file))); /* -1 */
		}
		return;
	}
	p->unread =
		arena_grow(p->arena, p->unread, p->unread_n, &p->unread_cap, sizeof(*p->unread));
	u = &p->unread[p->unread_n++];
	u->what = str_fmt(p->arena, "policy %.*s/%.*s", STR_ARG(document->resource.kind),
			  STR_ARG(document->resource.name));
	u->reason = str_dup(p->arena, str_c(err->msg));
	progress_note(p->check->in->quiet,
		      str_fmt(p->arena, "%.*s of the cluster is not judged: %s", STR_ARG(u->what),
			      err->msg));
}

void cluster_policies_opts(struct cluster_policies *p, struct library_opts *opts)
{
	p->failed = NULL;
	p->unread_n = 0;
	opts->own = p->docs.items;
	opts->own_n = p->docs.n;
	opts->bad = on_bad;
	opts->bad_context = p;
}
