/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container_report: the recommendations on the containers of a host as the second part of the
 * report of its benchmark, in each of its forms: the functions that struct benchmark_report calls,
 * with a struct container_report as its more_context.
 */
#include "posture/benchmark_report.h"
#include "posture/container_posture.h"

struct container_baseline;

struct container_report {
	const struct container_posture *posture;
	const struct assessment *assessment;
	const struct container_baseline *baseline; /* container_baseline.h; NULL: none */
	unsigned severities;			   /* 1u << SEVERITY_X; 0: all */
};

/* Sets the members of `report` that call this. */
void container_report_attach(const struct container_report *part, struct benchmark_report *report);
/* Resources in that state, of recommendations that are shown and of that severity or a higher one;
 * with a baseline only those with something new or changed. */
size_t container_report_count(const struct container_report *part, enum assessed_state state,
			      enum severity level);
