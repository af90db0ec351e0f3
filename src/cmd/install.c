/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/answer.h"
#include "cmd/kubernetes_minor.h"

#include "base/err.h"
#include "cmd/policy.h"
#include "hub/install/install_kubernetes.h"
#include "policy/constraint/library.h"
#include "policy/constraint/library_parameters.h"

enum {
	INSTALL_NAMESPACE,
	INSTALL_IMAGE,
	INSTALL_REPLICAS,
	INSTALL_ENFORCE,
	INSTALL_PARAMETERS,
	INSTALL_FAILURE_POLICY,
	INSTALL_FAIL_CLOSED,
	INSTALL_TIMEOUT,
	INSTALL_OPERATIONS,
	INSTALL_EXCLUDE,
	INSTALL_EXPANSION,
	INSTALL_MUTATION,
	INSTALL_SYNC,
	INSTALL_CLUSTER_POLICIES,
	INSTALL_EXTERNAL,
	INSTALL_APPARMOR,
	INSTALL_URL,
	INSTALL_VERSION,
	INSTALL_OUTPUT,
	INSTALL_OPTION_COUNT
};

static const char *const failure_policies[] = { "Ignore", "Fail", NULL };
static const char *const operations[] = { "CREATE", "UPDATE", "DELETE", "CONNECT", NULL };
static const char *const expansions[] = { "off", "warn", "on", NULL };

static const struct option_spec options[INSTALL_OPTION_COUNT] = {
	[INSTALL_NAMESPACE] = {
		.name = "namespace", .letter = 'n', .arg = "NAME", .preset = LIBRARY_OWN_NAMESPACE,
		.help = { "Namespace of the webhook", "Webhook の名前空間" },
	},
	[INSTALL_IMAGE] = {
		.name = "image", .arg = "REF", .preset = "seawall:" SEAWALL_VERSION,
		.help = { "Image of the webhook, best with its digest", "Webhook のイメージ（ダイジェスト付きを推奨）" },
	},
	[INSTALL_REPLICAS] = {
		.name = "replicas", .arg = "N", .preset = "2",
		.help = { "Pods of the webhook", "Webhook の Pod 数" },
	},
	[INSTALL_ENFORCE] = {
		.name = "enforce", .arg = "RULE", .list = true,
		.help = { "Rules that deny; all: every rule. The others only record", "拒否するルール（all: すべて）。他は記録のみ" },
	},
	[INSTALL_PARAMETERS] = {
		.name = "parameters", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "A parameter file that goes along, instead of --enforce", "同梱するパラメーターファイル（--enforce の代わり）" },
	},
	[INSTALL_FAILURE_POLICY] = {
		.name = "failure-policy", .arg = "POLICY", .preset = "Ignore", .words = failure_policies,
		.help = { "What the API server does when no webhook answers", "Webhook が応答しないときの API サーバーの動作" },
	},
	[INSTALL_FAIL_CLOSED] = {
		.name = "fail-closed",
		.help = { "Refuse what the webhook cannot judge", "判定できないものを拒否する" },
	},
	[INSTALL_TIMEOUT] = {
		.name = "timeout", .arg = "SECONDS", .preset = "3",
		.help = { "How long the API server waits, 1 to 30; the webhook answers before that", "API サーバーの待ち時間（1～30 秒）" },
	},
	[INSTALL_OPERATIONS] = {
		.name = "operations", .arg = "LIST", .list = true, .words = operations,
		.help = { "What is reviewed; when not given: CREATE, UPDATE, CONNECT", "審査する操作（省略時: CREATE、UPDATE、CONNECT）" },
	},
	[INSTALL_EXCLUDE] = {
		.name = "exclude-namespace", .arg = "NAME", .list = true,
		.help = { "Namespaces that the API server does not ask about, beside kube-system, kube-node-lease and our own",
			  "API サーバーが問い合わせない名前空間（kube-system、kube-node-lease、自身以外に）" },
	},
	[INSTALL_EXPANSION] = {
		.name = "expansion", .arg = "MODE", .words = expansions,
		.help = { "As for serve", "serve と同じ" },
	},
	[INSTALL_MUTATION] = {
		.name = "mutation", .on = true,
		.help = { "Do not install the webhook for mutation", "ミューテーション用の Webhook を設置しない" },
	},
	[INSTALL_SYNC] = {
		.name = "sync", .arg = "KIND", .list = true,
		.help = { "Kinds that the webhook may read for data.inventory, those of your Config and SyncSets: Service, Ingress, widgets.example.com",
			  "data.inventory のために Webhook が読んでよい種類（Config と SyncSet のもの）: Service、Ingress、widgets.example.com" },
	},
	[INSTALL_CLUSTER_POLICIES] = {
		.name = "cluster-policies",
		.help = { "The webhook takes Gatekeeper's policies that live in the cluster, too, and may read them",
			  "クラスター内にある Gatekeeper のポリシーも Webhook に適用し、その読み取りを許可する" },
	},
	[INSTALL_EXTERNAL] = {
		.name = "external-data",
		.help = { "The webhook asks providers of external data, with --cluster-policies those that live in the cluster, too",
			  "Webhook が外部データのプロバイダーに問い合わせる（--cluster-policies があればクラスター内のものにも）" },
	},
	[INSTALL_APPARMOR] = {
		.name = "apparmor", .arg = "PROFILE",
		.help = { "AppArmor profile of the webhook's container, where nodes have AppArmor: runtime/default",
			  "コンテナの AppArmor プロファイル（ノードが対応する場合）: runtime/default" },
	},
	[INSTALL_URL] = {
		.name = "url", .arg = "URL",
		.help = { "The webhook runs elsewhere: print what the cluster needs for one at this https address",
			  "クラスター外の Webhook（https アドレス）に必要なものだけを出力" },
	},
	[INSTALL_VERSION] = {
		.name = "kubernetes", .arg = "VERSION", .preset = "1.30",
		.help = { "Version of the cluster, 1.20 or newer", "クラスターのバージョン（1.20 以降）" },
	},
	[INSTALL_OUTPUT] = ANSWER_OPTION_OUTPUT,
};

