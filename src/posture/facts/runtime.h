/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * runtime: running containers without asking an engine: from the bundles that containerd, CRI-O and
 * Podman keep (config.json of the OCI Runtime Specification, the number of the first process) and
 * the files beside them that name image and container. Documents are of kind "container" with the
 * origin "runtime" (doc/facts-docker.md). Only files are read.
 *
 * Bundles are looked for in the usual places, of root and of each user, and where shims and
 * monitors that run say that theirs are. Anybody can call a program "conmon", and make files as a
 * runtime does: each bundle has an owner, and counts where its files are the owner's and the
 * process is one of the owner's (root may have any). Nobody can tell of, hide or alter what is
 * another's; what is not believed is counted and named.
 *
 * Limits: RUNTIME_BUNDLES_MAX of root, RUNTIME_USERS_BUNDLES_MAX of each other user,
 * RUNTIME_CONFIG_MAX bytes of one, JSON_DEFAULT_DEPTH deep. A bundle that cannot be understood is
 * counted and told as a document without what it says, with the reason in not_read.
 */
#include "base/map.h"
#include "posture/facts/docker.h"

#define RUNTIME_BUNDLES_MAX	  5000u
#define RUNTIME_USERS_BUNDLES_MAX 500u
#define RUNTIME_CONFIG_MAX	  (4u << 20)
#define RUNTIME_CONFIG_VALUES	  200000u
#define RUNTIME_DOUBTS_MAX	  5u /* that are named */
#define RUNTIME_ANYBODY		  UINT32_MAX

struct runtime_counts {
	size_t bundles, told;
	size_t stopped; /* nothing runs there */
	size_t known;	/* `skip` names it */
	size_t unreadable;
	size_t unwanted;
	size_t doubted; /* not believed */
};

/* Why something is missing; texts live in the arena of the call, empty: nothing is. */
struct runtime_gaps {
	str denied;   /* a place that may not be looked into */
	str overflow; /* there is more than is read */
	str doubts;   /* what is not believed: the first of them, in words */
};

struct runtime_opts {
	const struct map *skip;			/* ids of containers that were told; NULL: none */
	uint32_t skip_owner;			/* whose they are; RUNTIME_ANYBODY: not known */
	bool no_moby;				/* that Docker tells its own itself */
	bool (*wants)(void *context, str name); /* NULL: all */
	void *wants_context;
};

/* By runtime and name. fn as in docker_facts_each. Fails only as fn does. */
int runtime_facts_each(struct docker_facts *facts, const struct runtime_opts *opts,
		       docker_facts_fn *fn, void *context, struct arena *arena,
		       struct runtime_counts *counts, struct runtime_gaps *gaps,
		       struct err *err) MUST_USE;
