/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* policy_store, inside. */
#include <pthread.h>

#include "base/map.h"
#include "hub/webhook/policy_store.h"

#define POLICY_REASON_MAX 1000u

/* One version of an object; counted under the store's lock. */
struct policy_version {
	unsigned refs;
	struct arena *arena;
	str text;  /* JSON */
	str makes; /* of a template: the kind of its constraints */
};

struct policy_object {
	struct policy_kind *kind;
	char *key, *namespace, *name;
	struct policy_version *now, *good; /* good: loaded last, or NULL */
	unsigned list;			   /* in which it was seen last */
	enum policy_verdict verdict;
	char *reason; /* or NULL */
	bool told;
};

struct policy_kind {
	char *group, *name;
	enum policy_kind_state state;
	char *reason; /* or NULL */
	bool told, listed;
	unsigned list;
	size_t objects;
	uint64_t lists, events, refused; /* refused: since its last list began */
	int64_t unserved_since;
};

struct policy_store {
	size_t max_bytes;
	int fd;
	pthread_mutex_t lock; /* of what follows */
	struct arena *arena;  /* of the map: made anew when too many names came and went */
	struct map map;	      /* key to struct policy_object, NULL: it is gone */
	size_t n, bytes;
	struct policy_kind *kinds[POLICY_STORE_KINDS];
	size_t kinds_n;
	uint64_t kinds_refused;	     /* since the last policy_store_made */
	int64_t changed, changed_at; /* the first and the last change that is not loaded; 0: none */
	bool loading;
	char *error; /* why what changed is not in force as a whole, or NULL */
	uint64_t loads;
};

char *policy_text(str text); /* a copy with '\0' */
void policy_version_unref(struct policy_store *store, struct policy_version *v); /* locked */
