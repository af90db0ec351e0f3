/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/num.h"
#include "base/time.h"
#include "net/http_server_internal.h"
#include "net/tls_identity.h"

#define READ_PIECE (16u << 10)
#define READ_TURN  (256u << 10) /* of one connection, before others get their turn */
#define IN_MAX	   (HTTP_HEAD_MAX + READ_TURN + READ_PIECE)
#define OUT_MAX	   (72u << 20)
#define OUT_KEEP   (256u << 10) /* of memory, between requests */
#define LINGER_MS  1000
#define LINGER_MAX (1u << 20)

/* ---- life ---------------------------------------------------------------------------------- */

void http_connection_deadline(struct http_connection *c, unsigned ms)
{
	c->deadline = time_mono_ms() + ms;
	http_loop_deadline(c->loop, c->deadline);
}

static void list_remove(struct http_loop *loop, struct http_connection *c)
{
	*(c->prev ? &c->prev->next : &loop->first) = c->next;
	*(c->next ? &c->next->prev : &loop->last) = c->prev;
	c->prev = c->next = NULL;
}

static void list_append(struct http_loop *loop, struct http_connection *c)
{
	c->prev = loop->last;
	*(loop->last ? &loop->last->next : &loop->first) = c;
	loop->last = c;
}

static void begin_tls(struct http_connection *c)
{
	struct http_server *server = c->loop->server;
	struct tls_identity *identity;

	(void)pthread_mutex_lock(&server->identity_lock);
	identity = tls_identity_ref(server->identity);
	(void)pthread_mutex_unlock(&server->identity_lock);
	if (identity) {
		c->ssl = tls_identity_accept(identity, c->fd);
		c->asks_client = tls_identity_asks_clients(identity);
	}
	tls_identity_unref(identity);
}

void http_connection_new(struct http_loop *loop, const struct inbox_socket *socket)
{
	struct http_connection *c = mem_zalloc(sizeof(*c));
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	c->kind = POLL_CONNECTION;
	c->loop = loop;
	c->fd = socket->fd;
	c->events = EPOLLIN;
	memcpy(c->peer, socket->peer, sizeof(c->peer));
	buf_init(&c->in, IN_MAX);
	buf_init(&c->out, OUT_MAX);
	list_append(loop, c);
	loop->n++;
	c->state = socket->tls ? CONNECTION_SHAKE : CONNECTION_HEAD;
	if (socket->tls)
		begin_tls(c);
	if ((socket->tls && !c->ssl) || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, c->fd, &event) < 0) {
		refused(loop->server, HTTP_REFUSED_HANDSHAKE);
		http_connection_close(c);
		return;
	}
	/* A plain connection has as long for its first head as one of TLS for both. */
	http_connection_deadline(c, socket->tls ? loop->server->opts.shake_ms
						: loop->server->opts.head_ms);
}

static void drop_job(struct http_connection *c)
{
	struct http_job *job = TAKE(c->job);

	if (!job)
		return;
	atomic_store(&job->dropped, true);
	job->connection = NULL;
	http_job_unref(job);
}

void http_connection_close(struct http_connection *c)
{
	if (c->dead)
		return;
	drop_job(c);
	if (c->stream) {
		c->stream->connection = NULL;
		http_stream_gone(c->stream);
		http_stream_unref(TAKE(c->stream));
	}
	http_transport_close(c);
	list_remove(c->loop, c);
	c->loop->n--;
	atomic_fetch_sub(&c->loop->server->open, 1);
	c->dead = true;
	c->next_dead = c->loop->dead;
	c->loop->dead = c;
}

void http_connection_free(struct http_connection *c)
{
	buf_done(&c->in);
	buf_done(&c->out);
	free(c);
}

bool http_connection_is_idle(const struct http_connection *c)
{
	return (c->state == CONNECTION_HEAD && c->in.n == c->taken && c->out.n == c->sent) ||
	       c->state == CONNECTION_SHAKE;
}

/* ---- output -------------------------------------------------------------------------------- */

/* Epoll waits for what the state needs. */
static void arm(struct http_connection *c)
{
	bool reads = c->state == CONNECTION_HEAD || c->state == CONNECTION_BODY ||
		     c->state == CONNECTION_LINGER;
	uint32_t events = 0;

	if (c->dead)
		return;
	if (c->state == CONNECTION_SHAKE)
		events = c->wants_write ? EPOLLOUT : EPOLLIN;
	if (reads)
		events |= c->wants_write ? EPOLLOUT : EPOLLIN;
	if (c->out.n > c->sent)
		events |= c->wants_read ? EPOLLIN : EPOLLOUT;
	if (events != c->events) {
		struct epoll_event event = { .events = events, .data.ptr = c };

		if (epoll_ctl(c->loop->epoll, EPOLL_CTL_MOD, c->fd, &event) < 0) {
			http_connection_close(c);
			return;
		}
		c->events = events;
	}
}

