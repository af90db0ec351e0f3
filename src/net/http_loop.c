/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/time.h"
#include "net/http_server_internal.h"

#define EVENTS_MAX  128
#define ACCEPTS_MAX 64 /* before others get their turn */
#define EVICT_LOOK  256u

int http_loop_init(struct http_loop *loop, struct http_server *server, struct err *err)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = loop };

	loop->kind = POLL_WAKE;
	loop->server = server;
	loop->next_deadline = INT64_MAX;
	loop->arena = arena_new();
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (loop->epoll < 0 || loop->wake < 0 || loop->spare < 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) < 0)
		return err_sys(err, errno, "epoll");
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void http_loop_done(struct http_loop *loop)
{
	while (loop->first) {
		struct http_connection *c = loop->first;

		http_connection_close(c);
	}
	while (loop->dead) {
		struct http_connection *c = loop->dead;

		loop->dead = c->next_dead;
		http_connection_free(c);
	}
	while (loop->jobs) {
		struct http_job *job = loop->jobs;

		loop->jobs = job->next;
		http_job_unref(job);
	}
	while (loop->streams) {
		struct http_stream *stream = loop->streams;

		loop->streams = stream->next;
		http_stream_unref(stream);
	}
	for (size_t i = 0; i < loop->sockets_n; i++)
		(void)close(loop->sockets[i].fd);
	free(loop->sockets);
	close_fd(&loop->epoll);
	close_fd(&loop->wake);
	close_fd(&loop->spare);
	arena_free(loop->arena);
}

/* ---- inbox --------------------------------------------------------------------------------- */

void http_loop_wake(struct http_loop *loop)
{
	uint64_t one = 1;

	IGNORE(write(loop->wake, &one, sizeof(one))); /* a full counter wakes as well */
}

void http_loop_post_job(struct http_loop *loop, struct http_job *job)
{
	(void)pthread_mutex_lock(&loop->lock);
	job->next = loop->jobs;
	loop->jobs = job;
	(void)pthread_mutex_unlock(&loop->lock);
	http_loop_wake(loop);
}

void http_loop_post_stream(struct http_loop *loop, struct http_stream *stream)
{
	bool posted;

	(void)pthread_mutex_lock(&loop->lock);
	posted = stream->posted;
	if (!posted) {
		stream->posted = true;
		stream->next = loop->streams;
		loop->streams = http_stream_ref(stream);
	}
	(void)pthread_mutex_unlock(&loop->lock);
	if (!posted)
		http_loop_wake(loop);
}

static void post_socket(struct http_loop *loop, const struct inbox_socket *socket)
{
	(void)pthread_mutex_lock(&loop->lock);
	if (loop->sockets_n == loop->sockets_cap) {
		loop->sockets_cap = loop->sockets_cap ? loop->sockets_cap * 2 : 16;
		loop->sockets =
			mem_realloc(loop->sockets, loop->sockets_cap * sizeof(*loop->sockets));
	}
	loop->sockets[loop->sockets_n++] = *socket;
	(void)pthread_mutex_unlock(&loop->lock);
	http_loop_wake(loop);
}

/* Room for one more: of those that were not used for the longest time one that is idle. */
static bool evict(struct http_loop *loop)
{
	struct http_connection *c = loop->first;

	for (unsigned i = 0; c && i < EVICT_LOOK; i++, c = c->next) {
		if (http_connection_is_idle(c)) {
			refused(loop->server, HTTP_REFUSED_IDLE);
			http_connection_close(c);
			return true;
		}
	}
	return false;
}

static void adopt(struct http_loop *loop, struct inbox_socket *socket)
{
	struct http_server *server = loop->server;

	if (atomic_fetch_add(&server->open, 1) >= server->opts.max_connections && !evict(loop)) {
		atomic_fetch_sub(&server->open, 1);
		refused(server, HTTP_REFUSED_CONNECTION);
		(void)close(socket->fd);
		return;
	}
	http_connection_new(loop, socket);
}

static void take_sockets(struct http_loop *loop)
{
	struct inbox_socket *sockets;
	size_t n;

	(void)pthread_mutex_lock(&loop->lock);
	sockets = TAKE(loop->sockets);
	n = loop->sockets_n;
	loop->sockets_n = loop->sockets_cap = 0;
	(void)pthread_mutex_unlock(&loop->lock);
	for (size_t i = 0; i < n; i++)
		adopt(loop, &sockets[i]);
	free(sockets);
}

static void take_jobs(struct http_loop *loop)
{
	struct http_job *job;

	(void)pthread_mutex_lock(&loop->lock);
	job = TAKE(loop->jobs);
	(void)pthread_mutex_unlock(&loop->lock);
	while (job) {
		struct http_job *next = job->next;

		if (job->connection)
			http_connection_answer(job->connection, job);
		else if (job->stream)
			http_stream_gone(job->stream);
		http_job_unref(job);
		job = next;
	}
}

static void take_streams(struct http_loop *loop)
{
	for (;;) {
		struct http_stream *stream;

		(void)pthread_mutex_lock(&loop->lock);
		stream = loop->streams;
		if (stream) {
			loop->streams = stream->next;
			stream->posted = false;
		}
		(void)pthread_mutex_unlock(&loop->lock);
		if (!stream)
			return;
		if (stream->connection)
			http_connection_streamed(stream->connection);
		http_stream_unref(stream);
	}
}

