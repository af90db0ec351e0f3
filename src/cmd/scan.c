/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan.h"

#include "advisory/db.h"
#include "advisory/match.h"
#include "base/buf.h"
#include "base/time.h"
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/scan_exceptions.h"
#include "cmd/target.h"
#include "cmd/value.h"
#include "report/report.h"
#include "report/term.h"

#include <sys/resource.h>

enum scan_option {
	SCAN_FORMAT,
	SCAN_OUTPUT,
	SCAN_SEVERITY,
	SCAN_FAIL_ON,
	SCAN_IGNORE_UNFIXED,
	SCAN_IGNOREFILE,
	SCAN_LOCAL_EXCEPTIONS,
	SCAN_VEX,
	SCAN_LIST_ALL,
	SCAN_SCANNERS,
	SCAN_SECRET_CONFIG,
	SCAN_TARGET, /* the options of target.h, in their order */
	SCAN_DB = SCAN_TARGET + TARGET_OPTION_COUNT,
	SCAN_MAX_DB_AGE,
	SCAN_TIMESTAMP,
	SCAN_CONFIG,
	SCAN_OPTION_COUNT
};

static const char *const severity_words[] = { "critical",   "high",    "medium", "low",
					      "negligible", "unknown", NULL };
static const char *const format_words[] = { "table",	 "json", "sarif", "csv",
					    "gitlab",	 "html", "junit", "markdown",
					    "cyclonedx", "spdx", NULL };

/* What a scan looks for; more of them come with their engines. */
static int check_scanner(str value, struct err *err)
{
	if (str_ieq(value, STR("vuln")) || str_ieq(value, STR("secret")))
		return 0;
	return err_set(err, ERR_USAGE, "'%.*s' is not built yet; there are: vuln, secret",
		       STR_ARG(value));
}

static const struct option_spec options[SCAN_OPTION_COUNT] = {
	[SCAN_FORMAT] = {
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "table",
		.words = format_words,
		.help = { "Form of the report", "レポートの形式" },
	},
	[SCAN_OUTPUT] = {
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Write the report there; the file appears when it is whole",
			  "レポートの書き込み先（完成してから現れる）" },
	},
	[SCAN_SEVERITY] = {
		.name = "severity", .arg = "LIST", .list = true, .words = severity_words,
		.help = { "Show only findings of these severities", "表示する深刻度" },
	},
	[SCAN_FAIL_ON] = {
		.name = "fail-on", .arg = "LEVEL", .words = severity_words,
		.help = { "Exit with 1 when a finding that is shown has this severity or a higher one, "
			  "with 3 when a target could not be assessed",
			  "この深刻度以上の検出が表示されたとき終了コード 1、評価できない対象があれば 3 で終わる" },
	},
	[SCAN_IGNORE_UNFIXED] = {
		.name = "ignore-unfixed",
		.help = { "Show only findings that an upgrade repairs", "更新で直せる検出だけを表示" },
	},
	[SCAN_IGNOREFILE] = {
		.name = "ignorefile", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE,
		.help = { "Exceptions: .seawallignore.yaml, .trivyignore, .trivyignore.yaml or .grype.yaml",
			  "例外のファイル（.seawallignore.yaml、.trivyignore、.trivyignore.yaml、.grype.yaml）" },
	},
	[SCAN_LOCAL_EXCEPTIONS] = {
		.name = "local-exceptions", .on = true,
		.help = { "Do not read the files of exceptions in the current folder",
			  "現在のフォルダーにある例外ファイルを読まない" },
	},
	[SCAN_VEX] = {
		.name = "vex", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE,
		.help = { "Statements of suppliers on flaws: OpenVEX, CycloneDX or CSAF",
			  "提供元による脆弱性の影響声明（OpenVEX、CycloneDX、CSAF）" },
	},
	[SCAN_LIST_ALL] = {
		.name = "list-all-packages",
		.help = { "List the packages without findings too", "検出のないパッケージも一覧に含める" },
	},
	[SCAN_SCANNERS] = {
		.name = "scanners", .arg = "LIST", .list = true, .preset = "vuln,secret",
		.check = check_scanner,
		.help = { "What to look for", "検査の種類" },
	},
	[SCAN_SECRET_CONFIG] = {
		.name = "secret-config", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Own rules for secrets, in the form of trivy-secret.yaml",
			  "シークレットの独自ルール（trivy-secret.yaml の形式）" },
	},
	TARGET_OPTIONS(SCAN_TARGET),
	[SCAN_DB] = {
		.name = "db", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Advisory database instead of the usual one", "既定以外の脆弱性データベース" },
	},
	[SCAN_MAX_DB_AGE] = {
		.name = "max-db-age", .arg = "DURATION", .check = value_check_duration,
		.help = { "Refuse to scan with older advisory data (7d, 12h)",
			  "データがこれより古ければスキャンしない（7d、12h）" },
	},
	[SCAN_TIMESTAMP] = {
		.name = "timestamp",
		.help = { "Put the time of the scan into the report", "スキャン日時をレポートに含める" },
	},
	[SCAN_CONFIG] = {
		.name = "config", .arg = "FILE", .complete = COMPLETE_FILE, .no_config = true,
		.help = { "Read options from a file of lines 'name = value'; the command line wins",
			  "「name = value」形式のファイルからオプションを読む（コマンドライン優先）" },
	},
};

