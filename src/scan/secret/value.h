/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* value: what is judged of the value of a secret, and the little of it that may be told. */
#include "base/str.h"

#define VALUE_SHOWN	 4u /* first characters, at most; never more than a quarter */
#define VALUE_DIGEST_HEX 6u

/* Bits a byte. */
double value_entropy(str value);
/*
 * What people and generators choose, as opposed to names in code: letters together with two digits
 * or signs; with one digit only if there are neither capitals nor what joins words. No address.
 */
bool value_looks_chosen(str value);
/* Its first characters; what is not printable becomes '?'. */
void value_shown(str value, char out[VALUE_SHOWN + 1]);
/* The first 24 bits of its SHA-256. */
void value_digest(str value, char out[VALUE_DIGEST_HEX + 1]);
