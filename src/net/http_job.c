/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <limits.h>

#include "base/err.h"
#include "base/time.h"
#include "net/http_server_internal.h"

#define ANSWER_MAX     (64u << 20)
#define ARENA_KEEP_MAX (8u << 20) /* of a worker, between requests */

struct http_job *http_job_new(struct http_connection *connection)
{
	struct http_job *job = mem_zalloc(sizeof(*job));

	atomic_init(&job->refs, 1);
	job->loop = connection->loop;
	job->connection = connection;
	job->arena = arena_new();
	buf_init(&job->answer, ANSWER_MAX);
	return job;
}

struct http_job *http_job_ref(struct http_job *job)
{
	atomic_fetch_add(&job->refs, 1);
	return job;
}

void http_job_unref(struct http_job *job)
{
	if (!job || atomic_fetch_sub(&job->refs, 1) > 1)
		return;
	atomic_fetch_sub(&job->loop->server->bodies, job->body.n);
	http_stream_unref(job->stream);
	buf_done(&job->body);
	buf_done(&job->answer);
	arena_free(job->arena);
	free(job);
}

/* ---- routes -------------------------------------------------------------------------------- */

static bool path_fits(const struct http_route *route, str path)
{
	str own = str_c(route->path);

	return str_eq(own, path) || (route->prefix && str_starts(path, own));
}

static bool method_fits(const struct http_route *route, str method)
{
	str own = str_c(route->method);

	return str_eq(own, method) || (str_eq(own, STR("GET")) && str_eq(method, STR("HEAD")));
}

const struct http_route *http_job_route(const struct http_server *server,
					const struct http_head *head, bool tls, int *status)
{
	*status = 404;
	for (size_t i = 0; i < server->opts.routes_n; i++) {
		const struct http_route *route = &server->opts.routes[i];

		if (!path_fits(route, head->path) || (!tls && !route->plain))
			continue;
		if (method_fits(route, head->method))
			return route;
		*status = 405;
	}
	return NULL;
}

/* ---- answers ------------------------------------------------------------------------------- */

void http_answer_status(struct buf *out, int status, const char *text, bool keep, str allow)
{
	str what = text ? str_c(text) : str_c(http_status_text(status));

	buf_fmt(out,
		"HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
		"%zu\r\n",
		status, http_status_text(status), what.n + 1);
	if (allow.n > 0)
		buf_fmt(out, "Allow: %.*s\r\n", STR_ARG(allow));
	if (status == 503)
		BUF_LIT(out, "Retry-After: 1\r\n");
	buf_fmt(out, "%s\r\n", keep ? "" : "Connection: close\r\n");
	buf_add(out, what);
	buf_byte(out, '\n');
}

/* A header's text cannot become another header. */
static void put_field(struct buf *out, const struct http_field *f)
{
	buf_add(out, f->name);
	BUF_LIT(out, ": ");
	for (size_t i = 0; i < f->value.n; i++)
		buf_byte(out, (unsigned char)f->value.p[i] < ' ' ? ' ' : f->value.p[i]);
	BUF_LIT(out, "\r\n");
}

static void put_answer(struct buf *out, const struct http_job *job,
		       const struct http_server_answer *a)
{
	int status = a->status ? a->status : 200;
	struct http_field type = { STR("Content-Type"),
				   a->content_type.n ? a->content_type
						     : STR("text/plain; charset=utf-8") };
	bool bare = status == 204 || status == 304;

	assert(a->n <= HTTP_ANSWER_HEADERS);
	buf_fmt(out, "HTTP/1.1 %d %s\r\n", status, http_status_text(status));
	if (!bare)
		put_field(out, &type);
	if (a->stream)
		BUF_LIT(out, "Transfer-Encoding: chunked\r\n");
	else if (!bare)
		buf_fmt(out, "Content-Length: %zu\r\n", a->body.n);
	for (size_t i = 0; i < a->n; i++)
		put_field(out, &a->headers[i]);
	if (!job->keep)
		BUF_LIT(out, "Connection: close\r\n");
	else if (job->head.minor == 0)
		BUF_LIT(out, "Connection: keep-alive\r\n");
	BUF_LIT(out, "\r\n");
	if (!a->stream && !bare && !str_eq(job->head.method, STR("HEAD")))
		buf_add(out, a->body);
}

