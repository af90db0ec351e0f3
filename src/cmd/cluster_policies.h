/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster_policies: Gatekeeper's policies of the user for `check cluster`: from files (--policy),
 * from the cluster itself (--cluster-policies), and the other objects that they look at.
 *
 *	struct cluster_policies p;
 *
 *	if (cluster_policies_live(check, kube, &p, &err) < 0)           // or cluster_policies_file
 *		return -1;
 *	library = cluster_check_library(check, parameters, name, &p, &err);
 *	if (!library || cluster_inventory_live(&p, library, kube, &err) < 0)
 *		return -1;
 *	posture_opts.inventory = p.inventory;
 *
 * A file that does not load is an error; what does not load of the cluster's own is told, stands in
 * `unread`, and the rest is judged.
 */
#include "policy/constraint/documents.h"
#include "policy/constraint/sync_store.h"

struct cluster_check;
struct kube;
struct kube_catalog;
struct library;
struct library_opts;

struct cluster_unread {
	str what, reason;
};

struct cluster_policies {
	struct cluster_check *check;
	struct arena *arena;
	str name;	       /* of the cluster, for scopes */
	struct documents docs; /* the cluster's, then those of files */
	size_t of_cluster;     /* how many of them are the cluster's */
	struct cluster_unread *unread;
	size_t unread_n, unread_cap;
	struct sync_store *inventory; /* NULL: nobody looks at other objects */
	struct err *failed;	      /* a file that does not load */
};

/* Files of --policy. */
int cluster_policies_read(struct cluster_check *check, struct err *err) MUST_USE;
int cluster_policies_live(struct cluster_check *check, struct kube *kube,
			  struct cluster_policies *out, struct err *err) MUST_USE;
int cluster_policies_file(struct cluster_check *check, int fd, struct cluster_policies *out,
			  struct err *err) MUST_USE;
void cluster_policies_done(struct cluster_policies *p);
static inline void auto_cluster_policies_done(struct cluster_policies *p)
{
	cluster_policies_done(p);
}
/* For library_load. */
void cluster_policies_opts(struct cluster_policies *p, struct library_opts *opts);

/* Other objects that policies of the library look at; p->inventory stays NULL where they do not. */
int cluster_inventory_live(struct cluster_policies *p, struct library *library, struct kube *kube,
			   struct err *err) MUST_USE;
int cluster_inventory_file(struct cluster_policies *p, struct library *library, int fd, str head,
			   struct err *err) MUST_USE;
