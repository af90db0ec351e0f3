/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/cluster.h"

#include "cmd/facts.h"
#include "cmd/kube_target.h"
#include "cmd/output.h"
#include "cmd/progress.h"

enum facts_cluster_option {
	FACTS_OUTPUT,
	FACTS_OBJECTS,
	FACTS_KUBE,
	FACTS_OPTION_COUNT = FACTS_KUBE + KUBE_TARGET_OPTION_COUNT
};

static const struct option_spec options[FACTS_OPTION_COUNT] = {
	[FACTS_OUTPUT] = {
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Write the document there; the file appears when it is whole",
			  "文書の書き込み先（完成してから現れる）" },
	},
	[FACTS_OBJECTS] = {
		.name = "objects", .on = true,
		.help = { "Only the facts of the cluster itself, without its objects",
			  "クラスター自体の事実だけを書き、オブジェクトは書かない" },
	},
	KUBE_OPTIONS(FACTS_KUBE),
};

/* What is absent stands in the document; people hear how much it is. */
static void tell_missed(const struct invocation *in, const struct cluster_facts *facts)
{
	const struct json *first = json_at(JSON_GET(facts->head, "not_read"), 0);

	if (facts->not_read)
		progress_note(in->quiet, TEXT_MAKE(in->arena, in->lang, FACTS_INCOMPLETE,
						   str_fmt(in->arena, "%zu", facts->not_read),
						   json_get_str(first, STR("what")),
						   json_get_str(first, STR("reason"))));
}

static int run_command(struct invocation *in, struct err *err)
{
	AUTO(output_done)
	struct output output = { .fd = -1 };
	AUTO(kube_close)
	struct kube *kube = NULL;
	struct cluster_facts facts;
	struct cluster_facts_opts opts = { .no_objects = !option_on(&in->options, FACTS_OBJECTS) };

	opts.namespaces =
		option_items(&in->options, FACTS_KUBE + KUBE_TARGET_NAMESPACE, &opts.namespace_n);
	kube = kube_target_open(in, FACTS_KUBE, err);
	if (!kube ||
	    output_open(&output, option_text(&in->options, FACTS_OUTPUT), in->arena, err) < 0)
		return -1;
	progress_show(in->quiet, in->lang, TEXT_PROGRESS_CLUSTER, kube_server(kube));
	int rc = cluster_facts_write(kube, &opts, output_take, &output, in->arena, &facts, err);

	progress_clear(in->quiet);
	if (rc < 0 || output_commit(&output, err) < 0)
		return -1;
	tell_missed(in, &facts);
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "Of the current context", "現在のコンテキストのクラスター" },
	  .line = "facts cluster -o cluster.json" },
	{ .what = { "Of two namespaces, with an account that may read no others",
		    "2 つの名前空間だけ（他を読む権利がないアカウントで）" },
	  .line = "facts cluster --context prod -n shop,billing" },
	{ .line = NULL },
};

const struct command command_facts_cluster = {
	.name = "cluster",
	.summary = { "Write the facts of a Kubernetes cluster",
		     "Kubernetes クラスターの事実を書き出す" },
	.about = { "Reads the cluster over its API, as kubectl would with the same kubeconfig, and changes nothing. "
		   "Values of secrets and config maps are not in the document: of secrets only names and "
		   "labels are asked for. What the account may not read is listed under not_read with the "
		   "right that is missing; the rest is read all the same.",
		   "同じ kubeconfig を使う kubectl と同じように API でクラスターを読み、何も変更しません。"
		   "シークレットと ConfigMap の値は文書に含まれません（シークレットは名前とラベルだけを読みます）。"
		   "アカウントに読む権利がないものは、足りない権利とともに not_read に示され、残りは読み続けます。" },
	.options = options,
	.option_count = FACTS_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
