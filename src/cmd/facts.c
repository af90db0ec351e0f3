/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/facts.h"

static const struct command *const subcommands[] = {
	&command_facts_cluster,
	&command_facts_docker,
	NULL,
};

static const struct command_example examples[] = {
	{ .what = { "The facts of a cluster, to be judged later or elsewhere",
		    "クラスターの事実を保存し、後で判定する" },
	  .line = "facts cluster -o cluster.json" },
	{ .what = { "The same of this machine's containers",
		    "このマシンのコンテナーについて同じことをする" },
	  .line = "facts docker -o docker.json" },
	{ .line = NULL },
};

const struct command command_facts = {
	.name = "facts",
	.summary = { "Gather the facts that checks judge, and write them down",
		     "検査のもとになる事実を集めて書き出す" },
	.examples = examples,
	.subcommands = subcommands,
};
