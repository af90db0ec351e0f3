/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/policy.h"

static const struct command *const subcommands[] = {
	&command_policy_verify,
	&command_policy_eval,
	&command_policy_expand,
	&command_policy_export,
	&command_policy_import,
	&command_policy_list,
	NULL,
};

static const struct command_example examples[] = {
	{ .what = { "Run the suites of a folder", "フォルダーのテストスイートを実行" },
	  .line = "policy verify -v policies/" },
	{ .what = { "Which objects violate which constraints",
		    "どのオブジェクトがどの制約に違反するか" },
	  .line = "policy eval -f manifests/ -p policies/" },
	{ .line = NULL },
};

const struct command command_policy = {
	.name = "policy",
	.summary = { "Verify, evaluate, expand, list, export and import Gatekeeper policies",
		     "Gatekeeper ポリシーの検証、評価、展開、一覧、書き出し、取り込み" },
	.examples = examples,
	.subcommands = subcommands,
};
