/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * judging: what the commands that show findings share: which findings count, what is shown in which
 * form and where, and what the exit status says. A command puts JUDGING_OPTIONS(base) into its
 * table; the values are then at base + JUDGING_...
 *
 *	judging_take, judging_begin, for each target judging_show or judging_failed, judging_end
 *	(judging_each is this loop); judging_done whatever happened.
 */
#include "cmd/command.h"
#include "cmd/foreign.h"
#include "cmd/output.h"
#include "cmd/scan_exceptions.h"
#include "cmd/statements.h"
#include "report/exception.h"
#include "report/report.h"
#include "report/severity_map.h"

enum judging_option {
	JUDGING_FORMAT,
	JUDGING_OUTPUT,
	JUDGING_TEMPLATE,
	JUDGING_SEVERITY,
	JUDGING_FAIL_ON,
	JUDGING_IGNORE_UNFIXED,
	JUDGING_INCLUDE_DEV,
	JUDGING_IGNOREFILE,
	JUDGING_LOCAL_EXCEPTIONS,
	JUDGING_VEX,
	JUDGING_LIST_ALL,
	JUDGING_TIMESTAMP,
	JUDGING_SCOPE,
	JUDGING_SEVERITY_SOURCE,
	JUDGING_SEVERITY_MAP,
	JUDGING_GATE,
	JUDGING_CI,
	JUDGING_OPTION_COUNT
};

extern const char *const judging_severity_words[];
extern const char *const judging_format_words[];
/* Of what has no packages. */
extern const char *const judging_plain_format_words[];

