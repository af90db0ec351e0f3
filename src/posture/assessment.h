/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * assessment: what is known about the objects of one cluster as recommendations x resources
 * . A resource is a cluster, a service, an ingress, or a workload with all that it
 * made: a pod of a replica set of a deployment counts for the deployment, once. One recommendation
 * has for a resource one state:
 *
 *	unhealthy        one of its objects violates it
 *	error            it could not be judged: why is said, and it is never healthy
 *	needs decision   it would be unhealthy, but the list it needs is the site's to decide
 *	exempt           an exception holds; shown as not applicable(exempt), counted nowhere
 *	healthy
 *	not applicable   with the reason
 *
 *	struct assessment a;
 *
 *	assessment_make(&a, &input, table, arena);
 *	for (size_t i = 0; i < a.recommendations->n; i++)
 *		use(a.results[i].count[ASSESSED_UNHEALTHY]);
 *
 * Same table, same assessment, in whatever order its objects came. It points into the table and the
 * input, which must outlive it.
 */
#include "posture/object_table.h"
#include "posture/score.h"
#include "report/exception.h"

enum assessed_state {
	ASSESSED_HEALTHY,
	ASSESSED_UNHEALTHY,
	ASSESSED_DECISION,
	ASSESSED_ERROR,
	ASSESSED_EXEMPT,
	ASSESSED_NOT_APPLICABLE,
	ASSESSED_STATES
};
/* "healthy", "unhealthy", "needs_decision", "error", "exempt", "not_applicable" */
const char *assessed_state_name(enum assessed_state state);

struct assessed_exemption {
	unsigned recommendation;
	const struct exception *by;
	enum assessed_state underlying; /* what it would be */
};

struct assessed_resource {
	str key; /* "namespace/Deployment/name" */
	enum resource_kind kind;
	str type, namespace, name;
	const struct object_verdict **members; /* by key: itself, what it made */
	size_t member_n, pods;
	recommendation_bits
		state[ASSESSED_STATES]; /* sets of recommendations, apart from one another */
	recommendation_bits undecided; /* those whose list waits for a decision: not in the score */
	struct assessed_exemption *exemptions;
	size_t exemption_n;
};

/* One recommendation over all resources. */
struct assessed_recommendation {
	enum assessed_state state;     /* the worst of its resources */
	bool assessed;		       /* there was something to look at */
	bool undecided;		       /* its list is not set for some resource */
	bool counts;		       /* in the score */
	size_t count[ASSESSED_STATES]; /* resources */
	size_t pods;		       /* affected ones: pods that violate it */
	uint64_t dropped;	       /* findings over a limit of the policy engine */
};

struct assessment_input {
	const struct recommendation_set *recommendations;
	str name;			  /* of the cluster */
	recommendation_bits undecided;	  /* recommendations whose list nobody has set */
	bool unconfigured_unhealthy;	  /* the literal reading: these are unhealthy */
	recommendation_bits enabled;	  /* of those that are off: they count all the same */
	struct exception_set *exceptions; /* may be NULL */
	bool add_matches; /* to those of other clusters; false: they are counted anew */
};

struct assessment {
	const struct assessment_input *input;
	const struct recommendation_set *recommendations;
	struct assessed_resource *resources; /* by key */
	size_t n;
	struct assessed_recommendation results[RECOMMENDATION_MAX];
	struct score score;
	size_t objects, pods;
};

void assessment_make(struct assessment *a, const struct assessment_input *input,
		     const struct object_table *table, struct arena *arena);
/* By its key, or NULL. */
const struct assessed_resource *assessment_find(const struct assessment *a, str key);
/* The state of a recommendation for a resource; false: it has nothing to do with it. */
bool assessed_state_of(const struct assessed_resource *resource, size_t recommendation,
		       enum assessed_state *out);
/* The exemption that holds, or NULL. */
const struct assessed_exemption *assessed_exemption_of(const struct assessed_resource *resource,
						       size_t recommendation);

/* What is wrong with a resource: equal findings of several of its objects are one. */
struct assessed_finding {
	str subject, message[LANG_COUNT];
	size_t objects, pods; /* that have it */
	str object;	      /* key of the first of them */
};
/* Of one recommendation, sorted. They live in `arena`; the number is returned. */
size_t assessed_findings(const struct assessed_resource *resource, size_t recommendation,
			 struct arena *arena, struct assessed_finding **out);
/* Keys of the pods that violate it, sorted. */
size_t assessed_pods(const struct assessed_resource *resource, size_t recommendation,
		     struct arena *arena, str **out);
/* Why it is in error or not applicable; empty: nobody said. */
str assessed_reason(const struct assessed_resource *resource, size_t recommendation,
		    enum lang lang);

/* Values that are used now of a list that nobody has decided, with the number of objects. */
struct assessed_use {
	str value;
	size_t objects;
};
size_t assessed_uses(const struct assessment *a, size_t recommendation, struct arena *arena,
		     struct assessed_use **out);
