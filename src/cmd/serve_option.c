/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/serve.h"
#include "cmd/value.h"

static const char *const expansions[] = { "off", "warn", "on", NULL };

const struct option_spec serve_options[SERVE_OPTION_COUNT] = {
	[SERVE_WEBHOOK] = {
		.name = "webhook",
		.help = { "Serve the Kubernetes admission webhook", "Kubernetes のアドミッション Webhook を提供" },
	},
	[SERVE_LISTEN] = {
		.name = "listen", .arg = "ADDR:PORT", .preset = "127.0.0.1:8443",
		.help = { "Address for HTTPS", "HTTPS のアドレス" },
	},
	[SERVE_PLAIN] = {
		.name = "metrics-listen", .arg = "ADDR:PORT",
		.help = { "Address on loopback for health and metrics without TLS",
			  "TLS なしでヘルスとメトリクスを返すループバックのアドレス" },
	},
	[SERVE_TLS_CERT] = {
		.name = "tls-cert", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Certificate with its chain (PEM); read again when it changes",
			  "証明書とチェーン（PEM）。変更されると読み直す" },
	},
	[SERVE_TLS_KEY] = {
		.name = "tls-key", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Private key of the certificate", "証明書の秘密鍵" },
	},
	[SERVE_TLS_DIR] = {
		.name = "tls-dir", .arg = "DIR", .complete = COMPLETE_DIR,
		.help = { "Folder for an authority and certificate of our own, made and renewed as needed; ca.crt is for the caBundle",
			  "自前の認証局と証明書のフォルダー（自動で作成・更新）。ca.crt を caBundle に使う" },
	},
	[SERVE_TLS_SECRET] = {
		.name = "tls-secret", .arg = "NAME",
		.help = { "The same in a Secret of our namespace, shared by all replicas, with --cluster",
			  "同じものを自身の名前空間の Secret に置き、全レプリカで共有（--cluster と併用）" },
	},
	[SERVE_TLS_NAMES] = {
		.name = "tls-names", .arg = "NAME", .list = true,
		.help = { "Names and addresses of such a certificate; when not given: seawall-webhook.NAMESPACE.svc, localhost, 127.0.0.1",
			  "その証明書の名前とアドレス（省略時: seawall-webhook.NAMESPACE.svc、localhost、127.0.0.1）" },
	},
	[SERVE_TLS_LIFE] = {
		.name = "tls-life", .arg = "DURATION", .preset = "90d", .check = value_check_period,
		.help = { "How long such a certificate holds; it is renewed after two thirds of that",
			  "その証明書の有効期間（3 分の 2 で更新）" },
	},
	[SERVE_CLIENT_CA] = {
		.name = "client-ca", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Take reviews only from clients with a certificate of these authorities",
			  "これらの認証局の証明書を持つクライアントだけを受け付ける" },
	},
	[SERVE_PARAMETERS] = {
		.name = "parameters", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Parameters and enforcement of the built-in rules, for all and per scope",
			  "組み込みルールのパラメーターと適用方法（全体、スコープごと）" },
	},
	[SERVE_POLICY] = {
		.name = "policy", .arg = "PATH", .repeat = true, .complete = COMPLETE_FILE,
		.help = { "Templates, constraints and mutators beside the built-in ones: a file or a folder",
			  "組み込みに加えるテンプレート、制約、ミューテーター（ファイルまたはフォルダー）" },
	},
	[SERVE_PSS] = {
		.name = "pod-security", .arg = "LEVEL[:VERSION]",
		.help = { "Hold pods to the Pod Security Standards too: baseline, restricted, restricted:v1.29",
			  "Pod Security Standards も適用: baseline、restricted、restricted:v1.29" },
	},
	[SERVE_FAIL_CLOSED] = {
		.name = "fail-closed",
		.help = { "Refuse what cannot be judged (an error, its time, too many requests); otherwise it is let through with a warning",
			  "判定できないもの（エラー、時間切れ、過負荷）を拒否する（指定しなければ警告して許可）" },
	},
	[SERVE_FIX] = {
		.name = "fix", .on = true,
		.help = { "Do not tell the smallest change that would pass in the message of a denial",
			  "拒否のメッセージに、通すための最小の変更を示さない" },
	},
	[SERVE_EXPANSION] = {
		.name = "expansion", .arg = "MODE", .preset = "warn", .words = expansions,
		.help = { "What is done about a workload whose pods would be denied: nothing, a warning, or a denial",
			  "作られる Pod が拒否されるワークロードの扱い: 何もしない、警告、拒否" },
	},
	[SERVE_AUDIT_ONLY] = {
		.name = "never-deny", .arg = "NAME", .list = true,
		.help = { "Namespaces in which violations are only recorded (* at either end), beside kube-system and our own",
			  "違反を記録するだけの名前空間（前後に * 可）。kube-system と自身の名前空間は常に含む" },
	},
	[SERVE_NAMESPACE] = {
		.name = "namespace", .arg = "NAME", .preset = LIBRARY_OWN_NAMESPACE,
		.help = { "Namespace that Seawall runs in", "Seawall が動く名前空間" },
	},
	[SERVE_NAMESPACES] = {
		.name = "namespaces", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Namespace objects, for selectors by their labels, where no API server is asked",
			  "名前空間のオブジェクト（API サーバーに問い合わせない場合のラベル判定用）" },
	},
	[SERVE_CLUSTER] = {
		.name = "cluster",
		.help = { "Ask the API server for labels of namespaces, and keep the caBundle of the webhook configurations right",
			  "API サーバーから名前空間のラベルを得て、Webhook 設定の caBundle を正しく保つ" },
	},
	[SERVE_CLUSTER_POLICIES] = {
		.name = "cluster-policies",
		.help = { "Of --cluster: judge by the templates, constraints, mutators, expansions, Config and SyncSets that live in the cluster, too, as they change; those of --policy come first",
			  "--cluster で、クラスター内にあるテンプレート、制約、ミューテーター、展開、Config、SyncSet も変更に追従して適用する（同名なら --policy を優先）" },
	},
	[SERVE_KUBECONFIG] = {
		.name = "kubeconfig", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Of --cluster: this file instead of the usual places or the pod's account",
			  "--cluster の接続設定（省略時は通常の場所か Pod のアカウント）" },
	},
	[SERVE_CONTEXT] = {
		.name = "context", .arg = "NAME",
		.help = { "Of --cluster: a context of that file", "--cluster のコンテキスト" },
	},
	[SERVE_CONFIGURATION] = {
		.name = "webhook-configuration", .arg = "NAME", .preset = "seawall-webhook",
		.help = { "Name of the webhook configurations", "Webhook 設定の名前" },
	},
	[SERVE_CLUSTER_NAME] = {
		.name = "cluster-name", .arg = "NAME",
		.help = { "Name of the cluster, for scopes of --parameters", "クラスター名（--parameters のスコープ用）" },
	},
	[SERVE_EXTERNAL] = {
		.name = "external-data",
		.help = { "Ask providers of external data over HTTPS", "外部データのプロバイダーに HTTPS で問い合わせる" },
	},
	[SERVE_TIME_LIMIT] = {
		.name = "time-limit", .arg = "DURATION", .preset = "2500ms",
		.help = { "Time for one review; below the timeoutSeconds of the webhook configuration",
			  "1 件の審査の時間（Webhook 設定の timeoutSeconds より短く）" },
	},
	[SERVE_MAX_BODY] = {
		.name = "max-body", .arg = "BYTES", .preset = "33554432",
		.help = { "Largest review that is taken", "受け付ける審査の最大サイズ" },
	},
	[SERVE_WORKERS] = {
		.name = "workers", .arg = "N", .preset = "0",
		.help = { "Reviews at a time; 0: one for each core", "同時に審査する数（0: コア数）" },
	},
	[SERVE_QUEUE] = {
		.name = "queue", .arg = "N", .preset = "0",
		.help = { "Reviews that wait; 0: 8 for each worker", "待てる審査の数（0: ワーカーごとに 8）" },
	},
	[SERVE_CONNECTIONS] = {
		.name = "connections", .arg = "N", .preset = "1024",
		.help = { "Connections at a time", "同時接続数" },
	},
	[SERVE_LOG] = {
		.name = "decision-log", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Write decisions there as JSON lines; - is standard output",
			  "判定を JSON Lines で書き出す（- は標準出力）" },
	},
	[SERVE_LOG_SIZE] = {
		.name = "decision-log-size", .arg = "BYTES", .preset = "67108864",
		.help = { "Size at which the log begins a new file", "ログを新しいファイルに切り替えるサイズ" },
	},
	[SERVE_LOG_FILES] = {
		.name = "decision-log-files", .arg = "N", .preset = "4",
		.help = { "Older files that are kept", "残す古いファイルの数" },
	},
	[SERVE_SYNC_MEMORY] = {
		.name = "sync-memory", .arg = "BYTES", .preset = "201326592",
		.help = { "Of --cluster: memory for the objects that Config and SyncSet put into data.inventory; a kind that does not fit is not synced, and said",
			  "--cluster で data.inventory に同期するオブジェクトのメモリー上限（収まらない種類は同期せず、その旨を示す）" },
	},
	[SERVE_LOG_ALLOWED] = {
		.name = "log-allowed",
		.help = { "Log decisions without any violation, too", "違反のない判定も記録する" },
	},
};
