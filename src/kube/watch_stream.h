/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * watch_stream: takes the answer to a watch apart while it arrives, in pieces of any size: one JSON
 * object {"type", "object"} a line.
 */
#include "base/buf.h"
#include "base/json.h"

struct err;

enum watch_type { WATCH_ADDED, WATCH_MODIFIED, WATCH_DELETED, WATCH_BOOKMARK, WATCH_ERROR };

struct watch_message {
	enum watch_type type;
	const struct json *object; /* of WATCH_ERROR: a Status */
};

/* The message is valid during the call; -1 ends the stream with err. */
typedef int watch_message_fn(void *context, const struct watch_message *message, struct err *err);

struct watch_stream {
	struct buf line;
	struct arena *scratch; /* not owned; emptied before each message */
	size_t line_max;
	unsigned max_depth;
	watch_message_fn *fn;
	void *context;
};

void watch_stream_init(struct watch_stream *s, size_t line_max, unsigned max_depth,
		       struct arena *scratch, watch_message_fn *fn, void *context);
void watch_stream_reset(struct watch_stream *s);
void watch_stream_done(struct watch_stream *s);
/* ERR_INPUT: a line that is no such message; ERR_LIMIT: too long; or the error of fn. */
int watch_stream_put(struct watch_stream *s, str bytes, struct err *err) MUST_USE;
/* False: the stream ended in the middle of a message. */
bool watch_stream_whole(const struct watch_stream *s);
