/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* jansson as the judge of base/json. Its header cannot be included beside ours (same names). */
#include <stddef.h>

enum jansson_answer { JANSSON_REFUSES, JANSSON_ACCEPTS, JANSSON_CANNOT_SAY };

/*
 * What jansson makes of the text; CANNOT_SAY where its own limits (number range, depth, NUL in a
 * key) end the reading. *dump is its compact form, to be freed, on ACCEPTS.
 */
enum jansson_answer jansson_read(const char *text, size_t n, char **dump);
