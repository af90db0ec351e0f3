/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cmd/answer.h"
#include "cmd/check.h"
#include "cmd/cluster_check.h"
#include "cmd/config.h"
#include "cmd/db.h"
#include "cmd/judging.h"
#include "cmd/progress.h"
#include "cmd/scan_exceptions.h"
#include "kube/kubeconfig.h"

static const char *const constraint_forms[] = { "gatekeeper", "k8sazure", NULL };

static const struct option_spec options[CLUSTER_OPTION_COUNT] = {
	[CLUSTER_FACTS] = {
		.name = "facts", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE,
		.help = { "Judge facts that 'seawall facts cluster' wrote (- is standard input), instead of asking the API; "
			  "several clusters are scored together",
			  "API に尋ねず、seawall facts cluster が書いた事実を検査（- は標準入力）。複数のクラスターは合わせて採点" },
	},
	[CLUSTER_PARAMETERS] = {
		.name = "parameters", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Parameters of the rules, for all and per scope (default: seawall-policies.yaml, if it is there)",
			  "ルールのパラメーター（既定: seawall-policies.yaml があればそれ）" },
	},
	[CLUSTER_LOCAL_PARAMETERS] = {
		.name = "local-parameters", .on = true,
		.help = { "Do not read the parameters in the current folder",
			  "現在のフォルダーにあるパラメーターを読まない" },
	},
	[CLUSTER_PROFILE] = {
		.name = "profile", .arg = "LIST", .preset = "recommendations", .list = true,
		.help = { "Rules for objects: recommendations, pss-baseline[:v1.29], pss-restricted[:v1.29]",
			  "オブジェクトの規則: recommendations、pss-baseline[:v1.29]、pss-restricted[:v1.29]" },
	},
	[CLUSTER_POLICY] = {
		.name = "policy", .arg = "PATH", .repeat = true, .complete = COMPLETE_FILE,
		.help = { "Templates, constraints, Config and SyncSets of Gatekeeper beside the built-in rules: a file or a folder",
			  "組み込みの規則に加える Gatekeeper のテンプレート、制約、Config、SyncSet（ファイルまたはフォルダー）" },
	},
	[CLUSTER_CLUSTER_POLICIES] = {
		.name = "cluster-policies",
		.help = { "Judge by the templates and constraints that live in the cluster, too; one that does not load is told as an error",
			  "クラスター内にあるテンプレートと制約でも評価する（読み込めないものはエラーとして示す）" },
	},
	[CLUSTER_RECOMMENDATION] = {
		.name = "recommendation", .arg = "ID", .list = true,
		.help = { "Show only these, with all that belongs to them; switches on what is off",
			  "この推奨事項だけを詳しく表示（無効のものは有効にする）" },
	},
	[CLUSTER_FORMAT] = {
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "table",
		.words = posture_writer_words,
		.help = { "Form of the report", "レポートの形式" },
	},
	[CLUSTER_OUTPUT] = ANSWER_OPTION_OUTPUT,
	[CLUSTER_SEVERITY] = {
		.name = "severity", .arg = "LIST", .list = true, .words = judging_severity_words,
		.help = { "Show only recommendations of these severities", "表示する推奨事項の深刻度" },
	},
	[CLUSTER_FAIL_ON] = {
		.name = "fail-on", .arg = "LEVEL", .words = judging_severity_words,
		.help = { "Exit with 1 when a recommendation of this severity or a higher one is unhealthy, with 3 when one could not be judged",
			  "この深刻度以上の推奨事項が異常なら終了コード 1、判定できなければ 3 で終わる" },
	},
	[CLUSTER_IGNOREFILE] = EXCEPTION_OPTION_IGNOREFILE,
	[CLUSTER_LOCAL_EXCEPTIONS] = EXCEPTION_OPTION_LOCAL,
	[CLUSTER_SCOPE] = {
		.name = "scope", .arg = "NAME", .list = true,
		.help = { "Tenant or group whose exceptions hold, beside those for all and for the cluster",
			  "適用する例外のテナントやグループ（全体向けとクラスター向けは常に適用）" },
	},
	[CLUSTER_LIMIT] = {
		.name = "limit", .arg = "N", .preset = "500", .check = value_check_count,
		.help = { "Resources of one recommendation that are listed; totals are always exact",
			  "一つの推奨事項について列挙するリソースの数（合計は常に正確）" },
	},
	[CLUSTER_EXPORT_CONSTRAINTS] = {
		.name = "export-constraints", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Write the constraints with their status as Gatekeeper would (- is standard output, then without the report)",
			  "制約と違反の状態を Gatekeeper の形式で書き出す（- は標準出力、レポートは出さない）" },
	},
	[CLUSTER_CONSTRAINT_FORM] = {
		.name = "constraint-form", .arg = "FORM", .preset = "gatekeeper", .words = constraint_forms,
		.help = { "Kinds of those constraints: ours, or those of Azure Policy for Kubernetes",
			  "書き出す制約の種類（独自、または Azure Policy for Kubernetes のもの）" },
	},
	[CLUSTER_EXPORT_PARAMETERS] = {
		.name = "export-parameters", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Write parameters that accept what is used now, for the lists that nobody has decided",
			  "未決定の一覧について、現在の使用を受け入れるパラメーターを書き出す" },
	},
	[CLUSTER_TIMESTAMP] = {
		.name = "timestamp",
		.help = { "Put the time into the report", "日時をレポートに含める" },
	},
	[CLUSTER_WATCH] = {
		.name = "watch",
		.help = { "Go on: follow the changes of the cluster and print what they change (JSON lines with -f json); "
			  "the file of --output always holds the whole report",
			  "監視を続け、変化した評価だけを出力（-f json では JSON 行）。--output のファイルは常に全体のレポートを保つ" },
	},
	[CLUSTER_INTERVAL] = {
		.name = "interval", .arg = "DURATION", .preset = "15m", .check = value_check_period,
		.help = { "With --watch: time between two full passes", "--watch で全体を評価し直す間隔" },
	},
	[CLUSTER_ALL_CONTEXTS] = {
		.name = "all-contexts",
		.help = { "All contexts of the configuration: one report with a part for each cluster",
			  "接続設定のすべてのコンテキスト（クラスターごとの部分を持つ一つのレポート）" },
	},
	[CLUSTER_DB] = DB_OPTION_DB,
	KUBE_OPTIONS(CLUSTER_KUBE),
	[CLUSTER_CONFIG] = CONFIG_OPTION,
};

