/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* rego_trace: --explain and --profile of `seawall rego`, written to standard error. */
#include "policy/policy.h"
#include "policy/trace.h"

#define REGO_TRACE_MAX (16u << 20) /* bytes that are shown of an evaluation */

enum rego_explain { EXPLAIN_OFF, EXPLAIN_NOTES, EXPLAIN_FAILS, EXPLAIN_FULL };

struct rego_profile_row {
	str file;
	uint32_t line, col;
	uint64_t tried, ns;
};

struct rego_trace {
	struct policy_trace trace;
	enum rego_explain explain;
	struct buf out;
	struct rego_profile_row *rows; /* by id of the literal */
	size_t row_n;
	uint32_t last;	  /* the literal that the time goes to */
	uint64_t last_ns; /* since when */
};

/* `how` is off, notes, fails or full. Sets what is needed in `run`. */
void rego_trace_init(struct rego_trace *trace, struct policy_run *run, str how, bool profile,
		     const struct policy *policy);
/* Prints what was gathered. */
void rego_trace_show(struct rego_trace *trace);
void rego_trace_done(struct rego_trace *trace);
static inline void auto_rego_trace_done(struct rego_trace *trace) { rego_trace_done(trace); }

/* print() of policies. `context` is a struct buf. */
void rego_print(void *context, str file, uint32_t line, str text);
