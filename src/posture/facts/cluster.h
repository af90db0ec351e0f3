/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster: the facts of a Kubernetes cluster, read over its API. Nothing is judged here.
 *
 * The document (kind "cluster", schema_version 1) has a head and objects:
 *
 *	collected_at, cluster {name, server, platform}, version (the answer of /version),
 *	api_server {host, port, addresses | addresses_error, flags, flags_source,
 *	authorization_config, anonymous {path, status}}, nodes [{name, kubelet_version, os, labels,
 *	provider_id}], webhooks [configurations], rbac {api_available, stranger_allowed},
 *	policy_addon {service, pods, heartbeat}, namespaces_read (null: all), groups [served],
 *	counts {kind: n}, not_read [{what, reason, remedy}]
 *	objects: each as the API gives it, without managedFields. Of secrets and custom resource
 *	definitions the metadata alone is asked for; of config maps the names of keys stay
 *	(data_keys). A value of a secret or config map never is in the document.
 *
 * The objects are streamed and never held: Namespaces first, then Nodes and webhook configurations,
 * the rest in the order of the table in cluster_table.c. An object that is served in two groups is
 * told once.
 *
 * Whatever cannot be read is absent from the document and named in not_read with the right or the
 * thing that is missing; the rest is read all the same. It is an error when the server cannot be
 * reached, does not know us, or lets us list nothing at all (ERR_DENIED).
 */
#include "kube/kube.h"

#define CLUSTER_NODES_MAX     50000u /* in the head */
#define CLUSTER_WEBHOOKS_MAX  5000u
#define CLUSTER_NOT_READ_MAX  5000u
#define CLUSTER_ADDRESSES_MAX 64u

struct cluster_facts_opts {
	const str *namespaces; /* only these; namespace_n 0: all */
	size_t namespace_n;
	bool no_objects; /* the head alone: only what it is made of is listed */
	int64_t now;	 /* collected_at; 0: the clock's */
	/*
	 * For who judges at once, and writes no document: kinds that are not in the table are
	 * handed on, too, and those of which only a part would be told (ConfigMaps, Secrets,
	 * definitions) whole. NULL: none is wanted.
	 */
	bool (*more)(void *context, str group, str kind);
};

struct cluster_facts {
	const struct json *head; /* the document without "objects" */
	uint64_t objects;	 /* handed on */
	size_t not_read;	 /* entries of that list */
};

/* Hands on each object (kube_object_fn: `arena` holds it and is emptied afterwards), then fills
 * `out`, whose texts live in `arena`. fn may be NULL. */
int cluster_facts_each(struct kube *kube, const struct cluster_facts_opts *opts, kube_object_fn *fn,
		       void *context, struct arena *arena, struct cluster_facts *out,
		       struct err *err) MUST_USE;

/* Gets the document in pieces, in order. */
typedef int cluster_facts_put(void *context, str bytes, struct err *err);

/* Writes the whole document; "objects" comes first, the head behind it. */
int cluster_facts_write(struct kube *kube, const struct cluster_facts_opts *opts,
			cluster_facts_put *put, void *context, struct arena *arena,
			struct cluster_facts *out, struct err *err) MUST_USE;
