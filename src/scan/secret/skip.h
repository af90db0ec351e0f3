/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * skip: files in which no secrets are looked for, by their path (data/skip.conf). What is left out
 * so is counted.
 */
#include "base/str.h"

struct arena;
struct err;

enum secret_skip_form { SKIP_BELOW, SKIP_IN, SKIP_NAMED, SKIP_ENDS };

struct secret_skip {
	enum secret_skip_form form;
	str text;
};

struct secret_skips {
	struct secret_skip *items;
	size_t n, cap;
};

str secret_skip_text(void);
int secret_skips_parse(str text, struct arena *arena, struct secret_skips *out,
		       struct err *err) MUST_USE;
/* True when the file at `path` (normal) is left out. */
bool secret_skips_has(const struct secret_skips *skips, str path);
