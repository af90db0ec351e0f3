/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * wide_text: the words of two bytes a character (UTF-16LE) in a file that is no text: runs of at
 * least WORD_MIN printable ASCII characters without a blank, while its bytes stream by. What is
 * between two runs is cheap: it is looked at in blocks.
 */
#include "base/str.h"
#include "scan/secret/word_block.h"

struct wide_run {
	char held[WORD_MIN]; /* the begin of a run that may be too short */
	size_t n;
	bool running; /* it is long enough: the rest follows */
};

struct wide_out {
	void *context;
	/* A part of a run, made bytes. Parts of one run follow each other. */
	void (*part)(void *context, str text);
	void (*end)(void *context); /* of a run */
};

struct wide_text {
	struct wide_out out;
	struct wide_run runs[2]; /* by the lowest bit of the offset */
	unsigned char before;	 /* the last byte of the piece in front */
	uint64_t at;		 /* bytes in front of the next piece */
};

void wide_text_begin(struct wide_text *w, const struct wide_out *out);
void wide_text_take(struct wide_text *w, str piece);
/* The runs that the end of the file ends. */
void wide_text_end(struct wide_text *w);