static int number(const struct invocation *in, int option, unsigned *out, struct err *err)
{
	str text = option_text(&in->options, (size_t)option);
	uint64_t n;

	if (!str_u64(text, &n) || n > 1000)
		return err_set(err, ERR_USAGE, "--%s: '%.*s' is no such number",
			       options[option].name, STR_ARG(text));
	*out = (unsigned)n;
	return 0;
}

/* The text goes into the cluster as it is: it must be one that serve will take. */
static int check_parameters(struct invocation *in, str file, str text, struct err *err)
{
	struct library_parameters parameters;
	struct library_opts opts = { .parameters = &parameters };
	AUTO(library_unref)
	struct library *library = NULL;

	if (library_parameters_read(file, text, in->arena, &parameters, err) < 0)
		return -1;
	library = library_load(&opts, err);
	return library ? 0 : -1;
}

static int check_rules(struct invocation *in, const str *rules, size_t n, struct err *err)
{
	static const str head = STR_INIT("rules:\n");
	str text = head;

	for (size_t i = 0; i < n; i++) {
		if (!str_eq(rules[i], STR("all")))
			text = str_fmt(in->arena, "%.*s  \"%.*s\": {enforcement: deny}\n",
				       STR_ARG(text), STR_ARG(rules[i]));
	}
	if (text.n == head.n || check_parameters(in, STR("--enforce"), text, err) == 0)
		return 0;
	err->kind = ERR_USAGE;
	return -1;
}