/* Which contexts; none: the current one. */
static int find_contexts(const struct cluster_check *check, const str **out, size_t *n,
			 struct err *err)
{
	const struct options *o = &check->in->options;
	str file = option_text(o, CLUSTER_KUBE + KUBE_TARGET_KUBECONFIG);
	str *all;

	*out = option_items(o, CLUSTER_KUBE + KUBE_TARGET_CONTEXT, n);
	if (!option_on(o, CLUSTER_ALL_CONTEXTS))
		return 0;
	if (*n > 0)
		return err_set(err, ERR_USAGE, "--context and --all-contexts: one of them");
	if (kubeconfig_contexts(file.n > 0 ? str_cstr(check->in->arena, file) : NULL,
				check->in->arena, &all, n, err) < 0)
		return -1;
	if (*n == 0)
		return err_set(err, ERR_INPUT, "--all-contexts: the configuration has none");
	*out = all;
	return 0;
}

/* Each on its own: one that cannot be reached does not keep the others from being looked at. */
static int check_contexts(struct cluster_check *check, struct err *err)
{
	const str *contexts;
	size_t n, failed = 0;

	if (find_contexts(check, &contexts, &n, err) < 0)
		return -1;
	if (n > CLUSTER_CHECK_MAX)
		return err_set(err, ERR_USAGE, "more than %u clusters", CLUSTER_CHECK_MAX);
	if (n <= 1)
		return cluster_check_live(check, n ? str_cstr(check->in->arena, contexts[0]) : NULL,
					  err);
	for (size_t i = 0; i < n; i++) {
		if (cluster_check_live(check, str_cstr(check->in->arena, contexts[i]), err) == 0)
			continue;
		if (err->kind == ERR_USAGE || err->kind == ERR_INTERRUPTED)
			return -1;
		cluster_check_failed(check, contexts[i], err);
		failed++;
	}
	return failed == n ? -1 : 0;
}

