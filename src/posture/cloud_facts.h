/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cloud_facts: the facts documents of cloud resources, for the checks of the groups cluster,
 * registry and tenant (policies/): one for each managed cluster and each registry with what belongs
 * to it, and one for each subscription of which a pricing record is there.
 *
 *	{"kind": "registry", "form": "arm", "resource": {...}, "related": [...]}
 *	{"kind": "tenant", "form": "arm", "subscription": "...", "pricings": [...]}
 *
 * Documents of our own are handed on as they are. Everything else is counted by type: it stands in
 * `not_examined`, as do pages that say that there is more.
 */
#include "fmt/inventory.h"
#include "posture/arm.h"

#define CLOUD_FACTS_MAX_RELATED 20000u	   /* of one registry; more is an error of its document */
#define CLOUD_FACTS_MAX_BYTES	(8u << 20) /* of one document, as check_set_judge takes */
#define CLOUD_FACTS_MAX_ALL	(256u << 20)

struct cloud_facts {
	struct fact_document *documents; /* by kind, path */
	size_t n;
	struct not_examined *not_examined;
	size_t not_examined_n;
};

/* ERR_LIMIT: a document, or all of them, are too large. All in `arena`; the set must outlive it. */
int cloud_facts_make(const struct arm_set *set, struct arena *arena, struct cloud_facts *out,
		     struct err *err) MUST_USE;
