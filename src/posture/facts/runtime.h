/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * runtime: running containers without asking an engine: from the bundles that containerd, CRI-O and
 * Podman keep (config.json of the OCI Runtime Specification, the number of the first process) and
 * the files beside them that name image and container. Documents are of kind "container" with the
 * origin "runtime" (doc/facts-docker.md). Only files are read.
 *
 * Bundles are looked for in the usual places, and where shims and monitors that run say that theirs
 * are. Limits: RUNTIME_BUNDLES_MAX of them, RUNTIME_CONFIG_MAX bytes of one, JSON_DEFAULT_DEPTH
 * deep. A bundle that cannot be understood is counted and told as a document without what it says,
 * with the reason in not_read.
 */
#include "base/map.h"
#include "posture/facts/docker.h"

#define RUNTIME_BUNDLES_MAX   5000u
#define RUNTIME_CONFIG_MAX    (4u << 20)
#define RUNTIME_CONFIG_VALUES 200000u

struct runtime_counts {
	size_t bundles, told;
	size_t stopped; /* nothing runs there */
	size_t known;	/* `skip` names it */
	size_t unreadable;
	size_t unwanted;
};

struct runtime_opts {
	const struct map *skip;			/* ids of containers that were told; NULL: none */
	bool no_moby;				/* Docker tells its own itself */
	bool (*wants)(void *context, str name); /* NULL: all */
	void *wants_context;
};

/*
 * By runtime and name. fn as in docker_facts_each. Fails only as fn does; a place that may not be
 * looked into is told in `denied` (its reason, in `arena`; empty: none).
 */
int runtime_facts_each(struct docker_facts *facts, const struct runtime_opts *opts,
		       docker_facts_fn *fn, void *context, struct arena *arena,
		       struct runtime_counts *counts, str *denied, struct err *err) MUST_USE;
