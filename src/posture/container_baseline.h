/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container_baseline: the recommendations on containers of a former JSON report, to tell what is
 * new (the controls: benchmark_baseline.h). A finding is known when the same recommendation said
 * the same about the same resource, in either language; changed when it said something else; else
 * new. What failed and is gone is fixed, unless it could not be judged now, is exempt, waits for a
 * decision, was left out by name, or its recommendation is not part of this run.
 */
#include "posture/benchmark.h"
#include "posture/container_posture.h"

struct container_baseline_entry {
	str id, resource, message;	       /* of the recommendation; "Container/NAME" */
	enum assessed_state state;	       /* unhealthy, needs decision or error */
	bool found;			       /* it is still there */
	struct container_baseline_entry *next; /* about the same thing */
};

struct container_baseline {
	struct container_baseline_entry *entries;
	size_t n, cap;
	unsigned char *marks;	      /* enum benchmark_mark, by resource and recommendation */
	size_t added, changed, known; /* findings and errors now */
	struct container_baseline_entry *fixed;
	size_t fixed_n;
};

/* `root`: a report that benchmark_baseline_read took. ERR_INPUT, ERR_LIMIT. */
int container_baseline_read(struct container_baseline *base, const struct json *root,
			    struct arena *arena, struct err *err) MUST_USE;
/* Sets marks and counts; `result` tells what was left out by name. */
void container_baseline_apply(struct container_baseline *base,
			      const struct container_posture *posture, const struct assessment *a,
			      const struct benchmark_result *result, struct arena *arena);
/* The most that is to be said of its findings. */
enum benchmark_mark container_baseline_mark(const struct container_baseline *base,
					    const struct assessment *a,
					    const struct assessed_resource *resource,
					    size_t recommendation);
