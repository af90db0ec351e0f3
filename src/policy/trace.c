/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/trace.h"

static void count(uint32_t *counters, size_t n, uint32_t id)
{
	if (counters && id < n && counters[id] < UINT32_MAX)
		counters[id]++;
}

void trace_try(struct eval *ev, const struct op *op, const struct value *slots)
{
	const struct policy_counters *counters = ev->run->counters;

	if (counters)
		count(counters->tried, counters->n, op->id);
	if (ev->run->trace && op->id && op->expr)
		ev->run->trace->event(ev->run->trace, op, slots, ev->depth, TRACE_TRY);
}

void trace_answer(struct eval *ev, const struct op *op, const struct value *slots, int answer)
{
	const struct policy_counters *counters = ev->run->counters;

	if (counters && answer == 1)
		count(counters->answered, counters->n, op->id);
	if (ev->run->trace && op->id && op->expr)
		ev->run->trace->event(ev->run->trace, op, slots, ev->depth, answer);
}

void trace_yield(struct eval *ev, const struct op *op)
{
	const struct policy_counters *counters = ev->run->counters;

	if (counters && op->id)
		count(counters->tried, counters->n, op->id);
}
