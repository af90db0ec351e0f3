/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * exemption: exceptions (report/exception.h) over an assessment. The ids of an exception are
 * ids, codes or policies of recommendations; its paths name resources, "namespace/Deployment/name",
 * or one container of them, "namespace/Deployment/name/container", or an object that a workload
 * made; its scopes the cluster. What is exempt counts nowhere: neither does it keep points, nor
 * lose them. A resource is exempt when an exception holds for it, whatever its state, or when each
 * of its findings has one. What could not be judged stays an error.
 */
#include "posture/assessment.h"

/* Sets exempt states and the `matched` counts of the exceptions: a match is something that would
 * otherwise be unhealthy or undecided. */
void exemption_apply(struct assessment *a, struct arena *arena);
/* How exports call it: "mitigated" or "waiver". */
const char *exemption_category(const struct exception *exception);
