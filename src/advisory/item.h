/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * item: cuts a stream of text into records without holding all of it: lines, CSV rows, JSON values
 * one behind the other, the elements of one JSON array, the members of one JSON object, or the
 * elements of the first array that is a member of one JSON object (ITEM_LIST), or the XML elements
 * that hold one advisory each (ITEM_XML). Only the borders are found here; whether an item is
 * well-formed is the business of its reader.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define ITEM_MAX_BYTES (64u << 20)

enum item_mode {
	ITEM_LINES,
	ITEM_CSV,
	ITEM_VALUES,
	ITEM_ELEMENTS,
	ITEM_MEMBERS,
	ITEM_LIST,
	ITEM_XML
};

struct item {
	str text;
	str key;	 /* of a member: with its quotes */
	uint64_t number; /* of the line, element, member or value, from 1 */
	bool too_long;	 /* over the maximum: text is empty */
	bool cut;	 /* the stream ended inside it */
};

struct item_reader {
	/* Next piece of the stream, valid until the next call: 1, 0 at the end, -1. */
	int (*pull)(void *data, str *chunk, struct err *err);
	void *data;
	enum item_mode mode;
	struct buf window, key;
	size_t pos;
	size_t max;
	uint64_t number;
	bool ended, started, closed;
};

/* `max`: bytes of one item. */
void item_reader_init(struct item_reader *reader,
		      int (*pull)(void *data, str *chunk, struct err *err), void *data, size_t max);
void item_reader_done(struct item_reader *reader);
/* At least `want` bytes from the front (fewer when there are no more), without consuming them. */
int item_peek(struct item_reader *reader, size_t want, str *head, struct err *err) MUST_USE;
/* After the last item of an array, an object or XML: did the text end before its bracket or root
 * did?
 */
bool item_breaks_off(const struct item_reader *reader);
/* 1, 0 at the end, -1. Views are valid until the next call. */
int item_next(struct item_reader *reader, struct item *out, struct err *err) MUST_USE;
