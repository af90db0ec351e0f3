/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * match: which objects a constraint, mutator or exclusion is for: spec.match as Gatekeeper reads
 * it. What is not given holds for everything.
 *
 *	struct match match;
 *	struct match_target target = { .object = &pod, .namespace = &namespace };
 *
 *	if (match_read(json_path(constraint, "spec", "match", NULL), arena, &match, &err) < 0)
 *		return -1;
 *	rc = match_test(&match, &target, &err);         // 1, 0; -1: could not be told
 */
#include "policy/constraint/resource.h"
#include "policy/constraint/selector.h"

enum match_source { MATCH_ORIGINAL, MATCH_GENERATED, MATCH_ALL };

struct match_kinds {
	const struct json *groups, *kinds; /* lists of strings, or NULL: all */
};

struct match {
	struct match_kinds *kinds;
	size_t kinds_n;				  /* 0: all */
	const struct json *namespaces, *excluded; /* lists, or NULL */
	struct selector labels, namespace_labels;
	bool has_labels, has_namespace_labels;
	str name, scope;
	enum match_source source;
};

struct match_target {
	const struct resource *object;
	const struct resource *namespace; /* the object's; NULL: not known, or it has none */
	enum match_source source;	  /* original or generated */
	bool inside; /* it lies in a namespace, though it does not say in which */
};

/* `json`: an object, null or NULL. It must outlive the match. ERR_INPUT names the field. */
int match_read(const struct json *json, struct arena *arena, struct match *out,
	       struct err *err) MUST_USE;
/*
 * 1: it is for the object; 0: it is not; -1: a namespaceSelector, and the labels of the namespace
 * are not known.
 */
int match_test(const struct match *match, const struct match_target *target,
	       struct err *err) MUST_USE;
/* "a*", "*a", "*a*" or the text itself. */
bool match_wildcard(str pattern, str text);
/* Whether one of a list of such patterns fits. */
bool match_wildcards(const struct json *patterns, str text);
/* A list of strings, or absent: false otherwise. */
bool match_is_strings(const struct json *v);
