/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pile: gathers pieces of bytes under keys, in any order, and gives them back key by key in
 * bytewise order, the pieces of a key joined in the order they came. Memory is bounded: above the
 * limit the pile is written, sorted, to an unlinked temporary file and merged at the end.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct pile;

/* `folder`: where temporary files go. `limit`: bytes of memory. */
struct pile *pile_new(const char *folder, size_t limit);
void pile_free(struct pile *pile);
AUTO_PTR(pile_free, struct pile);

int pile_add(struct pile *pile, str key, str piece, struct err *err) MUST_USE;
/* No pile_add after this. */
int pile_finish(struct pile *pile, struct err *err) MUST_USE;
/* 1, 0 at the end, -1. Views are valid until the next call. */
int pile_next(struct pile *pile, str *key, str *value, struct err *err) MUST_USE;
