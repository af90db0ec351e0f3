/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/time.h"
#include "net/http_server_internal.h"

/* The request goes to its handler, or is refused. */
void http_request_begin(struct http_connection *c)
{
	struct http_job *job = c->job;
	struct http_server *server = c->loop->server;

	job->request.body = buf_str(&job->body);
	c->state = CONNECTION_WAIT;
	c->deadline = job->request.deadline_ms;
	http_loop_deadline(c->loop, c->deadline);
	if (job->request.route->quick) {
		http_job_handle(job, server->opts.workers, c->loop->arena);
		arena_reset(c->loop->arena);
		http_connection_put(c, job);
		return;
	}
	if (http_queue_push(server, http_job_ref(job)))
		return;
	http_job_unref(job);
	refused(server, HTTP_REFUSED_BUSY);
	http_job_refuse(job, HTTP_REFUSED_BUSY, c->loop->arena, &job->answer);
	arena_reset(c->loop->arena);
	http_connection_put(c, job);
}

/* What can be said of a request by its head alone; false: it was turned down. */
static bool admit(struct http_connection *c)
{
	struct http_job *job = c->job;
	struct http_server *server = c->loop->server;
	int status;
	const struct http_route *route =
		http_job_route(server, &job->head, c->ssl != NULL, &status);

	if (!route) {
		http_connection_turn_down(c, status, NULL,
					  status == 404 ? HTTP_REFUSED_PATH : HTTP_REFUSED_METHOD);
		return false;
	}
	job->request.route = route;
	job->request.deadline_ms = time_mono_ms() + (route->time_ms ? route->time_ms : 30000);
	if (route->client && c->asks_client && c->client[0] == '\0') {
		http_connection_turn_down(c, 403, "a client certificate is needed",
					  HTTP_REFUSED_CLIENT);
		return false;
	}
	if (job->head.length > route->max_body) {
		http_connection_turn_down(c, 413, NULL, HTTP_REFUSED_BODY);
		return false;
	}
	return true;
}

/* 1: a head was taken; 0: it is not there yet, or the request was turned down. */
int http_request_head(struct http_connection *c)
{
	str text = str_skip(buf_str(&c->in), c->taken);
	struct http_server *server = c->loop->server;
	struct http_job *job;
	struct http_head head;
	struct err err;
	size_t used;
	int rc = text.n > 0 ? http_head_read(text, &head, &used, &err) : 0;

	if (rc < 0)
		http_connection_turn_down(c, err.code, err.msg, HTTP_REFUSED_HEAD);
	if (rc <= 0)
		return 0;
	atomic_fetch_add(&server->requests, 1);
	job = c->job = http_job_new(c);
	text = str_dup(job->arena, str_take(text, used));
	c->taken += used;
	/* The same text once more, where it stays. */
	if (http_head_read(text, &job->head, &used, &err) != 1)
		return 0;
	job->keep = job->head.keep_alive && !c->close;
	job->request = (struct http_server_request){
		.head = &job->head,
		.path = job->head.path,
		.query = job->head.query,
		.peer = str_dup(job->arena, str_c(c->peer)),
		.client = str_dup(job->arena, str_c(c->client)),
	};
	if (!admit(c) || !job->request.route)
		return 0;
	buf_init(&job->body, job->request.route->max_body);
	c->chunks = (struct http_chunks){ 0 };
	if (job->head.expects_continue && (job->head.chunked || job->head.length > 0) &&
	    c->in.n == c->taken)
		BUF_LIT(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
	c->state = CONNECTION_BODY;
	http_connection_deadline(c, server->opts.body_ms);
	if (job->request.deadline_ms < c->deadline) {
		c->deadline = job->request.deadline_ms;
		http_loop_deadline(c->loop, c->deadline);
	}
	return 1;
}

/* Bytes of a body; false: it was turned down. */
static bool keep_body(struct http_connection *c, str bytes)
{
	struct http_server *server = c->loop->server;
	struct http_job *job = c->job;

	if (bytes.n == 0)
		return true;
	if (bytes.n > job->body.max - job->body.n) {
		http_connection_turn_down(c, 413, NULL, HTTP_REFUSED_BODY);
		return false;
	}
	if (atomic_fetch_add(&server->bodies, bytes.n) + bytes.n > server->opts.max_bodies) {
		atomic_fetch_sub(&server->bodies, bytes.n);
		http_connection_turn_down(c, 503, NULL, HTTP_REFUSED_MEMORY);
		return false;
	}
	buf_add(&job->body, bytes);
	return true;
}

/* 1: the body is whole; 0: not yet, or it was turned down. */
int http_request_body(struct http_connection *c)
{
	struct http_job *job = c->job;
	str text = str_skip(buf_str(&c->in), c->taken);

	if (!job->head.chunked) {
		str piece = str_take(text, (size_t)job->head.length - job->body.n);

		c->taken += piece.n;
		return keep_body(c, piece) && job->body.n == job->head.length;
	}
	for (;;) {
		size_t used;
		str piece;
		struct err err;
		int rc = http_chunks_take(&c->chunks, str_skip(buf_str(&c->in), c->taken), &used,
					  &piece, &err);

		if (rc < 0) {
			http_connection_turn_down(c, err.code, err.msg, HTTP_REFUSED_CHUNK);
			return 0;
		}
		c->taken += used;
		if (!keep_body(c, piece))
			return 0;
		if (rc > 0)
			return 1;
		if (used == 0)
			return 0;
	}
}
