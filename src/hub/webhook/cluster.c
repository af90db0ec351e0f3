/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "base/base64.h"
#include "base/err.h"
#include "base/thread.h"
#include "base/time.h"
#include "hub/webhook/cluster_internal.h"

#define ANSWER_S       10u
#define WATCH_AGAIN_MS 30000

static const struct kube_resource namespaces_resource = {
	.group = STR_INIT(""),
	.version = STR_INIT("v1"),
	.name = STR_INIT("namespaces"),
	.kind = STR_INIT("Namespace"),
	.can_list = true,
	.can_watch = true,
	.preferred = true,
};

struct cluster *cluster_new(const struct cluster_opts *opts, struct namespaces *namespaces,
			    struct err *err)
{
	AUTO(cluster_free)
	struct cluster *c = mem_zalloc(sizeof(*c));
	struct kube_opts kube = { .kubeconfig = opts->kubeconfig,
				  .context = opts->context,
				  .timeout_s = ANSWER_S };

	c->opts = *opts;
	c->namespaces = namespaces;
	c->ends[0] = c->ends[1] = -1;
	(void)pthread_mutex_init(&c->lock, NULL);
	c->kube = kube_open(&kube, err);
	if (!c->kube)
		return NULL;
	if (pipe2(c->ends, O_CLOEXEC) < 0) {
		(void)err_sys(err, errno, "pipe");
		return NULL;
	}
	kube.watch_fd = c->ends[1];
	c->watcher = kube_open(&kube, err);
	return c->watcher ? TAKE(c) : NULL;
}

