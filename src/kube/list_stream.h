/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * list_stream: takes a list of the API apart while it arrives, in pieces of any size. Each element
 * of "items" is handed on as text; everything else stays together as the envelope, with "items":
 * []. Memory is one element and the envelope. The JSON of elements and envelope is not judged here:
 * who gets them parses them.
 */
#include "base/buf.h"
#include "base/err.h"

#define LIST_ENVELOPE_MAX (1u << 20)

/* -1 ends the list with err. */
typedef int list_element_fn(void *context, str element, struct err *err);

struct list_stream {
	struct buf element, envelope;
	size_t element_max;
	list_element_fn *fn;
	void *context;
	str items;	     /* the member whose elements are handed on, up to 7 bytes: "items" */
	size_t envelope_max; /* LIST_ENVELOPE_MAX */
	uint64_t count;	     /* elements so far */
	unsigned depth;	     /* of brackets that are open, the element's included */
	unsigned max_depth;
	char key[8]; /* the last key of the outermost object, cut */
	uint8_t key_n;
	bool in_key;   /* ... is being read */
	bool key_next; /* the next string of the outermost object is a key */
	bool in_string, escaped;
	bool in_items, in_element;
	bool comma_next; /* between elements */
	bool comma_seen;
	bool items_seen, done;
};

void list_stream_init(struct list_stream *s, size_t element_max, unsigned max_depth,
		      list_element_fn *fn, void *context);
/* Takes another document apart: the elements of that member, with so much around them. */
void list_stream_of(struct list_stream *s, str items, size_t envelope_max);
/* For the next page. */
void list_stream_reset(struct list_stream *s);
void list_stream_done(struct list_stream *s);
static inline void auto_list_stream_done(struct list_stream *s) { list_stream_done(s); }

/* ERR_INPUT: this cannot be such a list; ERR_LIMIT; or the error of fn. */
int list_stream_put(struct list_stream *s, str bytes, struct err *err) MUST_USE;
/* At the end of the text; ERR_INPUT when it is not whole. */
int list_stream_end(const struct list_stream *s, struct err *err) MUST_USE;
