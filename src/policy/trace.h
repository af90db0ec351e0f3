/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * trace: what an evaluation did, for --explain, --profile and coverage. An evaluation without
 * counters and trace does not come here.
 */
#include "policy/eval.h"

/* Called for each literal that is tried, and with its answer (1 yes, 0 no, -1 failed). */
struct policy_trace {
	void (*event)(struct policy_trace *trace, const struct op *op, const struct value *slots,
		      unsigned depth, int answer);
	void *context;
};
#define TRACE_TRY 2 /* instead of an answer */

void trace_try(struct eval *ev, const struct op *op, const struct value *slots);
void trace_answer(struct eval *ev, const struct op *op, const struct value *slots, int answer);
/* The end of a body, known by the id of its rule's head. */
void trace_yield(struct eval *ev, const struct op *op);