void cluster_free(struct cluster *c)
{
	if (!c)
		return;
	if (c->ends[0] >= 0)
		(void)close(c->ends[0]); /* nobody reads any more: the watch ends */
	if (c->started)
		(void)pthread_join(c->thread, NULL);
	if (c->ends[1] >= 0)
		(void)close(c->ends[1]);
	kube_close(c->watcher);
	kube_close(c->kube);
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

/* ---- namespaces ---------------------------------------------------------------------------- */

static void note(struct cluster *c, str text)
{
	(void)pthread_mutex_lock(&c->lock);
	(void)snprintf(c->trouble, sizeof(c->trouble), "%.*s", STR_ARG(str_take(text, 500)));
	(void)pthread_mutex_unlock(&c->lock);
}

str cluster_trouble(struct cluster *c, struct arena *arena)
{
	str text;

	(void)pthread_mutex_lock(&c->lock);
	text = str_dup(arena, str_c(c->trouble));
	c->trouble[0] = '\0';
	(void)pthread_mutex_unlock(&c->lock);
	return text;
}

static int take_event(void *context, const struct kube_event *event, struct err *err)
{
	struct cluster *c = context;
	struct resource r = { .json = NULL };

	if (event->object && resource_read(event->object, &r, err) < 0)
		return 0; /* what is no object has no labels either */
	switch (event->kind) {
	case KUBE_LIST_BEGINS:
		namespaces_list_begins(c->namespaces);
		break;
	case KUBE_LIST_ENDS:
		namespaces_list_ends(c->namespaces);
		break;
	case KUBE_LISTED:
	case KUBE_ADDED:
	case KUBE_MODIFIED:
		if (!namespaces_put(c->namespaces, &r))
			note(c, STR("there are more namespaces than are kept"));
		break;
	case KUBE_DELETED:
		namespaces_remove(c->namespaces, r.name);
		break;
	case KUBE_BROKEN:
		note(c, event->reason);
		break;
	}
	return 0;
}

static void *watch(void *context)
{
	struct cluster *c = context;
	const struct kube_watch_opts opts = { .list = { .metadata_only = true } };
	struct pollfd end = { .fd = c->ends[1] }; /* tells only that nobody reads any more */
	struct err err;

	for (;;) {
		if (kube_watch(c->watcher, &namespaces_resource, &opts, take_event, c, NULL, &err) <
		    0) {
			if (err.kind == ERR_INTERRUPTED)
				return NULL;
			note(c, str_c(err.msg));
		}
		/* A right that is missing now may be granted later. */
		if (poll(&end, 1, WATCH_AGAIN_MS) != 0)
			return NULL;
	}
}

int cluster_start(struct cluster *c, struct err *err)
{
	int rc = thread_start(&c->thread, 0, watch, c);

	if (rc)
		return err_sys(err, rc, "starting a thread");
	c->started = true;
	return 0;
}

const struct resource *cluster_look_up(struct cluster *c, str name, int64_t deadline_ms,
				       struct arena *arena)
{
	int64_t limit = time_mono_ms() + CLUSTER_LOOK_UP_MS;
	struct kube_opts opts = { .kubeconfig = c->opts.kubeconfig,
				  .context = c->opts.context,
				  .deadline_ms = deadline_ms < limit ? deadline_ms : limit };
	struct err err;
	AUTO(kube_close)
	struct kube *kube = NULL;
	const struct json *json;
	struct resource *r = ARENA_NEW(arena, struct resource);

	if (!constraint_is_name(name))
		return NULL;
	kube = kube_open(&opts, &err);
	if (!kube ||
	    kube_get(kube, kube_path(&namespaces_resource, STR_EMPTY, name, arena), arena, &json,
		     &err) < 0 ||
	    resource_read(json, r, &err) < 0 || !resource_is_namespace(r)) {
		note(c, str_c(err.msg));
		return NULL;
	}
	IGNORE(namespaces_put(c->namespaces, r)); /* the watch tells when it is too many */
	return r;
}

/* ---- caBundle ------------------------------------------------------------------------------ */

/* The patch for what is different; empty: nothing is. */
static str bundle_patch(const struct json *configuration, str bundle, struct arena *arena)
{
	struct json_writer w;
	struct buf b;
	size_t i = 0, changes = 0;
	str patch;

	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	json_open_array(&w);
	JSON_EACH (JSON_GET(configuration, "webhooks"), webhook) {
		const struct json *client = JSON_GET(webhook, "clientConfig");
		str name = json_get_str(webhook, STR("name"));
		size_t at = i++;

		if (!client || str_eq(json_get_str(client, STR("caBundle")), bundle))
			continue;
		/* The one that was read, even if others came in front of it meanwhile. */
		json_open_object(&w);
		json_kv_str(&w, STR("op"), STR("test"));
		json_kv_str(&w, STR("path"), str_fmt(arena, "/webhooks/%zu/name", at));
		json_kv_str(&w, STR("value"), name);
		json_close_object(&w);
		json_open_object(&w);
		json_kv_str(&w, STR("op"), STR("add"));
		json_kv_str(&w, STR("path"),
			    str_fmt(arena, "/webhooks/%zu/clientConfig/caBundle", at));
		json_kv_str(&w, STR("value"), bundle);
		json_close_object(&w);
		changes++;
	}
	json_close_array(&w);
	patch = changes > 0 && !b.overflow ? str_dup(arena, buf_str(&b)) : STR_EMPTY;
	buf_done(&b);
	return patch;
}

static int publish_one(struct cluster *c, const char *resource, str name, str bundle,
		       struct arena *arena, struct err *err)
{
	str path = str_fmt(arena, "/apis/admissionregistration.k8s.io/v1/%s/%.*s", resource,
			   STR_ARG(name));
	const struct json *now;
	str patch;

	if (kube_get(c->kube, path, arena, &now, err) < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	patch = bundle_patch(now, bundle, arena);
	if (str_empty(patch))
		return 0;
	if (kube_send(c->kube, KUBE_PATCH, path, STR("application/json-patch+json"), patch, arena,
		      NULL, err) < 0)
		return -1;
	return 1;
}

int cluster_publish(struct cluster *c, str configuration, str authorities, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str bundle = base64_encode(arena, authorities);
	int validating, mutating;

	if (!constraint_is_name(configuration))
		return err_set(err, ERR_USAGE, "%.*s is no name of an object",
			       STR_ARG(str_take(configuration, 100)));
	validating = publish_one(c, "validatingwebhookconfigurations", configuration, bundle, arena,
				 err);
	if (validating < 0)
		return -1;
	mutating =
		publish_one(c, "mutatingwebhookconfigurations", configuration, bundle, arena, err);
	return mutating < 0 ? -1 : validating + mutating;
}

int cluster_minor(struct cluster *c, unsigned *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *version;
	str minor;
	uint64_t n;

	if (kube_version(c->kube, arena, &version, err) < 0)
		return -1;
	minor = json_get_str(version, STR("minor"));
	/* Some providers write 27+. */
	if (!str_eq(json_get_str(version, STR("major")), STR("1")) ||
	    !str_u64(str_without_suffix(minor, STR("+")), &n) || n > 1000)
		return err_set(err, ERR_INPUT, "/version: minor '%.*s' is no number",
			       STR_ARG(str_take(minor, 100)));
	*out = (unsigned)n;
	return 0;
}
