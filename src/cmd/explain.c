/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/db.h"
#include "base/json.h"
#include "base/time.h"
#include "cmd/answer.h"
#include "cmd/db.h"
#include "cmd/progress.h"
#include "cmd/scan_exceptions.h"
#include "cmd/target.h"
#include "report/advice.h"
#include "report/grid.h"
#include "report/summary.h"
#include "report/term.h"
#include "report/upgrade_set.h"

enum explain_option {
	EXPLAIN_FORMAT,
	EXPLAIN_OUTPUT,
	EXPLAIN_IMAGE,
	EXPLAIN_DB,
	EXPLAIN_TARGET,
	EXPLAIN_OPTION_COUNT = EXPLAIN_TARGET + TARGET_OPTION_COUNT
};

static const struct option_spec options[EXPLAIN_OPTION_COUNT] = {
	[EXPLAIN_FORMAT] = ANSWER_OPTION_FORMAT,
	[EXPLAIN_OUTPUT] = ANSWER_OPTION_OUTPUT,
	[EXPLAIN_IMAGE] = {
		.name = "image", .arg = "TARGET",
		.help = { "The image, root folder or bill of materials, as for 'scan'",
			  "対象のイメージ、ルートフォルダー、SBOM（scan と同じ形式）" },
	},
	[EXPLAIN_DB] = DB_OPTION_DB,
	TARGET_OPTIONS(EXPLAIN_TARGET),
};

struct explain {
	struct invocation *in;
	str id;
	const struct report *report;
	const struct upgrade_step *steps;
	size_t step_count;
	size_t matches;
};

static bool means(const struct finding *finding, str id)
{
	bool same = str_ieq(finding->id, id) || str_ieq(finding->advisory, id);

	for (size_t i = 0; i < finding->alias_count && !same; i++)
		same = str_ieq(finding->aliases[i], id);
	return same;
}

static const struct suppressed *hidden(const struct report *report, size_t finding)
{
	for (size_t i = 0; i < report->suppressed_count; i++) {
		if (report->suppressed[i].finding == finding)
			return &report->suppressed[i];
	}
	return NULL;
}

static const struct upgrade_step *step_for(const struct explain *explain, size_t finding)
{
	for (size_t i = 0; i < explain->step_count; i++) {
		const struct upgrade_step *step = &explain->steps[i];

		for (size_t k = 0; k < step->repair_count; k++) {
			if (step->repairs[k] == finding)
				return step;
		}
	}
	return NULL;
}

/* ---- for people ---- */

static void line(struct buf *b, const struct explain *explain, enum text id, str text)
{
	enum lang lang = explain->in->lang;

	if (text.n == 0)
		return;
	BUF_LIT(b, "  ");
	term_pad(b, text_of(lang, id), lang == LANG_JA ? 14 : 12);
	term_put(b, text);
	buf_byte(b, '\n');
}

static str layer_text(const struct explain *explain, const struct package *package)
{
	const struct layer_info *layer = report_layer(explain->report, package);

	if (!layer)
		return STR_EMPTY;
	return str_fmt(explain->in->arena, "%d/%zu %.*s %.*s", package->layer + 1,
		       explain->report->inventory->layer_count, STR_ARG(layer->digest),
		       STR_ARG(layer->created_by));
}

static void put_finding(struct buf *b, const struct explain *explain, size_t index)
{
	const struct finding *f = report_finding(explain->report, index);
	const struct package *p = report_package(explain->report, f);
	const struct suppressed *s = hidden(explain->report, index);
	struct arena *arena = explain->in->arena;
	enum lang lang = explain->in->lang;

	buf_byte(b, '\n');
	term_put(b, str_fmt(arena, "%.*s %.*s (%.*s)", STR_ARG(p->name), STR_ARG(p->version),
			    STR_ARG(p->kind)));
	buf_byte(b, '\n');
	line(b, explain, TEXT_EXPLAIN_WHERE, p->path);
	line(b, explain, TEXT_COLUMN_LAYER, layer_text(explain, p));
	line(b, explain, TEXT_EXPLAIN_MATCH,
	     TEXT_MAKE(arena, lang, EXPLAIN_COMPARED, f->advisory, f->ecosystem, f->matched_name,
		       f->matched_version));
	line(b, explain, TEXT_EXPLAIN_SOURCE, f->origin);
	line(b, explain, TEXT_COLUMN_FIXED, f->fixed.n ? f->fixed : advice_status(lang, f->status));
	line(b, explain, TEXT_EXPLAIN_REMEDY, advice_remedy(arena, lang, p, f));
	if (s)
		line(b, explain, TEXT_EXPLAIN_HIDDEN,
		     s->by ? str_fmt(arena, "%s: %.*s (%.*s)", exception_kind_name(s->by->kind),
				     STR_ARG(s->by->reason), STR_ARG(s->by->source))
			   : str_c(suppression_name(s->reason)));
}

