/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * http_server, inside: the server owns loops and workers; a loop owns its connections; a request is
 * a job, which its connection and the queue or a worker refer to. Everything of a connection is
 * touched by its loop's thread alone; other threads put messages into the loop's inbox.
 */
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "net/http_server.h"

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE };

struct http_job {
	struct http_job *next; /* in the queue, or in an inbox */
	atomic_uint refs;
	atomic_bool dropped; /* nobody waits for the answer */
	struct http_loop *loop;
	struct http_connection *connection; /* of the loop's thread; NULL: gone, or answered */
	struct http_server_request request;
	struct http_head head;
	struct arena *arena; /* texts of the request */
	struct buf body;
	struct buf answer; /* head and body, as they go out */
	struct http_stream *stream;
	bool keep; /* the connection, after the answer */
};

struct http_stream {
	atomic_uint refs;
	struct http_loop *loop;
	struct http_stream *next;	    /* in an inbox; under the inbox's lock */
	bool posted;			    /* is in an inbox; as above */
	struct http_connection *connection; /* of the loop's thread */
	pthread_mutex_t lock;		    /* of what follows */
	pthread_cond_t room;
	struct buf pending;
	bool ended, gone;
};

enum connection_state {
	CONNECTION_SHAKE,
	CONNECTION_HEAD, /* also idle */
	CONNECTION_BODY,
	CONNECTION_WAIT, /* for the handler */
	CONNECTION_WRITE,
	CONNECTION_STREAM,
	CONNECTION_LINGER, /* what still comes is dropped, so that the peer can read the answer */
};

enum poll_kind { POLL_WAKE, POLL_LISTENER, POLL_CONNECTION };

struct http_connection {
	enum poll_kind kind; /* first: what epoll points to */
	struct http_loop *loop;
	struct http_connection *prev, *next; /* of the loop, in the order of use */
	struct http_connection *next_dead;
	int fd;
	SSL *ssl; /* NULL: plain */
	enum connection_state state;
	int64_t deadline;
	uint32_t events;	 /* epoll waits for */
	bool dead, close, ended; /* close: after what goes out; ended: the peer sends no more */
	bool asks_client;	 /* it was asked for a certificate */
	bool wants_write;	 /* TLS must write before it can go on reading */
	bool wants_read;	 /* and the other way round */
	struct buf in, out;
	size_t taken, sent; /* of in, of out */
	struct http_chunks chunks;
	struct http_job *job;
	struct http_stream *stream;
	char peer[64];
	char client[128];
};

struct http_listener {
	enum poll_kind kind;
	int fd;
	bool tls;
};

struct http_loop {
	enum poll_kind kind; /* of `wake` */
	struct http_server *server;
	pthread_t thread;
	bool started;
	int epoll, wake;
	pthread_mutex_t lock; /* of the inbox: what follows up to `first` */
	struct http_job *jobs;
	struct http_stream *streams;
	struct inbox_socket {
		int fd;
		bool tls;
		char peer[64];
	} * sockets;
	size_t sockets_n, sockets_cap;
	/* of the thread alone */
	struct http_connection *first, *last; /* the longest unused one first */
	struct http_connection *dead;
	size_t n;
	int64_t next_deadline;
	int spare; /* a descriptor to give up when there is no other */
	struct arena *arena;
};

#define HTTP_MAX_THREADS   64u
#define HTTP_MAX_LISTENERS 8u

struct http_server {
	struct http_server_opts opts;
	struct http_loop loops[HTTP_MAX_THREADS];
	pthread_t workers[HTTP_MAX_THREADS];
	unsigned workers_n; /* started */
	struct http_listener listeners[HTTP_MAX_LISTENERS];
	unsigned listeners_n;
	unsigned next_loop; /* of the accepting thread */
	atomic_bool stopping;
	_Atomic int64_t drain_until;
	pthread_mutex_t identity_lock;
	struct tls_identity *identity;
	pthread_mutex_t queue_lock; /* of what follows */
	pthread_cond_t queue_filled;
	struct http_job *queue_first, *queue_last;
	unsigned queue_n;
	bool queue_closed;
	/* counters */
	_Atomic uint64_t accepted, requests, open, running, bodies;
	_Atomic uint64_t refused[HTTP_REFUSED_COUNT];
};

