/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/import_scan.h"

#include "base/time.h"
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/judging.h"
#include "cmd/licences.h"
#include "cmd/progress.h"

#define READ_TIMEOUT_MS 600000

enum report_option {
	REPORT_JUDGING, /* the options of judging.h, in their order */
	REPORT_LICENCES = REPORT_JUDGING + JUDGING_OPTION_COUNT, /* of licences.h */
	REPORT_TARGET = REPORT_LICENCES + LICENCES_OPTION_COUNT,
	REPORT_SEPARATE,
	REPORT_CONFIG,
	REPORT_OPTION_COUNT
};

static const struct option_spec options[REPORT_OPTION_COUNT] = {
	JUDGING_OPTIONS(REPORT_JUDGING),
	LICENCES_OPTIONS(REPORT_LICENCES),
	[REPORT_TARGET] = {
		.name = "target", .arg = "NAME",
		.help = { "All files are about this target, whatever they call it",
			  "すべてのファイルをこの対象の結果として扱う" },
	},
	[REPORT_SEPARATE] = {
		.name = "separate",
		.help = { "Do not put files about one target together", "同じ対象のファイルもまとめない" },
	},
	[REPORT_CONFIG] = CONFIG_OPTION,
};

/* Documents about one target. */
struct group {
	const struct imported **items;
	size_t n, cap;
};

struct run {
	struct invocation *in;
	struct judging judging;
	struct group *groups;
	size_t n, cap;
};

static struct group *group_of(struct run *run, const struct imported *item)
{
	bool together = !option_on(&run->in->options, REPORT_SEPARATE);

	for (size_t i = 0; i < run->n && together; i++) {
		for (size_t k = 0; k < run->groups[i].n; k++) {
			if (import_same_target(run->groups[i].items[k], item))
				return &run->groups[i];
		}
	}
	run->groups =
		arena_grow(run->in->arena, run->groups, run->n, &run->cap, sizeof(*run->groups));
	run->groups[run->n] = (struct group){ 0 };
	return &run->groups[run->n++];
}

static void add(struct run *run, struct imported *item, str file)
{
	str name = option_text(&run->in->options, REPORT_TARGET);

	if (name.n > 0) {
		item->inventory.target = name;
		item->inventory.digest = item->inventory.config_digest = STR_EMPTY;
	}
	if (item->inventory.target.n == 0)
		item->inventory.target = file;
	struct group *group = group_of(run, item);
	group->items = arena_grow(run->in->arena, group->items, group->n, &group->cap,
				  sizeof(*group->items));
	group->items[group->n++] = item;
}

static int read_files(struct run *run, struct err *err)
{
	const struct options *o = &run->in->options;
	struct confinement confinement;
	bool known = false;

	for (size_t i = 0; i < o->operand_count; i++) {
		struct imported_list list;

		if (import_scan_file(o->operands[i], READ_TIMEOUT_MS, run->in->arena, &list,
				     &confinement, err) < 0)
			return -1;
		known = true;
		for (size_t k = 0; k < list.n; k++)
			add(run, &list.items[k], o->operands[i]);
	}
	if (known)
		progress_confinement(run->in->quiet, run->in->lang, &confinement);
	return 0;
}

/* Licences are judged when somebody asks for them, or one of the tools looked for them. */
static const struct licence_opts *licences_of(const struct run *run, const struct group *group)
{
	bool asked = licences_given(run->in, REPORT_LICENCES);

	for (size_t i = 0; i < group->n; i++)
		asked |= group->items[i]->inventory.licences_searched;
	return asked ? licences_take(run->in, REPORT_LICENCES) : NULL;
}

static int show(struct run *run, struct err *err)
{
	if (judging_take(&run->judging, run->in, REPORT_JUDGING, run->n, err) < 0)
		return -1;
	if (judging_begin(&run->judging, err) < 0)
		return -1;
	for (size_t i = 0; i < run->n; i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct inventory inventory;
		struct match_result match;
		struct advisory_info database;

		import_merge(run->groups[i].items, run->groups[i].n, arena, &inventory, &match,
			     &database);
		run->judging.report.licences = licences_of(run, &run->groups[i]);
		judging_show(&run->judging, &inventory, &match, &database, arena);
	}
	return judging_end(&run->judging, err);
}

static int run_command(struct invocation *in, struct err *err)
{
	struct run run = { .in = in, .judging = { .now = time_now() } };

	if (config_take(in, REPORT_CONFIG, err) < 0)
		return -1;
	if (read_files(&run, err) < 0)
		return -1;
	int code = show(&run, err);
	judging_done(&run.judging);
	return code;
}

static const struct command_example examples[] = {
	{ .what = { "What another scanner found, as a page for people",
		    "別のスキャナーの検出を読みやすいページにする" },
	  .line = "report -f html -o app.html trivy.json" },
	{ .what = { "Two scanners and our own scan as one list, behind one gate",
		    "2 つのスキャナーと自身の結果を一つの一覧にして、一つのゲートで判定" },
	  .line = "report --target app:1.4 --gate default app.json grype.json scout.sarif" },
	{ .line = NULL },
};

const struct command command_report = {
	.name = "report",
	.operands = "FILE...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Show, merge and judge reports of this and other scanners",
		     "ほかのスキャナーを含むレポートの表示・統合・判定" },
	.about = { "FILE is a report in SARIF, CycloneDX with vulnerabilities (JSON, XML), SPDX (also tag-value) or OpenVEX, or the JSON of Seawall, "
		   "Trivy, Grype, Snyk or Clair; its content tells which. Files about the same target become one list, in "
		   "which each finding names the tools that reported it. Exceptions, severities and gates hold "
		   "as for a scan. What other tools say never proves a target free of flaws.",
		   "FILE は SARIF、脆弱性を含む CycloneDX（JSON、XML）、SPDX（タグ形式も可）、OpenVEX、または Seawall・Trivy・Grype・Snyk・Clair の "
		   "JSON レポートで、種類は内容から判別します。同じ対象のファイルは一つの一覧にまとめ、各検出に報告元の"
		   "ツール名を示します。例外・深刻度・ゲートはスキャンと同じように働きます。"
		   "ほかのツールの結果だけで「脆弱性なし」とは報告しません。" },
	.options = options,
	.option_count = REPORT_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
