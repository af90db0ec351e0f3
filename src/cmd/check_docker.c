/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cmd/answer.h"
#include "cmd/check.h"
#include "cmd/config.h"
#include "cmd/db.h"
#include "cmd/docker_check.h"
#include "cmd/docker_option.h"
#include "cmd/judging.h"
#include "cmd/value.h"

static const char *const levels[] = { "1", "2", NULL };

static const struct option_spec options[DOCKER_OPTION_COUNT] = {
	[DOCKER_BENCHMARK] = {
		.name = "benchmark", .arg = "VERSION", .preset = BENCHMARK_DEFAULT, .words = benchmark_versions,
		.help = { "Version of the CIS Docker Benchmark", "CIS Docker Benchmark の版" },
	},
	[DOCKER_CONTROL] = {
		.name = "control", .arg = "LIST", .list = true,
		.help = { "Only these controls: numbers of that version (2.8, 5.*), our ids, aliases",
			  "この項目だけを評価: その版の番号（2.8、5.*）、独自の ID、別名" },
	},
	[DOCKER_LEVEL] = {
		.name = "level", .arg = "N", .words = levels,
		.help = { "Only the profile of this level: 1, or 2, which holds level 1",
			  "このレベルのプロファイルだけを評価（2 は 1 を含む）" },
	},
	[DOCKER_EXCLUDE] = {
		.name = "exclude", .arg = "LIST", .list = true,
		.help = { "Leave these controls out; the report says which", "この項目を除外する（レポートに記載）" },
	},
	[DOCKER_HOST] = DOCKER_OPTION_HOST,
	[DOCKER_CERT_DIR] = DOCKER_OPTION_CERT_DIR,
	[DOCKER_HOST_ROOT] = DOCKER_OPTION_HOST_ROOT,
	[DOCKER_FACTS] = {
		.name = "facts", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Judge facts that 'seawall facts docker' wrote (- is standard input), instead of this host",
			  "このホストの代わりに、seawall facts docker が書いた事実を検査（- は標準入力）" },
	},
	[DOCKER_INCLUDE_NAME] = {
		.name = "include-name", .arg = "PATTERN", .list = true,
		.help = { "Only containers and images with such a name; the others are counted",
			  "この名前のコンテナーとイメージだけを評価（ほかは数だけを示す）" },
	},
	[DOCKER_EXCLUDE_NAME] = {
		.name = "exclude-name", .arg = "PATTERN", .list = true,
		.help = { "Leave containers and images with such a name out; they are counted",
			  "この名前のコンテナーとイメージを除外（数は示す）" },
	},
	[DOCKER_SETTINGS] = {
		.name = "settings", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "What you say of this host: trusted users, attestations, allowed ports ... (YAML, doc/facts-docker.md)",
			  "このホストについての決定: 信頼する利用者、証明、許可するポートなど（YAML、doc/facts-docker.md）" },
	},
	[DOCKER_PARAMETERS] = {
		.name = "parameters", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Parameters of the recommendations on containers, the same file as for clusters (scopes name machines); "
			  "seawall-policies.yaml of the current folder when not given",
			  "コンテナーに対する推奨事項のパラメーター（クラスターと同じファイル。範囲にはマシン名を書く）。指定しなければ"
			  "現在のフォルダーの seawall-policies.yaml" },
	},
	[DOCKER_LOCAL_PARAMETERS] = {
		.name = "local-parameters", .on = true,
		.help = { "Do not read the parameters in the current folder",
			  "現在のフォルダーにあるパラメーターを読まない" },
	},
	[DOCKER_BASELINE] = {
		.name = "baseline", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "A former JSON report: only what is new or changed counts for --fail-on; what is fixed is listed",
			  "以前の JSON レポート。新規または変化したものだけを --fail-on の対象とし、解消したものを示す" },
	},
	[DOCKER_FIX_SCRIPT] = {
		.name = "fix-script",
		.help = { "In place of the report a shell script that would repair what can be repaired; it is never run here",
			  "レポートの代わりに、修復できるものを直すシェル スクリプトを出力（実行はしない）" },
	},
	[DOCKER_FORMAT] = {
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "table",
		.words = benchmark_writer_words,
		.help = { "Form of the report", "レポートの形式" },
	},
	[DOCKER_OUTPUT] = ANSWER_OPTION_OUTPUT,
	[DOCKER_SEVERITY] = {
		.name = "severity", .arg = "LIST", .list = true, .words = judging_severity_words,
		.help = { "Show only controls of these severities", "表示する項目の深刻度" },
	},
	[DOCKER_FAIL_ON] = {
		.name = "fail-on", .arg = "LEVEL", .words = judging_severity_words,
		.help = { "Exit with 1 when a shown control of this severity or a higher one fails, with 3 when one could not be judged",
			  "この深刻度以上の表示中の項目が不合格なら終了コード 1、判定できなければ 3 で終わる" },
	},
	[DOCKER_IGNOREFILE] = EXCEPTION_OPTION_IGNOREFILE,
	[DOCKER_LOCAL_EXCEPTIONS] = EXCEPTION_OPTION_LOCAL,
	[DOCKER_SCOPE] = {
		.name = "scope", .arg = "NAME", .list = true,
		.help = { "Tenant or group whose exceptions hold, beside those for all and for the host",
			  "適用する例外のテナントやグループ（全体向けとホスト向けは常に適用）" },
	},
	[DOCKER_LIMIT] = {
		.name = "limit", .arg = "N", .preset = "5", .check = value_check_count,
		.help = { "Findings of one control that forms for people list; totals are always exact",
			  "人向けの形式で一つの項目について列挙する検出の数（合計は常に正確）" },
	},
	[DOCKER_TIMESTAMP] = {
		.name = "timestamp",
		.help = { "Put the time into the report", "日時をレポートに含める" },
	},
	[DOCKER_TIMEOUT] = {
		.name = "timeout", .arg = "DURATION", .preset = "5m", .check = value_check_period,
		.help = { "Longest time for gathering the facts", "事実の収集にかける最長の時間" },
	},
	[DOCKER_IMAGE_CONTENTS] = {
		.name = "image-contents", .on = true,
		.help = { "Do not look into images: controls that need their contents cannot be judged",
			  "イメージの中身を調べない（中身が必要な項目は判定できない）" },
	},
	[DOCKER_REGISTRY] = DOCKER_OPTION_REGISTRY,
	[DOCKER_INSECURE] = DOCKER_OPTION_INSECURE,
	[DOCKER_CA_FILE] = DOCKER_OPTION_CA_FILE,
	[DOCKER_DB] = DB_OPTION_DB,
	[DOCKER_WATCH] = {
		.name = "watch",
		.help = { "Go on: judge again on events of the engine and changes of files, and print what differs (JSON lines with -f json)",
			  "監視を続け、エンジンのイベントとファイルの変化で評価し直し、変化だけを出力（-f json では JSON 行）" },
	},
	[DOCKER_INTERVAL] = {
		.name = "interval", .arg = "DURATION", .preset = "60m", .check = value_check_period,
		.help = { "With --watch: time between two full passes", "--watch で全体を評価し直す間隔" },
	},
	[DOCKER_CONFIG] = CONFIG_OPTION,
};

