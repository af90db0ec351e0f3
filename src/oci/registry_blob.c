/* SPDX-License-Identifier: Apache-2.0 */
/* Content of a registry: manifests and configuration at once, layers by a thread through a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/thread.h"
#include "oci/digest.h"
#include "oci/registry_internal.h"

static str path_of(const struct registry *registry, struct arena *arena, const char *kind, str name)
{
	return str_fmt(arena, "%.*s/v2/%.*s/%s/%.*s", STR_ARG(registry->base),
		       STR_ARG(registry->place.repository), kind, STR_ARG(name));
}

#define ACCEPT_MANIFESTS                                                          \
	"Accept: " MEDIA_OCI_INDEX ", " MEDIA_OCI_MANIFEST ", " MEDIA_DOCKER_LIST \
	", " MEDIA_DOCKER_MANIFEST

static int load(void *store, const struct descriptor *d, bool manifest, size_t max,
		struct arena *arena, str *out, struct err *err)
{
	static const str accept[] = { STR_INIT(ACCEPT_MANIFESTS) };
	struct registry *registry = store;
	str name = str_empty(d->digest) ? d->tag : d->digest;
	struct http_request r = { .max_bytes = max, .total_s = REGISTRY_MANIFEST_S };
	struct http_response response;

	r.url = path_of(registry, arena, manifest ? "manifests" : "blobs", name);
	if (manifest) {
		r.headers = accept;
		r.headers_n = ARRAY_LEN(accept);
	}
	if (registry_do(registry, registry->client, &r, arena, &response, err) < 0)
		return -1;
	if (response.status != 200) {
		str what = str_fmt(arena, "%.*s%s%.*s", STR_ARG(registry->place.repository),
				   str_empty(d->digest) ? ":" : "@", STR_ARG(name));

		return registry_refused(registry, &response, str_cstr(arena, what), arena, err);
	}
	*out = response.body;
	return 0;
}

int registry_digest(struct registry *registry, str name, struct arena *arena, str *out,
		    struct err *err)
{
	static const str accept[] = { STR_INIT(ACCEPT_MANIFESTS) };
	struct http_request r = { .method = HTTP_HEAD,
				  .total_s = REGISTRY_MANIFEST_S,
				  .headers = accept,
				  .headers_n = ARRAY_LEN(accept) };
	struct descriptor d = { .tag = name, .size = SIZE_UNKNOWN };
	struct http_response response;
	str text = STR_EMPTY, told;

	/* Questions without an answer's body count less at registries that limit them. */
	r.url = path_of(registry, arena, "manifests", name);
	if (registry_do(registry, registry->client, &r, arena, &response, err) < 0)
		return -1;
	told = http_header(&response, STR("Docker-Content-Digest"));
	if (response.status == 200 && digest_valid(told)) {
		*out = str_dup(arena, told);
		return 0;
	}
	if (response.status == 401 || response.status == 403 || response.status == 404) {
		str what = str_fmt(arena, "%.*s:%.*s", STR_ARG(registry->place.repository),
				   STR_ARG(name));

		return registry_refused(registry, &response, str_cstr(arena, what), arena, err);
	}
	if (load(registry, &d, true, MANIFEST_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	*out = digest_sha256(text, arena);
	return 0;
}

/* Registries that do not know the question answer 404, some 400 or 405. */
static int referrers(void *store, str digest, struct arena *arena, str *out, struct err *err)
{
	static const str accept[] = { STR_INIT("Accept: " MEDIA_OCI_INDEX) };
	struct registry *registry = store;
	struct http_request r = { .max_bytes = MANIFEST_MAX_BYTES,
				  .total_s = REGISTRY_MANIFEST_S,
				  .headers = accept,
				  .headers_n = ARRAY_LEN(accept) };
	struct http_response response;

	r.url = path_of(registry, arena, "referrers", digest);
	if (registry_do(registry, registry->client, &r, arena, &response, err) < 0)
		return -1;
	if (response.status == 404 || response.status == 400 || response.status == 405)
		return 0;
	if (response.status != 200)
		return registry_refused(registry, &response, "the referrers of the image", arena,
					err);
	/* Distribution specification 1.1: pages; what stands on the next one may be what counts. */
	if (str_find(http_header(&response, STR("Link")), STR("rel=\"next\"")) >= 0)
		return err_set(err, ERR_LIMIT,
			       "more referrers than one answer of the registry holds");
	*out = response.body;
	return 1;
}

/* One layer on its way: a thread fetches, the reader has the other end of the pipe. */
struct transfer {
	struct registry *registry;
	str digest;
	uint64_t size;
	int fd;
	pthread_t thread;
	bool failed;
	struct err err;
};

static int to_pipe(void *context, str bytes, struct err *err)
{
	const struct transfer *t = context;

	while (bytes.n) {
		ssize_t n = write(t->fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			return err_set(err, ERR_INTERRUPTED, "nobody reads the content any more");
		if (n < 0)
			return err_sys(err, errno, "write to pipe");
		bytes = str_skip(bytes, (size_t)n);
	}
	return 0;
}

static int fetch(struct transfer *t, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(http_client_free)
	struct http_client *client = registry_client(t->registry);
	struct http_request r = { .url = path_of(t->registry, arena, "blobs", t->digest),
				  .max_bytes = t->size,
				  .immutable = true,
				  .sink = to_pipe,
				  .context = t,
				  .watch_fd = t->fd };
	struct http_response response;

	if (registry_do(t->registry, client, &r, arena, &response, err) < 0)
		return -1;
	if (response.status / 100 != 2) {
		str what = str_cat(arena, STR("blob "), t->digest);

		return registry_refused(t->registry, &response, str_cstr(arena, what), arena, err);
	}
	if (response.bytes != t->size)
		return err_set(err, ERR_INPUT, "has %llu bytes instead of %llu",
			       (unsigned long long)response.bytes, (unsigned long long)t->size);
	return 0;
}

static void *transfer_run(void *context)
{
	struct transfer *t = context;

	t->failed = fetch(t, &t->err) < 0;
	(void)close(fd_take(&t->fd)); /* the reader sees the end */
	return NULL;
}

static int open_layer(void *store, const struct image_layer *layer, size_t index, struct blob *out,
		      struct err *err)
{
	struct transfer *t;
	int ends[2], rc;

	(void)index;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	IGNORE(fcntl(ends[1], F_SETPIPE_SZ, REGISTRY_PIPE_BYTES)); /* smaller is slower, no more */
	t = mem_zalloc(sizeof(*t));
	*t = (struct transfer){
		.registry = store, .digest = layer->digest, .size = layer->size, .fd = ends[1]
	};
	rc = thread_start(&t->thread, 0, transfer_run, t);
	if (rc) {
		IGNORE(err_sys(err, rc, "start a thread"));
		(void)close(ends[0]);
		(void)close(ends[1]);
		free(t);
		return -1;
	}
	*out = (struct blob){ .fd = ends[0], .size = layer->size, .transfer = t };
	return 0;
}

static int finish(void *store, struct blob *blob, struct err *err)
{
	struct transfer *t = blob->transfer;
	int rc = 0;

	(void)store;
	(void)pthread_join(t->thread, NULL);
	if (t->failed && t->err.kind != ERR_INTERRUPTED) {
		*err = t->err;
		rc = -1;
	}
	free(t);
	return rc;
}

static void release(void *store) { registry_free(store); }

const struct blob_ops registry_ops = {
	.load = load,
	.open = open_layer,
	.finish = finish,
	.free = release,
	.referrers = referrers,
};
