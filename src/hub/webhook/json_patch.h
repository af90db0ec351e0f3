/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * json_patch: what makes one JSON value of another, as a JSON Patch (RFC 6902) of add, remove and
 * replace. Members are compared by name, elements of lists by position. Linear in both values
 * as long as members keep their order.
 */
#include "base/json.h"

/* "[]" when they are equal. The depth of both is capped by the JSON reader. */
void json_patch_write(const struct json *from, const struct json *to, struct buf *out);
