/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* rego_trace: --explain and --profile of `seawall rego`, written to standard error. */
#include "policy/policy.h"
#include "policy/trace.h"

#define REGO_TRACE_MAX (16u << 20) /* bytes that are shown of an evaluation */

#define REGO_SORT_MAX 8u

enum rego_explain { EXPLAIN_OFF, EXPLAIN_NOTES, EXPLAIN_FAILS, EXPLAIN_FULL, EXPLAIN_DEBUG };

struct rego_trace_options {
	str explain; /* a word of --explain */
	bool values; /* of variables */
	bool profile;
	const str *sort; /* words of rego_profile_sorts */
	size_t sort_n;
	uint64_t limit; /* rows; 0: all */
};
extern const char *const rego_profile_sorts[];

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
	bool values;
	str sort[REGO_SORT_MAX];
	size_t sort_n;
	uint64_t limit;
};

/* Sets what is needed in `run`. */
void rego_trace_init(struct rego_trace *trace, struct policy_run *run,
		     const struct rego_trace_options *opts, const struct policy *policy);
/* Prints what was gathered. */
void rego_trace_show(struct rego_trace *trace);
void rego_trace_done(struct rego_trace *trace);
static inline void auto_rego_trace_done(struct rego_trace *trace) { rego_trace_done(trace); }

struct json_writer;
/* A member of the object that is open; after rego_trace_show. */
void rego_profile_put_json(const struct rego_trace *trace, struct json_writer *w);

/* print() of policies. `context` is a struct buf. */
void rego_print(void *context, str file, uint32_t line, str text);
