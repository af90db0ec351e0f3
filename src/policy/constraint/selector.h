/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * selector: Kubernetes' label selectors, matchLabels and matchExpressions with In, NotIn, Exists
 * and DoesNotExist, all of which must hold. An empty selector selects everything.
 */
#include "base/json.h"

struct err;

struct selector_term {
	str key;
	bool in, exists;	  /* with values: In or NotIn; without: Exists or DoesNotExist */
	const struct json *value; /* of matchLabels; else NULL */
	const struct json *values;
};

struct selector {
	struct selector_term *terms;
	size_t n;
};

/* `json` must outlive the selector. ERR_INPUT says what is wrong, as the API server would. */
int selector_read(const struct json *json, struct arena *arena, struct selector *out,
		  struct err *err) MUST_USE;
/* `labels`: an object, or NULL for none. */
bool selector_test(const struct selector *selector, const struct json *labels);
