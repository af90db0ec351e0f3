/* SPDX-License-Identifier: Apache-2.0 */
#include "report/diff.h"

#include "cmd/answer.h"
#include "report/advice.h"
#include "report/grid.h"
#include "report/term.h"

#define DIFF_MAX_REPORT (1u << 30) /* bytes of one report */

enum { DIFF_OPT_FORMAT, DIFF_OPT_OUTPUT, DIFF_OPT_FAIL_ON, DIFF_OPT_COUNT };

static const char *const severity_words[] = { "critical",   "high",    "medium", "low",
					      "negligible", "unknown", NULL };

static const struct option_spec options[DIFF_OPT_COUNT] = {
	[DIFF_OPT_FORMAT] = ANSWER_OPTION_FORMAT,
	[DIFF_OPT_OUTPUT] = ANSWER_OPTION_OUTPUT,
	[DIFF_OPT_FAIL_ON] = {
		.name = "fail-on", .arg = "LEVEL", .words = severity_words,
		.help = { "Exit with 1 when there is a new finding of this severity or a higher one",
			  "この深刻度以上の新しい検出があれば終了コード 1 で終わる" },
	},
};

/* The reports of a file: itself, or those of several targets. */
struct reports {
	const struct json *items;
	size_t n;
};

static int read_reports(const struct invocation *in, str path, struct reports *out, struct err *err)
{
	static const struct json_opts opts = { .borrow = true };
	struct buf text = { 0 };
	const struct json *root;

	buf_init(&text, DIFF_MAX_REPORT);
	int rc = buf_read_file(&text, str_cstr(in->arena, path), err);
	str kept = str_dup(in->arena, buf_str(&text));
	buf_done(&text);
	if (rc < 0)
		return -1;
	if (json_parse(kept, &opts, in->arena, &root, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	const struct json *list = JSON_GET(root, "reports");
	*out = json_is(list, JSON_ARRAY) ? (struct reports){ list->items, list->n }
					 : (struct reports){ root, 1 };
	return 0;
}

static str target_of(const struct json *report) { return json_get_str(report, STR("target")); }

/* The report of the same target; of two single reports the targets may differ. */
static const struct json *partner(const struct reports *others, const struct json *report,
				  bool single)
{
	if (single)
		return others->items;
	for (size_t i = 0; i < others->n; i++) {
		if (str_eq(target_of(&others->items[i]), target_of(report)))
			return &others->items[i];
	}
	return NULL;
}

static void put_json_entry(struct json_writer *w, const struct diff_entry *e)
{
	json_open_object(w);
	json_kv_str(w, STR("change"), str_c(diff_change_name(e->change)));
	json_kv_str(w, STR("cause"), str_c(diff_cause_name(e->cause)));
	json_kv_str(w, STR("id"), e->id);
	json_kv_str(w, STR("severity"), str_c(severity_name(e->severity)));
	json_kv_str(w, STR("package"), e->package);
	json_kv_str(w, STR("package_kind"), e->kind);
	json_kv_opt(w, STR("arch"), e->arch);
	json_kv_opt(w, STR("path"), e->path);
	json_kv_opt(w, STR("old_version"), e->old_version);
	json_kv_opt(w, STR("new_version"), e->new_version);
	json_kv_opt(w, STR("old_fixed"), e->old_fixed);
	json_kv_opt(w, STR("new_fixed"), e->new_fixed);
	json_kv_opt(w, STR("old_severity"), e->old_severity);
	json_kv_opt(w, STR("new_severity"), e->new_severity);
	json_kv_opt(w, STR("why"), e->why);
	json_close_object(w);
}

static void put_json(struct json_writer *w, str before, str after, const struct diff *diff)
{
	json_open_object(w);
	json_kv_str(w, STR("old"), before);
	json_kv_str(w, STR("new"), after);
	JSON_KEY(w, "summary");
	json_open_object(w);
	for (size_t i = 0; i < ARRAY_LEN(diff->by_change); i++)
		json_kv_u64(w, str_c(diff_change_name((enum diff_change)i)), diff->by_change[i]);
	json_kv_u64(w, STR("same"), diff->same);
	JSON_KEY(w, "causes");
	json_open_object(w);
	for (size_t i = 0; i < DIFF_CAUSES; i++)
		json_kv_u64(w, str_c(diff_cause_name((enum diff_cause)i)), diff->by_cause[i]);
	json_close_object(w);
	json_close_object(w);
	JSON_KEY(w, "entries");
	json_open_array(w);
	for (size_t i = 0; i < diff->count; i++)
		put_json_entry(w, &diff->entries[i]);
	json_close_array(w);
	json_close_object(w);
}

static const enum text change_texts[] = {
	[DIFF_NEW] = TEXT_DIFF_NEW, [DIFF_GONE] = TEXT_DIFF_GONE, [DIFF_CHANGED] = TEXT_DIFF_CHANGED
};
static const enum text cause_texts[DIFF_CAUSES] = {
	[CAUSE_IMAGE] = TEXT_CAUSE_IMAGE,	  [CAUSE_ADVISORY] = TEXT_CAUSE_ADVISORY,
	[CAUSE_EXCEPTION] = TEXT_CAUSE_EXCEPTION, [CAUSE_OPTION] = TEXT_CAUSE_OPTION,
	[CAUSE_ENGINE] = TEXT_CAUSE_ENGINE,	  [CAUSE_NOT_READ] = TEXT_CAUSE_NOT_READ,
	[CAUSE_UNDECIDED] = TEXT_CAUSE_UNDECIDED,
};

/* "1 -> 2", or the one that is known. */
static str versions(struct arena *arena, const struct diff_entry *e)
{
	if (e->old_version.n > 0 && e->new_version.n > 0 && !str_eq(e->old_version, e->new_version))
		return str_fmt(arena, "%.*s -> %.*s", STR_ARG(e->old_version),
			       STR_ARG(e->new_version));
	return e->new_version.n ? e->new_version : e->old_version;
}

static str cause(const struct invocation *in, const struct diff_entry *e)
{
	str text = text_of(in->lang, cause_texts[e->cause]);

	if (e->why.n > 0)
		return str_fmt(in->arena, "%.*s: %.*s", STR_ARG(text), STR_ARG(e->why));
	if (e->old_severity.n > 0 && !str_eq(e->old_severity, e->new_severity))
		return str_fmt(in->arena, "%.*s: %.*s -> %.*s", STR_ARG(text),
			       STR_ARG(e->old_severity), STR_ARG(e->new_severity));
	return text;
}

static void put_table(struct buf *b, const struct invocation *in, str after,
		      const struct diff *diff, size_t columns)
{
	struct arena *arena = in->arena;

	term_put(b, after);
	buf_byte(b, '\n');
	for (size_t change = 0; change < ARRAY_LEN(change_texts); change++) {
		struct grid grid;

		TEXT_FILL(b, in->lang, DIFF_COUNT, text_of(in->lang, change_texts[change]),
			  text_number(arena, diff->by_change[change]));
		buf_byte(b, '\n');
		grid_init(&grid, 5, arena);
		for (size_t i = 0; i < diff->count; i++) {
			const struct diff_entry *e = &diff->entries[i];

			if (e->change == change)
				GRID_ROW(&grid, advice_severity(in->lang, e->severity), e->id,
					 e->package, versions(arena, e), cause(in, e));
		}
		grid_put(&grid, b, 2, columns);
	}
	TEXT_FILL(b, in->lang, DIFF_SAME, text_number(arena, diff->same));
	buf_byte(b, '\n');
	if (diff->by_cause[CAUSE_UNDECIDED] > 0)
		term_paragraph(b, text_of(in->lang, TEXT_DIFF_UNDECIDED), 0,
			       columns ? columns : 100);
}

static size_t new_from(const struct diff *diff, enum severity level)
{
	size_t n = 0;

	for (size_t i = 0; i < diff->count; i++)
		n += diff->entries[i].change == DIFF_NEW && diff->entries[i].severity >= level;
	return n;
}

struct run {
	struct invocation *in;
	struct buf *out;
	struct json_writer w;
	bool json;
	size_t columns, failing;
	bool has_level;
	enum severity level;
};

static int compare_pair(struct run *run, const struct json *before, const struct json *after,
			struct err *err)
{
	struct diff diff;

	if (diff_reports(before, after, run->in->arena, &diff, err) < 0)
		return -1;
	if (run->has_level)
		run->failing += new_from(&diff, run->level);
	if (run->json)
		put_json(&run->w, target_of(before), target_of(after), &diff);
	else
		put_table(run->out, run->in, target_of(after), &diff, run->columns);
	return 0;
}

static int compare_all(struct run *run, struct err *err)
{
	struct reports before, after;

	if (read_reports(run->in, run->in->options.operands[0], &before, err) < 0 ||
	    read_reports(run->in, run->in->options.operands[1], &after, err) < 0)
		return -1;
	bool single = before.n == 1 && after.n == 1;
	if (run->json && !single)
		json_open_array(&run->w);
	for (size_t i = 0; i < after.n; i++) {
		const struct json *old = partner(&before, &after.items[i], single);

		if (!old)
			return err_set(err, ERR_INPUT, "the earlier file has no report of %.*s",
				       STR_ARG(target_of(&after.items[i])));
		if (compare_pair(run, old, &after.items[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < before.n; i++) {
		if (!partner(&after, &before.items[i], single))
			return err_set(err, ERR_INPUT, "the later file has no report of %.*s",
				       STR_ARG(target_of(&before.items[i])));
	}
	if (run->json && !single)
		json_close_array(&run->w);
	return 0;
}

static int run_diff(struct invocation *in, struct err *err)
{
	AUTO(buf_done)
	struct buf out = { 0 };
	str output = option_text(&in->options, DIFF_OPT_OUTPUT);
	struct run run = { .in = in,
			   .out = &out,
			   .json = answer_is_json(in, DIFF_OPT_FORMAT),
			   .columns = answer_columns(in, output) };

	run.has_level = option_given(&in->options, DIFF_OPT_FAIL_ON) &&
			severity_from(option_text(&in->options, DIFF_OPT_FAIL_ON), &run.level);
	buf_init(&out, ANSWER_MAX);
	json_writer_init(&run.w, &out, 2);
	if (compare_all(&run, err) < 0)
		return -1;
	if (run.json)
		buf_byte(&out, '\n');
	if (answer_write(in, output, &out, err) < 0)
		return -1;
	return run.failing > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "What the new build brought, and what it repaired",
		    "新しいビルドで増えた検出と直った検出" },
	  .line = "diff yesterday.json today.json" },
	{ .what = { "In a pipeline: fail on new findings only",
		    "パイプラインで: 新しい検出だけで失敗させる" },
	  .line = "diff --fail-on high base.json head.json" },
	{ .line = NULL },
};

const struct command command_diff = {
	.name = "diff",
	.operands = "OLD NEW",
	.min_operands = 2,
	.max_operands = 2,
	.summary = { "Compare two JSON reports: what is new, what is gone, and why",
		     "2 つの JSON レポートを比べ、新しい検出・なくなった検出とその理由を表示" },
	.about = { "OLD and NEW are files of 'seawall scan -f json'. Each difference has one cause: image, advisory, "
		   "exception, option, engine, not_read (the later scan could not look: nothing is repaired by "
		   "that) or undecided. Reports made with --list-all-packages leave nothing undecided between "
		   "image and advisory.",
		   "OLD と NEW は「seawall scan -f json」のファイルです。差分には必ず一つの理由が付きます: "
		   "image（イメージの変更）、advisory（脆弱性データの変更）、exception（例外）、option（オプション）、"
		   "engine（プログラムの版）、not_read（新しいスキャンで読めなかったもので、修正ではない）、"
		   "undecided（判断できない）。--list-all-packages で作ったレポートなら image と advisory を"
		   "必ず区別できます。" },
	.fails = { "a new finding at or above --fail-on", "--fail-on 以上の新しい検出あり" },
	.options = options,
	.option_count = DIFF_OPT_COUNT,
	.examples = examples,
	.run = run_diff,
};
