/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Kubernetes client by itself, for tests/e2e/kube.sh and bench/cluster.sh.
 *	kube_client make KUBECONFIG NAMESPACE N THREADS   creates N pods
 *	kube_client list KUBECONFIG RESOURCE PAGE [FILE]  lists; with FILE, waits behind the first
 *	                                                  object until that file is there
 *	kube_client watch KUBECONFIG RESOURCE NAME [SECONDS]
 *	                                                  tells events until one about NAME
 *	kube_client get KUBECONFIG PATH                   prints the answer
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/time.h"
#include "kube/kube.h"

static int die(const char *what, const struct err *err)
{
	fprintf(stderr, "kube_client: %s: %s\n", what, err->msg);
	return 3;
}

static struct kube *open_as(const char *kubeconfig, int64_t seconds, struct err *err)
{
	const struct kube_opts opts = { .kubeconfig = kubeconfig,
					.deadline_ms =
						seconds ? time_mono_ms() + 1000 * seconds : 0 };

	return kube_open(&opts, err);
}

static const struct kube_resource *find(const struct kube_catalog *catalog, const char *name)
{
	for (size_t i = 0; i < catalog->n; i++) {
		if (catalog->items[i].preferred && str_eq(catalog->items[i].name, str_c(name)))
			return &catalog->items[i];
	}
	return NULL;
}

/* ---- make ---- */

struct maker {
	pthread_t thread;
	struct kube *kube;
	const char *ns;
	uint64_t from, to;
	bool failed;
	struct err err;
};

static int make_one(struct maker *m, uint64_t i, struct arena *arena)
{
	str path = str_fmt(arena, "/api/v1/namespaces/%s/pods", m->ns);
	str body = str_fmt(
		arena,
		"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"load-%06llu\","
		"\"labels\":{\"app\":\"load\",\"tier\":\"t%llu\"},\"annotations\":{\"example.com/note\":"
		"\"a pod of some size, as pods of real clusters are\"}},\"spec\":{"
		"\"initContainers\":[{\"name\":\"prepare\",\"image\":\"registry.example.com/tools/"
		"prepare:1.2\",\"command\":[\"/bin/sh\",\"-c\",\"true\"]}],\"containers\":[{\"name\":"
		"\"app\",\"image\":\"registry.example.com/app:%llu\",\"ports\":[{\"containerPort\":8080}],"
		"\"env\":[{\"name\":\"A\",\"value\":\"b\"},{\"name\":\"NODE\",\"valueFrom\":{\"fieldRef\":"
		"{\"fieldPath\":\"spec.nodeName\"}}}],\"resources\":{\"limits\":{\"cpu\":\"1\","
		"\"memory\":\"64Mi\"}},\"volumeMounts\":[{\"name\":\"tmp\",\"mountPath\":\"/tmp\"}]},"
		"{\"name\":\"side\",\"image\":\"registry.example.com/side:3\",\"securityContext\":"
		"{\"privileged\":%s}}],\"volumes\":[{\"name\":\"tmp\",\"emptyDir\":{}}]}}",
		(unsigned long long)i, (unsigned long long)i % 7, (unsigned long long)i % 100,
		i % 10 ? "false" : "true");

	return kube_send(m->kube, KUBE_CREATE, path, STR_EMPTY, body, arena, NULL, &m->err);
}

static void *make_some(void *context)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct maker *m = context;

	for (uint64_t i = m->from; i < m->to && !m->failed; i++) {
		arena_reset(arena);
		m->failed = make_one(m, i, arena) < 0;
	}
	return NULL;
}

static int make(const char *kubeconfig, const char *ns, uint64_t n, uint64_t threads)
{
	struct maker makers[64] = { 0 };
	struct err err;
	AUTO(kube_close)
	struct kube *kube = open_as(kubeconfig, 0, &err);
	int rc = 0;

	if (!kube)
		return die("open", &err);
	if (threads == 0 || threads > 64)
		threads = 8;
	for (uint64_t i = 0; i < threads; i++) {
		makers[i] = (struct maker){ .kube = kube_clone(kube),
					    .ns = ns,
					    .from = n * i / threads,
					    .to = n * (i + 1) / threads };
		if (pthread_create(&makers[i].thread, NULL, make_some, &makers[i]) != 0)
			abort();
	}
	for (uint64_t i = 0; i < threads; i++) {
		pthread_join(makers[i].thread, NULL);
		if (makers[i].failed)
			rc = die("make", &makers[i].err);
		kube_close(makers[i].kube);
	}
	return rc;
}

/* ---- list ---- */

struct wait {
	const char *file;
	bool waited;
};