/* What a worker is started with; it frees it. */
struct http_worker {
	struct http_server *server;
	unsigned number;
};

static inline void refused(struct http_server *server, enum http_refusal why)
{
	atomic_fetch_add(&server->refused[why], 1);
}

/* http_job.c */
struct http_job *http_job_new(struct http_connection *connection);
struct http_job *http_job_ref(struct http_job *job);
void http_job_unref(struct http_job *job);
/* The route for its path and method. NULL: *status says why (404, 405). */
const struct http_route *http_job_route(const struct http_server *server,
					const struct http_head *head, bool tls, int *status);
/* Runs the handler, puts the answer into job->answer. */
void http_job_handle(struct http_job *job, unsigned worker, struct arena *arena);
/* The same by the route's refuser, or a plain answer; into `out`. */
void http_job_refuse(struct http_job *job, enum http_refusal why, struct arena *arena,
		     struct buf *out);
/* An answer that is only a status. `allow` may be empty. */
void http_answer_status(struct buf *out, int status, const char *text, bool keep, str allow);
/* False: the queue is full. */
bool http_queue_push(struct http_server *server, struct http_job *job);
void *http_worker_run(void *worker);

/* http_loop.c */
int http_loop_init(struct http_loop *loop, struct http_server *server, struct err *err);
void http_loop_done(struct http_loop *loop);
void *http_loop_run(void *loop);
void http_loop_wake(struct http_loop *loop);
void http_loop_post_job(struct http_loop *loop, struct http_job *job);
void http_loop_post_stream(struct http_loop *loop, struct http_stream *stream);
void http_loop_deadline(struct http_loop *loop, int64_t deadline);

/* http_connection.c */
void http_connection_new(struct http_loop *loop, const struct inbox_socket *socket);
void http_connection_close(struct http_connection *c);
void http_connection_free(struct http_connection *c);
void http_connection_ready(struct http_connection *c, uint32_t events);
void http_connection_expired(struct http_connection *c);
void http_connection_answer(struct http_connection *c, struct http_job *job);
void http_connection_streamed(struct http_connection *c);
/* The time for what it is at, from now on. */
void http_connection_deadline(struct http_connection *c, unsigned ms);
/*
 * Turns the request down and ends the connection, since nobody knows where the next one begins.
 */
void http_connection_turn_down(struct http_connection *c, int status, const char *text,
			       enum http_refusal why);
/* The answer of the handler goes out; what the connection has read already is not looked at. */
void http_connection_put(struct http_connection *c, struct http_job *job);
/* Nothing of a request is there. */
bool http_connection_is_idle(const struct http_connection *c);

/* http_request.c */
/* 1: a head was taken; 0: it is not there yet, or the request was turned down. */
int http_request_head(struct http_connection *c);
/* 1: the body is whole; 0: not yet, or it was turned down. */
int http_request_body(struct http_connection *c);
/* The request goes to its handler, or is refused. */
void http_request_begin(struct http_connection *c);

/* http_transport.c: n > 0; 0: not now; -1: the end or broken (c->ended: in order) */
ssize_t http_transport_read(struct http_connection *c, char *to, size_t size);
ssize_t http_transport_write(struct http_connection *c, str bytes);
int http_transport_shake(struct http_connection *c);
void http_transport_close(struct http_connection *c);

/* http_stream.c */
/* What is to go out, as chunks behind `out`; true when that was the last of it. */
bool http_stream_take(struct http_stream *stream, struct buf *out);
void http_stream_gone(struct http_stream *stream);
