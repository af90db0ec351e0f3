/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * machine_identity: what says whether somebody else manages a machine: the kubelet's command line
 * and configuration, and the data that cloud-init leaves about the instance.
 */
#include "base/json.h"

struct err;

#define KUBELET_FILE_MAX   (1u << 20)
#define INSTANCE_DATA_MAX  (4u << 20)
#define MACHINE_LABELS_MAX 200u

struct machine_label {
	str name, value;
};

struct machine_labels {
	struct machine_label items[MACHINE_LABELS_MAX];
	size_t n, dropped;
};

struct kubelet_identity {
	str provider_id; /* empty: not said */
	str config;	 /* file that the command line names; empty: none */
	struct machine_labels labels;
};

/* Words behind the program's name: --provider-id, --node-labels, --config, with = or a blank. */
void kubelet_flags(const str *words, size_t n, struct kubelet_identity *out);
/* kubeadm-flags.env: KUBELET_KUBEADM_ARGS="--node-labels=..."; words live in `arena`. */
void kubelet_flags_file(str text, struct arena *arena, struct kubelet_identity *out);
/* KubeletConfiguration (YAML or JSON): providerID, where the flags do not say it. */
int kubelet_config(str text, struct arena *arena, struct kubelet_identity *out,
		   struct err *err) MUST_USE;

struct cloud_identity {
	str name; /* "aws", "azure", "gce" ...; empty: not known */
	struct machine_labels tags;
};
/* /run/cloud-init/instance-data.json: v1.cloud_name and instance tags, where they are. */
int cloud_instance_data(str text, struct arena *arena, struct cloud_identity *out,
			struct err *err) MUST_USE;
