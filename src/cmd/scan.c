/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan.h"

#include "advisory/db.h"
#include "advisory/match.h"
#include "base/cost.h"
#include "base/time.h"
#include "cmd/checks.h"
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/db.h"
#include "cmd/judging.h"
#include "cmd/licences.h"
#include "cmd/progress.h"
#include "cmd/target.h"
#include "cmd/value.h"

#include <sys/resource.h>

enum scan_option {
	SCAN_JUDGING, /* the options of judging.h, in their order */
	SCAN_SCANNERS = SCAN_JUDGING + JUDGING_OPTION_COUNT,
	SCAN_SECRET_CONFIG,
	SCAN_NO_BINARY_SECRETS,
	SCAN_CHECKS, /* the options of checks.h, in their order */
	SCAN_LICENCES = SCAN_CHECKS + CHECKS_OPTION_COUNT,   /* likewise, of licences.h */
	SCAN_TARGET = SCAN_LICENCES + LICENCES_OPTION_COUNT, /* of target.h */
	SCAN_DB = SCAN_TARGET + TARGET_OPTION_COUNT,
	SCAN_MAX_DB_AGE,
	SCAN_CONFIG,
	SCAN_OPTION_COUNT
};

/* What a scan looks for. */
static int check_scanner(str value, struct err *err)
{
	static const char *const known[] = { "vuln", "secret", "misconfig", "license" };

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_ieq(value, str_c(known[i])))
			return 0;
	}
	return err_set(err, ERR_USAGE, "'%.*s' is not one of: vuln, secret, misconfig, license",
		       STR_ARG(value));
}

static const struct option_spec options[SCAN_OPTION_COUNT] = {
	JUDGING_OPTIONS(SCAN_JUDGING),
	[SCAN_SCANNERS] = {
		.name = "scanners", .arg = "LIST", .list = true, .preset = "vuln,secret",
		.check = check_scanner,
		.help = { "What to look for: vuln, secret, misconfig, license",
			  "検査の種類（vuln、secret、misconfig、license）" },
	},
	[SCAN_SECRET_CONFIG] = {
		.name = "secret-config", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Own rules for secrets, in the form of trivy-secret.yaml",
			  "シークレットの独自ルール（trivy-secret.yaml の形式）" },
	},
	[SCAN_NO_BINARY_SECRETS] = {
		.name = "no-binary-secrets",
		.help = { "Look for secrets in texts only, not in programs and other binary files",
			  "シークレットはテキストだけで探し、実行ファイルなどのバイナリでは探さない" },
	},
	CHECKS_OPTIONS(SCAN_CHECKS),
	LICENCES_OPTIONS(SCAN_LICENCES),
	TARGET_OPTIONS(SCAN_TARGET),
	[SCAN_DB] = DB_OPTION_DB,
	[SCAN_MAX_DB_AGE] = {
		.name = "max-db-age", .arg = "DURATION", .check = value_check_duration,
		.help = { "Refuse to scan with older advisory data (7d, 12h)",
			  "データがこれより古ければスキャンしない（7d、12h）" },
	},
	[SCAN_CONFIG] = CONFIG_OPTION,
};

/* One call of the command, over all its targets. */
struct run {
	struct invocation *in;
	struct advisory_db *db;
	struct advisory_info info;
	struct scan_opts scan;
	struct scan_stats stats; /* of the target at work */
	struct judging judging;
	struct check_set *checks; /* NULL: nobody asked for them */
};

static const struct options *opts_of(const struct run *run) { return &run->in->options; }

/* Own checks alone ask for configuration checks, too. */
static int take_checks(struct run *run, struct err *err)
{
	static const str groups[] = { STR_INIT("dockerfile"), STR_INIT("image") };

	if (!run->scan.facts && !checks_given(run->in, SCAN_CHECKS))
		return 0;
	run->scan.facts = true;
	int64_t begun = cost_begin();
	if (checks_load(run->in, SCAN_CHECKS, groups, ARRAY_LEN(groups), &run->checks, err) < 0)
		return -1;
	cost_end("misconfig", begun);
	run->judging.checks = run->checks;
	return 0;
}

/*
 * --scanners and what belongs to them. Without it, vulnerabilities and secrets are looked for, as
 * users of other scanners expect.
 */
