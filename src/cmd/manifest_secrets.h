/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * manifest_secrets: secrets in the texts of containers that files ask for (container_plan.h), by
 * the kinds of `seawall scan`. What is kept of one is its kind and at most four characters.
 */
#include "fmt/container/container_plan.h"

struct err;

int manifest_secrets_search(struct container_plan *const *plans, size_t n, struct arena *arena,
			    struct err *err) MUST_USE;
