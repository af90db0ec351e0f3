/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * library_parameters: one YAML (or JSON) file that says how the rules of the library hold, for all
 * and per scope; doc/kubernetes.md describes it. Scopes change what holds outside of them; of two
 * scopes that an object is in, the later one counts.
 *
 *	struct library_parameters parameters;
 *
 *	if (library_parameters_read(source, text, arena, &parameters, &err) < 0)
 *		return -1;      // "seawall-policies.yaml line 7: rules.no-root-user.enforcment:
 *				//  unknown key; allowed: enforcement, parameters ..."
 *
 * Ids of rules and names of parameters are checked by library_load, which knows them.
 */
#include "fmt/syntax/place.h"
#include "policy/constraint/bypass.h"
#include "policy/constraint/match.h"

struct err;

#define LIBRARY_PARAMETERS_FILE "seawall-policies.yaml"	 /* found in the current folder */
#define LIBRARY_PARAMETERS_MAX	(1u << 20)		 /* bytes of the file */
#define LIBRARY_PSS_ID		"pod-security-standards" /* the profile, beside the rules */
#define LIBRARY_SCOPES_MAX	1000u

/* What is said of a rule, or of all; members that are not said are empty or NULL. */
struct library_setting {
	str id; /* empty: of all rules */
	uint32_t line;
	str enforcement; /* "disabled", "dryrun", "warn", "deny" */
	const struct json *parameters;
	const struct place *parameters_place;
	const struct json *excluded, *included; /* namespaces, patterns */
	const struct json *label_selector, *namespace_selector;
	const struct json *excluded_containers, *excluded_images;
};

struct library_scope {
	str name;		     /* empty: everywhere */
	const struct json *clusters; /* patterns, or NULL: all */
	struct match match;	     /* namespaces and selectors */
	struct library_setting all;  /* its `defaults` */
	struct library_setting *rules;
	size_t rule_n;
};

struct library_parameters {
	str file;
	bool unhealthy;		   /* `unconfigured: unhealthy` */
	struct bypass_list exempt; /* `exemptNamespaces`; none: not said */
	str own_namespace;	   /* empty: not said */
	struct library_scope base;
	struct library_scope *scopes;
	size_t scope_n;
};

/* `text` must outlive the result, which lives in `arena`. ERR_INPUT: file, line, key, and what is
 * allowed. */
int library_parameters_read(str file, str text, struct arena *arena, struct library_parameters *out,
			    struct err *err) MUST_USE;
/* What a scope says of a rule, or NULL. */
const struct library_setting *library_scope_rule(const struct library_scope *scope, str id);
