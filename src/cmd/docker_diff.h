/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_diff: what differs between two assessments of a host, a line each: a control whose status
 * changed, a finding that came, one that went.
 */
#include "posture/benchmark_report.h"

/* What one assessment said, apart from it. */
struct docker_snapshot {
	struct arena *arena;
	struct docker_said *items;
	size_t n, cap;
	bool scored;
	unsigned percent;
};

struct docker_cause {
	const char *kind; /* "event", "file", "full_pass" */
	str what;	  /* "container start web", a path */
};

/* `arena` lives as long as the snapshot; controls are those of the check set. */
void docker_snapshot_take(struct docker_snapshot *s, const struct benchmark_result *result,
			  struct arena *arena);
/* Appends the lines; their number. */
size_t docker_diff_write(struct buf *b, const struct docker_snapshot *before,
			 const struct docker_snapshot *after, const struct docker_cause *cause,
			 str time, enum lang lang, bool json);