/* 1: all is out; 0: not yet; -1: the connection is closed. */
static int flush(struct http_connection *c)
{
	while (c->sent < c->out.n) {
		ssize_t n = http_transport_write(c, str_skip(buf_str(&c->out), c->sent));

		if (n < 0) {
			http_connection_close(c);
			return -1;
		}
		if (n == 0)
			return 0;
		c->sent += (size_t)n;
	}
	c->sent = 0;
	if (c->out.cap > OUT_KEEP) {
		buf_done(&c->out);
		buf_init(&c->out, OUT_MAX);
	} else {
		buf_reset(&c->out);
	}
	return 1;
}

/* The answer is out and the connection ends: the peer gets the time to read it. */
static void linger(struct http_connection *c)
{
	if (c->ended) {
		http_connection_close(c);
		return;
	}
	if (c->ssl)
		(void)SSL_shutdown(c->ssl);
	(void)shutdown(c->fd, SHUT_WR);
	c->state = CONNECTION_LINGER;
	c->taken = 0; /* counts what is dropped from here on */
	http_connection_deadline(c, LINGER_MS);
}

static void next_request(struct http_connection *c)
{
	c->state = CONNECTION_HEAD;
	list_remove(c->loop, c);
	list_append(c->loop, c);
	http_connection_deadline(c, c->loop->server->opts.idle_ms);
}

/* What is in `out` goes; then the next request, or the end. */
static void finish(struct http_connection *c)
{
	int rc;

	c->state = CONNECTION_WRITE;
	http_connection_deadline(c, c->loop->server->opts.write_ms);
	rc = flush(c);
	if (rc <= 0)
		return;
	if (c->close)
		linger(c);
	else
		next_request(c);
}

/* Turns the request down and ends the connection, since nobody knows where the next one begins. */
void http_connection_turn_down(struct http_connection *c, int status, const char *text,
			       enum http_refusal why)
{
	refused(c->loop->server, why);
	drop_job(c);
	c->close = true;
	http_answer_status(&c->out, status, text, false, STR_EMPTY);
	finish(c);
}

/* What the stream has, as far as there is room. */
static void put_stream(struct http_connection *c)
{
	bool was_empty = c->out.n == c->sent;
	bool last = false;
	size_t waits;
	int rc;

	if (c->out.n - c->sent < HTTP_STREAM_MAX)
		last = http_stream_take(c->stream, &c->out);
	if (last) {
		c->stream->connection = NULL;
		http_stream_unref(TAKE(c->stream));
		finish(c);
		return;
	}
	waits = c->out.n - c->sent;
	rc = flush(c);
	if (rc > 0)
		c->deadline = INT64_MAX; /* nothing is waiting for the reader */
	else if (rc == 0 && (was_empty || waits - (c->out.n - c->sent) >= READ_PIECE))
		http_connection_deadline(c, c->loop->server->opts.write_ms);
}

/* The answer of the handler goes out. */
void http_connection_put(struct http_connection *c, struct http_job *job)
{
	assert(c->job == job);
	if (!job->keep)
		c->close = true;
	buf_add(&c->out, buf_str(&job->answer));
	if (c->out.overflow) {
		http_connection_close(c);
		return;
	}
	if (job->stream) {
		c->stream = TAKE(job->stream);
		c->stream->connection = c;
	}
	job->connection = NULL;
	c->job = NULL;
	http_job_unref(job);
	if (!c->stream) {
		finish(c);
		return;
	}
	c->state = CONNECTION_STREAM;
	c->deadline = INT64_MAX;
	put_stream(c);
}

/* Nothing consumed is kept, and no memory that an ordinary request does not need. */
static void pack_input(struct http_connection *c)
{
	str rest = str_skip(buf_str(&c->in), c->taken);

	if (c->state == CONNECTION_LINGER || c->dead)
		return;
	if (rest.n == 0 && c->in.cap > OUT_KEEP) {
		buf_done(&c->in);
		buf_init(&c->in, IN_MAX);
	} else if (c->taken > 0) {
		memmove(c->in.p, rest.p, rest.n);
		c->in.n = rest.n;
		c->in.p[rest.n] = '\0';
	}
	c->taken = 0;
}

