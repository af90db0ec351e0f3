# SPDX-License-Identifier: Apache-2.0
# Who manages a node, told by its labels, tags and provider id. Entries of the parameter
# `managed_by` are asked first.
package seawall.lib.managed_by

import data.seawall.lib.settings

# label: the name, or with * at the end its beginning; value: of it; provider_id: an expression.
# versions: its owner cannot choose the versions either.
table := [
	{"manager": "Azure Container Instances", "label": "type", "value": "virtual-kubelet", "versions": true},
	{"manager": "AWS Fargate", "label": "eks.amazonaws.com/compute-type", "value": "fargate", "versions": true},
	{"manager": "Amazon EKS Auto Mode", "label": "eks.amazonaws.com/compute-type", "value": "auto", "versions": true},
	{"manager": "GKE Autopilot", "provider_id": `^gce://[^/]+/[^/]+/gk3-`, "versions": true},
	{"manager": "Azure Kubernetes Service", "label": "kubernetes.azure.com/*"},
	{"manager": "Azure Kubernetes Service", "provider_id": `(?i)^azure:///subscriptions/[^/]+/resourceGroups/mc_`},
	{"manager": "Amazon EKS", "label": "eks.amazonaws.com/*"},
	{"manager": "Google Kubernetes Engine", "label": "cloud.google.com/gke-nodepool"},
	{"manager": "Google Kubernetes Engine", "provider_id": `^gce://[^/]+/[^/]+/gke-`},
	{"manager": "Oracle Kubernetes Engine", "label": "oke.oraclecloud.com/*"},
	{"manager": "IBM Cloud Kubernetes Service", "label": "ibm-cloud.kubernetes.io/*"},
	{"manager": "Alibaba Cloud ACK", "label": "alibabacloud.com/nodepool-id"},
	{"manager": "DigitalOcean Kubernetes", "label": "doks.digitalocean.com/*"},
	{"manager": "Linode Kubernetes Engine", "label": "lke.linode.com/*"},
	{"manager": "Scaleway Kapsule", "label": "k8s.scaleway.com/*"},
	{"manager": "Databricks", "label": "Vendor", "value": "Databricks"},
	{"manager": "Databricks", "label": "DatabricksEnvironment"},
]

entries := array.concat(settings.parameter_or("managed_by", "entries", []), table)

of(node) := found[0] if {
	found := [entry |
		some entry in entries
		fits(entry, node)
	]
	count(found) > 0
}

fits(entry, node) if {
	some key in ["labels", "tags"]
	some label, value in node[key]
	named(entry.label, label)
	lower(object.get(entry, "value", value)) == lower(value)
}

fits(entry, node) if regex.match(entry.provider_id, node.provider_id)

named(pattern, label) if pattern == label

named(pattern, label) if {
	endswith(pattern, "*")
	startswith(label, trim_suffix(pattern, "*"))
}

# Whose version somebody else chooses.
versions_of(node) := entry.manager if {
	entry := of(node)
	entry.versions == true
}
