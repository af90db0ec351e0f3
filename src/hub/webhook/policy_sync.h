/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * policy_sync: fills a policy_store from a cluster: a watch for each kind of Gatekeeper's policies,
 * and for each kind of constraints that the templates of the cluster make.
 *
 *	struct policy_sync *sync = policy_sync_new(store, kubeconfig, context, false);
 *
 *	policy_sync_follow(sync);       // now and whenever templates have changed
 *	policy_sync_free(sync);
 *
 * All but the watches belongs to one thread. The version is the one that the group prefers among
 * those that have the kind. A kind that is not served is asked for again every one to five seconds.
 * Providers of external data are among them only when that is asked for: whoever may write one says
 * where questions go.
 */
#include <stdbool.h>

struct policy_store;
struct policy_sync;

/* `providers`: those of external data, too. */
struct policy_sync *policy_sync_new(struct policy_store *store, const char *kubeconfig,
				    const char *context, bool providers);
void policy_sync_free(struct policy_sync *sync);
void policy_sync_follow(struct policy_sync *sync);
