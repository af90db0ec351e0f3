/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/cluster_internal.h"

#define ROW(group_, name_, ...)                                                   \
	{                                                                         \
		.group = STR_INIT(group_), .name = STR_INIT(name_), ##__VA_ARGS__ \
	}

/* In this order: what others refer to comes before them. */
const struct cluster_row cluster_rows[] = {
	ROW("", "namespaces"),
	ROW("", "nodes", .head = true),
	ROW("admissionregistration.k8s.io", "validatingwebhookconfigurations", .head = true),
	ROW("admissionregistration.k8s.io", "mutatingwebhookconfigurations", .head = true),
	ROW("admissionregistration.k8s.io", "validatingadmissionpolicies"),
	ROW("admissionregistration.k8s.io", "validatingadmissionpolicybindings"),
	ROW("apiextensions.k8s.io", "customresourcedefinitions", .form = CLUSTER_METADATA),
	ROW("rbac.authorization.k8s.io", "clusterroles"),
	ROW("rbac.authorization.k8s.io", "clusterrolebindings"),
	ROW("rbac.authorization.k8s.io", "roles"),
	ROW("rbac.authorization.k8s.io", "rolebindings"),
	ROW("", "serviceaccounts"),
	ROW("", "services", .head = true),
	ROW("", "configmaps", .form = CLUSTER_KEYS),
	ROW("", "secrets", .form = CLUSTER_METADATA),
	ROW("", "limitranges"),
	ROW("", "resourcequotas"),
	ROW("networking.k8s.io", "ingressclasses"),
	ROW("networking.k8s.io", "ingresses", .older = STR_INIT("extensions")),
	ROW("networking.k8s.io", "networkpolicies", .older = STR_INIT("extensions")),
	ROW("policy", "podsecuritypolicies", .older = STR_INIT("extensions")),
	ROW("policy", "poddisruptionbudgets"),
	ROW("gateway.networking.k8s.io", "*"),
	ROW("templates.gatekeeper.sh", "*"),
	ROW("constraints.gatekeeper.sh", "*"),
	ROW("config.gatekeeper.sh", "*"),
	ROW("syncset.gatekeeper.sh", "*"),
	ROW("mutations.gatekeeper.sh", "*"),
	ROW("expansion.gatekeeper.sh", "*"),
	ROW("coordination.k8s.io", "leases", .form = CLUSTER_OURS, .head = true),
	ROW("batch", "cronjobs"),
	ROW("batch", "jobs"),
	ROW("apps", "deployments", .older = STR_INIT("extensions")),
	ROW("apps", "daemonsets", .older = STR_INIT("extensions")),
	ROW("apps", "statefulsets"),
	ROW("apps", "replicasets", .older = STR_INIT("extensions")),
	ROW("", "replicationcontrollers"),
	ROW("", "podtemplates"),
	ROW("", "pods", .head = true),
};
const size_t cluster_row_count = ARRAY_LEN(cluster_rows);
