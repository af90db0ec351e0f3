/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sync: fills a sync_store from a cluster: a watch for each kind that it wants.
 *
 *	struct sync *sync = sync_new(store, kubeconfig, context, &err);
 *
 *	if (sync_store_want(store, &config, NULL, 0))   // with new policies
 *		sync_follow(sync, &err);
 *	poll(sync_fd(sync)) ...         // a state has changed
 *	sync_free(sync);
 *
 * All but the watches belongs to one thread. What cannot be watched stands in the store's status,
 * and is tried again.
 */
#include "base/buf.h"
#include "policy/constraint/sync_store.h"

struct err;
struct sync;

struct sync *sync_new(struct sync_store *store, const char *kubeconfig, const char *context,
		      struct err *err);
void sync_free(struct sync *sync);
AUTO_PTR(sync_free, struct sync);
/* Watches the kinds that the store wants now, from a new list on, and no others. */
void sync_follow(struct sync *sync);
/* Readable when a state has changed; sync_seen makes it unreadable again. */
int sync_fd(const struct sync *sync);
void sync_seen(struct sync *sync);

/* Lines of metrics, and the list of kinds as JSON: {"kinds": [...], "bytes": n, "max_bytes": n}. */
void sync_metrics(struct sync_store *store, struct buf *out);
void sync_status_write(struct sync_store *store, struct json_writer *w);
