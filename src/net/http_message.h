/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * http_message: what a server reads of HTTP/1.1 (RFC 9112): the head of a request, and bodies in
 * chunks. Strict, so that no two readers of one request can differ: line ends are CR LF, one Host,
 * at most one Content-Length and never with Transfer-Encoding, no folded lines, no control bytes.
 * err->code is the status to answer with (400, 414, 431, 501, 505).
 *
 *	rc = http_head_read(text, &head, &used, &err);          // 1; 0: it goes on; -1
 *	rc = http_chunks_take(&chunks, text, &used, &data, &err); // 1: all; 0: it goes on; -1
 */
#include "base/str.h"

struct err;

#define HTTP_HEAD_MAX	     (32u << 10) /* bytes */
#define HTTP_HEAD_MAX_FIELDS 100u
#define HTTP_HEAD_MAX_TARGET 8192u
#define HTTP_HEAD_MAX_METHOD 16u
#define HTTP_CHUNK_MAX_LINE  256u	/* size and extensions */
#define HTTP_CHUNK_MAX_TAIL  (8u << 10) /* fields behind the last chunk, which are dropped */

struct http_field {
	str name, value;
};

struct http_head { /* views of the text */
	str method, target;
	str path, query; /* of the target, as they are; the query without '?' */
	struct http_field fields[HTTP_HEAD_MAX_FIELDS];
	size_t n;
	unsigned minor; /* HTTP/1.minor */
	bool keep_alive, chunked, expects_continue;
	uint64_t length; /* of a body that is not chunked */
};

int http_head_read(str text, struct http_head *out, size_t *used, struct err *err) MUST_USE;
/* The first of that name; empty when absent. */
str http_head_field(const struct http_head *head, str name);

struct http_chunks {
	enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_END, CHUNK_TAIL, CHUNK_DONE } state;
	uint64_t left; /* of this chunk */
	size_t tail;   /* bytes behind the last chunk so far */
};

/*
 * Takes one piece of `text`: *used bytes are consumed, *data (a view, may be empty) is body. 0:
 * call again with what is left, when something was consumed, or with more.
 */
int http_chunks_take(struct http_chunks *chunks, str text, size_t *used, str *data,
		     struct err *err) MUST_USE;

/* "Not Found"; "Unknown" for what is none of ours. */
const char *http_status_text(int status);
