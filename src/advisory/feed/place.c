/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/place.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"

#define PLACE_CHUNK 65536u

bool place_is_url(str text)
{
	return str_starts(text, STR("http://")) || str_starts(text, STR("https://"));
}

void place_open(struct place *place, str base, unsigned total_s, struct arena *arena)
{
	struct http_opts opts = { .retries = 2 };

	while (base.n > 1 && str_ends(base, STR("/")))
		base = str_drop_end(base, 1);
	*place = (struct place){ .base = str_dup(arena, base), .total_s = total_s };
	if (place_is_url(base))
		place->client = http_client_new(&opts);
}

void place_close(struct place *place)
{
	http_client_free(place->client);
	place->client = NULL;
}

/* One transfer: where the bytes go. */
struct transfer {
	int fd; /* -1: into the buffer */
	struct buf *to;
	uint64_t bytes, max;
	void (*seen)(void *data, uint64_t bytes);
	void *data;
};

static int transfer_take(void *context, str bytes, struct err *err)
{
	struct transfer *t = context;

	t->bytes += bytes.n;
	if (t->bytes > t->max)
		return err_set(err, ERR_LIMIT, "more than %" PRIu64 " bytes", t->max);
	if (t->seen)
		t->seen(t->data, t->bytes);
	if (t->fd >= 0)
		return fd_write_all(t->fd, bytes, err);
	buf_add(t->to, bytes);
	return 0;
}

static int url_get(const struct place *place, str path, const struct place_stamp *known,
		   struct transfer *t, struct arena *arena, struct place_stamp *stamp,
		   struct err *err)
{
	str headers[2];
	struct http_response response = { 0 };
	struct http_request request = {
		.method = HTTP_GET,
		.url = path.n ? str_fmt(arena, "%.*s/%.*s", STR_ARG(place->base), STR_ARG(path))
			      : place->base,
		.headers = headers,
		.max_bytes = t->max,
		.total_s = place->total_s,
		.sink = transfer_take,
		.context = t,
	};

	if (known && known->etag.n)
		headers[request.headers_n++] =
			str_fmt(arena, "If-None-Match: %.*s", STR_ARG(known->etag));
	if (known && known->modified.n)
		headers[request.headers_n++] =
			str_fmt(arena, "If-Modified-Since: %.*s", STR_ARG(known->modified));
	if (http_do(place->client, &request, arena, &response, err) < 0)
		return -1;
	if (response.status == 304 && request.headers_n > 0)
		return 0;
	if (response.status < 200 || response.status > 299)
		return http_status_error(&response, err);
	if (stamp)
		*stamp = (struct place_stamp){ .etag = http_header(&response, STR("ETag")),
					       .modified = http_header(&response,
								       STR("Last-Modified")) };
	return 1;
}

static int file_get(const struct place *place, str path, const struct place_stamp *known,
		    struct transfer *t, struct arena *arena, struct place_stamp *stamp,
		    struct err *err)
{
	char chunk[PLACE_CHUNK];
	struct stat st;
	str normal;

	if (path_normal(path, arena, &normal, err) < 0)
		return -1;
	char *name = str_cstr(
		arena, path.n ? str_fmt(arena, "%.*s/%.*s", STR_ARG(place->base), STR_ARG(normal))
			      : place->base);
	AUTO(fd_close)
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_sys(err, errno, "open %s", name);
	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%s: not a file", name);
	str now = str_fmt(arena, "%lld-%lld-%ld", (long long)st.st_size,
			  (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	if (known && str_eq(known->modified, now))
		return 0;
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "read %s", name);
		if (n == 0)
			break;
		if (transfer_take(t, str_of(chunk, (size_t)n), err) < 0)
			return err_wrap(err, "%s", name);
	}
	if (stamp)
		*stamp = (struct place_stamp){ .modified = now };
	return 1;
}

int place_read(const struct place *place, str path, struct arena *arena, struct buf *out,
	       struct err *err)
{
	struct transfer t = { .fd = -1, .to = out, .max = out->max };

	buf_reset(out);
	int r = place->client ? url_get(place, path, NULL, &t, arena, NULL, err)
			      : file_get(place, path, NULL, &t, arena, NULL, err);
	return r < 0 ? -1 : 0;
}

int place_save(const struct place *place, str path, uint64_t max, const struct place_stamp *known,
	       int fd, struct arena *arena, struct place_stamp *stamp, uint64_t *bytes,
	       void (*seen)(void *data, uint64_t bytes), void *data, struct err *err)
{
	struct transfer t = { .fd = fd, .max = max, .seen = seen, .data = data };
	int r = place->client ? url_get(place, path, known, &t, arena, stamp, err)
			      : file_get(place, path, known, &t, arena, stamp, err);

	*bytes = t.bytes;
	return r;
}