static int listed(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	const struct json *meta = JSON_GET(object, "metadata");
	struct wait *w = context;

	(void)arena;
	(void)err;
	printf("%.*s/%.*s\n", STR_ARG(json_get_str(meta, STR("namespace"))),
	       STR_ARG(json_get_str(meta, STR("name"))));
	if (!w->file || w->waited)
		return 0;
	w->waited = true;
	fprintf(stderr, "waiting\n");
	for (int i = 0; i < 600 && access(w->file, F_OK) != 0; i++)
		usleep(50000);
	return 0;
}

static int list(const char *kubeconfig, const char *name, uint64_t page, const char *file)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(kube_close)
	struct kube *kube = open_as(kubeconfig, 120, &err);
	const struct kube_list_opts opts = { .page = (unsigned)page };
	const struct kube_resource *r;
	struct kube_catalog catalog;
	struct kube_list_result result;
	struct wait wait = { .file = file };

	if (!kube || kube_discover(kube, arena, &catalog, &err) < 0)
		return die("open", &err);
	r = find(&catalog, name);
	if (!r || kube_list(kube, r, &opts, listed, &wait, arena, &result, &err) < 0)
		return die("list", &err);
	fprintf(stderr, "objects %llu pages %u expired %u broken %u version %.*s\n",
		(unsigned long long)result.objects, result.pages, result.expired, result.broken,
		STR_ARG(result.resource_version));
	return 0;
}

/* ---- watch ---- */

static int seen(void *context, const struct kube_event *event, struct err *err)
{
	static const char *const words[] = {
		[KUBE_LIST_BEGINS] = "LIST",  [KUBE_LISTED] = "LISTED",
		[KUBE_LIST_ENDS] = "SYNCED",  [KUBE_ADDED] = "ADDED",
		[KUBE_MODIFIED] = "MODIFIED", [KUBE_DELETED] = "DELETED",
		[KUBE_BROKEN] = "BROKEN",
	};
	const struct json *meta = JSON_GET(event->object, "metadata");
	str name = json_get_str(meta, STR("name"));

	(void)err;
	printf("%s %.*s%.*s\n", words[event->kind], STR_ARG(name), STR_ARG(event->reason));
	fflush(stdout);
	return event->kind != KUBE_DELETED && str_eq(name, str_c(context)) ? 1 : 0;
}

static int watch(const char *kubeconfig, const char *name, const char *until, uint64_t seconds)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(kube_close)
	struct kube *kube = open_as(kubeconfig, seconds ? (int64_t)seconds : 60, &err);
	const struct kube_watch_opts opts = { .pause_ms = 100 };
	const struct kube_resource *r;
	struct kube_catalog catalog;
	struct kube_watch_stats stats = { 0 };
	int rc;

	if (!kube || kube_discover(kube, arena, &catalog, &err) < 0)
		return die("open", &err);
	r = find(&catalog, name);
	if (!r)
		return 2;
	rc = kube_watch(kube, r, &opts, seen, (void *)(uintptr_t)until, &stats, &err);
	fprintf(stderr, "lists %llu connects %llu events %llu expired %llu failures %llu\n",
		(unsigned long long)stats.lists, (unsigned long long)stats.connects,
		(unsigned long long)stats.events, (unsigned long long)stats.expired,
		(unsigned long long)stats.failures);
	return rc < 0 ? die("watch", &err) : 0;
}

static int get(const char *kubeconfig, const char *path)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(kube_close)
	struct kube *kube = open_as(kubeconfig, 30, &err);
	str text;

	if (!kube || kube_get_text(kube, str_c(path), arena, &text, &err) < 0)
		return die("get", &err);
	printf("%.*s\n", STR_ARG(text));
	return 0;
}

static uint64_t number(const char *text)
{
	uint64_t n = 0;

	return text && str_u64(str_c(text), &n) ? n : 0;
}

int main(int argc, char **argv)
{
	str word = str_c(argc > 1 ? argv[1] : "");

	if (str_eq(word, STR("make")) && argc == 6)
		return make(argv[2], argv[3], number(argv[4]), number(argv[5]));
	if (str_eq(word, STR("list")) && argc >= 5)
		return list(argv[2], argv[3], number(argv[4]), argc > 5 ? argv[5] : NULL);
	if (str_eq(word, STR("watch")) && argc >= 5)
		return watch(argv[2], argv[3], argv[4], number(argc > 5 ? argv[5] : NULL));
	if (str_eq(word, STR("get")) && argc == 4)
		return get(argv[2], argv[3]);
	fprintf(stderr, "usage: kube_client make|list|watch|get KUBECONFIG ...\n");
	return 2;
}