/* One call of the command, over all its targets. */
struct run {
	struct invocation *in;
	struct advisory_db *db;
	struct advisory_info info;
	struct scan_opts scan;
	struct scan_stats stats; /* of the target at work */
	struct report_opts report;
	struct exception_set exceptions;
	const struct report_writer *writer;
	struct report_out out;
	int64_t now;
	bool has_fail_on;
	enum severity fail_on;
	size_t failing; /* findings at or above it */
	bool any_failed;
	bool any_unjudged; /* --fail-on: a target about which nothing can be said */
};

static const struct options *opts_of(const struct run *run) { return &run->in->options; }

static char *path_option(const struct run *run, enum scan_option option)
{
	str text = option_text(opts_of(run), option);

	return text.n ? str_cstr(run->in->arena, text) : NULL;
}

static int read_exceptions(struct run *run, struct err *err)
{
	const struct options *o = opts_of(run);
	struct arena *arena = run->in->arena;
	size_t files, statements;
	const str *file = option_items(o, SCAN_IGNOREFILE, &files);
	const str *statement = option_items(o, SCAN_VEX, &statements);

	exception_set_init(&run->exceptions, arena, run->now);
	for (size_t i = 0; i < files; i++) {
		if (exception_read(&run->exceptions, str_cstr(arena, file[i]), err) < 0)
			return err_wrap(err, "--ignorefile");
	}
	for (size_t i = 0; i < statements; i++) {
		if (exception_read(&run->exceptions, str_cstr(arena, statement[i]), err) < 0)
			return err_wrap(err, "--vex");
	}
	return option_on(o, SCAN_LOCAL_EXCEPTIONS) ? scan_exceptions_local(&run->exceptions, err)
						   : 0;
}

/* --scanners and what belongs to them. Without it, everything that is built is looked for. */
static int take_scanners(struct run *run, struct err *err)
{
	const struct options *o = opts_of(run);
	char *rules = path_option(run, SCAN_SECRET_CONFIG);
	bool vulnerabilities = false;
	size_t n;
	const str *items = option_items(o, SCAN_SCANNERS, &n);

	for (size_t i = 0; i < n; i++) {
		vulnerabilities |= str_ieq(items[i], STR("vuln"));
		run->scan.secrets |= str_ieq(items[i], STR("secret"));
	}
	if (n == 0)
		vulnerabilities = run->scan.secrets = true;
	run->report.no_vulnerabilities = !vulnerabilities;
	if (!rules)
		return 0;
	return scan_secret_rules(rules, run->in->arena, &run->scan.secret_rules, err);
}

