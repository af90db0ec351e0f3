/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * format: what Go's fmt.Sprintf makes of values of Rego, as the builtin sprintf shows them: whole
 * numbers are int or *big.Int, other numbers float64 (those out of its range strings), strings
 * strings, and everything else its text in Rego, a string too. A format never fails: what does not
 * fit is said in the text, "%!d(string=x)". Widths and precisions above FORMAT_MAX_WIDTH are bad.
 */
#include "policy/value.h"

#define FORMAT_MAX_WIDTH 1000000

/* `args`: an array. */
void format_values(str format, const struct value *args, struct buf *out);
