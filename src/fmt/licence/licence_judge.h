/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licence_judge: what a licence asks for (data/licence_categories.txt) and what a policy says of
 * it.
 *
 * A choice (OR) is as good as its best branch, a sum (AND) as bad as its worst part. A list of a
 * policy holds identifiers, "identifier WITH exception", patterns ("BSD-*"), names of categories,
 * or texts that are no identifier.
 *
 *   deny   is forbidden. An exception only adds rights: who denies a licence denies it WITH any
 *          exception too, unless `allow` names it with that very exception.
 *   allow  when there is such a list, everything else is not allowed: also what is not known. Who
 *          allows a licence allows it WITH any exception, and allows "or later" of an earlier or
 *          the same version, for that is a choice.
 */
#include "fmt/licence/licence.h"

/* The better one first, as branches of a choice are compared. */
enum licence_category {
	LICENCE_UNENCUMBERED,
	LICENCE_PERMISSIVE,
	LICENCE_NOTICE,
	LICENCE_RECIPROCAL,
	LICENCE_RESTRICTED,
	LICENCE_UNKNOWN,
	LICENCE_FORBIDDEN,
};
#define LICENCE_CATEGORIES (LICENCE_FORBIDDEN + 1)
/* "unencumbered" ... */
const char *licence_category_name(enum licence_category category);
bool licence_category_from(str name, enum licence_category *out);

enum licence_rule {
	LICENCE_ALLOWED, /* by `allow` */
	LICENCE_NO_RULE,
	LICENCE_NOT_ALLOWED, /* there is a list, and it is not on it */
	LICENCE_DENIED,	     /* by `deny` */
};
/* "allowed", "none", "not_allowed", "denied" */
const char *licence_rule_name(enum licence_rule rule);

struct licence_policy {
	const str *allow, *deny;
	size_t allow_count, deny_count;
};

struct licence_verdict {
	enum licence_rule rule;
	enum licence_category category;
};

/* `licence` NULL: none is known. `policy` may be NULL. */
struct licence_verdict licence_judge(const struct licence_policy *policy,
				     const struct licence *licence);
/* True when every part of it is on the list, of a choice any. */
bool licence_on_list(const str *list, size_t count, const struct licence *licence);
