/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the collector share. */
#include "base/json.h"
#include "base/map.h"
#include "posture/facts/cluster.h"

/* How an object is told. */
enum cluster_form {
	CLUSTER_WHOLE,
	CLUSTER_METADATA, /* asked for and told without spec and data */
	CLUSTER_KEYS,	  /* names of the keys of data */
	CLUSTER_OURS,	  /* only objects that belong to this product */
};

struct cluster_row {
	str group, name; /* name "*": everything of the group */
	str older;	 /* a group that serves the same objects; or empty */
	enum cluster_form form;
	bool head; /* the head needs it */
};
extern const struct cluster_row cluster_rows[];
extern const size_t cluster_row_count;

struct cluster_collector {
	struct kube *kube;
	const struct cluster_facts_opts *opts;
	struct kube_catalog catalog;
	kube_object_fn *fn;
	void *context;
	struct arena *arena;
	/* of the list that is being read */
	const struct cluster_row *row;
	uint64_t row_objects;
	bool reader_failed;
	/* what becomes the head */
	const struct json *version;
	struct json *nodes, *webhooks, *not_read, *flags_of, *addon_pods;
	size_t nodes_n, nodes_cap, webhooks_n, webhooks_cap, not_read_n, not_read_cap;
	size_t flags_n, flags_cap, addon_pods_n, addon_pods_cap;
	uint64_t not_read_dropped, nodes_dropped;
	str *flag_sources;
	size_t flag_sources_cap;
	str heartbeat;
	struct map addon_services; /* "namespace/name" -> NULL or itself once found */
	struct map addon_namespaces;
	struct map counts; /* kind -> uint64_t */
	uint64_t objects, lists_read, lists_denied;
	bool nodes_read, webhooks_read, services_read, pods_read, leases_read;
	str platform;
};

/* Notes what could not be read. `remedy` may be empty. */
void cluster_missed(struct cluster_collector *c, str what, str reason, str remedy);
/* An object for the head. */
void cluster_look(struct cluster_collector *c, const struct json *object);
/* "app.kubernetes.io/name: seawall", or a name that begins with it. */
bool cluster_is_ours(const struct json *object);
/* The object as it is told, or NULL when it is not. */
const struct json *cluster_told(const struct cluster_row *row, const struct json *object,
				struct arena *arena);
/* Addresses, anonymous access, access review: members of the head. */
int cluster_put_api_server(struct cluster_collector *c, struct json_writer *w, struct err *err);
int cluster_put_rbac(struct cluster_collector *c, struct json_writer *w, struct err *err);
void cluster_put_head(struct cluster_collector *c, struct json_writer *w);
