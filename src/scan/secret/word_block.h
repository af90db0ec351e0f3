/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * word_block: passes over blocks of a file that hold no part worth looking at of a word: of a run
 * of at least WORD_MIN printable characters without a blank. Such a run holds eight bytes in a row,
 * beginning at a multiple of eight, that are printable; one of characters of two bytes, in which
 * each second byte is zero and no other, sixteen of them. Less than WORD_SPILL or WORD_SPILL_WIDE
 * of its bytes lie in blocks without these on either side. Some blocks without words are not passed
 * over.
 */
#include "base/str.h"

#define WORD_MIN	16u
#define WORD_BLOCK	64u
#define WORD_SPILL	8u
#define WORD_SPILL_WIDE 16u

/* Printable and no blank. */
static inline bool is_word_byte(unsigned char c) { return c > ' ' && c <= '~'; }

/*
 * The first block from `at` on, in steps of WORD_BLOCK, that may hold a part of a word, or where
 * less than a block is left of the `n` bytes.
 */
size_t word_block_next(const unsigned char *b, size_t at, size_t n);
/* The same for characters of two bytes. */
size_t word_block_next_wide(const unsigned char *b, size_t at, size_t n);
/* The end of the blocks from `at` on that may hold a part, without a gap; at most `n`. */
size_t word_block_end(const unsigned char *b, size_t at, size_t n);
