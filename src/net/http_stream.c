/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <time.h>

#include "base/err.h"
#include "net/http_server_internal.h"

struct http_stream *http_stream_new(const struct http_server_request *request)
{
	const struct http_job *job = (const struct http_job *)((const char *)request -
							       offsetof(struct http_job, request));
	struct http_stream *stream = mem_zalloc(sizeof(*stream));
	pthread_condattr_t attr;

	atomic_init(&stream->refs, 1);
	stream->loop = job->loop;
	buf_init(&stream->pending, HTTP_STREAM_MAX);
	(void)pthread_mutex_init(&stream->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&stream->room, &attr);
	(void)pthread_condattr_destroy(&attr);
	return stream;
}

struct http_stream *http_stream_ref(struct http_stream *stream)
{
	if (stream)
		atomic_fetch_add(&stream->refs, 1);
	return stream;
}

void http_stream_unref(struct http_stream *stream)
{
	if (!stream || atomic_fetch_sub(&stream->refs, 1) > 1)
		return;
	buf_done(&stream->pending);
	(void)pthread_cond_destroy(&stream->room);
	(void)pthread_mutex_destroy(&stream->lock);
	free(stream);
}

int http_stream_send(struct http_stream *stream, str bytes, struct err *err)
{
	int rc = 0;

	(void)pthread_mutex_lock(&stream->lock);
	if (stream->gone || stream->ended)
		rc = err_set(err, ERR_NETWORK, "the reader is gone");
	else if (bytes.n > HTTP_STREAM_MAX - stream->pending.n)
		rc = err_set(err, ERR_LIMIT, "the reader is too slow");
	else
		buf_add(&stream->pending, bytes);
	(void)pthread_mutex_unlock(&stream->lock);
	if (rc == 0)
		http_loop_post_stream(stream->loop, stream);
	return rc;
}

int http_stream_wait(struct http_stream *stream, int64_t ms, struct err *err)
{
	struct timespec until;
	int rc = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	(void)pthread_mutex_lock(&stream->lock);
	while (rc == 0 && !stream->gone && stream->pending.n > HTTP_STREAM_MAX / 4)
		rc = pthread_cond_timedwait(&stream->room, &stream->lock, &until);
	if (stream->gone)
		rc = err_set(err, ERR_NETWORK, "the reader is gone");
	else if (rc != 0)
		rc = err_set(err, ERR_LIMIT, "the reader is too slow");
	(void)pthread_mutex_unlock(&stream->lock);
	return rc;
}

void http_stream_end(struct http_stream *stream)
{
	(void)pthread_mutex_lock(&stream->lock);
	stream->ended = true;
	(void)pthread_mutex_unlock(&stream->lock);
	http_loop_post_stream(stream->loop, stream);
}

bool http_stream_take(struct http_stream *stream, struct buf *out)
{
	bool last;

	(void)pthread_mutex_lock(&stream->lock);
	if (stream->pending.n > 0) {
		buf_fmt(out, "%zx\r\n", stream->pending.n);
		buf_add(out, buf_str(&stream->pending));
		BUF_LIT(out, "\r\n");
		buf_reset(&stream->pending);
	}
	last = stream->ended;
	if (last)
		BUF_LIT(out, "0\r\n\r\n");
	(void)pthread_cond_broadcast(&stream->room);
	(void)pthread_mutex_unlock(&stream->lock);
	return last;
}

void http_stream_gone(struct http_stream *stream)
{
	(void)pthread_mutex_lock(&stream->lock);
	stream->gone = true;
	(void)pthread_cond_broadcast(&stream->room);
	(void)pthread_mutex_unlock(&stream->lock);
}