static void take_inbox(struct http_loop *loop)
{
	uint64_t counter;

	IGNORE(read(loop->wake, &counter, sizeof(counter))); /* it only wakes */
	take_sockets(loop);
	take_jobs(loop);
	take_streams(loop);
}

/* ---- listening ----------------------------------------------------------------------------- */

static void peer_text(const struct sockaddr_storage *address, char out[64])
{
	char host[INET6_ADDRSTRLEN] = "?";
	struct sockaddr_in6 in6;
	struct sockaddr_in in4;

	if (address->ss_family == AF_INET6) {
		memcpy(&in6, address, sizeof(in6));
		(void)inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof(host));
		(void)snprintf(out, 64, "[%s]:%u", host, ntohs(in6.sin6_port));
		return;
	}
	memcpy(&in4, address, sizeof(in4));
	(void)inet_ntop(AF_INET, &in4.sin_addr, host, sizeof(host));
	(void)snprintf(out, 64, "%s:%u", host, ntohs(in4.sin_port));
}

/* No descriptor is left: one is given up for as long as it takes to turn the peer away. */
static void turn_away(struct http_loop *loop, int listener)
{
	int fd;

	close_fd(&loop->spare);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0) {
		(void)close(fd);
		refused(loop->server, HTTP_REFUSED_CONNECTION);
	}
	loop->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void accept_some(struct http_loop *loop, const struct http_listener *listener)
{
	struct http_server *server = loop->server;

	for (int i = 0; i < ACCEPTS_MAX; i++) {
		struct sockaddr_storage address = { 0 };
		socklen_t size = sizeof(address);
		struct inbox_socket socket = { .tls = listener->tls };
		struct http_loop *to;
		int one = 1;

		socket.fd = accept4(listener->fd, (struct sockaddr *)&address, &size,
				    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (socket.fd < 0) {
			if (errno == EMFILE || errno == ENFILE)
				turn_away(loop, listener->fd);
			return;
		}
		atomic_fetch_add(&server->accepted, 1);
		(void)setsockopt(socket.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		(void)setsockopt(socket.fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
		peer_text(&address, socket.peer);
		to = &server->loops[server->next_loop++ % server->opts.loops];
		if (to == loop)
			adopt(loop, &socket);
		else
			post_socket(to, &socket);
	}
}

/* ---- the loop ------------------------------------------------------------------------------ */

void http_loop_deadline(struct http_loop *loop, int64_t deadline)
{
	if (deadline < loop->next_deadline)
		loop->next_deadline = deadline;
}

/* Ends what is over its time, and finds out when to look again. */
static void look_at_deadlines(struct http_loop *loop, int64_t now)
{
	struct http_connection *next;

	loop->next_deadline = INT64_MAX;
	for (struct http_connection *c = loop->first; c; c = next) {
		next = c->next;
		if (c->deadline <= now)
			http_connection_expired(c);
		if (!c->dead)
			http_loop_deadline(loop, c->deadline);
	}
}

/* The server stops: idle connections go at once, all others when the time is over. */
static bool stopped(struct http_loop *loop, int64_t now)
{
	struct http_connection *next;
	int64_t until = atomic_load(&loop->server->drain_until);

	for (struct http_connection *c = loop->first; c; c = next) {
		next = c->next;
		if (http_connection_is_idle(c) || c->state == CONNECTION_LINGER || now >= until)
			http_connection_close(c);
		else
			c->close = true;
	}
	http_loop_deadline(loop, until);
	return loop->n == 0;
}

static void free_dead(struct http_loop *loop)
{
	while (loop->dead) {
		struct http_connection *c = loop->dead;

		loop->dead = c->next_dead;
		http_connection_free(c);
	}
}

static void dispatch(struct http_loop *loop, const struct epoll_event *event)
{
	switch (*(enum poll_kind *)event->data.ptr) {
	case POLL_WAKE:
		take_inbox(loop);
		break;
	case POLL_LISTENER:
		if (!atomic_load(&loop->server->stopping))
			accept_some(loop, event->data.ptr);
		break;
	case POLL_CONNECTION: {
		struct http_connection *c = event->data.ptr;

		if (!c->dead)
			http_connection_ready(c, event->events);
		break;
	}
	}
}

static int wait_ms(const struct http_loop *loop)
{
	int64_t left;

	if (loop->next_deadline == INT64_MAX)
		return -1;
	left = loop->next_deadline - time_mono_ms();
	return left < 0 ? 0 : left > 60000 ? 60000 : (int)left + 1;
}

void *http_loop_run(void *context)
{
	struct http_loop *loop = context;
	struct epoll_event events[EVENTS_MAX];

	for (;;) {
		int n = epoll_wait(loop->epoll, events, EVENTS_MAX, wait_ms(loop));
		int64_t now;

		for (int i = 0; i < n; i++)
			dispatch(loop, &events[i]);
		now = time_mono_ms();
		if (loop->next_deadline <= now)
			look_at_deadlines(loop, now);
		if (atomic_load(&loop->server->stopping) && stopped(loop, now))
			return NULL;
		free_dead(loop);
	}
}