static int take_options(struct run *run, struct err *err)
{
	const struct options *o = opts_of(run);
	struct invocation *in = run->in;
	size_t n;

	if (target_take_options(in, SCAN_TARGET, o->operands, o->operand_count, &run->scan, err) <
		    0 ||
	    take_scanners(run, err) < 0)
		return -1;
	run->writer = report_writer_find(option_text(o, SCAN_FORMAT));
	if (run->writer->single && o->operand_count > 1) {
		str text =
			TEXT_MAKE(in->arena, in->lang, ONE_TARGET_FORMAT, str_c(run->writer->name));
		return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
	}
	const str *severities = option_items(o, SCAN_SEVERITY, &n);
	for (size_t i = 0; i < n; i++) {
		enum severity severity = SEVERITY_UNKNOWN;

		IGNORE(severity_from(severities[i], &severity)); /* one of the words */
		run->report.severities |= 1u << severity;
	}
	run->has_fail_on = option_given(o, SCAN_FAIL_ON) &&
			   severity_from(option_text(o, SCAN_FAIL_ON), &run->fail_on);
	if (read_exceptions(run, err) < 0)
		return -1;
	run->report.exceptions = &run->exceptions;
	run->report.ignore_unfixed = option_on(o, SCAN_IGNORE_UNFIXED);
	run->report.list_all_packages = option_on(o, SCAN_LIST_ALL);
	run->report.lang = in->lang;
	run->report.targets = o->operand_count;
	if (option_on(o, SCAN_TIMESTAMP))
		run->report.timestamp = time_format(in->arena, run->now);
	if (!run->writer->machine && !option_given(o, SCAN_OUTPUT)) {
		run->report.columns = term_columns(STDOUT_FILENO);
		run->report.color = in->color && isatty(STDOUT_FILENO);
	}
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
	if (run->now - date > limit)
		return err_set(err, ERR_INPUT,
			       "--max-db-age %.*s: the data of %.*s is of %.*s; run 'seawall db "
			       "update'",
			       STR_ARG(allowed), STR_ARG(run->info.path), STR_ARG(run->info.date));
	return 0;
}

static int open_database(struct run *run, struct err *err)
{
	if (advisory_db_open(path_option(run, SCAN_DB), &run->db, err) < 0 ||
	    advisory_db_info(run->db, run->now, run->in->arena, &run->info, err) < 0)
		return -1;
	return check_age(run, err);
}

/* For the benches: SEAWALL_STATS=1. */
static void print_stats(const struct scan_stats *stats, int64_t wall_ms)
{
	struct rusage usage = { 0 };

	IGNORE(getrusage(RUSAGE_SELF, &usage)); /* cannot fail with these arguments */
	fprintf(stderr,
		"stats: wall_ms=%lld parent_hwm_kib=%ld workers_hwm_kib=%llu layers=%llu "
		"layers_cached=%llu bytes=%llu\n",
		(long long)wall_ms, usage.ru_maxrss, (unsigned long long)stats->workers_peak_kib,
		(unsigned long long)stats->layers, (unsigned long long)stats->layers_cached,
		(unsigned long long)stats->stored_bytes);
}

/*
 * --fail-on: what is shown decides. A target about which nothing can be said has not passed.
 */
static void judge_gate(struct run *run, str target, const struct report *report)
{
	run->failing += report_count_from(report, run->fail_on);
	if (report->status != REPORT_NOT_APPLICABLE)
		return;
	run->any_unjudged = true;
	progress_note(false, TEXT_MAKE(report->arena, run->in->lang, GATE_NOT_JUDGED, target,
				       report->reason));
}

/*
 * A report that goes elsewhere leaves its warnings on standard error too, and so does every report
 * of a pipeline, which seldom keeps it.
 */
static void show_warnings(const struct run *run, const struct report *report)
{
	const struct options *o = opts_of(run);
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	if (!run->writer->machine && !option_given(o, SCAN_OUTPUT) && !run->has_fail_on)
		return;
	if (run->has_fail_on && report->status == REPORT_NOT_APPLICABLE)
		return; /* judge_gate says it */
	for (size_t i = 0; i < n; i++)
		progress_note(run->in->quiet,
			      str_fmt(report->arena, "%.*s: %.*s",
				      STR_ARG(report->inventory->target), STR_ARG(warnings[i])));
}

