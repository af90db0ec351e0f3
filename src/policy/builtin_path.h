/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Paths into documents as json.filter, json.remove and json.patch take them. */
#include "policy/value.h"

struct builtin_call;

struct builtin_path {
	const struct value *segments;
	uint32_t n;
};

/* "a/b/~1c" or an array of keys. False: it is neither. */
bool builtin_path_of(struct builtin_call *call, const struct value *v, struct builtin_path *out);
