/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * judge: one object of a cluster against the built-in library, as an entry of an object table. The
 * pod templates of workloads are judged in place of the pods they will make (expansion). Namespaces
 * that are excluded from deny are judged like all others.
 *
 *	struct posture_judge *judge = posture_judge_new(&set, lib, now);
 *
 *	rc = posture_judge_object(judge, &object, &namespace, scratch, &verdict, &err);
 *	if (rc > 0)
 *		...                     // object_table_put; 0: nothing is asked of such objects
 *
 * A replica set of a deployment and a job of a cron job are not judged themselves: their pods are,
 * and the template they came from. What the engine could not judge is an error of exactly the
 * recommendations that it was about.
 */
#include "posture/object_table.h"

struct constraint;
struct err;
struct library;
struct library_rule;
struct posture_judge;
struct resource;
struct sync_store;

#define POSTURE_FINDINGS_MAX 200u /* of one object; more are counted */
#define POSTURE_USES_MAX     100u /* values of undecided lists, of one object */

/* The set gets an entry for each rule of the library that is no recommendation: profiles. */
struct posture_judge *posture_judge_new(struct recommendation_set *set, struct library *lib,
					struct sync_store *inventory, struct arena *arena,
					struct err *err);
void posture_judge_free(struct posture_judge *judge);
AUTO_PTR(posture_judge_free, struct posture_judge);

/*
 * 1: judged, texts of the verdict live in `arena`; 0: nothing is asked of this kind of object.
 * `namespace`: the object's, or NULL: not known.
 */
int posture_judge_object(struct posture_judge *judge, const struct resource *object,
			 const struct resource *namespace, struct arena *arena,
			 struct object_verdict *out, struct err *err) MUST_USE;
/* The same for an object of which only a part is there: an error of all that would be asked. */
int posture_judge_part(struct posture_judge *judge, const struct resource *object, str why,
		       struct arena *arena, struct object_verdict *out, struct err *err) MUST_USE;
/* Recommendations that ask something of a kind, also through what it makes. */
recommendation_bits posture_judge_kind(const struct posture_judge *judge, str group, str kind);
/* Recommendations that the parameters switch off, and those that no constraint is there for. */
recommendation_bits posture_judge_disabled(const struct posture_judge *judge);
/* Those whose rules look at other objects (data.inventory). */
recommendation_bits posture_judge_with_inventory(const struct posture_judge *judge);
/* Those that may ask something of a resource of the API, by its name alone ("widgets"). */
recommendation_bits posture_judge_resource(const struct posture_judge *judge, str name);
/* Does a change of a namespace's labels change anything? */
bool posture_judge_needs_namespaces(const struct posture_judge *judge);
/* Which recommendation a constraint of the library judges; -1: none. */
int posture_judge_recommendation(const struct posture_judge *judge,
				 const struct constraint *constraint);
/* Do two constraints of libraries judge the same, beside their documents? Selectors of scopes are
 * taken for different. */
bool posture_judge_same_extra(const struct constraint *a, const struct constraint *b);
/* The rule that judges a recommendation, or NULL. */
const struct library_rule *posture_judge_rule(const struct posture_judge *judge,
					      size_t recommendation);
