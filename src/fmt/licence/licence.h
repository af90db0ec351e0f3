/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licence: SPDX licence expressions (SPDX 2.3, Annex D). The identifiers are data
 * (data/spdx_licences.txt, spdx_exceptions.txt), so are the names that distributions use for the
 * very same licences, and the identifiers that were given up with their successors
 * (licence_names.txt), and the ways in which people write names (licence_families.txt).
 *
 * Limits: LICENCE_MAX_BYTES of an expression, parentheses nested LICENCE_MAX_DEPTH deep,
 * LICENCE_MAX_PARTS licences in one.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define LICENCE_MAX_BYTES 65536u
#define LICENCE_MAX_DEPTH 64u
#define LICENCE_MAX_PARTS 4096u

enum licence_op { LICENCE_ONE, LICENCE_AND, LICENCE_OR };

struct licence {
	enum licence_op op;
	/* LICENCE_ONE: */
	str id;	       /* of the list, a reference, or the text as it was told */
	bool known;    /* an identifier of the list */
	bool or_later; /* "+" behind it */
	str exception; /* behind WITH; empty: none */
	/* The others; none of them has the same `op`. */
	const struct licence **of;
	size_t n;
};

/* The identifier in the spelling of the list, compared without case; empty: none. */
str licence_id(str name);
str licence_exception(str name);

/*
 * Reads an expression: identifiers (also with '+'), LicenseRef-..., DocumentRef-...:LicenseRef-...,
 * names of distributions, AND, OR, WITH in any case, parentheses. Identifiers that were given up
 * become their successors. ERR_INPUT names the place and what is wrong there.
 */
int licence_parse(str text, struct arena *arena, const struct licence **out,
		  struct err *err) MUST_USE;

/*
 * What people write where a licence should stand ("MIT/X11", "GPL (>= 2)", "Apache 2.0, BSD",
 * "GPL-2+ or Artistic, and Expat"). Parts that are not understood stay as they are, with `known`
 * false. *certain: nothing had to be supposed. NULL: there is no text, or it is over a limit.
 */
const struct licence *licence_read(str text, struct arena *arena, bool *certain);

/* In the spelling of the specification, with no more parentheses than it needs. */
str licence_print(const struct licence *licence, struct arena *arena);
/* licence_parse and licence_print. False when any part of it is not certain. */
bool licence_normal(str text, struct arena *arena, str *out);

/*
 * The expression of what people write, where nothing of it is supposed or not understood; false
 * otherwise.
 */
bool licence_sure(str text, struct arena *arena, str *out);

/* A reference for a text that is no expression: "LicenseRef-" and what SPDX allows of the text. */
str licence_ref(str text, struct arena *arena);
