/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * binary: looks for secrets in the words of a file that is no text (printable.h), with the kinds
 * that are marked for it: those that begin with letters that hardly stand anywhere by chance. What
 * is found has no line.
 */
#include "scan/secret/printable.h"
#include "scan/secret/search.h"

struct secret_binary {
	struct secret_kinds kinds; /* the marked ones */
	struct secret_search *narrow, *wide;
	struct printable printable;
};

/* `kinds` and `arena` must outlive it. */
int secret_binary_new(const struct secret_kinds *kinds, struct arena *arena,
		      struct secret_binary **out, struct err *err) MUST_USE;
void secret_binary_free(struct secret_binary *binary);

/* Packed texts show nothing of themselves: archives, pictures, sounds, told by their first bytes.
 */
bool secret_binary_is_packed(str head);

/* As secret_search_begin and its relatives. */
void secret_binary_begin(struct secret_binary *binary, str path);
void secret_binary_take(struct secret_binary *binary, str piece);
void secret_binary_end(struct secret_binary *binary);
