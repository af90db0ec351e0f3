/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * azure_form: the built-in rules as (template, constraint) pairs of the kinds that Azure Policy has
 * for Kubernetes (K8sAzure...), and its constraints as ours. Which is which stands in
 * policies/k8sazure.yaml.
 *
 *	struct azure_form form;
 *	const struct azure_rule *rule;
 *
 *	if (azure_form_load(arena, &form, &err) < 0)
 *		return -1;
 *	rule = azure_form_of_kind(&form, STR("K8sAzureV2NoPrivilege"));
 *	if (rule && azure_form_import(rule, constraint, template, arena, &out, &notes, &err) < 0)
 *		return -1;
 *
 * What comes out shares what did not change with what went in. To import what was exported gives
 * the same constraint again.
 */
#include "base/json.h"

struct err;

struct azure_rule {
	str rule, kind; /* "no-privileged-containers", "K8sAzureContainerNoPrivilege" */
	const struct json *parameters; /* [{ours, theirs, inner}], or NULL */
};

struct azure_form {
	struct azure_rule *rules;
	size_t n;
};

/* Parameters that have no counterpart, as texts for people. */
struct azure_notes {
	str *items;
	size_t n, cap;
};

int azure_form_load(struct arena *arena, struct azure_form *out, struct err *err) MUST_USE;
/* A constraint or template of that vendor: its kind begins so. */
bool azure_form_is(str kind);
/* NULL: there is none. A kind in any version, whatever its case. */
const struct azure_rule *azure_form_of_kind(const struct azure_form *form, str kind);
const struct azure_rule *azure_form_of_rule(const struct azure_form *form, str id);

/* Of ours: objects as documents have them. */
const struct json *azure_form_template(const struct azure_rule *rule, const struct json *template,
				       struct arena *arena);
const struct json *azure_form_constraint(const struct azure_rule *rule,
					 const struct json *constraint, struct arena *arena);
/* `template`: ours, which says what parameters there are. ERR_INPUT: no constraint. */
int azure_form_import(const struct azure_rule *rule, const struct json *constraint,
		      const struct json *template, struct arena *arena, const struct json **out,
		      struct azure_notes *notes, struct err *err) MUST_USE;
