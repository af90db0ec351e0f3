/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licence_text: which licences a text is, grants or names. Three ways, all in linear time:
 *
 *   the text of a licence, whatever its line breaks, comment marks, punctuation and case: by hashes
 *   of groups of LICENCE_GROUP words (data/licence_prints.txt; made by tests/tool/licence_prints
 *   from texts, of which nothing else is kept). Several texts in one file are told one by one.
 *   a notice that grants a GNU licence, "only" or "or any later version": a text that merely
 *   mentions the licence is no notice.
 *   "SPDX-License-Identifier: " and an expression.
 *
 * Limits: LICENCE_TEXT_MAX bytes are looked at, LICENCE_FOUND_MAX licences found.
 */
#include "base/arena.h"
#include "fmt/licence/licence_fact.h"

#define LICENCE_TEXT_MAX  (8u << 20)
#define LICENCE_FOUND_MAX 32u
#define LICENCE_GROUP	  4u
/* Texts below it are not found at all. */
#define LICENCE_CONFIDENCE_MIN 700u
/* What users ask for, unless they say otherwise. */
#define LICENCE_CONFIDENCE 900u

/* What is found, in its order in the text; names and confidence, lines are set. */
size_t licence_text_find(str text, struct arena *arena, struct licence_fact out[LICENCE_FOUND_MAX]);
/* The one found with most confidence, of those the first; false: none. */
bool licence_text_best(str text, struct arena *arena, struct licence_fact *out);

/* For the tool that makes the prints: hashes of all groups of words of a text. */
size_t licence_text_groups(str text, uint32_t *out, size_t max);
