/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* image: documents of kind "image" of the images of an engine (doc/facts-docker.md). */
#include "posture/facts/docker.h"

/* By name. fn as in docker_facts_each. */
int image_facts_each(struct docker_facts *facts, docker_facts_fn *fn, void *context,
		     struct err *err) MUST_USE;
