/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cluster_check.h"

#include <errno.h>
#include <fcntl.h>

#include "base/time.h"
#include "cmd/cluster_advisories.h"
#include "cmd/manifest_objects.h"
#include "cmd/progress.h"
#include "cmd/scan_exceptions.h"
#include "policy/check.h"
#include "policy/constraint/check_settings.h"
#include "posture/facts/cluster.h"
#include "posture/facts_file.h"

/* ---- rules ---------------------------------------------------------------------------------- */

int cluster_check_parameters(struct cluster_check *check, struct arena *arena,
			     struct library_parameters *out, bool *given, struct err *err)
{
	str path = option_text(&check->in->options, CLUSTER_PARAMETERS);
	AUTO(buf_done)
	struct buf text = { 0 };

	*given = false;
	if (path.n == 0 && (!option_on(&check->in->options, CLUSTER_LOCAL_PARAMETERS) ||
			    access(LIBRARY_PARAMETERS_FILE, F_OK) != 0))
		return 0;
	if (path.n == 0)
		path = STR(LIBRARY_PARAMETERS_FILE);
	buf_init(&text, LIBRARY_PARAMETERS_MAX);
	if (buf_read_file(&text, str_cstr(arena, path), err) < 0)
		return -1;
	*given = true;
	return library_parameters_read(str_dup(arena, path), str_dup(arena, buf_str(&text)), arena,
				       out, err);
}

struct library *cluster_check_library(const struct cluster_check *check,
				      const struct library_parameters *parameters, str name,
				      struct cluster_policies *policies, struct err *err)
{
	struct library_opts opts = { .parameters = parameters, .cluster = name };
	AUTO(library_unref)
	struct library *library = NULL;

	if (manifest_profiles_take(&opts, check->in, CLUSTER_PROFILE, err) < 0)
		return NULL;
	policies->name = str_dup(policies->arena, name);
	cluster_policies_opts(policies, &opts);
	library = library_load(&opts, err);
	if (library && policies->failed) {
		*err = *policies->failed;
		return NULL;
	}
	return TAKE(library);
}

int cluster_check_exceptions(const struct cluster_check *check, struct exception_set *out,
			     struct arena *arena, struct err *err)
{
	static const struct exception_options which = { CLUSTER_IGNOREFILE,
							CLUSTER_LOCAL_EXCEPTIONS, CLUSTER_SCOPE };

	exception_set_init(out, arena, check->now);
	return scan_exceptions_take(out, &check->in->options, &which, err);
}

int cluster_check_chosen(struct cluster_check *check, bool all_known, struct err *err)
{
	size_t n;
	const str *ids = option_items(&check->in->options, CLUSTER_RECOMMENDATION, &n);

	for (size_t i = 0; i < n; i++) {
		int k = recommendation_find(&check->recommendations, ids[i]);

		if (k < 0 && !all_known)
			continue;
		if (k < 0)
			return err_set(err, ERR_USAGE,
				       "--recommendation: there is none called '%.*s'",
				       STR_ARG(ids[i]));
		check->chosen |= RECOMMENDATION_BIT(k);
		check->enabled |= RECOMMENDATION_BIT(k);
	}
	if (n == 0)
		check->chosen = RECOMMENDATION_ALL;
	return 0;
}

int cluster_check_load(struct cluster_check *check, struct err *err)
{
	static const str groups[] = { STR_INIT("cluster") };
	struct check_load load = { .groups = groups, .group_n = ARRAY_LEN(groups) };
	struct problems problems = { .arena = check->in->arena };

	if (recommendation_set_load(&check->recommendations, check->in->arena, err) < 0 ||
	    cluster_policies_read(check, err) < 0 || cluster_check_chosen(check, false, err) < 0 ||
	    cluster_check_parameters(check, check->in->arena, &check->parameters,
				     &check->has_parameters, err) < 0 ||
	    cluster_check_exceptions(check, &check->exceptions, check->in->arena, err) < 0)
		return -1;
	check->checks = check_set_load(&load, &problems, err);
	return check->checks ? 0 : -1;
}

void cluster_check_done(struct cluster_check *check)
{
	for (size_t i = 0; i < check->n; i++) {
		struct posture_view *view = &check->views[i];

		posture_free((struct posture *)(uintptr_t)view->posture);
		library_unref(check->libraries[i]);
		cluster_policies_done(&check->policies[i]);
	}
	check_set_unref(check->checks);
}

