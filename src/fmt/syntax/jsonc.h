/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * JSON as people and some tools write it: with // and block comments and a comma behind the last
 * element. Nothing else is relaxed. Comments and such commas become blanks in a copy of the text of
 * the same length, so that places in it are those of the file.
 */
#include "base/arena.h"
#include "base/str.h"

/* *out is plain JSON, as far as `text` was; `text` itself when there was nothing to do. */
void jsonc_plain(str text, struct arena *arena, str *out);
