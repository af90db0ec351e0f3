/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* rego_cover: which lines of bodies were reached, in the form that OPA's tools read. */
#include "base/buf.h"
#include "policy/policy.h"

/* Hundredths of a percent that were reached. */
uint64_t rego_put_coverage(struct buf *out, const struct policy *policy,
			   const struct policy_counters *counters, struct arena *arena);