/* ---- clusters ------------------------------------------------------------------------------- */

struct posture *cluster_check_posture(struct cluster_check *check, struct library *library,
				      const struct cluster_policies *policies, struct err *err)
{
	struct posture_opts opts = { .recommendations = &check->recommendations,
				     .library = library,
				     .inventory = policies->inventory,
				     .checks = check->checks,
				     .exceptions = &check->exceptions,
				     .add_matches = check->n > 0,
				     .enabled = check->enabled,
				     .now = check->now,
				     .arena = check->in->arena };
	const struct check_settings_opts said = { .cluster = policies->name };
	struct value *settings = ARENA_NEW(check->in->arena, struct value);

	if (check_settings_make(check->has_parameters ? &check->parameters : NULL, &said,
				check->in->arena, settings, err) < 0)
		return NULL;
	opts.settings = settings;
	return posture_new(&opts, err);
}

static int take_object(void *context, const struct json *object, struct arena *arena,
		       struct err *err)
{
	(void)arena;
	return posture_object(context, object, err) < 0 ? -1 : 0;
}

static int take_namespace(void *context, const struct json *object, struct arena *arena,
			  struct err *err)
{
	if (!str_eq(json_get_str(object, STR("kind")), STR("Namespace")))
		return 0;
	return take_object(context, object, arena, err);
}

/* All of it belongs to the check from here on, whatever happens. */
static void add_view(struct cluster_check *check, struct posture *posture, struct library *library,
		     struct cluster_policies *policies, str source)
{
	struct assessment *a = ARENA_NEW(check->in->arena, struct assessment);

	posture_assess(posture, check->in->arena, a);
	check->libraries[check->n] = library;
	check->policies[check->n] = *policies;
	*policies = (struct cluster_policies){ 0 };
	check->views[check->n++] =
		(struct posture_view){ .posture = posture, .assessment = a, .source = source };
}

/* The name of the cluster stands behind the objects: scopes of the parameters need it first. */
static str name_of(str head, struct arena *arena)
{
	const struct json *root;
	struct err unused;

	if (json_parse(head, NULL, arena, &root, &unused) < 0)
		return STR_EMPTY; /* posture_head says what is wrong */
	return json_str(json_path(root, "cluster", "name", NULL));
}

const struct json *cluster_check_whole_head(struct cluster_check *check, const struct json *head,
					    const struct cluster_policies *p, struct arena *arena)
{
	head = cluster_advisories_add(check, head, arena);
	const struct json *before = JSON_GET(head, "not_read");
	struct json *rows, *list;
	size_t n = json_len(before);

	if (p->unread_n == 0)
		return head;
	rows = ARENA_ARRAY(arena, struct json, n + p->unread_n);
	list = ARENA_NEW(arena, struct json);
	for (size_t i = 0; i < n; i++)
		rows[i] = *json_at(before, i);
	for (size_t i = 0; i < p->unread_n; i++) {
		struct json_member *m = ARENA_ARRAY(arena, struct json_member, 2);

		m[0] = (struct json_member){ STR("what"), json_make_str(p->unread[i].what) };
		m[1] = (struct json_member){ STR("reason"), json_make_str(p->unread[i].reason) };
		rows[n + i] = json_make_object(m, 2);
	}
	*list = json_make_array(rows, n + p->unread_n);
	return json_with(head, STR("not_read"), list, arena);
}

int cluster_check_head(struct cluster_check *check, struct posture *posture,
		       const struct json *head, const struct cluster_policies *policies,
		       struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct json_writer w;

	buf_init(&b, FACTS_HEAD_MAX);
	json_writer_init(&w, &b, 0);
	json_put(&w, cluster_check_whole_head(check, head, policies, arena));
	if (b.overflow)
		return err_set(err, ERR_LIMIT, "the head of the facts is over %u bytes",
			       FACTS_HEAD_MAX);
	return posture_head(posture, buf_str(&b), err);
}

static int head_of_file(struct cluster_check *check, struct posture *posture, str head,
			const struct cluster_policies *p, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *root;

	if (json_parse(head, NULL, arena, &root, err) < 0)
		return -1;
	return cluster_check_head(check, posture, root, p, err);
}

