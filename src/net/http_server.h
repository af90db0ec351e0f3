/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * http_server: HTTP/1.1 with keep-alive over TLS (or plain on loopback), for the webhook, the API
 * and the dashboard. A route is one line of a table:
 *
 *	static const struct http_route routes[] = {
 *		{ .method = "GET", .path = "/healthz", .handle = healthz, .quick = true },
 *		{ .method = "POST", .path = "/v1/admit", .handle = admit, .refuse = admit_refuse,
 *		  .max_body = 3u << 20, .time_ms = 2500, .client = true },
 *		{ .method = "GET", .path = "/api/", .prefix = true, .handle = api },
 *	};
 *
 * Threads: `loops` threads do all input and output, without ever waiting; `workers` threads run the
 * handlers. A request that finds the queue of the workers full, or whose handler has not answered
 * when its time is over, is answered by `refuse` of its route, or by 503 and 504; the handler's
 * answer is dropped then. `quick` handlers run in a loop thread and must not wait for anything.
 *
 * Bounds, each with a counter of what it refused (enum http_refusal): connections (when all are
 * taken, the one that was idle longest is closed for a new one), time for the handshake, the head,
 * the body, the answer and for idling, each as a whole and not per byte; size of head and body;
 * bytes of all bodies together; requests that wait. A peer gets a clear answer where one can be
 * sent.
 */
#include "base/arena.h"
#include "net/http_message.h"

struct err;
struct http_server;
struct http_stream;
struct tls_identity;

enum http_refusal {
	HTTP_REFUSED_CONNECTION, /* too many, and none was idle */
	HTTP_REFUSED_IDLE,	 /* closed while idle, for another or for its time */
	HTTP_REFUSED_HANDSHAKE,	 /* TLS failed */
	HTTP_REFUSED_SLOW,	 /* handshake, head or body took too long */
	HTTP_REFUSED_HEAD,	 /* malformed, or too large */
	HTTP_REFUSED_CHUNK,	 /* a body in chunks that is malformed */
	HTTP_REFUSED_BODY,	 /* larger than its route takes */
	HTTP_REFUSED_MEMORY,	 /* all bodies together are too large */
	HTTP_REFUSED_PATH,
	HTTP_REFUSED_METHOD,
	HTTP_REFUSED_CLIENT, /* the route wants a client certificate */
	HTTP_REFUSED_BUSY,   /* the queue is full, or the server stops */
	HTTP_REFUSED_LATE,   /* no answer in time */
	HTTP_REFUSED_READER, /* the answer was not taken in time */
	HTTP_REFUSED_COUNT
};
/* "connection", "idle" ... */
const char *http_refusal_name(enum http_refusal refusal);

struct http_server_request {
	const struct http_head *head;
	str path, query, body;
	str peer;   /* "192.0.2.1:4711" */
	str client; /* common name of the client's certificate, which was checked; empty: none */
	const struct http_route *route;
	unsigned worker;     /* 0 ... workers - 1; `workers` in a loop thread */
	int64_t deadline_ms; /* of time_mono_ms */
	struct arena *arena; /* for the answer; of this request */
};

#define HTTP_ANSWER_HEADERS 8u

struct http_server_answer {
	int status;					/* 0: 200 */
	str content_type;				/* empty: text/plain */
	struct http_field headers[HTTP_ANSWER_HEADERS]; /* n of them */
	size_t n;
	str body; /* in request->arena, or static */
	/* Instead of a body: what http_stream_send gives, in chunks. http_stream_new(). */
	struct http_stream *stream;
};

typedef void http_handler(void *context, const struct http_server_request *request,
			  struct http_server_answer *answer);
typedef void http_refuser(void *context, const struct http_server_request *request,
			  enum http_refusal why, struct http_server_answer *answer);

struct http_route {
	const char *method; /* "GET" serves HEAD as well */
	const char *path;
	bool prefix;	 /* and everything below it */
	bool quick;	 /* runs in a loop thread */
	bool client;	 /* only for clients with a certificate, where the identity asks for them */
	bool plain;	 /* served without TLS too */
	size_t max_body; /* 0: it takes none */
	unsigned time_ms; /* from the head to the answer; 0: 30 s */
	http_handler *handle;
	http_refuser *refuse; /* of HTTP_REFUSED_BUSY, MEMORY, LATE; NULL: 503, 504 */
};

struct http_server_opts {
	const struct http_route *routes; /* the first that fits counts */
	size_t routes_n;
	void *context;		    /* of the handlers */
	unsigned loops, workers;    /* 0: one for each core */
	unsigned queue;		    /* requests that wait; 0: 8 for each worker */
	unsigned max_connections;   /* 0: 1024 */
	size_t max_bodies;	    /* bytes in memory; 0: 64 MiB */
	unsigned shake_ms, head_ms; /* 0: 5 s, 10 s */
	unsigned body_ms, idle_ms;  /* 0: 30 s, 120 s */
	unsigned write_ms;	    /* 0: 30 s */
};

struct http_server *http_server_new(const struct http_server_opts *opts);
/* After http_server_stop, or never started. */
void http_server_free(struct http_server *server);
AUTO_PTR(http_server_free, struct http_server);

/* For TLS connections that begin from now on; takes a reference. Any thread, any time. */
void http_server_set_identity(struct http_server *server, struct tls_identity *identity);
/*
 * "127.0.0.1:8443", "[::]:0"; before it is started. Without TLS loopback only. Returns the port.
 * ERR_USAGE: the address; ERR_SYS, ERR_DENIED: the system says no.
 */
int http_server_listen(struct http_server *server, str address, bool tls, struct err *err) MUST_USE;
int http_server_start(struct http_server *server, struct err *err) MUST_USE;
/*
 * No new connections; requests that are under way are answered, at most `drain_ms` long; returns
 * when all threads have ended.
 */
void http_server_stop(struct http_server *server, unsigned drain_ms);

struct http_server_counts {
	uint64_t accepted, requests;	 /* since the start; requests: whole heads */
	uint64_t open, waiting, running; /* now: connections, requests queued and being handled */
	uint64_t body_bytes;		 /* in memory now */
	uint64_t refused[HTTP_REFUSED_COUNT];
};
void http_server_count(struct http_server *server, struct http_server_counts *out);
unsigned http_server_workers(const struct http_server *server);

/*
 * An answer that is written while it is made, or as events happen. The handler makes it, gives it
 * to its answer, and may keep a reference for any thread to send with.
 */
#define HTTP_STREAM_MAX (1u << 20) /* bytes that wait for the reader */

struct http_stream *http_stream_new(const struct http_server_request *request);
struct http_stream *http_stream_ref(struct http_stream *stream);
void http_stream_unref(struct http_stream *stream);
AUTO_PTR(http_stream_unref, struct http_stream);
/* All of it or nothing. ERR_LIMIT: the reader is too slow; ERR_NETWORK: it is gone. */
int http_stream_send(struct http_stream *stream, str bytes, struct err *err) MUST_USE;
/* Waits until what was sent has gone out but for a quarter of HTTP_STREAM_MAX. Not in a loop. */
int http_stream_wait(struct http_stream *stream, int64_t ms, struct err *err) MUST_USE;
/* Nothing more comes. Who made the stream sees to it that this is called. */
void http_stream_end(struct http_stream *stream);
