/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* container: documents of kind "container" (doc/facts-docker.md), one for each container. */
#include "posture/facts/docker.h"

/* By name. fn as in docker_facts_each. */
int container_facts_each(struct docker_facts *facts, docker_facts_fn *fn, void *context,
			 struct err *err) MUST_USE;
