/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * binary: looks for secrets in the words of a file that is no text (word_block.h), of one byte a
 * character and of two, with the kinds that are marked for it: those that begin with letters that
 * hardly stand anywhere by chance, hold no blank, and are no shorter than WORD_MIN. What is found
 * has no line.
 *
 * Words of one byte a character are not copied: keywords are looked for where the bytes lie, and
 * only a word that holds one goes to the search.
 */
#include "scan/secret/search.h"
#include "scan/secret/wide_text.h"

#define BINARY_BEHIND 512u /* of a word in front of a keyword: more than any kind looks back */

struct secret_binary {
	struct secret_kinds kinds; /* the marked ones */
	struct secret_search *narrow, *wide;
	struct wide_text wide_text;
	/* The last bytes in front of the next piece; room for one piece more of what is joined. */
	char tail[BINARY_BEHIND + 2 * KEYWORD_MAX];
	size_t tail_n;
	bool open; /* the word at the end of them was given to the search */
};

/* `kinds` and `arena` must outlive it. */
int secret_binary_new(const struct secret_kinds *kinds, struct arena *arena,
		      struct secret_binary **out, struct err *err) MUST_USE;
void secret_binary_free(struct secret_binary *binary);

/* Packed texts show nothing of themselves: archives, pictures, sounds, told by their first bytes.
 */
bool secret_binary_is_packed(str head);

/* As secret_search_begin and its relatives. */
void secret_binary_begin(struct secret_binary *binary, str path);
void secret_binary_take(struct secret_binary *binary, str piece);
void secret_binary_end(struct secret_binary *binary);