static int check_host(struct docker_check *check, struct err *err)
{
	const struct options *o = &check->in->options;
	str facts = option_text(o, DOCKER_FACTS);

	if (option_on(o, DOCKER_WATCH)) {
		if (facts.n > 0)
			return err_set(err, ERR_USAGE, "--watch looks at a host, not at --facts");
		if (option_given(o, DOCKER_FAIL_ON) || option_on(o, DOCKER_FIX_SCRIPT) ||
		    option_given(o, DOCKER_BASELINE))
			return err_set(
				err, ERR_USAGE,
				"--watch goes on: without --fail-on, --fix-script, --baseline");
		return docker_check_watch(check, err);
	}
	if (facts.n > 0 && (option_given(o, DOCKER_HOST) || option_given(o, DOCKER_HOST_ROOT)))
		return err_set(err, ERR_USAGE, "--facts is in place of --host and --host-root");
	if (option_given(o, DOCKER_INTERVAL))
		return err_set(err, ERR_USAGE, "--interval needs --watch");
	if (option_on(o, DOCKER_FIX_SCRIPT) && option_given(o, DOCKER_FORMAT))
		return err_set(err, ERR_USAGE,
			       "--fix-script is a form of its own: without --format");
	if (!option_on(o, DOCKER_REGISTRY) &&
	    (option_given(o, DOCKER_INSECURE) || option_given(o, DOCKER_CA_FILE)))
		return err_set(err, ERR_USAGE, "--insecure-registry and --ca-file need --registry");
	if (facts.n > 0 && option_on(o, DOCKER_REGISTRY))
		return err_set(err, ERR_USAGE, "--registry is for a host, not for --facts");
	if ((facts.n > 0 ? docker_check_file(check, facts, err) : docker_check_live(check, err)) <
	    0)
		return -1;
	return docker_check_answer(check, err);
}