/* Options that mean nothing without --watch, or with saved facts. */
static int check_saved(const struct cluster_check *check, size_t files, struct err *err)
{
	const struct options *o = &check->in->options;

	if (files > CLUSTER_CHECK_MAX)
		return err_set(err, ERR_USAGE, "more than %u clusters", CLUSTER_CHECK_MAX);
	if (option_given(o, CLUSTER_INTERVAL))
		return err_set(err, ERR_USAGE, "--interval needs --watch");
	if (files == 0)
		return 0;
	for (size_t i = CLUSTER_KUBE; i < CLUSTER_KUBE + KUBE_TARGET_TIMEOUT; i++) {
		if (option_given(o, i))
			return err_set(err, ERR_USAGE,
				       "--facts is in place of a cluster: without --%s",
				       o->specs[i].name);
	}
	if (option_on(o, CLUSTER_ALL_CONTEXTS))
		return err_set(err, ERR_USAGE,
			       "--facts is in place of a cluster: without --all-contexts");
	return 0;
}

static int check_clusters(struct cluster_check *check, struct err *err)
{
	const struct options *o = &check->in->options;
	size_t n;
	const str *files = option_items(o, CLUSTER_FACTS, &n);

	if (option_on(o, CLUSTER_WATCH)) {
		if (n > 0)
			return err_set(err, ERR_USAGE,
				       "--watch looks at a cluster, not at --facts");
		if (option_given(o, CLUSTER_FAIL_ON) ||
		    option_given(o, CLUSTER_EXPORT_CONSTRAINTS) ||
		    option_given(o, CLUSTER_EXPORT_PARAMETERS))
			return err_set(err, ERR_USAGE,
				       "--watch goes on: without --fail-on and --export-...");
		return cluster_check_watch(check, err);
	}
	if (check_saved(check, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (cluster_check_file(check, files[i], err) < 0)
			return -1;
	}
	if (n == 0 && check_contexts(check, err) < 0)
		return -1;
	return cluster_check_answer(check, err);
}

static int run_command(struct invocation *in, struct err *err)
{
	struct cluster_check check = { .in = in, .now = time_now() };
	int code;

	if (config_take(in, CLUSTER_CONFIG, err) < 0)
		return -1;
	code = cluster_check_load(&check, err);
	if (code == 0)
		code = check_clusters(&check, err);
	cluster_check_done(&check);
	return code;
}

static const struct command_example examples[] = {
	{ .what = { "The cluster of the current context", "現在のコンテキストのクラスター" },
	  .line = "check cluster" },
	{ .what = { "Facts that were saved, and one recommendation in detail",
		    "保存した事実を、一つの推奨事項について詳しく" },
	  .line = "check cluster --facts cluster.json --recommendation no-root-user" },
	{ .what = { "Decide all open lists by what runs now", "未決定の一覧を現在の使用で決める" },
	  .line = "check cluster --export-parameters seawall-policies.yaml" },
	{ .what = { "Follow a cluster; the file always holds the whole state",
		    "クラスターを監視し、ファイルに常に全体の状態を保つ" },
	  .line = "check cluster --watch -f json -o posture.json" },
	{ .line = NULL },
};

const struct command command_check_cluster = {
	.name = "cluster",
	.summary = { "Assess a Kubernetes cluster: recommendations and secure score",
		     "Kubernetes クラスターを評価する: 推奨事項とセキュア スコア" },
	.about = { "Reads a cluster as 'seawall facts cluster' does and judges each object once; nothing is changed. "
		   "What could not be read is an error of the recommendations that need it, never healthy. "
		   "Rules that need a list of the site (ports, registries ...) wait for a decision and propose what is used now.",
		   "seawall facts cluster と同じようにクラスターを読み、各オブジェクトを一度だけ評価します（何も変更しません）。"
		   "読めなかったものは、それを必要とする推奨事項のエラーになり、正常にはなりません。"
		   "サイトの決める一覧（ポート、レジストリなど）が必要なルールは判断待ちとなり、現在の使用を提案します。" },
	.options = options,
	.option_count = CLUSTER_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