static int take_scanners(struct run *run, struct err *err)
{
	const struct options *o = opts_of(run);
	char *rules = option_path(opts_of(run), SCAN_SECRET_CONFIG);
	bool vulnerabilities = false;
	size_t n;
	const str *items = option_items(o, SCAN_SCANNERS, &n);

	for (size_t i = 0; i < n; i++) {
		vulnerabilities |= str_ieq(items[i], STR("vuln"));
		run->scan.secrets |= str_ieq(items[i], STR("secret"));
		run->scan.facts |= str_ieq(items[i], STR("misconfig"));
		run->scan.licences |= str_ieq(items[i], STR("license"));
	}
	if (n == 0)
		vulnerabilities = run->scan.secrets = true;
	run->scan.secret_texts_only = option_on(o, SCAN_NO_BINARY_SECRETS);
	run->judging.report.no_vulnerabilities = !vulnerabilities;
	run->scan.licences |= licences_given(run->in, SCAN_LICENCES);
	run->scan.licences_full = option_on(o, SCAN_LICENCES + LICENCES_FULL);
	if (run->scan.licences)
		run->judging.report.licences = licences_take(run->in, SCAN_LICENCES);
	if (!rules)
		return 0;
	return scan_secret_rules(rules, run->in->arena, &run->scan.secret_rules, err);
}

static int take_options(struct run *run, struct err *err)
{
	const struct options *o = opts_of(run);
	struct invocation *in = run->in;

	if (target_take_options(in, SCAN_TARGET, o->operands, o->operand_count, &run->scan, err) <
		    0 ||
	    take_scanners(run, err) < 0 || take_checks(run, err) < 0)
		return -1;
	if (judging_take(&run->judging, in, SCAN_JUDGING, o->operand_count, err) < 0)
		return -1;
	run->scan.attached_statements = run->judging.statements.oci;
	run->judging.statements.ca_file = run->scan.image.ca_file;
	return 0;
}

/* Refuses data that is older than --max-db-age, or of unknown age. */
static int check_age(const struct run *run, struct err *err)
{
	const struct options *o = opts_of(run);
	int64_t limit, date;

	if (!option_given(o, SCAN_MAX_DB_AGE))
		return 0;
	if (value_duration(option_text(o, SCAN_MAX_DB_AGE), &limit, err) < 0)
		return -1;
	str allowed = option_text(o, SCAN_MAX_DB_AGE);
	if (run->info.essentials_only)
		return err_set(err, ERR_NOT_FOUND,
			       "--max-db-age %.*s: no advisory database is loaded; run 'seawall db "
			       "update'",
			       STR_ARG(allowed));
	if (!time_parse(run->info.date, &date))
		return err_set(err, ERR_INPUT, "--max-db-age %.*s: the age of %.*s is not known",
			       STR_ARG(allowed), STR_ARG(run->info.path));
	if (run->judging.now - date > limit)
		return err_set(err, ERR_INPUT,
			       "--max-db-age %.*s: the data of %.*s is of %.*s; run 'seawall db "
			       "update'",
			       STR_ARG(allowed), STR_ARG(run->info.path), STR_ARG(run->info.date));
	return 0;
}

static int open_database(struct run *run, struct err *err)
{
	if (advisory_db_open(option_path(opts_of(run), SCAN_DB), &run->db, err) < 0 ||
	    advisory_db_info(run->db, run->judging.now, run->in->arena, &run->info, err) < 0)
		return -1;
	return check_age(run, err);
}

/* For the benches: SEAWALL_STATS=1. Costs are milliseconds of processor time. */
static void print_stats(const struct scan_stats *stats, int64_t wall_ms)
{
	struct rusage usage = { 0 };
	struct cost_part parts[COST_PARTS];

	IGNORE(getrusage(RUSAGE_SELF, &usage)); /* cannot fail with these arguments */
	fprintf(stderr,
		"stats: wall_ms=%lld parent_hwm_kib=%ld workers_hwm_kib=%llu layers=%llu "
		"layers_cached=%llu bytes=%llu\n",
		(long long)wall_ms, usage.ru_maxrss, (unsigned long long)stats->workers_peak_kib,
		(unsigned long long)stats->layers, (unsigned long long)stats->layers_cached,
		(unsigned long long)stats->stored_bytes);
	size_t n = cost_list(parts, true);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "cost: %s %.3f\n", parts[i].name, (double)parts[i].ns / 1e6);
}