static int run_command(struct invocation *in, struct err *err)
{
	struct docker_check check = { .in = in, .now = time_now() };
	int code;

	if (config_take(in, DOCKER_CONFIG, err) < 0)
		return -1;
	code = docker_check_load(&check, err);
	if (code == 0)
		code = check_host(&check, err);
	docker_check_done(&check);
	return code;
}

static const struct command_example examples[] = {
	{ .what = { "This host; fail on what is high or critical",
		    "このホスト。high 以上の不合格があれば失敗" },
	  .line = "check docker --fail-on high" },
	{ .what = { "An older version, a section and one control of another",
		    "古い版の、一つの節と別の節の一項目" },
	  .line = "check docker --benchmark 1.6.0 --control 2.*,5.4" },
	{ .what = { "From inside of a container that has the root of the host at /host",
		    "ホストのルートを /host にマウントしたコンテナー内から" },
	  .line = "check docker --host-root /host --host unix:///host/run/docker.sock" },
	{ .what = { "Facts that were saved elsewhere, as a page",
		    "別の場所で保存した事実を HTML で" },
	  .line = "check docker --facts docker.json -f html -o docker.html" },
	{ .what = { "Ask registries, too: current images, signatures by keys that settings.yaml names",
		    "レジストリにも問い合わせる（最新のイメージ、settings.yaml の鍵による署名）" },
	  .line = "check docker --registry --settings settings.yaml --control 4.12,5.28" },
	{ .what = { "What is new since the last report", "前回のレポートから新しいもの" },
	  .line = "check docker --baseline last.json --fail-on low" },
	{ .what = { "The repair, to be read before it is run", "実行前に読むための修復スクリプト" },
	  .line = "check docker --fix-script -o fix.sh" },
	{ .what = { "Follow the host, a JSON line for each difference",
		    "監視を続け、変化を JSON 行で出力" },
	  .line = "check docker --watch -f json" },
	{ .line = NULL },
};

const struct command command_check_docker = {
	.name = "docker",
	.summary = { "Assess a container host by the CIS Docker Benchmark",
		     "コンテナー ホストを CIS Docker Benchmark で評価する" },
	.about = { "Gathers the facts of a Docker or Podman host as 'seawall facts docker' does and judges every control of "
		   "the chosen version by the effective state; nothing is changed. What could not be read is an error of the "
		   "controls that need it, never a pass. The score is passed / (passed + failed + errors). A machine "
		   "without an engine, or one that somebody else manages, is not applicable; an engine that cannot be asked "
		   "ends with status 3.",
		   "seawall facts docker と同じように Docker・Podman ホストの事実を集め、選んだ版の全項目を実際の状態で評価します"
		   "（何も変更しません）。読めなかったものは、それを必要とする項目のエラーになり、合格にはなりません。スコアは "
		   "合格 / (合格 + 不合格 + エラー) です。エンジンのないマシンや、ほかが管理するマシンは対象外です。"
		   "問い合わせできないエンジンがあれば終了コード 3 で終わります。" },
	.options = options,
	.option_count = DOCKER_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
