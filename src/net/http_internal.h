/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* exchange: one request and its answer, without redirects and second tries. */
#include "base/buf.h"
#include "base/err.h"
#include "net/http.h"
#include "net/url.h"

struct http_client {
	void *easy;   /* CURL, keeps connections; NULL: not needed yet */
	int local_fd; /* connection to a socket of this machine; -1: none */
	struct http_opts opts;
};

enum exchange_end {
	EXCHANGE_DONE,	 /* there is a whole answer */
	EXCHANGE_BROKEN, /* may be tried again; err says why */
	EXCHANGE_FAILED, /* must not */
};

struct exchange {
	/* what to ask */
	const struct http_request *request;
	const struct url *url;
	bool origin;	     /* url has the origin of the request: credentials may go along */
	uint64_t from;	     /* bytes that were delivered already */
	str etag;	     /* strong validator for If-Range, or empty */
	int64_t deadline_ms; /* of time_mono_ms; 0: none */
	/* what came back */
	int status;
	struct buf headers;
	struct buf body;    /* no sink, or no success */
	uint64_t delivered; /* to the sink, in this exchange */
	uint64_t skip;	    /* of a whole body in answer to a range: these were delivered before */
	bool body_started;
	/* watching: bytes in a window of stall_ms, the time of the sink left out */
	int64_t stall_ms, window_ms, window_sink_ms;
	uint64_t window_bytes;
	enum exchange_end verdict; /* set by a callback that ended the transfer */
	struct err transfer_err;   /* of that callback */
};

enum exchange_end exchange_run(struct http_client *client, struct exchange *x, struct arena *arena,
			       struct err *err);

/* Over a socket of this machine (http_local.c), where the request is plain enough for it. */
bool exchange_is_local(const struct http_client *client, const struct exchange *x);
enum exchange_end exchange_run_local(struct http_client *client, struct exchange *x,
				     struct arena *arena, struct err *err);
void exchange_local_done(struct http_client *client);
/* What both kinds of exchange do with what comes; false, and not 0: it ended, see `verdict`. */
bool exchange_header(struct exchange *x, str line);
bool exchange_body(struct exchange *x, str bytes);
int exchange_progress(struct exchange *x);
void *http_client_easy(struct http_client *client);

bool http_reader_gone(int watch_fd);
/* PUT, POST ...: what changes something there. */
bool http_sends(enum http_method method);
/* An entity tag that may be compared byte for byte, or empty. */
str http_strong_etag(str headers);
