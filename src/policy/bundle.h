/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * bundle: files built into the program as one gzip stream (src/bundle.sh): for each a line
 * "folder/name SIZE" and its text. It is inflated when somebody reads it and not before.
 *
 *	static const unsigned char bytes[] = {
 *	#include "kubernetes.inc"
 *	};
 *
 *	if (bundle_each(bytes, sizeof(bytes), take, context, &err) < 0)
 *		return -1;
 */
#include "base/str.h"

struct err;

#define BUNDLE_MAX (16u << 20) /* bytes of all files */

/* `name` and `text` are gone when it returns; -1 ends the reading. */
typedef int bundle_fn(void *context, str name, str text, struct err *err);

/* Every file in the order of the bundle. ERR_INPUT: it is damaged. */
int bundle_each(const unsigned char *bytes, size_t n, bundle_fn *fn, void *context,
		struct err *err) MUST_USE;
