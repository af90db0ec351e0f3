/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * mutator: Gatekeeper's Assign, AssignImage, AssignMetadata and ModifySet
 * (mutations.gatekeeper.sh, any version), read and checked.
 *
 *	struct mutator m;
 *
 *	rc = mutator_read(json, arena, &m, &err);       // 1; 0: it is no mutator; -1
 *	if (rc > 0 && mutator_applies(&m, &target, &err) > 0)
 *		rc = mutate(&m, object, arena, &changed, &err);         // mutate.h
 */
#include "policy/constraint/location.h"
#include "policy/constraint/match.h"

#define MUTATOR_GROUP	 STR("mutations.gatekeeper.sh")
#define MUTATOR_MAX_NAME 63u

enum mutator_kind { MUTATOR_ASSIGN, MUTATOR_IMAGE, MUTATOR_METADATA, MUTATOR_SET };
enum mutator_test { TEST_NONE, TEST_MUST_EXIST, TEST_MUST_NOT_EXIST };
enum mutator_field { FIELD_NONE, FIELD_NAME, FIELD_NAMESPACE };
enum mutator_failure { FAILURE_FAIL, FAILURE_IGNORE, FAILURE_DEFAULT };

struct mutator_external {
	str provider;  /* empty: there is none */
	bool username; /* asks with the user's name, else with the value at the location */
	const struct json *preset; /* NULL: none */
	enum mutator_failure failure;
};

struct mutator {
	enum mutator_kind kind;
	str name, namespace;
	const struct json *apply_to; /* list; NULL: all kinds (metadata) */
	struct match match;
	struct location location;
	uint8_t *tests; /* enum mutator_test of each node */
	/* What is put there: one of */
	const struct json *value;
	enum mutator_field from;
	struct mutator_external external;
	const struct json *in, *not_in; /* assignIf: lists, or NULL */
	/* an image's parts, empty: as it is */
	str domain, path, tag;
	/* a set's */
	const struct json *values;
	bool prune;
	str conflict; /* another mutator that takes the same place for another type; empty: none */
};

/* Keeps nothing of `json`. 0: it is of another group or kind. */
int mutator_read(const struct json *json, struct arena *arena, struct mutator *out,
		 struct err *err) MUST_USE;
const char *mutator_kind_name(enum mutator_kind kind);
/* 1, 0, -1 as match_test. */
int mutator_applies(const struct mutator *m, const struct match_target *target,
		    struct err *err) MUST_USE;
