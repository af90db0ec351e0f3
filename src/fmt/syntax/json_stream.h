/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * json_stream: a JSON document that is too large to hold: the members of its objects one after the
 * other, each value built only where it is wanted. Memory: a window, as large as the largest value
 * that was asked for.
 *
 *	json_stream_init(&s, &view);
 *	if (json_stream_enter(&s, err) < 0) ...              the object at the top
 *	while ((more = json_stream_member(&s, &key, err)) > 0)
 *		one of json_stream_value, json_stream_skip, json_stream_enter
 *
 * After json_stream_enter the members of that object come; its end (0) leads back to the members of
 * the object around it. What is handed out was checked as json_parse checks; of what is passed over
 * only strings and brackets are looked at. Keys that occur twice are handed out twice. A byte order
 * mark of UTF-8 is passed over; UTF-16 is refused (text_file_view decodes it).
 */
#include "base/json.h"
#include "fmt/file_view.h"

#define JSON_STREAM_DEPTH   8u		/* objects and lists that are entered */
#define JSON_STREAM_KEY_MAX (64u << 10) /* bytes of one key */

struct json_stream {
	const struct file_view *view;
	struct buf window; /* bytes from `start` on */
	uint64_t start;	   /* place of the window in the file */
	size_t at;	   /* where in the window the stream stands */
	uint32_t line;	   /* there, from 1 */
	uint32_t key_line; /* of the last key */
	str value;	   /* the text of the last value that was handed out */
	uint32_t value_line;
	unsigned depth;
	bool any[JSON_STREAM_DEPTH + 1]; /* a member of that object came already */
};

void json_stream_init(struct json_stream *s, const struct file_view *view);
void json_stream_done(struct json_stream *s);
static inline void auto_json_stream_done(struct json_stream *s) { json_stream_done(s); }

/* The value here is an object: its members are next. ERR_INPUT when it is something else. */
int json_stream_enter(struct json_stream *s, struct err *err) MUST_USE;
/* 1 and the key, in `arena`: the stream stands at its value. 0: the object ended. */
int json_stream_member(struct json_stream *s, struct arena *arena, str *key,
		       struct err *err) MUST_USE;
/* The same for a list: json_stream_element is 1 where the stream stands at one, 0 at its end. */
int json_stream_enter_list(struct json_stream *s, struct err *err) MUST_USE;
int json_stream_element(struct json_stream *s, struct err *err) MUST_USE;
/*
 * The value as a whole, of at most `max` bytes of text (ERR_LIMIT), in `arena` and s->value, which
 * are valid until the next call.
 */
int json_stream_value(struct json_stream *s, size_t max, struct arena *arena,
		      const struct json **out, struct err *err) MUST_USE;
int json_stream_skip(struct json_stream *s, struct err *err) MUST_USE;
/* What kind of value stands here: its first byte. */
int json_stream_peek(struct json_stream *s, char *first, struct err *err) MUST_USE;
/* Behind the object at the top: nothing but white space follows. */
int json_stream_end(struct json_stream *s, struct err *err) MUST_USE;
