/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"
#include "report/summary.h"
#include "report/table_internal.h"
#include "report/term.h"

/* A line of the head: name, and text wrapped beside it. */
static void row(struct report_out *out, enum text id, str text)
{
	enum lang lang = out->opts->lang;
	size_t column = lang == LANG_JA ? 14 : 11;

	table_style(out, STYLE_DIM);
	term_pad(&out->buf, text_of(lang, id), column);
	table_style(out, STYLE_PLAIN);
	if (id == TEXT_ROW_DIGEST && column + text.n > table_columns(out)) {
		BUF_LIT(&out->buf, "\n  "); /* to be copied, so never in two pieces */
		buf_add(&out->buf, text);
		buf_byte(&out->buf, '\n');
		return;
	}
	term_paragraph(&out->buf, text, column, table_columns(out));
}

static void heading(struct report_out *out, enum text id)
{
	buf_byte(&out->buf, '\n');
	table_style(out, STYLE_BOLD);
	buf_add(&out->buf, text_of(out->opts->lang, id));
	table_style(out, STYLE_PLAIN);
	buf_byte(&out->buf, '\n');
}

static void put_found(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;
	const struct tally *tally = &report->tally;
	size_t column = lang == LANG_JA ? 14 : 11, used = column;

	if (tally->total == 0)
		return;
	buf_byte(b, '\n');
	table_style(out, STYLE_BOLD);
	term_pad(b, text_of(lang, TEXT_ROW_FOUND), column);
	table_style(out, STYLE_PLAIN);
	for (size_t s = REPORT_SEVERITIES; s-- > 0;) {
		if (tally->by_severity[s] == 0)
			continue;
		str word = str_fmt(report->arena, "%s%zu ", used > column ? ", " : "",
				   tally->by_severity[s]);
		word = str_cat(report->arena, word, advice_severity(lang, (enum severity)s));
		table_style_severity(out, (enum severity)s);
		buf_add(b, word);
		table_style(out, STYLE_PLAIN);
		used += term_width(word);
	}
	str rest = str_cat(report->arena,
			   TEXT_MAKE(report->arena, lang, FOUND_IN,
				     text_number(report->arena, report->affected_packages)),
			   TEXT_MAKE(report->arena, lang, FOUND_EXTRA,
				     text_number(report->arena, tally->fixable),
				     text_number(report->arena, tally->kev)));
	if (used + term_width(rest) > table_columns(out)) {
		buf_byte(b, '\n');
		term_blanks(b, column);
		rest = str_trim(rest);
	}
	buf_add(b, rest);
	buf_byte(b, '\n');
}

static void put_nothing_found(struct report_out *out, const struct report *report)
{
	if (report->tally.total > 0 || summary_only_checks(report))
		return;
	str text = summary_nothing_found(report);
	buf_byte(&out->buf, '\n');
	if (report->statement == STATEMENT_NONE_KNOWN)
		table_style(out, STYLE_GOOD);
	term_paragraph(&out->buf, text, 0, table_columns(out));
	table_style(out, STYLE_PLAIN);
}

static void put_suppressed(struct report_out *out, const struct report *report)
{
	static const struct {
		enum suppression reason;
		enum text text;
	} lines[] = {
		{ SUPPRESSED_EXCEPTION, TEXT_SUPPRESSED_EXCEPTION },
		{ SUPPRESSED_SEVERITY, TEXT_SUPPRESSED_SEVERITY },
		{ SUPPRESSED_UNFIXED, TEXT_SUPPRESSED_UNFIXED },
		{ SUPPRESSED_DEV, TEXT_SUPPRESSED_DEV },
	};
	size_t count[SUPPRESSIONS] = { 0 };

	for (size_t i = 0; i < report->suppressed_count; i++)
		count[report->suppressed[i].reason]++;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		str n = text_number(report->arena, count[lines[i].reason]);

		if (count[lines[i].reason] == 0)
			continue;
		text_fill(&out->buf, report->opts->lang, lines[i].text, &n, 1);
		buf_byte(&out->buf, '\n');
	}
}

