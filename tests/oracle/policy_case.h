/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* policy_case: pods through the built-in template of the Pod Security Standards (policies/, so the
 * current folder is the project's). */
#include "oracle.h"

/* Ends the program when the template is not there. */
void policy_case_init(struct oracle *oracle);
void policy_case_done(struct oracle *oracle);
/* How many findings a Pod, or what a workload makes, has; -1: the case has failed. */
int policy_case_level(struct oracle *oracle, str level, str version, const struct json *object,
		      struct arena *arena);
