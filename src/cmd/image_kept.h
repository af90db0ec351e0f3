/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * image_kept: texts kept between runs in a folder, each a file with a name made of its key and a
 * digest in front: one that is damaged is as good as none. Keeping is for speed only and may fail
 * without harm.
 */
#include "base/arena.h"
#include "base/str.h"

#define IMAGE_KEPT_MAX (64u << 20) /* of one text */

/* False: there is none. */
bool image_kept_get(const char *dir, str key, struct arena *arena, str *out);
void image_kept_put(const char *dir, str key, str text);
