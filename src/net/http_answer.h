/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * http_answer: what a client reads of HTTP/1.1 (RFC 9112) when it asks without libcurl: the answer
 * to one GET, as its bytes come. Interim answers (1xx) are passed over. A head of more than
 * HTTP_MAX_HEADER bytes is ERR_LIMIT; a head or chunks that are malformed are ERR_NETWORK.
 */
#include "base/buf.h"
#include "net/http_message.h"

struct http_answer_taker {
	void *context;
	/* A line of the head with its line end; a piece of the body. Non-zero ends the answer. */
	int (*line)(void *context, str line);
	int (*body)(void *context, str bytes);
};

struct http_answer {
	enum { ANSWER_HEAD, ANSWER_LENGTH, ANSWER_CHUNKS, ANSWER_REST, ANSWER_DONE } state;
	struct buf head;
	uint64_t left; /* of the body */
	struct http_chunks chunks;
	struct buf piece; /* of chunks that could not be taken yet */
	int status;
	bool closes; /* the connection is of no use after it */
};

void http_answer_init(struct http_answer *answer);
void http_answer_done(struct http_answer *answer);
/* 1: it is whole, 0: it goes on, 2: the taker ended it, -1. */
int http_answer_take(struct http_answer *answer, str bytes, const struct http_answer_taker *taker,
		     struct err *err) MUST_USE;
/* The connection ended: is the answer whole? ERR_NETWORK where it is not. */
int http_answer_end(const struct http_answer *answer, struct err *err) MUST_USE;
