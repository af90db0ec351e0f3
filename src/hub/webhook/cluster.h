/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster: what the webhook asks of its API server: labels of namespaces (a watch in a thread of
 * its own, and a question for one that the watch has not told yet), the caBundle of its
 * configurations, and a Secret for its certificates.
 *
 *	struct cluster *cluster = cluster_new(&opts, namespaces, &err);
 *
 *	cluster_start(cluster, &err);
 *	store = cluster_secret_store(cluster, STR("seawall-webhook-tls"));
 *	changed = cluster_publish(cluster, STR("seawall-webhook"), authorities, &err);
 *	cluster_free(cluster);
 *
 * All but cluster_look_up belongs to one thread.
 */
#include "hub/webhook/certificates.h"
#include "hub/webhook/namespaces.h"

struct cluster;

#define CLUSTER_LOOK_UP_MS 1000 /* at most, for one namespace */

struct cluster_opts {
	const char *kubeconfig, *context; /* as kube/kube.h says; NULL: where we are */
	const char *own_namespace;	  /* that the Secret is in */
};

/* ERR_NOT_FOUND: no configuration says where the cluster is. */
struct cluster *cluster_new(const struct cluster_opts *opts, struct namespaces *namespaces,
			    struct err *err);
void cluster_free(struct cluster *cluster);
AUTO_PTR(cluster_free, struct cluster);
/* Begins to watch the namespaces. */
int cluster_start(struct cluster *cluster, struct err *err) MUST_USE;
/* Why the watch does not get on, once for each time; empty: it does. */
str cluster_trouble(struct cluster *cluster, struct arena *arena);

/* Its version, 1.MINOR. */
int cluster_minor(struct cluster *cluster, unsigned *out, struct err *err) MUST_USE;

/* In `arena`; NULL: there is none, or the server did not say in time. Any thread. */
const struct resource *cluster_look_up(struct cluster *cluster, str name, int64_t deadline_ms,
				       struct arena *arena);
/*
 * Puts the authorities into the validating and the mutating webhook configuration of that name,
 * where they are other ones; those that are not there are passed over. How many were changed.
 */
int cluster_publish(struct cluster *cluster, str configuration, str authorities,
		    struct err *err) MUST_USE;
/* A Secret that is there already (it may be empty) with ca.crt, ca.key, tls.crt and tls.key. */
struct certificate_store cluster_secret_store(struct cluster *cluster, const char *name);
