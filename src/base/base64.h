/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* base64 of RFC 4648, section 4 (standard alphabet). */
#include "base/arena.h"
#include "base/str.h"

/* Padded, without line breaks. */
str base64_encode(struct arena *arena, str bytes);
/* Length a multiple of 4, padding where it belongs, nothing else inside: false otherwise. */
bool base64_valid(str text);
/* False when it is not valid. The result is followed by no NUL. */
bool base64_decode(struct arena *arena, str text, str *out);
