/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * recommendation: the 24 recommendations of the category containers, in their order, the three
 * further rules about workloads (R-60, R-49a), and the security controls they are grouped in
 * data, policies/recommendations.yaml.
 *
 *	struct recommendation_set set;
 *
 *	if (recommendation_set_load(&set, arena, &err) < 0)
 *		return -1;
 *	int i = recommendation_find(&set, STR("no-privileged-containers"));     // -1: none
 *
 * A recommendation is spoken of by its index, which is its bit in every set of them; so is a
 * control.
 */
#include "advisory/finding.h"
#include "report/text.h"

struct err;

#define RECOMMENDATION_MAX	128u /* bits of a set */
#define RECOMMENDATION_CATEGORY 24u  /* the first so many are the category containers */
#define CONTROL_MAX		16u
#define RECOMMENDATION_BIT(i)	((recommendation_bits)1 << (i))
#define RECOMMENDATION_ALL	(~(recommendation_bits)0)

/* A set of recommendations. */
__extension__ typedef unsigned __int128 recommendation_bits;

/* What a recommendation is about. */
enum resource_kind {
	RESOURCE_WORKLOAD,
	RESOURCE_SERVICE,
	RESOURCE_INGRESS,
	RESOURCE_ACCOUNT, /* a service account */
	RESOURCE_CLUSTER,
	RESOURCE_REGISTRY,
	RESOURCE_TENANT,
	RESOURCE_MACHINE,   /* a host of containers */
	RESOURCE_CONTAINER, /* on a machine */
	RESOURCE_KINDS
};
/* "workload", "service", ...: stable, in JSON. */
const char *resource_kind_name(enum resource_kind kind);

struct control {
	str id, title[LANG_COUNT];
	unsigned max; /* points that it gives at most; 0: it is shown, and gives none */
};

struct recommendation_text {
	str title, description, rationale, remediation;
};

struct recommendation {
	str id, code;	/* "no-privileged-containers", "SW-REC-018" */
	str assessment; /* key that cloud tenants give it; empty: none is used here */
	unsigned order; /* from 1; above RECOMMENDATION_CATEGORY: a further rule */
	struct recommendation_text text[LANG_COUNT];
	enum severity severity;
	enum resource_kind kind;
	uint64_t controls;   /* bits, by index */
	str template, check; /* what judges it: a template of policies/kubernetes, or a check */
	bool data;	     /* judged by the policy add-on in the cluster */
	bool decision;	     /* needs a list that the site must decide */
	bool exemptable;     /* a single resource may be exempted in cloud tenants */
	bool preview;	     /* does not count in the score */
	bool not_windows;    /* says nothing about pods of Windows nodes */
	bool off;	     /* effect disabled: "enable if required" */
	int64_t freshness;   /* seconds between two assessments, at most */
	str action;	     /* what can be ordered: "deny", "enforce", "fix", "none" */
	int required;	     /* index of the prerequisite; -1: none */
	const str *policies, *benchmarks, *tactics, *techniques;
	size_t policy_n, benchmark_n, tactic_n, technique_n;
};

struct recommendation_set {
	struct recommendation *items; /* by order; room for RECOMMENDATION_MAX */
	size_t n;
	struct control *controls;
	size_t control_n;
};

/* The built-in ones. Texts live in `arena`. */
int recommendation_set_load(struct recommendation_set *set, struct arena *arena,
			    struct err *err) MUST_USE;
/* The one about hosts of containers (R-30a), behind those that are there: its index, or -1. */
int recommendation_set_load_hosts(struct recommendation_set *set, struct arena *arena,
				  struct err *err) MUST_USE;
/* From a text in the form of the built-in file. ERR_INPUT names what is wrong. */
int recommendation_set_read(struct recommendation_set *set, str text, struct arena *arena,
			    struct err *err) MUST_USE;
/* One more, judged by a rule of the user or a profile; -1: there is no room for it. */
int recommendation_add(struct recommendation_set *set, const struct recommendation *extra);
/* Index by id, code or policy, without regard to case; -1: none. */
int recommendation_find(const struct recommendation_set *set, str id);
/* By the template that judges it; -1: none. */
int recommendation_of_template(const struct recommendation_set *set, str template);
