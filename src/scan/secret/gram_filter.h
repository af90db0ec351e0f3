/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * gram_filter: says of 32 places of a text at once which of them may begin one of many grams, short
 * groups of bytes, letters without case. Each gram belongs to one of eight classes of a set; each
 * of its bytes is looked up by its lower and its upper half in tables of sixteen entries, one bit a
 * class. A place passes wrongly where each of its bytes has halves that grams of one class have, so
 * grams that are alike share a class. It never passes over a gram.
 *
 * It needs AVX2: where gram_filter_usable says no, its user looks at every place.
 */
#include "base/str.h"

#define GRAM_FILTER_BYTES 4u
#define GRAM_FILTER_LANES 32u /* places looked at together */
#define GRAM_FILTER_SETS  4u
#define GRAM_CLASSES	  8u /* of a set */

struct gram {
	unsigned char bytes[GRAM_FILTER_BYTES];
	unsigned n; /* of them, at least 1; any byte may stand for the others */
};

struct gram_filter {
	unsigned sets; /* in use */
	uint8_t low[GRAM_FILTER_SETS][GRAM_FILTER_BYTES][16];
	uint8_t high[GRAM_FILTER_SETS][GRAM_FILTER_BYTES][16];
};

/* How common a byte is in text and source code, roughly per cent. */
unsigned byte_commonness(unsigned char c);

bool gram_filter_usable(void);
/* `sets` from 1 to GRAM_FILTER_SETS: more of them let less pass and take longer. */
void gram_filter_make(struct gram_filter *filter, const struct gram *grams, size_t n,
		      unsigned sets);
/*
 * The next GRAM_FILTER_LANES places from `from` on, before `to`, of which one may begin a gram,
 * with a bit for each in `mask`. 0 in `mask`: there are none in front of the result, where too few
 * of the `n` bytes are left to look at them together, or `to` is reached. Only where it is usable.
 */
size_t gram_filter_next(const struct gram_filter *filter, const char *text, size_t n, size_t from,
			size_t to, uint32_t *mask);
