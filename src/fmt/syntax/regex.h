/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * regex: regular expressions with the syntax and meaning of RE2 (Go's regexp), run by PCRE2. What
 * RE2 has no word for is refused: look-around, back references, possessive and atomic groups,
 * recursion, verbs, conditions, \C. Matching is leftmost-first. Where RE2 is linear by design,
 * PCRE2 goes back: a match that takes more than REGEX_MATCH_STEPS steps ends with ERR_LIMIT.
 * One thing differs: a group that may be empty and is repeated, (a*)*, may end as the empty text
 * behind the last one, where RE2 keeps the last one; what the whole expression matches is the same.
 *
 * A compiled expression is used by one thread at a time.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct err;

#define REGEX_MAX_PATTERN (64u << 10)
#define REGEX_MAX_DEPTH	  250u /* of groups in groups */
#define REGEX_MAX_REPEAT  1000u
#define REGEX_MATCH_STEPS 2000000u
#define REGEX_MATCH_DEPTH 200000u
#define REGEX_HEAP_KIB	  (32u << 10)

struct regex;

/* NULL: ERR_INPUT with the words of RE2 ("missing closing ): `(a`"), ERR_LIMIT. */
struct regex *regex_new(str pattern, struct err *err);
void regex_free(struct regex *regex);
AUTO_PTR(regex_free, struct regex);

/* Capturing groups, the whole match not counted. */
uint32_t regex_groups(const struct regex *regex);
/* The number of the group of that name, 0 when there is none. */
uint32_t regex_group(const struct regex *regex, str name);
/* Of group `i`; empty when it has none. */
str regex_group_name(const struct regex *regex, uint32_t i);

/* A text to be searched: as it is when it is UTF-8, else a copy with other bytes in bad places. */
str regex_text(str s, struct arena *arena);

#define REGEX_NONE SIZE_MAX /* start and end of a group that took no part */

/*
 * The first match at or after `from` in `text` (regex_text made it). 1: *spans points at start and
 * end of the match and its groups, until the next call; 0: none; -1.
 */
int regex_find(struct regex *regex, str text, size_t from, const size_t **spans,
	       struct err *err) MUST_USE;

/*
 * All matches, as Go finds them: no overlap, no empty match right behind another one.
 *     struct regex_scan scan = { .regex = r, .text = regex_text(s, arena) };
 *     while ((rc = regex_next(&scan, &spans, err)) == 1) ...
 */
struct regex_scan {
	struct regex *regex;
	str text;
	size_t at, last_end;
	bool after_match, done;
};

int regex_next(struct regex_scan *scan, const size_t **spans, struct err *err) MUST_USE;

/* Does it match anywhere? 1, 0, -1. */
int regex_match(struct regex *regex, str text, struct err *err) MUST_USE;

/* A pattern that matches exactly `s`. */
void regex_quote(struct buf *out, str s);
