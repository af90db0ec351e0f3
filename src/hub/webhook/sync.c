/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/sync.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/err.h"
#include "hub/webhook/kind_watch.h"

struct sync {
	struct sync_store *store;
	const char *kubeconfig, *context;
	int fd;
	struct kind_watch *watches[SYNC_KINDS_MAX];
	size_t n;
};

struct sync *sync_new(struct sync_store *store, const char *kubeconfig, const char *context,
		      struct err *err)
{
	struct sync *s = mem_zalloc(sizeof(*s));

	s->store = store;
	s->kubeconfig = kubeconfig;
	s->context = context;
	s->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->fd < 0) {
		(void)err_sys(err, errno, "eventfd");
		free(s);
		return NULL;
	}
	return s;
}

static void stop(struct sync *s)
{
	while (s->n > 0)
		kind_watch_free(s->watches[--s->n]);
}

void sync_free(struct sync *s)
{
	if (!s)
		return;
	stop(s);
	(void)close(s->fd);
	free(s);
}

int sync_fd(const struct sync *s) { return s->fd; }

void sync_seen(struct sync *s)
{
	eventfd_t count;

	IGNORE(eventfd_read(s->fd, &count)); /* nobody else reads it */
}

static void wake(struct sync *s)
{
	IGNORE(eventfd_write(s->fd, 1)); /* full: it is readable already */
}

static int on_event(void *context, const struct sync_kind *kind, const struct kube_event *event,
		    struct err *err)
{
	struct sync *s = context;
	const struct json *metadata = JSON_GET(event->object, "metadata");

	(void)err;
	switch (event->kind) {
	case KUBE_LIST_BEGINS:
		sync_store_begins(s->store, kind);
		break;
	case KUBE_LIST_ENDS:
		sync_store_ends(s->store, kind);
		wake(s);
		break;
	case KUBE_LISTED:
	case KUBE_ADDED:
	case KUBE_MODIFIED:
		if (sync_store_put(s->store, kind, event->object))
			break;
		wake(s);
		return 1;
	case KUBE_DELETED:
		sync_store_remove(s->store, kind, json_get_str(metadata, STR("namespace")),
				  json_get_str(metadata, STR("name")));
		break;
	case KUBE_BROKEN:
		sync_store_fail(s->store, kind, SYNC_BROKEN, event->reason);
		wake(s);
		break;
	}
	return 0;
}

static void on_failed(void *context, const struct sync_kind *kind, const struct err *err)
{
	struct sync *s = context;

	sync_store_fail(s->store, kind, err->kind == ERR_NETWORK ? SYNC_BROKEN : SYNC_FAILED,
			str_c(err->msg));
	wake(s);
}

static void on_connected(void *context, const struct sync_kind *kind)
{
	struct sync *s = context;

	sync_store_goes_on(s->store, kind);
	wake(s);
}

void sync_follow(struct sync *s)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sync_kind *kinds;
	size_t n;

	stop(s);
	n = sync_store_kinds(s->store, arena, &kinds);
	for (size_t i = 0; i < n; i++) {
		const struct kind_watch_opts opts = { .kubeconfig = s->kubeconfig,
						      .context = s->context,
						      .kind = kinds[i],
						      .event = on_event,
						      .failed = on_failed,
						      .connected = on_connected,
						      .owner = s };
		struct err err;
		struct kind_watch *w = kind_watch_new(&opts, &err);

		if (w)
			s->watches[s->n++] = w;
		else
			sync_store_fail(s->store, &kinds[i], SYNC_FAILED, str_c(err.msg));
	}
	wake(s);
}
