/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fix_text: the changes of policy/constraint/fix.h in words: one short line a hunk, for answers of
 * the webhook and for terminals.
 *
 *	str lines = fix_text(&fix, LANG_EN, 400, arena);
 *	// set spec.containers[0].securityContext.privileged to false
 */
#include "report/text.h"

struct fix;
struct fix_hunk;
struct fix_refusal;

#define FIX_TEXT_VALUE 120u /* bytes of a value that are shown */

/* Lines of at most `max` bytes together; what does not fit is counted: "and 3 more changes". Empty:
 * there are no changes. */
str fix_text(const struct fix *fix, enum lang lang, size_t max, struct arena *arena);
str fix_text_hunk(const struct fix_hunk *hunk, enum lang lang, struct arena *arena);
/* Why there is no change for a constraint. */
str fix_text_refusal(const struct fix_refusal *refusal, enum lang lang, struct arena *arena);
