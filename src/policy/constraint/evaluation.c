/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/evaluation.h"

#include "base/time.h"
#include "policy/constraint/sync_store.h"

bool evaluation_again(const struct review_run *run, const struct value *input,
		      struct policy_run *out)
{
	int64_t left = run->deadline_ms ? run->deadline_ms - time_mono_ms() : 0;

	out->input = input;
	out->timeout_ns = left > 0 ? (uint64_t)left * 1000000u : 0;
	return !run->deadline_ms || left > 0;
}

bool evaluation_begin(const struct review_run *run, const struct value *input,
		      struct builtin_cache *cache, struct policy_run *out)
{
	struct sync_data *data = run->view ? sync_view_data(run->view) : run->data;

	*out = (struct policy_run){
		.data = data ? sync_data_value(data) : NULL,
		.now_ns = run->now_ns,
		.max_steps = run->max_steps ? run->max_steps : CONSTRAINT_SET_MAX_STEPS,
		.max_bytes = run->max_bytes ? run->max_bytes : CONSTRAINT_SET_MAX_BYTES,
		.cache = cache,
		.print = run->print,
		.context = run->print_context,
		.external = run->external,
		.external_context = run->external_context,
		.refusal_halts = true,
		.allow_runtime = true, /* it has nothing in it, as Gatekeeper's */
		.runtime = { .type = VALUE_OBJECT },
	};
	value_measure(&out->runtime);
	return evaluation_again(run, input, out);
}
