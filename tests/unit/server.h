/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * server: an HTTP/1.1 server on loopback, inside the test, that behaves as badly as the test wants.
 * Each connection gets a thread that reads one request, calls the handler and closes. The handler
 * writes whatever it likes. Nothing here judges; counters and logs are the handler's own.
 */
#include "base/arena.h"
#include "base/str.h"

struct server;

struct server_request {
	struct server *server;
	struct arena *arena; /* of this request */
	str method, path;    /* path with query */
	str headers;	     /* raw lines */
	str body;
	int fd;
	unsigned number; /* of this request, from 1 */
};

typedef void server_handler(void *context, const struct server_request *request);

struct server *server_start(server_handler *handler, void *context);
/* Ends waiting handlers and joins all threads. */
void server_stop(struct server *server);
AUTO_PTR(server_stop, struct server);
unsigned server_port(const struct server *server);
unsigned server_requests(const struct server *server);

/* "http://127.0.0.1:PORT" + path. */
str server_url(const struct server *server, struct arena *arena, const char *path);
str server_header(const struct server_request *request, const char *name);
/* Writes text as it is; false when the client is gone. */
bool server_send(const struct server_request *request, str text);
bool server_print(const struct server_request *request, const char *format, ...) PRINTF_LIKE(2, 3);
/* A whole answer with Content-Length; `headers` are lines that end in \r\n, or "". */
void server_answer(const struct server_request *request, int status, const char *headers, str body);
/* Waits until the test ends the server (a stall), at most 20 s. */
void server_stall(const struct server_request *request);
