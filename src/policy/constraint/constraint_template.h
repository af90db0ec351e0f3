/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * constraint_template: a Gatekeeper ConstraintTemplate (templates.gatekeeper.sh/v1, v1beta1,
 * v1alpha1), compiled. Immutable; evaluation may be shared between threads, checking parameters
 * not.
 *
 *	struct constraint_template *t = constraint_template_new(json, NULL, &err);
 *
 *	if (!t)
 *		return -1;
 *	if (t->unsupported.n > 0)
 *		...             // "unsupported engine K8sNativeValidation": nothing can be judged
 */
#include "base/json.h"
#include "policy/constraint/sync_need.h"

struct err;
struct parameter_schema;
struct policy_query;
struct share_ids;

#define GATEKEEPER_TARGET STR("admission.k8s.gatekeeper.sh")

struct constraint_template {
	struct arena *arena; /* its own */
	str name, kind;	     /* of itself; of its constraints */
	str unsupported;     /* why nothing can be evaluated; empty: it can */
	str note;	     /* what an API server would object to; empty: nothing */
	const struct json *json;
	struct parameter_schema *schema;
	struct policy_query *query;
	struct sync_needs needs; /* which other objects it looks at */
};

/*
 * Keeps nothing of `json`. `shares`: of templates that share what they make of a review
 * (policy/share.h), or NULL; must outlive it. NULL: ERR_INPUT, ERR_LIMIT.
 */
struct constraint_template *constraint_template_new(const struct json *json,
						    struct share_ids *shares, struct err *err);
/* One that does not load, as far as its kind is known: `why` is why nothing can be evaluated. NULL:
 * it has none. */
struct constraint_template *constraint_template_broken(const struct json *json, str why);
void constraint_template_free(struct constraint_template *t);
AUTO_PTR(constraint_template_free, struct constraint_template);