/* Takes from the input what the state can take, and goes on. */
static void process(struct http_connection *c)
{
	for (;;) {
		if (c->dead)
			return;
		if (c->state == CONNECTION_HEAD) {
			if (!http_request_head(c))
				break;
			continue;
		}
		if (c->state != CONNECTION_BODY)
			break;
		if (!http_request_body(c))
			break;
		http_request_begin(c);
	}
	pack_input(c);
	/* The first byte of a head: from now on it has its time. */
	if (!c->dead && c->state == CONNECTION_HEAD && c->in.n > 0 &&
	    c->deadline > time_mono_ms() + c->loop->server->opts.head_ms)
		http_connection_deadline(c, c->loop->server->opts.head_ms);
	if (!c->dead && c->out.n > c->sent && c->state == CONNECTION_BODY)
		IGNORE(flush(c)); /* 100 Continue; a broken connection is closed by it */
	arm(c);
}

void http_connection_answer(struct http_connection *c, struct http_job *job)
{
	http_connection_put(c, job);
	process(c);
}

void http_connection_streamed(struct http_connection *c)
{
	put_stream(c);
	process(c);
}

/* ---- events -------------------------------------------------------------------------------- */

static void read_input(struct http_connection *c)
{
	size_t turn = 0;

	while (turn < READ_TURN && !c->dead &&
	       (c->state == CONNECTION_HEAD || c->state == CONNECTION_BODY)) {
		char *room = buf_room(&c->in, READ_PIECE);
		ssize_t n = room ? http_transport_read(c, room, READ_PIECE) : -1;

		if (n == 0)
			break;
		if (n < 0) {
			http_connection_close(c);
			return;
		}
		c->in.n += (size_t)n;
		turn += (size_t)n;
		process(c);
	}
	arm(c);
}

static void read_away(struct http_connection *c)
{
	char bytes[READ_PIECE];

	for (;;) {
		ssize_t n = http_transport_read(c, bytes, sizeof(bytes));

		if (n == 0)
			return;
		c->taken += n > 0 ? (size_t)n : 0;
		if (n < 0 || c->taken > LINGER_MAX) {
			http_connection_close(c);
			return;
		}
	}
}

static void shake(struct http_connection *c)
{
	int rc = http_transport_shake(c);

	if (rc < 0) {
		refused(c->loop->server, HTTP_REFUSED_HANDSHAKE);
		http_connection_close(c);
		return;
	}
	if (rc > 0) {
		c->state = CONNECTION_HEAD;
		http_connection_deadline(c, c->loop->server->opts.head_ms);
		read_input(c);
	}
	arm(c);
}

static void write_on(struct http_connection *c)
{
	int rc;

	if (c->state == CONNECTION_STREAM) {
		http_connection_streamed(c);
		return;
	}
	rc = flush(c);
	if (rc > 0 && c->state == CONNECTION_WRITE) {
		if (c->close)
			linger(c);
		else
			next_request(c);
		process(c);
	}
	if (rc >= 0 && c->state == CONNECTION_HEAD && !c->dead)
		read_input(c); /* TLS may hold bytes that epoll does not know of */
	arm(c);
}

void http_connection_ready(struct http_connection *c, uint32_t events)
{
	bool broken = events & (EPOLLERR | EPOLLHUP);

	if (c->state == CONNECTION_SHAKE) {
		shake(c);
		return;
	}
	if (broken && c->state != CONNECTION_HEAD && c->state != CONNECTION_BODY) {
		http_connection_close(c);
		return;
	}
	if (c->out.n > c->sent)
		write_on(c);
	if (c->dead)
		return;
	if (c->state == CONNECTION_LINGER)
		read_away(c);
	else if (c->state == CONNECTION_HEAD || c->state == CONNECTION_BODY)
		read_input(c);
}

static void answer_late(struct http_connection *c)
{
	struct http_job *job = TAKE(c->job);

	refused(c->loop->server, HTTP_REFUSED_LATE);
	atomic_store(&job->dropped, true);
	job->connection = NULL;
	http_job_refuse(job, HTTP_REFUSED_LATE, c->loop->arena, &c->out);
	arena_reset(c->loop->arena);
	if (!job->keep)
		c->close = true;
	http_job_unref(job);
	finish(c);
	process(c);
}

void http_connection_expired(struct http_connection *c)
{
	struct http_server *server = c->loop->server;

	switch (c->state) {
	case CONNECTION_HEAD:
		if (c->in.n > c->taken) {
			http_connection_turn_down(c, 408, NULL, HTTP_REFUSED_SLOW);
			arm(c);
			return;
		}
		refused(server, HTTP_REFUSED_IDLE);
		break;
	case CONNECTION_SHAKE:
		refused(server, HTTP_REFUSED_SLOW);
		break;
	case CONNECTION_BODY:
		http_connection_turn_down(c, 408, NULL, HTTP_REFUSED_SLOW);
		arm(c);
		return;
	case CONNECTION_WAIT:
		answer_late(c);
		return;
	case CONNECTION_WRITE:
	case CONNECTION_STREAM:
		refused(server, HTTP_REFUSED_READER);
		break;
	case CONNECTION_LINGER:
		break;
	}
	http_connection_close(c);
}