static void put_warnings(struct report_out *out, const struct report *report)
{
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	if (n == 0)
		return;
	heading(out, TEXT_WARNINGS);
	for (size_t i = 0; i < n; i++) {
		table_style(out, STYLE_WARNING);
		BUF_LIT(&out->buf, "  ! ");
		term_paragraph(&out->buf, term_safe(report->arena, warnings[i]), 4,
			       table_columns(out));
		table_style(out, STYLE_PLAIN);
	}
}

static void put_not_examined(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;

	if (inventory->not_examined_count == 0)
		return;
	heading(out, TEXT_NOT_EXAMINED);
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *item = &inventory->not_examined[i];
		str what = term_safe(arena, text_phrase(arena, lang, item->what));

		if (item->count > 1)
			what = TEXT_MAKE(arena, lang, TIMES, text_number(arena, item->count), what);
		if (item->path.n > 0)
			what = str_fmt(arena, "%.*s %.*s", STR_ARG(what),
				       STR_ARG(term_safe(arena, item->path)));
		str reason = item->reason.n
				     ? term_safe(arena, text_phrase(arena, lang, item->reason))
				     : text_of(lang, TEXT_LEFT_OUT);
		BUF_LIT(&out->buf, "  - ");
		term_paragraph(&out->buf,
			       str_fmt(arena, "%.*s: %.*s", STR_ARG(what), STR_ARG(reason)), 4,
			       table_columns(out));
		report_out_step(out);
	}
}

/* Last: what a pipeline's log is read for. */
static void put_gate(struct report_out *out, const struct report *report)
{
	const struct gate_result *gate = &report->gate;

	if (!gate->judged)
		return;
	buf_byte(&out->buf, '\n');
	table_style(out, gate->passed ? STYLE_GOOD : STYLE_WARNING);
	row(out, TEXT_ROW_GATE, term_safe(report->arena, gate_line(report)));
	for (size_t i = 0; i < gate->count; i++) {
		BUF_LIT(&out->buf, "  - ");
		term_paragraph(&out->buf, term_safe(report->arena, gate->reasons[i].text), 4,
			       table_columns(out));
	}
	table_style(out, STYLE_PLAIN);
}

static void put_status(struct report_out *out, const struct report *report)
{
	str reason = term_safe(report->arena, report->reason);
	enum lang lang = report->opts->lang;

	if (report->status == REPORT_ASSESSED)
		row(out, TEXT_ROW_STATUS, text_of(lang, TEXT_STATUS_ASSESSED));
	else if (report->status == REPORT_PARTLY_READ)
		row(out, TEXT_ROW_STATUS, TEXT_MAKE(report->arena, lang, STATUS_PARTLY, reason));
	else
		row(out, TEXT_ROW_STATUS,
		    TEXT_MAKE(report->arena, lang, STATUS_NOT_APPLICABLE, reason));
}

void table_summary(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	const struct match_result *match = report->match;

	row(out, TEXT_ROW_TARGET, term_safe(report->arena, inventory->target));
	if (inventory->digest.n > 0)
		row(out, TEXT_ROW_DIGEST, term_safe(report->arena, inventory->digest));
	if (inventory->repo_tag_count > 0)
		row(out, TEXT_ROW_TAGS,
		    summary_join(report, inventory->repo_tags, inventory->repo_tag_count));
	if (report->opts->timestamp.n > 0)
		row(out, TEXT_ROW_SCANNED, report->opts->timestamp);
	if (report->opts->ci && !ci_is_empty(report->opts->ci))
		row(out, TEXT_ROW_PIPELINE,
		    term_safe(report->arena, ci_line(report->opts->ci, report->arena)));
	if (!summary_only_checks(report)) {
		row(out, TEXT_ROW_SYSTEM, summary_system(report));
		row(out, TEXT_ROW_READ, summary_read(report));
		row(out, TEXT_ROW_DATABASE, summary_database(report));
	}
	for (size_t i = 0; i < match->coverage_count; i++)
		row(out, TEXT_ROW_LOOKED_UP, summary_coverage(report, &match->coverage[i]));
	put_status(out, report);
	put_warnings(out, report);
	put_not_examined(out, report);
	put_found(out, report);
	put_nothing_found(out, report);
	put_suppressed(out, report);
	put_gate(out, report);
}