static int scan_target(void *context, str target, struct arena *arena, struct err *err)
{
	struct run *run = context;
	struct match_opts match_opts = { .now = run->judging.now };
	struct inventory inventory = { 0 };
	struct match_result match = { 0 };
	int64_t start = time_mono_ms();

	run->stats = (struct scan_stats){ 0 };
	run->scan.stats = &run->stats;
	progress_show(run->in->quiet, run->in->lang, TEXT_PROGRESS_SCAN, target);
	int64_t begun = cost_begin();
	int rc = scan_inventory(target, &run->scan, arena, &inventory, err);
	cost_end("merge", begun);
	begun = cost_begin();
	if (rc == 0 && !run->judging.report.no_vulnerabilities)
		rc = advisory_match(run->db, &inventory, &match_opts, arena, &match, err);
	cost_end("match", begun);
	progress_clear(run->in->quiet);
	if (run->stats.confinement_known)
		progress_confinement(run->in->quiet, run->in->lang, &run->stats.confinement);
	const char *wanted = getenv("SEAWALL_STATS");
	if (rc < 0) {
		if (wanted && strcmp(wanted, "1") == 0)
			print_stats(&run->stats, time_mono_ms() - start);
		return -1;
	}
	judging_show(&run->judging, &inventory, &match, &run->info, arena);
	if (wanted && strcmp(wanted, "1") == 0)
		print_stats(&run->stats, time_mono_ms() - start);
	return 0;
}

static int run_scan(struct run *run, struct err *err)
{
	if (take_options(run, err) < 0 || open_database(run, err) < 0)
		return -1;
	int code = judging_each(&run->judging, scan_target, run, err);
	judging_done(&run->judging);
	return code;
}

static int run_command(struct invocation *in, struct err *err)
{
	cost_enable();
	struct run run = { .in = in, .judging = { .now = time_now() } };

	if (config_take(in, SCAN_CONFIG, err) < 0)
		return -1;
	int code = run_scan(&run, err);
	if (run.db)
		advisory_db_close(run.db);
	check_set_unref(run.checks);
	return code;
}

static const struct command_example examples[] = {
	{ .what = { "An image of a registry", "レジストリのイメージ" }, .line = "scan debian:12" },
	{ .what = { "In a pipeline: fail on what is high or critical and can be repaired",
		    "パイプラインで: 修正可能な high 以上があれば失敗させる" },
	  .line = "scan --fail-on high --ignore-unfixed registry.example.com/app:1.4" },
	{ .what = { "What `docker save` wrote, as JSON into a file",
		    "docker save の出力を JSON でファイルへ" },
	  .line = "scan -f json -o app.json docker-archive:app.tar" },
	{ .what = { "This machine's own root file system", "このマシンのルートファイルシステム" },
	  .line = "scan dir:/" },
	{ .what = { "An archive from a pipe", "パイプから渡すアーカイブ" },
	  .line = "scan - < app.tar" },
	{ .line = NULL },
};

const struct command command_scan = {
	.name = "scan",
	.operands = "TARGET...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Find vulnerabilities, secrets, dangerous configuration and licences in images and folders",
		     "イメージやフォルダーの脆弱性、秘密情報、危険な設定、ライセンスを検出" },
	.about = { "TARGET is one of: docker://REF or a bare REF (a registry); oci:DIR[:TAG]; "
		   "oci-archive:FILE[:TAG]; docker-archive:FILE[:TAG]; docker-daemon:REF; "
		   "containerd:REF; dir:ROOT (a root file system); sbom:FILE (a bill of materials); - (an archive on standard input).\n"
		   "Nothing of the target is run or unpacked. What could not be read is always shown, and "
		   "such a target is never called free of vulnerabilities. Of several targets all are "
		   "scanned; when one of them could not be, the exit status is 3. With --fail-on a target about "
		   "which nothing can be said does not pass: the exit status is 3, or 1 when another target "
		   "has findings that fail.",
		   "TARGET は次のいずれか: docker://REF または REF（レジストリ）、oci:DIR[:TAG]、"
		   "oci-archive:FILE[:TAG]、docker-archive:FILE[:TAG]、docker-daemon:REF、"
		   "containerd:REF、dir:ROOT（ルートファイルシステム）、sbom:FILE（部品表）、-（標準入力のアーカイブ）。\n"
		   "対象の中身を実行も展開もしません。読めなかったものは必ず表示し、その対象を安全とは報告しません。"
		   "対象が複数ならすべて検査し、一つでも失敗すれば終了コードは 3 です。"
		   "--fail-on を指定した場合、評価できない対象は合格になりません（終了コード 3、"
		   "ほかの対象に該当する検出があれば 1）。" },
	.options = options,
	.option_count = SCAN_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
