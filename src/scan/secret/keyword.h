/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * keyword: finds many short texts at once, ASCII letters without case. Each text is represented by
 * its three bytes that are rarest in ordinary text; a bit table of 8 KiB says of almost all
 * positions that none begins there. Where the processor can do it, a filter (gram_filter.h) says so
 * of most positions 32 at a time before. Time is linear: the number of texts that share three bytes
 * is bounded by the table, not by the input.
 */
#include "base/arena.h"
#include "base/str.h"
#include "scan/secret/gram_filter.h"

#define KEYWORD_MIN   3u
#define KEYWORD_MAX   64u
#define KEYWORD_BITS  16u
#define KEYWORD_HEADS 1024u

struct keyword {
	str text; /* lower case */
	uint16_t owner;
	uint16_t at;   /* of its three bytes */
	uint32_t gram; /* of these, folded */
	uint32_t next; /* 1 + index, 0: none */
};

struct keyword_table {
	uint32_t bits[(1u << KEYWORD_BITS) / 32];
	uint32_t heads[KEYWORD_HEADS];
	struct keyword *items;
	size_t n, cap;
	bool filtered; /* the filter holds all of them; false: it is not asked */
	struct gram_filter filter;
};

/* `text`: lower case, KEYWORD_MIN to KEYWORD_MAX bytes, kept as a view. */
void keyword_add(struct keyword_table *table, struct arena *arena, str text, uint16_t owner);
/* After the last keyword: makes the filter, if it can be used. Without it all is found, too. */
void keyword_seal(struct keyword_table *table);
/*
 * Calls `hit` for each keyword whose three bytes begin in text[from, to) and that lies in
 * text[0, n) whole, with the place where it begins, in the order of its three bytes.
 */
void keyword_find(const struct keyword_table *table, const char *text, size_t n, size_t from,
		  size_t to, void *context,
		  void (*hit)(void *context, const struct keyword *keyword, size_t at));
