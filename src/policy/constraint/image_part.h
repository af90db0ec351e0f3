/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * image_part: an image's domain, path and tag or digest (with its ':' or '@') changed one by one,
 * as AssignImage does. Parts are checked so that a second change finds the same parts again.
 *
 *	if (image_part_check(domain, path, tag, &err) < 0)      // empty: stays as it is
 *		return -1;
 *	image = image_part_replace(image, domain, path, tag, arena);
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

int image_part_check(str domain, str path, str tag, struct err *err) MUST_USE;
str image_part_replace(str image, str domain, str path, str tag, struct arena *arena);
