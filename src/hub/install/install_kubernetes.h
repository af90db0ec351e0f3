/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * install_kubernetes: the manifests that put the webhook into a cluster, from one template
 * (data/kubernetes.yaml), so that what is printed and what lies in deploy/kubernetes are the same.
 *
 *	struct install_kubernetes opts = { .namespace = STR("seawall-system"), ... };
 *
 *	if (install_kubernetes(&opts, arena, &out, &err) < 0)   // ERR_USAGE: the value is named
 *		return -1;
 */
#include "base/buf.h"

struct err;

struct install_kubernetes {
	str namespace, image;
	str url;	    /* of a webhook that runs elsewhere; empty: in the cluster */
	str failure_policy; /* Ignore, Fail */
	str apparmor;	    /* profile of the container; empty: none is asked for */
	str expansion;	    /* as for serve; empty: its own */
	str parameters;	    /* text of the parameter file */
	const str *enforce; /* rules that deny, when there is no such text; "all" */
	size_t enforce_n;
	const str *operations; /* of CREATE, UPDATE, DELETE, CONNECT */
	size_t operations_n;
	const str *excluded; /* namespaces that are not asked about, beside kube-system and ours */
	size_t excluded_n;
	/* What data.inventory may hold: "services", "ingresses.networking.k8s.io" as kubectl names
	 * them, or kinds: "Service", "Ingress", "Widget.example.com". */
	const str *sync;
	size_t sync_n;
	unsigned replicas, timeout_s; /* 1 to 30 s */
	unsigned minor;		      /* of Kubernetes 1.MINOR */
	bool fail_closed, mutation;
	bool cluster_policies; /* it may read Gatekeeper's policies, and does */
	bool external_data; /* it asks providers, those of the cluster too, if it may read these */
};

int install_kubernetes(const struct install_kubernetes *opts, struct arena *arena, struct buf *out,
		       struct err *err) MUST_USE;
