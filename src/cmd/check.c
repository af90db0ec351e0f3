/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check.h"

static const struct command *const subcommands[] = {
	&command_check_cloud,
	&command_check_cluster,
	&command_check_docker,
	&command_check_manifest,
	NULL,
};

static const struct command_example examples[] = {
	{ .what = { "A Kubernetes cluster", "Kubernetes クラスター" }, .line = "check cluster" },
	{ .what = { "This container host", "このコンテナー ホスト" }, .line = "check docker" },
	{ .what = { "The Kubernetes manifests and Dockerfiles of a folder",
		    "フォルダー内の Kubernetes マニフェストと Dockerfile" },
	  .line = "check manifest ." },
	{ .line = NULL },
};

const struct command command_check = {
	.name = "check",
	.summary = { "Judge configuration: which settings are dangerous, and what to write instead",
		     "設定の検査: 危険な設定と、その直し方" },
	.examples = examples,
	.subcommands = subcommands,
};