static void put_head(struct buf *b, const struct explain *explain, const struct finding *f)
{
	enum lang lang = explain->in->lang;
	struct arena *arena = explain->in->arena;

	term_put(b, f->id);
	BUF_LIT(b, "  ");
	buf_add(b, advice_severity(lang, f->severity));
	buf_byte(b, '\n');
	term_paragraph(b, term_safe(arena, advice_title(lang, f)), 0, 100);
	term_paragraph(b, advice_impact(arena, lang, f), 0, 100);
	for (size_t i = 0; i < f->cvss_count; i++) {
		BUF_LIT(b, "  CVSS ");
		term_put(b, f->cvss[i].version);
		buf_fmt(b, " %.1f ", f->cvss[i].base);
		term_put(b, f->cvss[i].vector);
		buf_byte(b, '\n');
	}
}

/* Findings that a scan leaves out unless it is asked for them. */
static size_t count_dev(const struct explain *explain)
{
	size_t n = 0;

	for (size_t i = 0; i < explain->step_count; i++) {
		const struct upgrade_step *step = &explain->steps[i];

		for (size_t k = 0; k < step->repair_count; k++)
			n += report_package(explain->report,
					    report_finding(explain->report, step->repairs[k]))
				     ->dev;
	}
	return n;
}

static void put_steps(struct buf *b, const struct explain *explain)
{
	struct arena *arena = explain->in->arena;
	enum lang lang = explain->in->lang;
	size_t sum = 0, dev = count_dev(explain);
	struct grid grid;

	if (explain->step_count == 0)
		return;
	buf_byte(b, '\n');
	TEXT_FILL(b, lang, EXPLAIN_STEPS, text_number(arena, explain->step_count),
		  text_number(arena, explain->report->tally.fixable));
	buf_byte(b, '\n');
	if (dev > 0) {
		TEXT_FILL(b, lang, EXPLAIN_DEV, text_number(arena, dev));
		buf_byte(b, '\n');
	}
	grid_init(&grid, 4, arena);
	for (size_t i = 0; i < explain->step_count; i++) {
		const struct upgrade_step *step = &explain->steps[i];

		sum += step->repair_count;
		GRID_ROW(&grid,
			 str_fmt(arena, "%.*s %.*s -> %.*s", STR_ARG(step->name),
				 STR_ARG(step->from), STR_ARG(step->to)),
			 TEXT_MAKE(arena, lang, EXPLAIN_REPAIRS,
				   text_number(arena, step->repair_count)),
			 TEXT_MAKE(arena, lang, EXPLAIN_TOGETHER, text_number(arena, sum)),
			 step->command);
	}
	grid_put(&grid, b, 2, 0);
}

static void put_table(struct buf *b, const struct explain *explain)
{
	const struct match_result *match = explain->report->match;
	enum lang lang = explain->in->lang;
	bool first = true;

	for (size_t i = 0; i < match->finding_count; i++) {
		if (!means(&match->findings[i], explain->id))
			continue;
		if (first)
			put_head(b, explain, &match->findings[i]);
		first = false;
		put_finding(b, explain, i);
	}
	if (first) {
		TEXT_FILL(b, lang, EXPLAIN_NO_MATCH, term_safe(explain->in->arena, explain->id));
		buf_byte(b, '\n');
		for (size_t i = 0; i < match->coverage_count; i++) {
			BUF_LIT(b, "  ");
			buf_add(b, summary_coverage(explain->report, &match->coverage[i]));
			buf_byte(b, '\n');
		}
	}
	put_steps(b, explain);
}

/* ---- for programs ---- */

static void put_json_finding(struct json_writer *w, const struct explain *explain, size_t index)
{
	const struct finding *f = report_finding(explain->report, index);
	const struct package *p = report_package(explain->report, f);
	const struct layer_info *layer = report_layer(explain->report, p);
	const struct suppressed *s = hidden(explain->report, index);
	const struct upgrade_step *step = step_for(explain, index);

	json_open_object(w);
	json_kv_str(w, STR("id"), f->id);
	json_kv_strings(w, STR("aliases"), f->aliases, f->alias_count);
	json_kv_str(w, STR("advisory"), f->advisory);
	json_kv_str(w, STR("severity"), str_c(severity_name(f->severity)));
	json_kv_str(w, STR("package"), p->name);
	json_kv_str(w, STR("package_kind"), p->kind);
	json_kv_str(w, STR("installed"), p->version);
	json_kv_opt(w, STR("path"), p->path);
	if (layer) {
		json_kv_opt(w, STR("layer"), layer->digest);
		json_kv_opt(w, STR("created_by"), layer->created_by);
	}
	json_kv_opt(w, STR("ecosystem"), f->ecosystem);
	json_kv_opt(w, STR("matched_name"), f->matched_name);
	json_kv_opt(w, STR("matched_version"), f->matched_version);
	json_kv_opt(w, STR("origin"), f->origin);
	json_kv_str(w, STR("fixed"), f->fixed);
	json_kv_str(w, STR("status"), str_c(fix_status_name(f->status)));
	json_kv_opt(w, STR("upgrade_to"), step ? step->to : STR_EMPTY);
	json_kv_opt(w, STR("suppressed"), s ? str_c(suppression_name(s->reason)) : STR_EMPTY);
	json_kv_opt(w, STR("reason"), s && s->by ? s->by->reason : STR_EMPTY);
	json_close_object(w);
}

