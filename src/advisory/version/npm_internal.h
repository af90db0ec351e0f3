/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Between npm's versions and its range language. */
#include "advisory/version/version.h"

#define NPM_NUMBER_MAX	  9007199254740991u /* 2^53 - 1: what node can count */
#define NPM_VERSION_BYTES 256u

/* [v=] 1 [ . 2 [ . 3 [-pre] [+build] ] ], each number perhaps x, X or *. */
struct npm_pattern {
	str prefix;	 /* what stood before the first number: "v", "=", blanks */
	unsigned given;	 /* numbers given, 1 to 3 */
	bool any[3];	 /* x, X, * or not given */
	uint64_t num[3]; /* 0 where any */
	str text[3];
	str pre, build; /* p == NULL: none */
};

/*
 * Reads all of `text`; false when it is not of that form. A number above NPM_NUMBER_MAX sets
 * *too_big, which no option makes acceptable.
 */
bool npm_pattern_read(str text, bool loose, struct npm_pattern *out, bool *too_big);
/* A whole version: three numbers and in strict mode no prefix but "v". */
bool npm_pattern_is_version(const struct npm_pattern *pattern, bool loose);

int npm_range_match(str range, str version, unsigned flags, struct arena *scratch, bool *out,
		    struct err *err) MUST_USE;
int npm_range_normal(str range, unsigned flags, struct arena *arena, str *out,
		     struct err *err) MUST_USE;
