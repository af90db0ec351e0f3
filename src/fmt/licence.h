/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licence: SPDX licence expressions. The identifiers are data (data/spdx_licences.txt,
 * spdx_exceptions.txt), so are the names that distributions use for the very same licences
 * (licence_names.txt). What is not certain is no identifier.
 *
 * Limits: LICENCE_MAX_BYTES of an expression, parentheses nested LICENCE_MAX_DEPTH deep.
 */
#include "base/arena.h"
#include "base/str.h"

#define LICENCE_MAX_BYTES 65536u
#define LICENCE_MAX_DEPTH 64u

/* The identifier in the spelling of the list, compared without case; empty: none. */
str licence_id(str name);
str licence_exception(str name);

/*
 * Reads an expression: identifiers (also with '+'), LicenseRef-..., names of distributions,
 * AND, OR, WITH in any case, parentheses. Writes it in the spelling of the specification, with no
 * more parentheses than it needs. False when any part of it is not certain; outputs untouched.
 */
bool licence_normal(str text, struct arena *arena, str *out);

/* A reference for a text that is no expression: "LicenseRef-" and what SPDX allows of the text. */
str licence_ref(str text, struct arena *arena);
