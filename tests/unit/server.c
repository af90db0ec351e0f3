/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/http.h"
#include "test.h"

#define CONNECTIONS_MAX 512u

struct server {
	server_handler *handler;
	void *context;
	int listener, ended; /* ended: readable once the server stops */
	unsigned port;
	atomic_uint requests;
	pthread_t acceptor;
	pthread_t threads[CONNECTIONS_MAX];
	unsigned threads_n;
};

struct connection {
	struct server *server;
	int fd;
};

static bool wait_readable(const struct server *server, int fd)
{
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
			       { .fd = server->ended, .events = POLLIN } };

	return poll(p, 2, 20000) > 0 && !p[1].revents;
}

/* Reads to the end of the header and as much body as Content-Length says. */
static bool request_read(struct server_request *r, struct buf *text)
{
	for (;;) {
		ptrdiff_t end = str_find(buf_str(text), STR("\r\n\r\n"));
		uint64_t length = 0;

		if (end >= 0) {
			str head = str_take(buf_str(text), (size_t)end + 2);
			str rest = head, line;

			(void)str_line(&rest, &line);
			(void)str_cut(line, ' ', &r->method, &r->path);
			(void)str_cut(r->path, ' ', &r->path, &line);
			r->headers = rest;
			(void)str_u64(server_header(r, "Content-Length"), &length);
			r->body = str_skip(buf_str(text), (size_t)end + 4);
			if (r->body.n >= length)
				return true;
		}
		char *room = buf_room(text, 4096);

		if (!room || !wait_readable(r->server, r->fd))
			return false;
		ssize_t n = recv(r->fd, room, 4096, 0);

		if (n <= 0)
			return false;
		text->n += (size_t)n;
		if (text->p[0] == 0x16) /* a TLS handshake: this is not for us */
			return false;
	}
}

static void *serve(void *context)
{
	struct connection *connection = context;
	struct server *server = connection->server;
	AUTO(fd_close)
	int fd = connection->fd;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf text;
	struct server_request r = { .server = server, .arena = arena, .fd = fd };

	free(connection);
	buf_init(&text, 1u << 20);
	if (!request_read(&r, &text))
		return NULL;
	r.number = atomic_fetch_add(&server->requests, 1) + 1;
	server->handler(server->context, &r);
	return NULL;
}

static void *accept_all(void *context)
{
	struct server *server = context;

	while (wait_readable(server, server->listener) && server->threads_n < CONNECTIONS_MAX) {
		int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			continue;
		struct connection *connection = mem_zalloc(sizeof(*connection));

		*connection = (struct connection){ .server = server, .fd = fd };
		if (pthread_create(&server->threads[server->threads_n], NULL, serve, connection) ==
		    0)
			server->threads_n++;
	}
	return NULL;
}

struct server *server_start(server_handler *handler, void *context)
{
	struct server *server = mem_zalloc(sizeof(*server));
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	server->handler = handler;
	server->context = context;
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	server->ended = eventfd(0, EFD_CLOEXEC);
	CHECK(server->listener >= 0 && server->ended >= 0);
	CHECK_INT(bind(server->listener, (struct sockaddr *)&address, size), 0);
	CHECK_INT(listen(server->listener, 64), 0);
	CHECK_INT(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
	server->port = ntohs(address.sin_port);
	CHECK_INT(pthread_create(&server->acceptor, NULL, accept_all, server), 0);
	return server;
}

void server_stop(struct server *server)
{
	uint64_t one = 1;

	if (!server)
		return;
	IGNORE(write(server->ended, &one, sizeof(one))); /* a counter at 1 takes another 1 */
	(void)pthread_join(server->acceptor, NULL);
	for (unsigned i = 0; i < server->threads_n; i++)
		(void)pthread_join(server->threads[i], NULL);
	(void)close(server->listener);
	(void)close(server->ended);
	free(server);
}

unsigned server_port(const struct server *server) { return server->port; }
unsigned server_requests(const struct server *server) { return atomic_load(&server->requests); }

str server_url(const struct server *server, struct arena *arena, const char *path)
{
	return str_fmt(arena, "http://127.0.0.1:%u%s", server->port, path);
}

str server_header(const struct server_request *request, const char *name)
{
	str rest = request->headers, value;

	return http_header_next(&rest, str_c(name), &value) ? value : STR_EMPTY;
}

bool server_send(const struct server_request *request, str text)
{
	while (text.n) {
		ssize_t n = send(request->fd, text.p, text.n, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		text = str_skip(text, (size_t)n);
	}
	return true;
}

bool server_print(const struct server_request *request, const char *format, ...)
{
	AUTO(buf_done)
	struct buf text;
	va_list ap;

	buf_init(&text, 1u << 16);
	va_start(ap, format);
	buf_vfmt(&text, format, ap);
	va_end(ap);
	return server_send(request, buf_str(&text));
}

void server_answer(const struct server_request *request, int status, const char *headers, str body)
{
	if (server_print(request,
			 "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n",
			 status, body.n, headers) &&
	    !str_eq(request->method, STR("HEAD")))
		IGNORE(server_send(request, body)); /* a client that left is the test's business */
}

void server_stall(const struct server_request *request)
{
	struct pollfd p = { .fd = request->server->ended, .events = POLLIN };

	(void)poll(&p, 1, 20000);
}