bool cluster_check_asks(void *context, str group, str kind)
{
	return posture_asks(context, group, kind);
}

/* Facts of which a part was left out when they were written. */
static int take_told(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	str kind = json_get_str(object, STR("kind"));

	if (str_eq(kind, STR("ConfigMap")) || str_eq(kind, STR("Secret")) ||
	    str_eq(kind, STR("CustomResourceDefinition")))
		return posture_object_part(context, object,
					   STR("the facts hold only a part of this object"),
					   err) < 0
			       ? -1
			       : 0;
	return take_object(context, object, arena, err);
}

static int judge_file(struct cluster_check *check, int fd, str path, str head, struct err *err)
{
	struct arena *arena = check->in->arena;
	AUTO(cluster_policies_done)
	struct cluster_policies policies = { 0 };
	AUTO(library_unref)
	struct library *library = NULL;
	AUTO(posture_free)
	struct posture *posture = NULL;
	AUTO(buf_done)
	struct buf unused = { 0 }, again = { 0 };

	if (cluster_policies_file(check, fd, &policies, err) < 0)
		return -1;
	library = cluster_check_library(check, check->has_parameters ? &check->parameters : NULL,
					name_of(head, arena), &policies, err);
	if (!library || cluster_inventory_file(&policies, library, fd, head, err) < 0)
		return -1;
	posture = cluster_check_posture(check, library, &policies, err);
	if (!posture || head_of_file(check, posture, head, &policies, err) < 0 ||
	    facts_file_read(fd, take_namespace, posture, &unused, err) < 0 ||
	    facts_file_read(fd, take_told, posture, &again, err) < 0)
		return -1;
	add_view(check, TAKE(posture), TAKE(library), &policies, path);
	return 0;
}

int cluster_check_file(struct cluster_check *check, str path, struct err *err)
{
	AUTO(fd_close)
	int fd = facts_file_open(path, err);
	AUTO(buf_done)
	struct buf head = { 0 };

	if (fd < 0)
		return -1;
	if (facts_file_read(fd, NULL, NULL, &head, err) < 0 ||
	    judge_file(check, fd, path, buf_str(&head), err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

void cluster_check_failed(struct cluster_check *check, str source, const struct err *why)
{
	struct err *kept = ARENA_NEW(check->in->arena, struct err);

	*kept = *why;
	progress_note(check->in->quiet,
		      str_fmt(check->in->arena, "%.*s: %s", STR_ARG(source), why->msg));
	check->views[check->n++] = (struct posture_view){ .source = source, .failed = kept };
}

int cluster_check_live(struct cluster_check *check, const char *context, struct err *err)
{
	struct invocation *in = check->in;
	struct cluster_facts_opts opts = { .now = check->now, .more = cluster_check_asks };
	AUTO(cluster_policies_done)
	struct cluster_policies policies = { 0 };
	struct cluster_facts facts;
	AUTO(arena_free)
	struct arena *scratch = arena_new(); /* of this cluster: the posture keeps what it needs */
	AUTO(library_unref)
	struct library *library = NULL;
	AUTO(posture_free)
	struct posture *posture = NULL;
	AUTO(kube_close)
	struct kube *kube = kube_target_open_context(in, CLUSTER_KUBE, context, err);

	if (!kube)
		return -1;
	opts.namespaces =
		option_items(&in->options, CLUSTER_KUBE + KUBE_TARGET_NAMESPACE, &opts.namespace_n);
	if (cluster_policies_live(check, kube, &policies, err) < 0)
		return -1;
	library = cluster_check_library(check, check->has_parameters ? &check->parameters : NULL,
					kube_cluster(kube), &policies, err);
	if (!library || cluster_inventory_live(&policies, library, kube, err) < 0)
		return -1;
	posture = cluster_check_posture(check, library, &policies, err);
	if (!posture)
		return -1;
	progress_show(in->quiet, in->lang, TEXT_PROGRESS_CLUSTER, kube_server(kube));
	int rc = cluster_facts_each(kube, &opts, take_object, posture, scratch, &facts, err);

	progress_clear(in->quiet);
	if (rc < 0 || cluster_check_head(check, posture, facts.head, &policies, err) < 0)
		return -1;
	add_view(check, TAKE(posture), TAKE(library), &policies,
		 str_dup(in->arena, kube_context(kube)));
	return 0;
}
