/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * nearest: what somebody may have meant who misspelt a word. Bounded: words of more than 64 bytes
 * are near to nothing.
 */
#include "base/arena.h"
#include "base/str.h"

/* The entry of `words` that is near enough to be a typing mistake; else NULL. */
const char *nearest_word(str word, const char *const *words, size_t n);
/* "; did you mean X?" of words with blanks between, or empty. */
str nearest_hint(struct arena *arena, str word, str words);
