/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of audit_loop share. */
#include <pthread.h>

#include "base/err.h"
#include "base/map.h"
#include "kube/kube.h"
#include "policy/constraint/resource.h"
#include "policy/constraint/sync_store.h"
#include "posture/audit_loop.h"

/* An object that is or was there. */
struct seen {
	str kind, namespace, name;
	uint64_t version; /* resourceVersion: an older word about it does not count */
	uint64_t pass;	  /* the last list that it was in */
	uint64_t epoch;	  /* of the loop, when it was judged */
	bool gone;
};

struct audit_watch {
	struct audit_loop *loop;
	struct kube *kube;
	const struct kube_resource *resource;
	str namespace; /* empty: all */
	uint64_t pass; /* of the list that is being read */
	bool broken, running;
	const struct sync_kind *kind; /* it feeds the inventory alone; NULL: it judges */
	pthread_t thread;
};

struct audit_loop {
	struct audit_loop_opts opts;
	struct arena *arena; /* of the loop */
	struct kube_catalog catalog;
	struct audit_watch *watches;
	size_t watch_n;
	int wake_fd;	      /* eventfd: something changed */
	int files_fd;	      /* inotify; -1: none */
	pthread_mutex_t lock; /* over everything below, and the posture */
	struct arena *seen_arena;
	struct map seen; /* key to struct seen */
	uint64_t passes;
	uint64_t epoch;	     /* what was judged before it must be judged again when it comes by */
	struct arena *batch; /* causes of the batch */
	struct map causes;   /* key of a resource to struct audit_cause */
	struct map dirty;    /* namespaces whose labels changed */
	struct audit_cause common; /* of what no object caused */
	bool changed;
	bool inventory_changed;
	int64_t inventory_ms; /* when it was judged by last */
	struct arena *note_arena;
	str notes[64];
	size_t note_n;
	struct arena *before_arena; /* of `before` */
	struct assessment before;
	bool has_before;
};

/* An object came by, in a list of that pass or as an event. Takes the lock. */
int audit_take(struct audit_loop *loop, const struct json *object, uint64_t pass, const char *event,
	       struct err *err);
/* What was in no list since `pass`, of a kind (empty: of every kind), is gone. Takes the lock. */
void audit_end_pass(struct audit_loop *loop, str kind, str namespace, uint64_t pass);
uint64_t audit_begin_pass(struct audit_loop *loop);
/* The same for a pass that judges everything again. */
uint64_t audit_begin_epoch(struct audit_loop *loop);
/* Memory of what is gone is given back. Takes the lock. */
void audit_compact(struct audit_loop *loop);
void audit_wake(struct audit_loop *loop);
void audit_note(struct audit_loop *loop, str text);

int audit_watch_start(struct audit_loop *loop, struct err *err);
void audit_watch_stop(struct audit_loop *loop);

/* Compares with what was before, and tells. On the caller's thread, without the lock. */
int audit_tell(struct audit_loop *loop, struct err *err);
