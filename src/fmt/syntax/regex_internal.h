/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* From RE2's syntax to a pattern of PCRE2. */
#include "base/buf.h"

struct err;

struct regex_names {
	str *names; /* of groups 1 to n, in the arena; empty: none */
	size_t n, cap;
	struct arena *arena;
};

/* Writes the pattern of PCRE2; options UTF, DOLLAR_ENDONLY, ALT_CIRCUMFLEX, newline LF. */
int regex_translate(str pattern, struct regex_names *names, struct buf *out,
		    struct err *err) MUST_USE;

/* What the translation of classes needs of it. */
struct regex_reader {
	str text;
	size_t at;
	struct buf *out;
	struct err *err;
};

int regex_fail(const struct regex_reader *r, const char *what, size_t from);
/* The next code point; -1 and an error when it is no UTF-8 or at the end. */
int regex_rune(struct regex_reader *r, uint32_t *cp);
/*
 * The escape of one character behind a backslash: *cp. 0: it is no such escape, nothing was taken.
 */
int regex_escape(struct regex_reader *r, uint32_t *cp);
/* \d \s \w \pX and their negations at the cursor (behind the backslash): written; 0: none. */
int regex_class_escape(struct regex_reader *r, bool in_class);
/* The cursor is at '['. */
int regex_class(struct regex_reader *r);
