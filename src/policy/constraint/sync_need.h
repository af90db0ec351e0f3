/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sync_need: which other objects a template looks at, so that nobody judges by an inventory that
 * lacks them: what its annotation metadata.gatekeeper.sh/requires-sync-data says, else what its
 * Rego shows (data.inventory.namespace[_]["v1"]["Service"]).
 *
 *	struct sync_needs needs;
 *
 *	sync_needs_init(&needs, arena);
 *	module_check(module, entry, &needs, &err);      // notes what it looks at
 *	sync_needs_annotation(&needs, text);            // takes its place, where it can be read
 *	for (size_t i = 0; i < needs.n; i++)
 *		...             // each must be met, by any one of its kinds
 */
#include "base/arena.h"

struct resource;
struct term;

#define SYNC_NEEDS_MAX	    100u
#define SYNC_NEED_KINDS_MAX 500u /* of one need */
#define SYNC_ANNOTATION	    STR("metadata.gatekeeper.sh/requires-sync-data")

struct sync_kind {
	str group, version; /* "*": any; the core's group is empty */
	str kind;
};

struct sync_need { /* met by any one of them */
	struct sync_kind *items;
	size_t n, cap;
};

struct sync_needs {
	struct arena *arena;
	struct sync_need *items; /* each must be met */
	size_t n, cap;
	bool used;    /* the template looks at data.inventory */
	bool unknown; /* and its text does not show at which kinds */
	str alias;    /* while a module is looked at: its name for data.inventory */
	str note;     /* why the annotation does not count; empty: it does, or there is none */
};

void sync_needs_init(struct sync_needs *needs, struct arena *arena);
/* A reference below data.inventory, of which items[from] is the first step behind that. */
void sync_needs_reference(struct sync_needs *needs, const struct term *ref, uint32_t from);
/* `text`: a list of needs, each a list of {groups, versions, kinds}. */
void sync_needs_annotation(struct sync_needs *needs, str text);

/* Is `kind` (of an object, without "*") one of them? */
bool sync_need_takes(const struct sync_need *need, const struct sync_kind *kind);
/* "apps/v1/Deployment", "v1/Service", "Service" for any version. */
str sync_kind_text(const struct sync_kind *kind, struct arena *arena);
/* All alternatives, with " or ". */
str sync_need_text(const struct sync_need *need, struct arena *arena);
