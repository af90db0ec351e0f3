/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * gatekeeper_config: Config (config.gatekeeper.sh) and SyncSet (syncset.gatekeeper.sh): which kinds
 * are put into data.inventory, and which namespaces each process leaves out.
 *
 *	struct gatekeeper_config config;
 *
 *	gatekeeper_config_init(&config, arena);
 *	rc = gatekeeper_config_add(&config, json, &err);        // 1; 0: it is neither; -1
 *	if (gatekeeper_config_syncs(&config, &pod) &&
 *	    !gatekeeper_config_excludes(&config, STR("audit"), STR("kube-system")))
 *		...
 */
#include "policy/constraint/resource.h"

struct gatekeeper_exclusion {
	const struct json *namespaces, *processes;
};

struct gatekeeper_config {
	struct arena *arena;
	const struct json **kinds; /* lists of {group, version, kind} */
	size_t kinds_n, kinds_cap;
	struct gatekeeper_exclusion *exclusions;
	size_t n, cap;
};

void gatekeeper_config_init(struct gatekeeper_config *config, struct arena *arena);
int gatekeeper_config_add(struct gatekeeper_config *config, const struct json *json,
			  struct err *err) MUST_USE;
/* With everything it refers to in `arena`. */
void gatekeeper_config_copy(const struct gatekeeper_config *from, struct arena *arena,
			    struct gatekeeper_config *out);
/* True when it says nothing of kinds at all. */
bool gatekeeper_config_is_empty(const struct gatekeeper_config *config);
/* Is an object of its kind and namespace to be put into the inventory? */
bool gatekeeper_config_syncs(const struct gatekeeper_config *config, const struct resource *r);
/* `process`: audit, webhook, mutation-webhook, sync. */
bool gatekeeper_config_excludes(const struct gatekeeper_config *config, str process, str namespace);