static void put_json(struct buf *b, const struct explain *explain)
{
	const struct match_result *match = explain->report->match;
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("id"), explain->id);
	json_kv_str(&w, STR("target"), explain->report->inventory->target);
	json_kv_str(&w, STR("status"), str_c(report_status_name(explain->report->status)));
	JSON_KEY(&w, "matches");
	json_open_array(&w);
	for (size_t i = 0; i < match->finding_count; i++) {
		if (means(&match->findings[i], explain->id))
			put_json_finding(&w, explain, i);
	}
	json_close_array(&w);
	JSON_KEY(&w, "upgrades");
	json_open_array(&w);
	for (size_t i = 0; i < explain->step_count; i++) {
		const struct upgrade_step *step = &explain->steps[i];

		json_open_object(&w);
		json_kv_str(&w, STR("package"), step->name);
		json_kv_str(&w, STR("package_kind"), step->package->kind);
		json_kv_opt(&w, STR("path"), step->package->path);
		json_kv_str(&w, STR("from"), step->from);
		json_kv_str(&w, STR("to"), step->to);
		json_kv_u64(&w, STR("repairs"), step->repair_count);
		json_kv_u64(&w, STR("left"), step->left);
		json_kv_opt(&w, STR("command"), step->command);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	buf_byte(b, '\n');
}

/* ---- ---- */

static int answer(struct invocation *in, struct advisory_db *db, const struct inventory *inventory,
		  struct err *err)
{
	AUTO(buf_done)
	struct buf out = { 0 };
	int64_t now = time_now();
	struct match_opts match_opts = { .now = now };
	struct match_result match = { 0 };
	struct advisory_info info;
	struct exception_set exceptions;
	struct report_opts opts = {
		.lang = in->lang, .targets = 1, .include_dev = true, .exceptions = &exceptions
	};
	struct report report;
	struct explain explain = { .in = in, .id = in->options.operands[0], .report = &report };

	exception_set_init(&exceptions, in->arena, now);
	if (scan_exceptions_local(&exceptions, err) < 0 ||
	    advisory_db_info(db, now, in->arena, &info, err) < 0 ||
	    advisory_match(db, inventory, &match_opts, in->arena, &match, err) < 0)
		return -1;
	report_make(&report, &opts, inventory, &match, NULL, &info, in->arena);
	explain.steps = upgrade_set(&report, &explain.step_count);
	for (size_t i = 0; i < match.finding_count; i++)
		explain.matches += means(&match.findings[i], explain.id);
	buf_init(&out, ANSWER_MAX);
	if (answer_is_json(in, EXPLAIN_FORMAT))
		put_json(&out, &explain);
	else
		put_table(&out, &explain);
	if (answer_write(in, option_text(&in->options, EXPLAIN_OUTPUT), &out, err) < 0)
		return -1;
	/* "Could not look" is no answer. */
	return explain.matches == 0 && report.status == REPORT_NOT_APPLICABLE ? EXIT_FAILED
									      : EXIT_FINE;
}

static int run_explain(struct invocation *in, struct err *err)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	str target = option_text(&in->options, EXPLAIN_IMAGE);
	struct scan_opts scan = { 0 };
	struct scan_stats stats = { 0 };
	struct inventory inventory = { 0 };

	if (target.n == 0)
		return err_set(err, ERR_USAGE, "--image is missing: which target is it about?");
	if (target_take_options(in, EXPLAIN_TARGET, &target, 1, &scan, err) < 0 ||
	    advisory_db_open(option_path(&in->options, EXPLAIN_DB), &db, err) < 0)
		return -1;
	scan.stats = &stats;
	progress_show(in->quiet, in->lang, TEXT_PROGRESS_SCAN, target);
	int rc = scan_inventory(target, &scan, in->arena, &inventory, err);
	progress_clear(in->quiet);
	return rc < 0 ? -1 : answer(in, db, &inventory, err);
}

static const struct command_example examples[] = {
	{ .what = { "Why is this flaw reported, and what repairs it?",
		    "この脆弱性が検出された理由と修正方法" },
	  .line = "explain CVE-2023-4911 --image debian:12" },
	{ .line = NULL },
};

const struct command command_explain = {
	.name = "explain",
	.operands = "ID",
	.min_operands = 1,
	.max_operands = 1,
	.summary = { "Explain a finding: what makes it a match, which layer brought it, what repairs most",
		     "検出の理由、持ち込んだレイヤー、最も多く直せる更新を説明" },
	.about = { "ID is a CVE, an alias or an advisory. All packages of the target that match it are shown with what was "
		   "compared; then the smallest set of upgrades that repairs all that upgrades can repair, the step that "
		   "repairs most first.",
		   "ID は CVE、別名、またはアドバイザリです。該当するすべてのパッケージについて何と何を比べたかを示し、"
		   "更新で直せるものすべてを直す最小の更新の組を、効果の大きい順に示します。" },
	.options = options,
	.option_count = EXPLAIN_OPTION_COUNT,
	.examples = examples,
	.run = run_explain,
};
