/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_answer.h"

#include "base/err.h"
#include "net/http.h"

#define PIECE_MAX (1u << 20) /* lines of chunks are far shorter */

void http_answer_init(struct http_answer *answer)
{
	*answer = (struct http_answer){ .state = ANSWER_HEAD };
	buf_init(&answer->head, HTTP_MAX_HEADER);
	buf_init(&answer->piece, PIECE_MAX);
}

void http_answer_done(struct http_answer *answer)
{
	buf_done(&answer->head);
	buf_done(&answer->piece);
}

/* Length of the head with the empty line behind it; 0: it goes on. */
static size_t head_length(str text)
{
	for (size_t i = 0; i + 1 < text.n; i++) {
		if (text.p[i] != '\n')
			continue;
		if (text.p[i + 1] == '\n')
			return i + 2;
		if (text.p[i + 1] == '\r' && i + 2 < text.n && text.p[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

/* "HTTP/1.1 200 OK" */
static int take_status(struct http_answer *answer, str line, struct err *err)
{
	uint64_t status = 0;
	str rest = str_skip(line, strlen("HTTP/1.x "));

	if (!str_starts(line, STR("HTTP/1.")) || line.n < strlen("HTTP/1.1 200") ||
	    line.p[strlen("HTTP/1.x")] != ' ' || !str_u64(str_take(rest, 3), &status) ||
	    status < 100)
		return err_set(err, ERR_NETWORK, "what answers does not speak HTTP/1.1");
	answer->status = (int)status;
	answer->closes = line.p[strlen("HTTP/1.")] == '0';
	return 0;
}

static int take_fields(struct http_answer *answer, str lines, struct err *err)
{
	bool chunked = false, has_length = false;
	uint64_t length = 0;

	for (str line, name, value; str_line(&lines, &line);) {
		if (!str_cut(line, ':', &name, &value))
			continue;
		name = str_trim(name);
		value = str_trim(value);
		if (str_ieq(name, STR("Transfer-Encoding"))) {
			if (!str_ieq(value, STR("chunked")))
				return err_set(err, ERR_NETWORK,
					       "an answer in the unknown form '%.*s'",
					       STR_ARG(str_take(value, 60)));
			chunked = true;
		} else if (str_ieq(name, STR("Content-Length"))) {
			if (!str_u64(value, &length))
				return err_set(err, ERR_NETWORK, "an answer of an unknown length");
			has_length = true;
		} else if (str_ieq(name, STR("Connection"))) {
			answer->closes |= str_ieq(value, STR("close"));
		}
	}
	answer->left = length;
	if (answer->status == 204 || answer->status == 304 ||
	    (!chunked && has_length && length == 0))
		answer->state = ANSWER_DONE;
	else if (chunked)
		answer->state = ANSWER_CHUNKS;
	else
		answer->state = has_length ? ANSWER_LENGTH : ANSWER_REST;
	/* Two words about its length: whoever is right, nothing behind it can be believed. */
	answer->closes |= (chunked && has_length) || answer->state == ANSWER_REST;
	return 0;
}

/* *used: bytes of `bytes` that are the head's. */
static int take_head(struct http_answer *answer, str bytes, size_t *used,
		     const struct http_answer_taker *taker, struct err *err)
{
	size_t before = answer->head.n, n;
	str line, rest, all;

	buf_add(&answer->head, str_take(bytes, HTTP_MAX_HEADER - before));
	all = buf_str(&answer->head);
	n = head_length(all);
	if (n == 0) {
		*used = bytes.n;
		return all.n < HTTP_MAX_HEADER
			       ? 0
			       : err_set(err, ERR_LIMIT, "a header of more than %u bytes",
					 HTTP_MAX_HEADER);
	}
	*used = n - before;
	rest = str_take(all, n);
	if (!str_line(&rest, &line) || take_status(answer, line, err) < 0)
		return -1;
	if (answer->status / 100 == 1) {
		buf_reset(&answer->head);
		return 0;
	}
	if (take_fields(answer, rest, err) < 0)
		return -1;
	for (size_t at = 0; at < n;) {
		size_t end = at + (size_t)str_find_char(str_of(all.p + at, n - at), '\n') + 1;

		if (taker->line(taker->context, str_of(all.p + at, end - at)) != 0)
			return 2;
		at = end;
	}
	return answer->state == ANSWER_DONE;
}

static int take_body(const struct http_answer_taker *taker, str bytes)
{
	return bytes.n > 0 && taker->body(taker->context, bytes) != 0 ? 2 : 0;
}

/* All that can be taken of `*text`, which is left with the rest. */
static int chunks_of(struct http_answer *answer, str *text, const struct http_answer_taker *taker,
		     struct err *err)
{
	for (;;) {
		size_t used = 0;
		str data = STR_EMPTY;
		struct err why;
		int rc = http_chunks_take(&answer->chunks, *text, &used, &data, &why);

		if (rc < 0)
			return err_set(err, ERR_NETWORK, "malformed chunks of an answer: %s",
				       why.msg);
		if (take_body(taker, data) != 0)
			return 2;
		*text = str_skip(*text, used);
		if (rc == 1)
			return 1;
		if (used == 0)
			return 0;
	}
}

/* The begin of a line whose end is not there yet waits for it. */
static int take_chunks(struct http_answer *answer, str bytes, const struct http_answer_taker *taker,
		       struct err *err)
{
	struct buf *piece = &answer->piece;
	bool waited = piece->n > 0;
	str text = bytes;
	int rc;

	if (waited) {
		buf_add(piece, bytes);
		text = buf_str(piece);
	}
	if (piece->overflow)
		return err_set(err, ERR_NETWORK,
			       "malformed chunks of an answer: a line is too long");
	rc = chunks_of(answer, &text, taker, err);
	if (rc == 1) {
		answer->state = ANSWER_DONE;
		answer->closes |= text.n > 0;
	}
	if (rc == 0 && waited) {
		memmove(piece->p, text.p, text.n);
		piece->n = text.n;
	} else if (rc == 0) {
		buf_add(piece, text);
	}
	return rc;
}

static int take_length(struct http_answer *answer, str bytes, const struct http_answer_taker *taker)
{
	str body = str_take(bytes, answer->left < bytes.n ? (size_t)answer->left : bytes.n);

	answer->closes |= bytes.n > body.n;
	answer->left -= body.n;
	if (take_body(taker, body) != 0)
		return 2;
	if (answer->left > 0)
		return 0;
	answer->state = ANSWER_DONE;
	return 1;
}

int http_answer_take(struct http_answer *answer, str bytes, const struct http_answer_taker *taker,
		     struct err *err)
{
	int rc = 0;

	while (answer->state == ANSWER_HEAD && bytes.n > 0 && rc == 0) {
		size_t used = 0;

		rc = take_head(answer, bytes, &used, taker, err);
		bytes = str_skip(bytes, used);
	}
	if (rc != 0 || bytes.n == 0)
		return rc;
	switch (answer->state) {
	case ANSWER_LENGTH:
		return take_length(answer, bytes, taker);
	case ANSWER_CHUNKS:
		return take_chunks(answer, bytes, taker, err);
	case ANSWER_REST:
		return take_body(taker, bytes);
	case ANSWER_HEAD:
	case ANSWER_DONE:
		break;
	}
	return answer->state == ANSWER_DONE;
}

int http_answer_end(const struct http_answer *answer, struct err *err)
{
	if (answer->state == ANSWER_DONE || answer->state == ANSWER_REST)
		return 0;
	return err_set(err, ERR_NETWORK, "the connection ended in the middle of the answer");
}
