/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * printable: the words in a file that is no text: runs of at least PRINTABLE_MIN printable
 * characters without a blank, of one byte each and of two (UTF-16LE), while its bytes stream by.
 * strings(1) lists them; kinds that are looked for in such files are no shorter and have no blanks.
 * What is between two runs is cheap: it is looked at in blocks.
 */
#include "base/str.h"

#define PRINTABLE_MIN 16u

struct printable_run {
	char held[PRINTABLE_MIN]; /* the begin of a run that may be too short */
	size_t n;
	bool running; /* it is long enough: the rest follows */
};

struct printable_out {
	void *context;
	/* A part of a run; `wide`: it was UTF-16, and is made bytes. Parts of one run follow each
	 * other. */
	void (*part)(void *context, bool wide, str text);
	void (*end)(void *context, bool wide); /* of a run */
};

struct printable {
	struct printable_out out;
	struct printable_run narrow, wide[2]; /* by the lowest bit of the offset */
	unsigned char before;		      /* the last byte of the piece in front */
	uint64_t at;			      /* bytes in front of the next piece */
};

void printable_begin(struct printable *p, const struct printable_out *out);
void printable_take(struct printable *p, str piece);
/* The runs that the end of the file ends. */
void printable_end(struct printable *p);
