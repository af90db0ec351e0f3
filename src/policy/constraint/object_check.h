/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * object_check: judges the objects of files with a library and says it as results of checks, so
 * that reports show them like any others: one result for each rule and file, and verdict. Workloads
 * are judged with the pods they make; a fault that several of these show is one finding, at its
 * place in the file.
 *
 *	struct object_check check = { .library = lib, .arena = arena, .results = &results };
 *
 *	for (each file)
 *		object_check_prepare(&check, file, namespace);  // and the inventory is filled
 *	if (object_check_seal(&check, &err) < 0)
 *		return -1;
 *	for (each file)
 *		object_check_file(&check, file);
 *	object_check_end(&check);
 *
 * Verdicts: fail; manual where the rule waits for a decision (the message proposes what the files
 * use now); error where it could not be judged; pass for the objects without any of these; a rule
 * for which no object was there is not applicable.
 */
#include "base/map.h"
#include "policy/check.h"
#include "policy/constraint/library.h"
#include "policy/constraint/object_file.h"

struct object_tally;

struct object_check {
	struct library *library; /* loaded with `open` */
	struct arena *arena;
	struct check_results *results;
	size_t read, judged;
	struct map unjudged; /* kinds without a rule, to struct object_tally */
	struct object_tally *tallies;
	struct map index; /* id of a rule to its number + 1 */
	struct builtin_cache *cache;
};

/* Objects of one kind that no rule was for. */
struct object_tally {
	str kind;
	size_t n;
};

/* Kinds of Kubernetes itself that live in namespaces. */
bool object_is_namespaced(const struct resource *r);

/* What the files use of which a rule has a list. */
#define OBJECT_CHECK_PROPOSALS 20u /* values that a message names */

/*
 * Objects of kinds that live in namespaces and name none get `namespace`. Adds them to the
 * inventory that policies see.
 */
void object_check_prepare(struct object_check *check, struct object_file *file, str namespace);
int object_check_seal(struct object_check *check, struct err *err) MUST_USE;
/* An object that cannot be judged at all goes to file->rest. */
void object_check_file(struct object_check *check, struct object_file *file);
/* What was found out about all files goes into the messages. */
void object_check_end(struct object_check *check);
