/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kind_watch: one kind of object of a cluster, watched by a thread of its own with a client of its
 * own, for as long as it is wanted: a kind that is not served yet, or that we have no right to, is
 * asked for again and again.
 *
 *	struct kind_watch_opts opts = { .kind = kind, .event = on_event, .failed = on_failed };
 *	struct kind_watch *w = kind_watch_new(&opts, &err);
 *
 *	kind_watch_free(w);     // ends the thread and waits for it
 *
 * Callbacks come from that thread. `kind` is copied.
 */
#include "kube/kube.h"
#include "policy/constraint/sync_need.h"

#define KIND_WATCH_AGAIN_MS 30000  /* after a failure */
#define KIND_WATCH_FULL_MS  300000 /* after `event` ended it */

struct kind_watch;

struct kind_watch_opts {
	const char *kubeconfig, *context; /* as kube/kube.h says; they outlive the watch */
	struct sync_kind kind; /* version empty: what the group prefers, of those that have it */
	/* Instead of KIND_WATCH_AGAIN_MS while it is not served or nobody answers, times the number
	 * of failures, five at most; instead of KIND_WATCH_FULL_MS. 0: those. */
	int unserved_ms, full_ms;
	/* As kube_watch; 1 ends the watch, it begins anew after KIND_WATCH_FULL_MS. */
	int (*event)(void *context, const struct sync_kind *kind, const struct kube_event *event,
		     struct err *err);
	/* It cannot be watched: not served, no right, not reachable. */
	void (*failed)(void *context, const struct sync_kind *kind, const struct err *err);
	/* It goes on after KUBE_BROKEN. */
	void (*connected)(void *context, const struct sync_kind *kind);
	void *owner; /* the callbacks' context */
};

struct kind_watch *kind_watch_new(const struct kind_watch_opts *opts, struct err *err);
void kind_watch_free(struct kind_watch *w);
