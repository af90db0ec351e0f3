/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kube_target: the options of all commands that look into a cluster: which one, as whom, how long.
 * A command puts KUBE_OPTIONS(base) into its table; the values are then at base + KUBE_TARGET_...
 */
#include "cmd/command.h"
#include "cmd/value.h"
#include "kube/kube.h"

enum kube_target_option {
	KUBE_TARGET_KUBECONFIG,
	KUBE_TARGET_CONTEXT,
	KUBE_TARGET_NAMESPACE,
	KUBE_TARGET_TIMEOUT,
	KUBE_TARGET_OPTION_COUNT
};

/* clang-format off */
#define KUBE_OPTIONS(base) \
	[(base) + KUBE_TARGET_KUBECONFIG] = { \
		.name = "kubeconfig", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "How to reach the cluster (default: $KUBECONFIG, ~/.kube/config, the account of this pod)", \
			  "クラスターへの接続設定（既定: $KUBECONFIG、~/.kube/config、ポッドのアカウント）" }, \
	}, \
	[(base) + KUBE_TARGET_CONTEXT] = { \
		.name = "context", .arg = "NAME", .repeat = true, \
		.help = { "Which context of it (default: the current one); check cluster takes several, and reports them together", \
			  "使うコンテキスト（既定は現在のもの）。check cluster では複数指定でき、まとめて報告する" }, \
	}, \
	[(base) + KUBE_TARGET_NAMESPACE] = { \
		.name = "namespace", .letter = 'n', .arg = "NAME", .list = true, \
		.help = { "Read only these namespaces (and what belongs to none)", \
			  "この名前空間だけを読む（名前空間に属さないものは常に読む）" }, \
	}, \
	[(base) + KUBE_TARGET_TIMEOUT] = { \
		.name = "timeout", .arg = "DURATION", .preset = "10m", .check = value_check_period, \
		.help = { "Longest time for reading the cluster", "クラスターを読む最長時間" }, \
	}
/* clang-format on */

/* The client; what its configuration warns of is told on standard error. ERR_USAGE: several
 * contexts. */
struct kube *kube_target_open(const struct invocation *in, size_t base, struct err *err);
/* The same for one context; NULL: the current one. */
struct kube *kube_target_open_context(const struct invocation *in, size_t base, const char *context,
				      struct err *err);
