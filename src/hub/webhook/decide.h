/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * decide: what is done about one request: the violations that policies find, what becomes of each
 * (deny, warn, audit), and the answer. Nothing here waits or shares anything between threads but
 * the library, which is immutable.
 *
 *	struct decision d;
 *
 *	decide_validate(library, &request, &opts, arena, &d);
 *	admission_answer_write(&request, &d.answer, &out);
 *
 * Never denied, only recorded: what lies in a namespace of `audit_only` (kube-system, our own), and
 * an update of an object that is being deleted, which could otherwise never go away. A label that
 * bypasses policies is refused where it does not count, whatever the rules say.
 * What could not be judged is denied with `fail_closed`, else let through with a warning; a rule
 * that would not deny anyhow never does.
 */
#include "hub/webhook/admission_request.h"
#include "policy/constraint/library.h"

#define DECISION_MAX_FINDINGS 200u /* kept; the rest is counted */

enum verdict {
	VERDICT_ALLOWED,
	VERDICT_AUDITED, /* let through with violations */
	VERDICT_WARNED,
	VERDICT_DENIED,
	VERDICT_FAILED_OPEN, /* not judged, let through */
	VERDICT_FAILED_CLOSED,
	VERDICT_MUTATED,
	VERDICT_COUNT
};
/* "allowed", "audited" ... */
const char *verdict_name(enum verdict verdict);

struct finding {
	str rule;	      /* its id */
	str message;	      /* container and value stand in it */
	struct value details; /* an object */
	const char *action;   /* "deny", "warn", "audit" */
	const char *instead;  /* why it is not the rule's own action; NULL: it is */
	str template;	      /* of an expansion that made the object; empty: none */
	bool failed, undecided;
};

struct decision {
	enum verdict verdict;
	struct admission_answer answer;
	struct finding *items;
	size_t n, dropped;
	bool excluded; /* Gatekeeper's Config leaves the namespace out: only built-in rules */
	str bypass;    /* label that turned deny into audit */
	str error;     /* why nothing was judged */
};

enum expand_mode { EXPAND_OFF, EXPAND_WARN, EXPAND_ON };

struct decide_opts {
	bool fail_closed;
	bool fix;		 /* tells the smallest change that would pass with what is denied */
	enum expand_mode expand; /* what is done about pods that a workload will make */
	const str *audit_only;	 /* namespaces, patterns */
	size_t audit_only_n;
	const struct resource *namespace; /* of the object, or NULL */
	struct sync_view *view;		  /* data.inventory; NULL: what the library has */
	struct builtin_cache *cache;	  /* of the thread */
	int64_t deadline_ms;		  /* of time_mono_ms */
	uint64_t max_steps;		  /* of one rule; 0: as constraint_set.h says */
	unsigned kubernetes_minor;	  /* of 1.MINOR, for fixes; 0: not known */
};

void decide_validate(struct library *library, const struct admission_request *request,
		     const struct decide_opts *opts, struct arena *arena, struct decision *out);
void decide_mutate(struct library *library, const struct admission_request *request,
		   const struct decide_opts *opts, struct arena *arena, struct decision *out);
/* Nothing was judged: too late, too busy, no policies. */
void decide_not(const struct decide_opts *opts, str why, struct decision *out);
