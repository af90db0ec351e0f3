/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fix_guess: values that may pass where one was refused, from what it was held against: the other
 * side of a comparison, a text that a pattern matches, a bound or the number beside it. Whoever
 * asks tries them.
 */
#include "policy/constraint/fix_internal.h"

#define FIX_MAX_GUESSES 64u

struct fix_guess {
	struct value value;
	unsigned cost;
	bool choose;
};

struct fix_guesses {
	struct fix_guess items[FIX_MAX_GUESSES];
	size_t n;
	bool digest; /* a digest would have to be known */
};

/* `now`: the value that was refused; a missing one is the empty text. Adds to *out. */
void fix_guess(const struct value *now, const struct fix_partner *partner, bool image,
	       struct arena *arena, struct fix_guesses *out);
