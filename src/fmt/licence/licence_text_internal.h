/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of licence_text.h share. */
#include "fmt/licence/licence_text.h"

#define LICENCE_PRINTS_MAX 256u /* licences of which there are prints */

struct licence_span {
	uint32_t at, n;
};

/* The words of a text: letters, digits and bytes that are no ASCII. */
struct licence_words {
	str text;
	struct licence_span *items;
	size_t n;
};
void licence_words_init(struct licence_words *words, str text, struct arena *arena);
str licence_word(const struct licence_words *words, size_t i);
/* Without regard to case; false behind the end. */
bool licence_word_is(const struct licence_words *words, size_t i, str word);

/* A notice that grants a GNU licence. */
struct licence_notice {
	size_t next; /* where to go on; 0 at first */
	size_t word; /* where it stands */
	const char *family;
	unsigned major, minor; /* major 0: no version is told */
	bool later;
};
/* Skips what stands in a text that was recognised (`claimed`, by word). */
bool licence_notice_next(const struct licence_words *words, const bool *claimed,
			 struct licence_notice *notice);
str licence_notice_name(const struct licence_notice *notice, struct arena *arena);
