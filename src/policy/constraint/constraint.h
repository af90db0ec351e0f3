/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * constraint: a Gatekeeper constraint: which objects, with which parameters, and what happens to
 * one that violates it. Lives in the arena given.
 *
 *	struct constraint c;
 *
 *	if (constraint_read(json, template, arena, &c, &err) < 0)
 *		return -1;
 *	if (match_test(&c.match, &target, &err) > 0)
 *		actions = constraint_actions(&c, STR("validation.gatekeeper.sh"));
 */
#include "policy/constraint/match.h"
#include "policy/value.h"

struct constraint_template;

#define CONSTRAINT_GROUP STR("constraints.gatekeeper.sh")

/* What is done about a violation; a set, since scoped constraints may do several things. */
enum constraint_action {
	ACTION_DENY = 1,
	ACTION_WARN = 2,
	ACTION_DRYRUN = 4,
};

struct bypass_list;

/*
 * What the built-in library knows of a constraint beside its document (library.h). A constraint
 * that is not of the library has none.
 */
struct constraint_extra {
	const struct match *const *only; /* each must be for the object, too */
	size_t only_n;
	const struct match *const *unless; /* objects that one of these is for are another's */
	size_t unless_n;
	const struct json *excluded; /* namespaces that are not judged: patterns, or NULL */
	/* Namespaces in which deny becomes dryrun, and which `excluded` cannot take away. */
	const struct bypass_list *audit_only;
	bool undecided; /* its parameters wait for a decision: deny becomes dryrun */
};

struct constraint_scope {
	unsigned action;
	const struct json *points; /* enforcementPoints: objects with a name */
};

struct constraint {
	struct constraint_template *template; /* not owned */
	const struct json *json;
	str kind, name;
	str note; /* a parameter its schema does not know; empty: none */
	struct match match;
	uint32_t match_id; /* of a sealed set: the same for equal matches, below that of the set */
	const struct json *parameters; /* with defaults; an object */
	struct value input;	       /* the same, as policies see it */
	str enforcement;	       /* deny, warn, dryrun or scoped */
	unsigned action;	       /* 0: scoped */
	struct constraint_scope *scopes;
	size_t scopes_n;
	const struct constraint_extra *extra; /* or NULL; not owned */
};

/* Keeps nothing of `json`. ERR_INPUT: wrong field or parameters, they are named. */
int constraint_read(const struct json *json, struct constraint_template *template,
		    struct arena *arena, struct constraint *out, struct err *err) MUST_USE;
/*
 * A set of actions at an enforcement point: "validation.gatekeeper.sh", "audit.gatekeeper.sh",
 * "gator.gatekeeper.sh"; 0: it is not for that point. An empty point: all that are named.
 */
unsigned constraint_actions(const struct constraint *c, str point);
/* 0 for a word that is none. */
unsigned constraint_action_from(str word);
/* "deny", "warn", "dryrun"; of one action. */
const char *constraint_action_name(unsigned action);
/* A DNS subdomain, as names of Kubernetes are. */
bool constraint_is_name(str name);
