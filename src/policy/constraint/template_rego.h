/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * template_rego: the Rego of a ConstraintTemplate's target as Gatekeeper's framework takes it: one
 * module with the rule `violation`, whatever its package is called, and libraries in packages below
 * `lib`. They may look at input, at data.lib and at data.inventory; everything else is refused.
 * Each template is compiled on its own, so no two can meet.
 *
 *	struct template_rego rego;
 *
 *	if (template_rego_read(target, arena, &rego, &err) < 0)
 *		return -1;      // ERR_UNSUPPORTED: there is no Rego, only another engine
 *	query = template_rego_compile(&rego, &needs, NULL, &err);
 */
#include "base/json.h"

struct err;
struct policy;
struct policy_query;
struct share_ids;
struct sync_needs;

#define TEMPLATE_REGO_MAX_LIBS	64u
#define TEMPLATE_REGO_MAX_BYTES (4u << 20) /* of all modules */

struct template_rego {
	str rego;
	const struct json *libs; /* list of texts, or NULL */
	bool v1;		 /* said so; otherwise v0, or v1 where it does not read as v0 */
};

/* `target`: an element of spec.targets. Texts are views of it. */
int template_rego_read(const struct json *target, struct template_rego *out,
		       struct err *err) MUST_USE;
/*
 * The query of all violations; it owns its policy, which keeps the texts in the arena of `needs`,
 * where the other objects that it looks at are noted. `shares`: as in constraint_template_new.
 */
struct policy_query *template_rego_compile(const struct template_rego *rego,
					   struct sync_needs *needs, struct share_ids *shares,
					   struct err *err);
