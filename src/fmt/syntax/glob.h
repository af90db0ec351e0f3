/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * glob: patterns as OPA's glob.match has them: '*' any run without a delimiter, "**" any run, '?'
 * one character that is no delimiter, [abc] [a-z] [!abc] classes, {a,b} alternatives (also nested),
 * backslash quotes. Written as a regular expression of fmt/syntax/regex, which has the limits.
 */
#include "base/buf.h"

struct err;

#define GLOB_MAX_DEPTH 32u /* of alternatives in alternatives */

/* `delimiters`: each character is one; empty: none. ERR_INPUT for a malformed pattern. */
int glob_to_regex(str pattern, str delimiters, struct buf *out, struct err *err) MUST_USE;
/* A pattern that matches exactly `s`. */
void glob_quote(struct buf *out, str s);
