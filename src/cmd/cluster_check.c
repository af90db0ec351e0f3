/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cluster_check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/time.h"
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
				      struct err *err)
{
	struct library_opts opts = { .parameters = parameters, .cluster = name };

	if (manifest_profiles_take(&opts, check->in, CLUSTER_PROFILE, err) < 0)
		return NULL;
	return library_load(&opts, err);
}

int cluster_check_exceptions(const struct cluster_check *check, struct exception_set *out,
			     struct arena *arena, struct err *err)
{
	const struct options *o = &check->in->options;
	size_t n;
	const str *files = option_items(o, CLUSTER_IGNOREFILE, &n);

	exception_set_init(out, arena, check->now);
	out->scopes = option_items(o, CLUSTER_SCOPE, &out->scope_count);
	for (size_t i = 0; i < n; i++) {
		int rc = scan_exceptions_is_address(files[i])
				 ? scan_exceptions_fetch(out, files[i], err)
				 : exception_read(out, str_cstr(arena, files[i]), err);

		if (rc < 0)
			return err_wrap(err, "--ignorefile");
	}
	return option_on(o, CLUSTER_LOCAL_EXCEPTIONS) ? scan_exceptions_local(out, err) : 0;
}

static int take_chosen(struct cluster_check *check, struct err *err)
{
	size_t n;
	const str *ids = option_items(&check->in->options, CLUSTER_RECOMMENDATION, &n);

	for (size_t i = 0; i < n; i++) {
		int k = recommendation_find(&check->recommendations, ids[i]);

		if (k < 0)
			return err_set(err, ERR_USAGE,
				       "--recommendation: there is none called '%.*s'",
				       STR_ARG(ids[i]));
		check->chosen |= RECOMMENDATION_BIT(k);
		check->enabled |= RECOMMENDATION_BIT(k);
	}
	if (n == 0)
		check->chosen = UINT64_MAX;
	return 0;
}

int cluster_check_load(struct cluster_check *check, struct err *err)
{
	static const str groups[] = { STR_INIT("cluster") };
	struct check_load load = { .groups = groups, .group_n = ARRAY_LEN(groups) };
	struct problems problems = { .arena = check->in->arena };

	if (recommendation_set_load(&check->recommendations, check->in->arena, err) < 0 ||
	    take_chosen(check, err) < 0 ||
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
	}
	check_set_unref(check->checks);
}

/* ---- clusters ------------------------------------------------------------------------------- */

struct posture *cluster_check_posture(struct cluster_check *check, struct library *library,
				      struct err *err)
{
	struct posture_opts opts = { .recommendations = &check->recommendations,
				     .library = library,
				     .checks = check->checks,
				     .exceptions = &check->exceptions,
				     .add_matches = check->n > 0,
				     .enabled = check->enabled,
				     .now = check->now,
				     .arena = check->in->arena };
	const struct check_settings_opts said = { .cluster = STR_EMPTY };
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
		     str source)
{
	struct assessment *a = ARENA_NEW(check->in->arena, struct assessment);

	posture_assess(posture, check->in->arena, a);
	check->libraries[check->n] = library;
	check->views[check->n++] =
		(struct posture_view){ .posture = posture, .assessment = a, .source = source };
}

static int open_facts(const struct cluster_check *check, str path, struct err *err)
{
	AUTO(fd_close)
	int fd = -1;
	struct stat st;

	if (str_eq(path, STR("-")))
		return facts_file_spool(STDIN_FILENO, err);
	fd = open(str_cstr(check->in->arena, path), O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_INPUT, "%.*s: a folder", STR_ARG(path));
	return S_ISREG(st.st_mode) ? fd_take(&fd) : facts_file_spool(fd, err);
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

static int judge_file(struct cluster_check *check, int fd, str path, str head, struct err *err)
{
	struct arena *arena = check->in->arena;
	AUTO(library_unref)
	struct library *library = NULL;
	AUTO(posture_free)
	struct posture *posture = NULL;
	AUTO(buf_done)
	struct buf unused = { 0 }, again = { 0 };

	library = cluster_check_library(check, check->has_parameters ? &check->parameters : NULL,
					name_of(head, arena), err);
	if (!library)
		return -1;
	posture = cluster_check_posture(check, library, err);
	if (!posture || posture_head(posture, head, err) < 0 ||
	    facts_file_read(fd, take_namespace, posture, &unused, err) < 0 ||
	    facts_file_read(fd, take_object, posture, &again, err) < 0)
		return -1;
	add_view(check, TAKE(posture), TAKE(library), path);
	return 0;
}

int cluster_check_file(struct cluster_check *check, str path, struct err *err)
{
	AUTO(fd_close)
	int fd = open_facts(check, path, err);
	AUTO(buf_done)
	struct buf head = { 0 };

	if (fd < 0)
		return -1;
	if (facts_file_read(fd, NULL, NULL, &head, err) < 0 ||
	    judge_file(check, fd, path, buf_str(&head), err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

static int put_head(struct posture *posture, const struct json *head, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer w;

	buf_init(&b, FACTS_HEAD_MAX);
	json_writer_init(&w, &b, 0);
	json_put(&w, head);
	if (b.overflow)
		return err_set(err, ERR_LIMIT, "the head of the facts is over %u bytes",
			       FACTS_HEAD_MAX);
	return posture_head(posture, buf_str(&b), err);
}

int cluster_check_live(struct cluster_check *check, struct err *err)
{
	struct invocation *in = check->in;
	struct cluster_facts_opts opts = { .now = check->now };
	struct cluster_facts facts;
	AUTO(library_unref)
	struct library *library = NULL;
	AUTO(posture_free)
	struct posture *posture = NULL;
	AUTO(kube_close)
	struct kube *kube = kube_target_open(in, CLUSTER_KUBE, err);

	if (!kube)
		return -1;
	opts.namespaces =
		option_items(&in->options, CLUSTER_KUBE + KUBE_TARGET_NAMESPACE, &opts.namespace_n);
	library = cluster_check_library(check, check->has_parameters ? &check->parameters : NULL,
					kube_cluster(kube), err);
	if (!library)
		return -1;
	posture = cluster_check_posture(check, library, err);
	if (!posture)
		return -1;
	progress_show(in->quiet, in->lang, TEXT_PROGRESS_CLUSTER, kube_server(kube));
	int rc = cluster_facts_each(kube, &opts, take_object, posture, in->arena, &facts, err);

	progress_clear(in->quiet);
	if (rc < 0 || put_head(posture, facts.head, err) < 0)
		return -1;
	add_view(check, TAKE(posture), TAKE(library), str_dup(in->arena, kube_context(kube)));
	return 0;
}