static int scan_target(struct run *run, str target, struct arena *arena, struct err *err)
{
	struct match_opts match_opts = { .now = run->now };
	struct inventory inventory = { 0 };
	struct match_result match = { 0 };
	struct report report;
	int64_t start = time_mono_ms();

	run->stats = (struct scan_stats){ 0 };
	run->scan.stats = &run->stats;
	progress_show(run->in->quiet, run->in->lang, TEXT_PROGRESS_SCAN, target);
	int rc = scan_inventory(target, &run->scan, arena, &inventory, err);
	if (rc == 0 && !run->report.no_vulnerabilities)
		rc = advisory_match(run->db, &inventory, &match_opts, arena, &match, err);
	progress_clear(run->in->quiet);
	if (run->stats.confinement_known)
		progress_confinement(run->in->quiet, run->in->lang, &run->stats.confinement);
	const char *wanted = getenv("SEAWALL_STATS");
	if (rc < 0) {
		if (wanted && strcmp(wanted, "1") == 0)
			print_stats(&run->stats, time_mono_ms() - start);
		return -1;
	}
	report_make(&report, &run->report, &inventory, &match, &run->info, arena);
	show_warnings(run, &report);
	run->writer->target(&run->out, &report);
	if (run->has_fail_on)
		judge_gate(run, target, &report);
	if (wanted && strcmp(wanted, "1") == 0)
		print_stats(&run->stats, time_mono_ms() - start);
	return 0;
}

/* All targets, one after the other; one that fails does not stop the others. */
static int scan_all(struct run *run, struct err *err)
{
	const struct options *o = opts_of(run);

	run->writer->begin(&run->out);
	for (size_t i = 0; i < o->operand_count; i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct err why = { 0 };

		if (scan_target(run, o->operands[i], arena, &why) == 0)
			continue;
		if (why.kind == ERR_INTERRUPTED || o->operand_count == 1) {
			*err = why;
			return -1;
		}
		run->any_failed = true;
		progress_note(false, str_c(why.msg));
		run->writer->failed(&run->out, o->operands[i], &why);
	}
	run->writer->end(&run->out);
	scan_exceptions_tell(&run->exceptions, run->in->quiet, run->in->lang);
	return report_out_flush(&run->out, err);
}

static int write_to_output(void *context, str bytes, struct err *err)
{
	return output_put(context, bytes, err);
}

static int run_scan(struct run *run, struct err *err)
{
	AUTO(output_done)
	struct output output = { .fd = -1 };
	struct invocation *in = run->in;

	if (take_options(run, err) < 0 || open_database(run, err) < 0)
		return -1;
	if (output_open(&output, option_text(opts_of(run), SCAN_OUTPUT), in->arena, err) < 0)
		return -1;
	report_out_init(&run->out, &run->report, write_to_output, &output);
	int rc = scan_all(run, err);
	report_out_done(&run->out);
	if (rc < 0 || output_commit(&output, err) < 0)
		return -1;
	if (run->any_failed)
		return EXIT_FAILED;
	if (run->failing > 0)
		return EXIT_FINDINGS;
	return run->any_unjudged ? EXIT_FAILED : EXIT_FINE;
}

static int run_command(struct invocation *in, struct err *err)
{
	struct run run = { .in = in, .now = time_now() };
	str config = option_text(&in->options, SCAN_CONFIG);

	if (config.n > 0 && config_read(&in->options, str_cstr(in->arena, config), err) < 0)
		return -1;
	command_take_common(in);
	int code = run_scan(&run, err);
	if (run.db)
		advisory_db_close(run.db);
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
	.summary = { "Find the known vulnerabilities of images and root folders",
		     "イメージやルートフォルダーの既知の脆弱性を検出" },
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
