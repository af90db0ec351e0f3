/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * library: the rules for Kubernetes objects that are built into the program (policies/kubernetes),
 * ready to judge: templates, constraints with the parameters of a file (library_parameters.h),
 * expansion of workloads, the Pod Security Standards as a profile, and policies of the user beside
 * them.
 *
 *	struct library_opts opts = { .parameters = &parameters };       // or NULL: as they come
 *	struct library *lib = library_load(&opts, &err);
 *
 *	review_of_object(&review, &pod, MATCH_ORIGINAL);
 *	if (admission_review(library_admission(lib), &review, &run, arena, &result, &err) < 0)
 *		return -1;
 *	for (size_t i = 0; i < result.n; i++) {
 *		const struct library_rule *rule = library_rule_of(lib, result.items[i].constraint);
 *		...                             // rule->check: id, severity, texts
 *	}
 *	library_unref(lib);
 *
 * Loading inflates and compiles; nothing of it is done before. A loaded library is immutable and
 * may be used by any number of threads; library_admission(lib)->constraints and ->expansions may be
 * used apart with an inventory of one's own. A change of parameters is a new library.
 *
 * A rule that needs a list which nobody gave is undecided: its violations have `undecided`,
 * never deny, and are no failures, unless the parameters say `unconfigured: unhealthy`.
 * In kube-system and in Seawall's own namespace nothing is denied, and everything is judged.
 */
#include "policy/check.h"
#include "policy/constraint/admission.h"
#include "policy/constraint/bypass.h"

struct library;
struct library_parameters;
struct err;

#define LIBRARY_GROUP	      "kubernetes" /* check.group of all rules */
#define LIBRARY_OWN_NAMESPACE "seawall-system"

struct library_rule {
	struct check check;	    /* id, severity, texts, aliases; own: from the user */
	str kind;		    /* of its constraints */
	str definition;		    /* id of the policy definition it corresponds to; empty: none */
	int64_t recommendation;	    /* 1 to 24; 0: none */
	const struct json *decides; /* parameters of which one must be given, or NULL */
	const struct json *at;	    /* where a fault may stand (fault_place.h), or NULL */
	const struct json *kinds;   /* spec.match.kinds of its constraint, or NULL: all */
	const struct json *schema;  /* openAPIV3Schema.properties of its parameters, or NULL */
	const struct json *presets; /* parameters as they come, or NULL */
	str used_path, used_form;   /* what a proposal for its list is made of */
	const struct json *used_more; /* further paths of it, or NULL */
	str used_parameter;	      /* the parameter it would be written to */
	str enforcement;	      /* "disabled", "dryrun", "warn", "deny": without any scope */
	bool undecided;		      /* without any scope: no list was given */
};

struct library_opts {
	/* NULL: everything as it comes; must outlive the library. */
	const struct library_parameters *parameters;
	str cluster;		    /* name, for scopes; empty: scopes with clusters do not hold */
	bool no_recommendations;    /* only the profile and the user's own */
	str pss_level, pss_version; /* "baseline", "restricted", with "v1.29" or empty; "": no */
	const struct document *own; /* templates, constraints, mutators ... of the user */
	size_t own_n;
	/* Told of each document of `own` that does not load, and the rest is; NULL: then nothing
	 * is. */
	void (*bad)(void *context, const struct document *document, const struct err *err);
	void *bad_context;
	bool open; /* the caller adds an inventory and calls admission_seal */
};

/* NULL: ERR_INPUT with what is wrong with parameters or the user's policies. */
struct library *library_load(const struct library_opts *opts, struct err *err);
struct library *library_ref(struct library *lib);
void library_unref(struct library *lib);
AUTO_PTR(library_unref, struct library);

struct admission *library_admission(struct library *lib);
/* Namespaces in which bypass labels count: for review_run.exempt. */
const struct bypass_list *library_exempt(const struct library *lib);
/* Built-in rules by id, also those that are disabled, then the user's. */
size_t library_rules(const struct library *lib);
const struct library_rule *library_rule_at(const struct library *lib, size_t i);
/* By id or alias without case, or NULL. */
const struct library_rule *library_rule_find(const struct library *lib, str id);
/* The rule of a constraint of this library; never NULL. */
const struct library_rule *library_rule_of(const struct library *lib,
					   const struct constraint *constraint);
