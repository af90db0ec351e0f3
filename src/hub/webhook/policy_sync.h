/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * policy_sync: fills a policy_store from a cluster: a watch for each kind of Gatekeeper's policies,
 * and for each kind of constraints that the templates of the cluster make.
 *
 *	struct policy_sync *sync = policy_sync_new(store, kubeconfig, context);
 *
 *	policy_sync_follow(sync);       // now and whenever templates have changed
 *	policy_sync_free(sync);
 *
 * All but the watches belongs to one thread. The version is the one that the group prefers among
 * those that have the kind. A kind that is not served is asked for again every one to five seconds.
 * Providers of external data are not among them: where questions go is what files say.
 */
struct policy_store;
struct policy_sync;

struct policy_sync *policy_sync_new(struct policy_store *store, const char *kubeconfig,
				    const char *context);
void policy_sync_free(struct policy_sync *sync);
void policy_sync_follow(struct policy_sync *sync);
