/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * words: is a text one of the words of a constant table? Compared byte for byte, from the first to
 * the last; NULL in a counted table is the empty text.
 */
#include "base/str.h"

/* Index in a table of `n` words, or -1. */
ptrdiff_t words_find(const char *const *words, size_t n, str text);
static inline bool words_have(const char *const *words, size_t n, str text)
{
	return words_find(words, n, text) >= 0;
}
/* The same for a table that ends with NULL. */
bool words_list_has(const char *const *words, str text);
/* "one two three": words between single spaces. */
bool words_line_has(const char *words, str text);
/* Views, constant or not. */
bool words_strs_have(const str *words, size_t n, str text);

/* Puts them into bytewise order and keeps each once; how many are left. NULL with n = 0 is fine. */
size_t words_sort(str *words, size_t n);
