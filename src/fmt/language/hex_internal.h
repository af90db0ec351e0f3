/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Terms of Erlang and Elixir as JSON values: tuples, lists and maps become arrays (of a map: its
 * keys and values in turn; of a keyword list "[a: 1]": tuples of two), atoms, texts, binaries and
 * numbers become strings.
 */
#include "base/json.h"

struct hex_reader {
	str text;
	size_t pos;
	struct arena *arena;
	unsigned depth;
	size_t values;
};

#define HEX_MAX_VALUES 1000000u

/* Past white space and comments (# to the end of the line in Elixir, % in Erlang). */
void hex_space(struct hex_reader *reader, char comment);
/* One term, white space before it included. */
int hex_term(struct hex_reader *reader, char comment, struct json *out, struct err *err) MUST_USE;
