/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster_check: what `check cluster` is made of: the rules it judges with, the clusters it looks
 * at, and what it answers.
 */
#include "cmd/cluster_policies.h"
#include "cmd/command.h"
#include "cmd/kube_target.h"
#include "policy/constraint/library.h"
#include "policy/constraint/library_parameters.h"
#include "posture/report.h"

enum cluster_option {
	CLUSTER_FACTS,
	CLUSTER_PARAMETERS,
	CLUSTER_LOCAL_PARAMETERS,
	CLUSTER_PROFILE,
	CLUSTER_POLICY,
	CLUSTER_CLUSTER_POLICIES,
	CLUSTER_RECOMMENDATION,
	CLUSTER_FORMAT,
	CLUSTER_OUTPUT,
	CLUSTER_SEVERITY,
	CLUSTER_FAIL_ON,
	CLUSTER_IGNOREFILE,
	CLUSTER_LOCAL_EXCEPTIONS,
	CLUSTER_SCOPE,
	CLUSTER_LIMIT,
	CLUSTER_EXPORT_CONSTRAINTS,
	CLUSTER_CONSTRAINT_FORM,
	CLUSTER_EXPORT_PARAMETERS,
	CLUSTER_TIMESTAMP,
	CLUSTER_WATCH,
	CLUSTER_INTERVAL,
	CLUSTER_ALL_CONTEXTS,
	CLUSTER_DB,
	CLUSTER_KUBE,
	CLUSTER_CONFIG = CLUSTER_KUBE + KUBE_TARGET_OPTION_COUNT,
	CLUSTER_OPTION_COUNT
};

struct cluster_check {
	struct invocation *in;
	int64_t now;
	struct recommendation_set recommendations;
	struct library_parameters parameters;
	bool has_parameters;
	bool told_no_advisories;
	struct check_set *checks;
	struct exception_set exceptions;
	recommendation_bits chosen, enabled;
	struct documents own;	       /* --policy */
	struct library *libraries[64]; /* one for each cluster */
	struct cluster_policies policies[64];
	struct posture_view views[64];
	size_t n;
};

#define CLUSTER_CHECK_MAX 64u /* clusters of one call */

/* Reads options and the files they name. */
int cluster_check_load(struct cluster_check *check, struct err *err) MUST_USE;
void cluster_check_done(struct cluster_check *check);
/* Parameters and exceptions anew, for a loop. */
int cluster_check_parameters(struct cluster_check *check, struct arena *arena,
			     struct library_parameters *out, bool *given, struct err *err) MUST_USE;
int cluster_check_exceptions(const struct cluster_check *check, struct exception_set *out,
			     struct arena *arena, struct err *err) MUST_USE;
/* The library for a cluster of that name. */
struct library *cluster_check_library(const struct cluster_check *check,
				      const struct library_parameters *parameters, str name,
				      struct cluster_policies *policies, struct err *err);
struct posture *cluster_check_posture(struct cluster_check *check, struct library *library,
				      const struct cluster_policies *policies, struct err *err);
/* Recommendations and rules that --recommendation names, once all rules are known. */
int cluster_check_chosen(struct cluster_check *check, bool all_known, struct err *err) MUST_USE;
/* Its facts, with flaws of its version, and what of its policies does not load. */
int cluster_check_head(struct cluster_check *check, struct posture *posture,
		       const struct json *head, const struct cluster_policies *policies,
		       struct err *err) MUST_USE;
/* The head with flaws of its versions, and with policies of the cluster that do not load among what
 * could not be read. */
const struct json *cluster_check_whole_head(struct cluster_check *check, const struct json *head,
					    const struct cluster_policies *p, struct arena *arena);
/* For the collector of facts: does any rule ask about a kind? `context`: the posture. */
bool cluster_check_asks(void *context, str group, str kind);
/* One cluster more: from a facts file, or over its API. */
int cluster_check_file(struct cluster_check *check, str path, struct err *err) MUST_USE;
int cluster_check_live(struct cluster_check *check, const char *context, struct err *err) MUST_USE;
/* A cluster that could not be looked at, among others. */
void cluster_check_failed(struct cluster_check *check, str source, const struct err *why);
/* What is shown of it. */
void cluster_check_report(const struct cluster_check *check, struct posture_report *report);
/* Writes the report and the exports; the exit status, or -1. */
int cluster_check_answer(struct cluster_check *check, struct err *err) MUST_USE;
/* --watch. */
int cluster_check_watch(struct cluster_check *check, struct err *err) MUST_USE;