/* clang-format off */
#define JUDGING_OPTIONS(base) JUDGING_OPTION_ROWS(base, judging_format_words, false)
/* `no_packages`: without what is about packages. */
#define JUDGING_OPTION_ROWS(base, formats, no_packages) \
	[(base) + JUDGING_FORMAT] = { \
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "table", \
		.words = formats, \
		.help = { "Form of the report", "レポートの形式" }, \
	}, \
	[(base) + JUDGING_OUTPUT] = { \
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE, \
		.check = foreign_check_output, \
		.help = { "Write the report there; the file appears when it is whole", \
			  "レポートの書き込み先（完成してから現れる）" }, \
	}, \
	[(base) + JUDGING_TEMPLATE] = { \
		.name = "template", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Template of --format template, in the language of Go's text/template (doc/pipelines.md)", \
			  "--format template のテンプレート（Go の text/template の書式、doc/pipelines.md）" }, \
	}, \
	[(base) + JUDGING_SEVERITY] = { \
		.name = "severity", .arg = "LIST", .list = true, .words = judging_severity_words, \
		.help = { "Show only findings of these severities", "表示する深刻度" }, \
	}, \
	[(base) + JUDGING_FAIL_ON] = { \
		.name = "fail-on", .arg = "LEVEL", .words = judging_severity_words, \
		.help = { "Exit with 1 when a finding that is shown has this severity or a higher one, " \
			  "with 3 when a target could not be assessed", \
			  "この深刻度以上の検出が表示されたとき終了コード 1、評価できない対象があれば 3 で終わる" }, \
	}, \
	[(base) + JUDGING_IGNORE_UNFIXED] = { \
		.hidden = no_packages, .absent = no_packages, .name = "ignore-unfixed", \
		.help = { "Show only findings that an upgrade repairs", "更新で直せる検出だけを表示" }, \
	}, \
	[(base) + JUDGING_INCLUDE_DEV] = { \
		.hidden = no_packages, .absent = no_packages, .name = "include-dev-deps", \
		.help = { "Count findings of packages that lock files mark as needed for development only", \
			  "ロックファイルで開発専用とされたパッケージの検出も数える" }, \
	}, \
	[(base) + JUDGING_IGNOREFILE] = EXCEPTION_OPTION_IGNOREFILE, \
	[(base) + JUDGING_LOCAL_EXCEPTIONS] = EXCEPTION_OPTION_LOCAL, \
	[(base) + JUDGING_VEX] = { \
		.hidden = no_packages, .absent = no_packages, .name = "vex", .arg = "SOURCE", .repeat = true, .complete = COMPLETE_FILE, \
		.help = { "Statements of suppliers on flaws (OpenVEX, CycloneDX, CSAF): a file, 'oci' (attached to the image) " \
			  "or 'sbom-ref' (named by the bill of materials); the last two are not verified", \
			  "提供元による脆弱性の影響声明（OpenVEX、CycloneDX、CSAF）: ファイル、oci（イメージに添付）、" \
			  "sbom-ref（部品表が示すもの）。後の二つは未検証" }, \
	}, \
	[(base) + JUDGING_LIST_ALL] = { \
		.hidden = no_packages, .absent = no_packages, .name = "list-all-packages", \
		.help = { "List the packages without findings too", "検出のないパッケージも一覧に含める" }, \
	}, \
	[(base) + JUDGING_TIMESTAMP] = { \
		.name = "timestamp", \
		.help = { "Put the time of the scan into the report", "スキャン日時をレポートに含める" }, \
	}, \
	[(base) + JUDGING_SCOPE] = { \
		.name = "scope", .arg = "NAME", .list = true, .check = foreign_check_scope, \
		.help = { "Tenant or group whose exceptions hold, beside those for all", \
			  "適用する例外のテナントやグループ（全体向けの例外は常に適用）" }, \
	}, \
	[(base) + JUDGING_SEVERITY_SOURCE] = { \
		.hidden = no_packages, .absent = no_packages, .name = "severity-source", .arg = "LIST", .list = true, \
		.help = { "Whose rating counts, first come first: nvd, ghsa, redhat ..., vendor, auto", \
			  "採用する評価元（先のものを優先）: nvd、ghsa、redhat など、vendor、auto" }, \
	}, \
	[(base) + JUDGING_SEVERITY_MAP] = { \
		.name = "severity-map", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Rules that give findings another severity, or 'three-levels' (doc/pipelines.md)", \
			  "検出の深刻度を変えるルールのファイル、または three-levels（doc/pipelines.md）" }, \
	}, \
	[(base) + JUDGING_GATE] = { \
		.name = "gate", .arg = "GATE", .complete = COMPLETE_FILE, \
		.help = { "Exit with 1 unless each target passes: 'strict', 'default', or FILE[#NAME] (doc/pipelines.md)", \
			  "対象が条件に合格しなければ終了コード 1: strict、default、FILE[#NAME]（doc/pipelines.md）" }, \
	}, \
	[(base) + JUDGING_CI] = { \
		.name = "ci-metadata", .arg = "WHAT", .repeat = true, \
		.help = { "Keep the run of the pipeline in the report: 'auto', 'none', KEY=VALUE,... or FILE", \
			  "パイプラインの実行情報をレポートに残す: auto、none、KEY=VALUE,...、FILE" }, \
	}
/* clang-format on */

/* One call of a command, over all its targets. */
struct judging {
	struct invocation *in;
	size_t base; /* of the options */
	int64_t now;
	struct report_opts report;
	struct exception_set exceptions;
	struct statement_sources statements;
	struct severity_map *severity_map; /* NULL: none */
	struct gate gate;
	struct ci_metadata ci;
	bool any_refused;		/* by the gate */
	const struct check_set *checks; /* of cmd/checks.h; NULL: nobody asked for them */
	const struct value *parameters; /* of check_run; may be NULL */
	/* What the command has judged itself of the target at hand, documents of these kinds; or
	 * NULL. */
	const struct check_results *judged;
	const str *judged_kinds;
	size_t judged_kind_n;
	const struct report_writer *writer;
	struct output output;
	struct report_out out;
	bool has_fail_on;
	enum severity fail_on;
	size_t failing; /* findings at or above it */
	bool any_failed;
	bool any_unjudged; /* --fail-on: a target about which nothing can be said */
};

/* The set of severities (1 << severity) that an option with judging_severity_words names. */
unsigned judging_severities(const struct options *options, size_t option);

/* Reads the options and the files they name; `targets`: how many there will be. */
int judging_take(struct judging *judging, struct invocation *in, size_t base, size_t targets,
		 struct err *err) MUST_USE;
/* Opens the output. */
int judging_begin(struct judging *judging, struct err *err) MUST_USE;
/* One target: judged, shown, counted. Everything may go with `arena` afterwards. */
void judging_show(struct judging *judging, struct inventory *inventory, struct match_result *match,
		  const struct advisory_info *database, struct arena *arena);
/* A target among several that could not be looked at. */
void judging_failed(struct judging *judging, str target, const struct err *why);
/* The output gets its name; the exit status, or -1. */
int judging_end(struct judging *judging, struct err *err) MUST_USE;
/*
 * From judging_begin to judging_end over all operands, one after the other: one that fails does not
 * stop the others, unless it is the only one. `one` looks at a target and calls judging_show.
 */
int judging_each(struct judging *judging,
		 int (*one)(void *context, str target, struct arena *arena, struct err *err),
		 void *context, struct err *err) MUST_USE;
void judging_done(struct judging *judging);
