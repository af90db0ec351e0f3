/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * text_edit: small changes of a text, and what diff -u would say of them, as git writes it: for
 * `patch -p1`. Edits may come in any order; those at one place are made in the order they were
 * added. One that overlaps an earlier one is dropped and counted.
 */
#include "base/buf.h"

struct text_edit {
	size_t at, remove; /* bytes of the text */
	str insert;
	size_t order;
};

struct text_edits {
	struct arena *arena;
	str text;
	struct text_edit *items;
	size_t n, cap;
	size_t dropped; /* by text_edits_settle */
};

/* The same edit twice is one. */
void text_edits_add(struct text_edits *edits, size_t at, size_t remove, str insert);
/* Puts them into order; before the calls below. */
void text_edits_settle(struct text_edits *edits);
/* The changed text; nothing but what `out` can hold. */
void text_edits_apply(const struct text_edits *edits, struct buf *out);
/* Unified, three lines around; nothing when there are no edits. */
void text_edits_diff(const struct text_edits *edits, str path, struct buf *out);