void http_job_handle(struct http_job *job, unsigned worker, struct arena *arena)
{
	struct http_server_answer answer = { 0 };

	job->request.worker = worker;
	job->request.arena = arena;
	job->request.route->handle(job->loop->server->opts.context, &job->request, &answer);
	/* A chunked answer is none that HTTP/1.0 or HEAD could take. */
	if (answer.stream && (job->head.minor == 0 || str_eq(job->head.method, STR("HEAD")))) {
		http_stream_gone(answer.stream);
		http_stream_unref(answer.stream);
		answer.stream = NULL;
		job->keep = false;
	}
	job->stream = answer.stream;
	put_answer(&job->answer, job, &answer);
	if (!job->answer.overflow)
		return;
	buf_reset(&job->answer);
	job->keep = false;
	http_answer_status(&job->answer, 500, "the answer is too large", false, STR_EMPTY);
}

void http_job_refuse(struct http_job *job, enum http_refusal why, struct arena *arena,
		     struct buf *out)
{
	const struct http_route *route = job->request.route;
	struct http_server_answer answer = { 0 };
	/* The handler may still be using the job's own. */
	struct http_server_request request = job->request;

	if (!route->refuse) {
		http_answer_status(out, why == HTTP_REFUSED_LATE ? 504 : 503, NULL, job->keep,
				   STR_EMPTY);
		return;
	}
	request.worker = job->loop->server->opts.workers;
	request.arena = arena;
	route->refuse(job->loop->server->opts.context, &request, why, &answer);
	put_answer(out, job, &answer);
}

/* ---- queue and workers --------------------------------------------------------------------- */

bool http_queue_push(struct http_server *server, struct http_job *job)
{
	bool pushed = false;

	(void)pthread_mutex_lock(&server->queue_lock);
	if (server->queue_n < server->opts.queue && !server->queue_closed) {
		job->next = NULL;
		*(server->queue_last ? &server->queue_last->next : &server->queue_first) = job;
		server->queue_last = job;
		server->queue_n++;
		pushed = true;
		(void)pthread_cond_signal(&server->queue_filled);
	}
	(void)pthread_mutex_unlock(&server->queue_lock);
	return pushed;
}

/* NULL: the queue is closed and empty. */
static struct http_job *pull(struct http_server *server)
{
	struct http_job *job;

	(void)pthread_mutex_lock(&server->queue_lock);
	while (!server->queue_first && !server->queue_closed)
		(void)pthread_cond_wait(&server->queue_filled, &server->queue_lock);
	job = server->queue_first;
	if (job) {
		server->queue_first = job->next;
		if (!server->queue_first)
			server->queue_last = NULL;
		server->queue_n--;
	}
	(void)pthread_mutex_unlock(&server->queue_lock);
	return job;
}

void *http_worker_run(void *context)
{
	struct http_worker worker = *(struct http_worker *)context;
	struct arena *arena = arena_new();
	struct http_job *job;

	free(context);
	while ((job = pull(worker.server))) {
		if (atomic_load(&job->dropped)) {
			http_job_unref(job);
			continue;
		}
		atomic_fetch_add(&worker.server->running, 1);
		http_job_handle(job, worker.number, arena);
		atomic_fetch_sub(&worker.server->running, 1);
		http_loop_post_job(job->loop, job); /* with our reference */
		if (arena_used(arena) > ARENA_KEEP_MAX) {
			arena_free(arena);
			arena = arena_new();
		} else {
			arena_reset(arena);
		}
	}
	arena_free(arena);
	return NULL;
}
