/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster_advisories: flaws of the versions of Kubernetes that a cluster runs, from the advisory
 * database, as `advisories` of the head of its facts, where the check of the version looks for them
 * (policies/cluster).
 *
 *	head = cluster_advisories_add(check, head, arena);
 *
 * Without a database, or without Go's advisories in it, nothing is added, and that is told once:
 * then only the built-in flaw is known. A database that cannot be read stands under not_read.
 */
#include "base/json.h"

struct cluster_check;

const struct json *cluster_advisories_add(struct cluster_check *check, const struct json *head,
					  struct arena *arena);