static int read_options(struct invocation *in, struct install_kubernetes *out, struct err *err)
{
	static const str presets[] = { STR_INIT("CREATE"), STR_INIT("UPDATE"),
				       STR_INIT("CONNECT") };
	const struct options *o = &in->options;
	str parameters = option_text(o, INSTALL_PARAMETERS);

	*out = (struct install_kubernetes){
		.namespace = option_text(o, INSTALL_NAMESPACE),
		.image = option_text(o, INSTALL_IMAGE),
		.url = option_text(o, INSTALL_URL),
		.failure_policy = option_text(o, INSTALL_FAILURE_POLICY),
		.apparmor = option_text(o, INSTALL_APPARMOR),
		.expansion = option_text(o, INSTALL_EXPANSION),
		.fail_closed = option_on(o, INSTALL_FAIL_CLOSED),
		.mutation = option_on(o, INSTALL_MUTATION),
		.cluster_policies = option_on(o, INSTALL_CLUSTER_POLICIES),
		.external_data = option_on(o, INSTALL_EXTERNAL),
	};
	out->enforce = option_items(o, INSTALL_ENFORCE, &out->enforce_n);
	out->excluded = option_items(o, INSTALL_EXCLUDE, &out->excluded_n);
	out->sync = option_items(o, INSTALL_SYNC, &out->sync_n);
	out->operations = option_items(o, INSTALL_OPERATIONS, &out->operations_n);
	if (out->operations_n == 0) {
		out->operations = presets;
		out->operations_n = ARRAY_LEN(presets);
	}
	if (parameters.n > 0 && out->enforce_n > 0)
		return err_set(err, ERR_USAGE, "--enforce and --parameters: one of them");
	if (parameters.n > 0 &&
	    (policy_read_file(parameters, in->arena, &out->parameters, err) < 0 ||
	     check_parameters(in, parameters, out->parameters, err) < 0))
		return -1;
	if (check_rules(in, out->enforce, out->enforce_n, err) < 0 ||
	    number(in, INSTALL_REPLICAS, &out->replicas, err) < 0 ||
	    number(in, INSTALL_TIMEOUT, &out->timeout_s, err) < 0)
		return -1;
	return kubernetes_minor("kubernetes", option_text(o, INSTALL_VERSION), 20, &out->minor,
				err);
}

static int run_kubernetes(struct invocation *in, struct err *err)
{
	struct install_kubernetes opts;
	AUTO(buf_done)
	struct buf b = { 0 };

	if (read_options(in, &opts, err) < 0)
		return -1;
	buf_init(&b, ANSWER_MAX);
	if (install_kubernetes(&opts, in->arena, &b, err) < 0 ||
	    answer_write(in, option_text(&in->options, INSTALL_OUTPUT), &b, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example kubernetes_examples[] = {
	{ .what = { "Record violations, refuse nothing", "違反を記録し、何も拒否しない" },
	  .line = "install kubernetes --image registry.example.com/seawall:1.0 | kubectl apply -f -" },
	{ .what = { "Refuse privileged containers", "特権コンテナを拒否" },
	  .line = "install kubernetes --enforce no-privileged-containers,no-host-pid-ipc" },
	{ .line = NULL },
};

static const struct command command_install_kubernetes = {
	.name = "kubernetes",
	.summary = { "Print the manifests of the admission webhook",
		     "アドミッション Webhook のマニフェストを出力" },
	.about = { "Namespace, account with the least rights, deployment, service, network policy, webhook configurations.\n"
		   "The webhook makes its certificates itself.",
		   "名前空間、最小権限のアカウント、Deployment、Service、NetworkPolicy、Webhook 設定。\n"
		   "証明書は Webhook が自動で作成する。" },
	.options = options,
	.option_count = INSTALL_OPTION_COUNT,
	.examples = kubernetes_examples,
	.run = run_kubernetes,
};

static const struct command *const subcommands[] = { &command_install_kubernetes, NULL };

static const struct command_example examples[] = {
	{ .what = { "Into the cluster that kubectl knows", "kubectl のクラスターへ" },
	  .line = "install kubernetes --image registry.example.com/seawall:1.0 | kubectl apply -f -" },
	{ .line = NULL },
};

const struct command command_install = {
	.name = "install",
	.summary = { "Print what installs Seawall into a cluster",
		     "クラスターへの導入用マニフェストを出力" },
	.examples = examples,
	.subcommands = subcommands,
};
