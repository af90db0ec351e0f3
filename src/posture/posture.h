/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * posture: that of one cluster while its objects come by: each is judged once and forgotten,
 * what was found about it stays (object_table). The head of the facts is judged by the checks of
 * the group "cluster"; what could not be read is an error of the recommendations that need it.
 *
 *	struct posture_opts opts = { .recommendations = &set, .library = lib, .checks = checks };
 *	struct posture *posture = posture_new(&opts, &err);
 *
 *	for (...)                                       // namespaces before what lies in them
 *		if (posture_object(posture, json, &err) < 0)
 *			return -1;
 *	if (posture_head(posture, head, &err) < 0)
 *		return -1;
 *	posture_assess(posture, arena, &assessment);
 *	posture_free(posture);
 *
 * The same objects in another order, once or several times, give the same assessment.
 */
#include "posture/assessment.h"

struct check_set;
struct constraint_set;
struct json;
struct posture;
struct sync_store;
struct library;
struct value;

struct posture_opts {
	struct recommendation_set *recommendations; /* gets an entry for each further rule */
	struct library *library;
	const struct check_set *checks; /* of the group "cluster" */
	struct sync_store *inventory;	/* data.inventory of the user's policies; NULL: none */
	const struct value *settings;	/* of check_run; NULL: none */
	struct exception_set *exceptions;
	bool add_matches;	     /* assessment_input.add_matches */
	recommendation_bits enabled; /* recommendations that are off unless asked for */
	int64_t now;
	struct arena *arena; /* outlives the cluster */
};

struct posture_unread {
	str what, reason, remedy;
};

struct posture *posture_new(const struct posture_opts *opts, struct err *err);
void posture_free(struct posture *posture);
AUTO_PTR(posture_free, struct posture);

/*
 * An object as the API gives it; one that is known is judged again. 1: something is known of it
 * now; 0: nothing is asked of its kind. What is malformed is counted and reported
 * (posture_unread_at); -1: there are too many.
 */
int posture_object(struct posture *posture, const struct json *object, struct err *err) MUST_USE;
/* The same for one of which only a part is there: what asks about it is in error. */
int posture_object_part(struct posture *posture, const struct json *object, str why,
			struct err *err) MUST_USE;
/* Recommendations whose rules look at other objects. */
recommendation_bits posture_with_inventory(const struct posture *posture);
/* An object that is gone. */
void posture_remove(struct posture *posture, str kind, str namespace, str name);
/* Knows the namespace already with these labels? What lies in it must be judged again otherwise. */
bool posture_knows_namespace(const struct posture *posture, const struct json *object);
/* Do labels of namespaces matter to the rules? */
bool posture_needs_namespaces(const struct posture *posture);
/* Does any recommendation ask something of that kind? */
bool posture_asks(const struct posture *posture, str group, str kind);
/* The facts document without its objects, or with. ERR_INPUT: it is none. */
int posture_head(struct posture *posture, str facts, struct err *err) MUST_USE;
/* Another library, once parameters have changed: *changed are the recommendations whose rules are
 * others now; objects of their kinds must come again. */
int posture_set_library(struct posture *posture, struct library *library,
			recommendation_bits *changed, struct err *err) MUST_USE;
/* Recommendations that ask something of a kind. */
recommendation_bits posture_asked(const struct posture *posture, str group, str kind);
/* Gives back the memory of what was replaced and removed. */
void posture_compact(struct posture *posture);
void posture_set_now(struct posture *posture, int64_t now);
void posture_set_exceptions(struct posture *posture, struct exception_set *exceptions);

void posture_assess(struct posture *posture, struct arena *arena, struct assessment *out);
/* Name, server and version of the head; empty: not said. */
str posture_name(const struct posture *posture);
str posture_server(const struct posture *posture);
str posture_version(const struct posture *posture);
str posture_collected_at(const struct posture *posture);
size_t posture_unread_count(const struct posture *posture);
const struct posture_unread *posture_unread_at(const struct posture *posture, size_t i);
/* Recommendations that nothing judges because the parameters say so. */
recommendation_bits posture_disabled(const struct posture *posture);
const struct object_table *posture_table(const struct posture *posture);
/* What it is judged with. */
const struct constraint_set *posture_constraints(const struct posture *posture);
const struct posture_judge *posture_judge_of(const struct posture *posture);
