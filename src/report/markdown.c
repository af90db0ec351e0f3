/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown for the comment of a pull request (GitHub, GitLab): what is found in one line, the worst
 * findings as a table, the rest folded, and what a reader must know. Comments have a limit of about
 * 64 KiB, so the tables are cut after MARKDOWN_ROWS, and say so.
 */
#include "report/advice.h"
#include "report/licence.h"
#include "report/markup.h"
#include "report/misconfiguration.h"
#include "report/secret.h"
#include "report/summary.h"

#define MARKDOWN_ROWS 100u
#define MARKDOWN_OPEN 15u /* rows that are not folded */

static void cell(struct buf *b, str text)
{
	BUF_LIT(b, " ");
	markup_put_markdown(b, text);
	BUF_LIT(b, " |");
}

static void paragraph(struct buf *b, str text)
{
	markup_put_markdown(b, text);
	BUF_LIT(b, "\n\n");
}

static void put_table_head(struct buf *b, enum lang lang)
{
	static const enum text columns[] = { TEXT_COLUMN_SEVERITY, TEXT_COLUMN_ID,
					     TEXT_COLUMN_PACKAGE,  TEXT_COLUMN_INSTALLED,
					     TEXT_COLUMN_FIXED,	   TEXT_COLUMN_TITLE };

	buf_byte(b, '|');
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		cell(b, text_of(lang, columns[i]));
	BUF_LIT(b, "\n|---|---|---|---|---|---|\n");
}

static void put_row(struct report_out *out, const struct report *report,
		    const struct finding *finding)
{
	const struct package *package = report_package(report, finding);
	enum lang lang = report->opts->lang;
	struct buf *b = &out->buf;
	str severity = advice_severity(lang, finding->severity);

	if (finding->kev)
		severity = TEXT_MAKE(report->arena, lang, SEVERITY_EXPLOITED, severity);
	buf_byte(b, '|');
	cell(b, severity);
	cell(b, finding->id);
	cell(b, package->name);
	cell(b, package->version);
	cell(b, finding->fixed.n ? finding->fixed : advice_status(lang, finding->status));
	cell(b, report_title(report, finding));
	buf_byte(b, '\n');
	report_out_step(out);
}

static void put_rows(struct report_out *out, const struct report *report, size_t from, size_t to)
{
	put_table_head(&out->buf, report->opts->lang);
	for (size_t i = from; i < to; i++)
		put_row(out, report, report_finding(report, report->shown[i]));
	buf_byte(&out->buf, '\n');
}

static void put_findings(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;
	size_t n = report->shown_count, open = n < MARKDOWN_OPEN ? n : MARKDOWN_OPEN;
	size_t last = n < MARKDOWN_ROWS ? n : MARKDOWN_ROWS;

	put_rows(out, report, 0, open);
	if (last > open) {
		BUF_LIT(b, "<details><summary>");
		TEXT_FILL(b, lang, MORE_FINDINGS, text_number(report->arena, n - open));
		BUF_LIT(b, "</summary>\n\n");
		put_rows(out, report, open, last);
		BUF_LIT(b, "</details>\n\n");
	}
	if (n > last)
		paragraph(b, TEXT_MAKE(report->arena, lang, NOT_LISTED,
				       text_number(report->arena, n - last)));
}

/* "3 critical, 2 high (4 fixable, 1 known to be exploited)" */
static void put_counts(struct buf *b, const struct report *report)
{
	enum lang lang = report->opts->lang;
	const struct tally *tally = &report->tally;
	bool any = false;

	BUF_LIT(b, "**");
	for (size_t s = REPORT_SEVERITIES; s-- > 0;) {
		if (tally->by_severity[s] == 0)
			continue;
		buf_fmt(b, "%s%zu ", any ? ", " : "", tally->by_severity[s]);
		buf_add(b, advice_severity(lang, (enum severity)s));
		any = true;
	}
	BUF_LIT(b, "**");
	TEXT_FILL(b, lang, FOUND_EXTRA, text_number(report->arena, tally->fixable),
		  text_number(report->arena, tally->kev));
	BUF_LIT(b, "\n\n");
}

static void put_not_examined(struct buf *b, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;

	if (!report_has_unread(inventory))
		return;
	BUF_LIT(b, "**");
	TEXT_ADD(b, lang, NOT_EXAMINED);
	BUF_LIT(b, "**\n\n");
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *item = &inventory->not_examined[i];

		if (item->kind == ERR_NONE)
			continue;
		BUF_LIT(b, "- ");
		markup_put_markdown(b, text_phrase(report->arena, lang, item->what));
		buf_byte(b, ' ');
		markup_put_markdown(b, item->path);
		BUF_LIT(b, ": ");
		markup_put_markdown(b, text_phrase(report->arena, lang, item->reason));
		buf_byte(b, '\n');
	}
	buf_byte(b, '\n');
}

static void put_secrets(struct report_out *out, const struct report *report)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	struct buf *b = &out->buf;
	size_t n = report->secrets.shown_count, last = n < MARKDOWN_ROWS ? n : MARKDOWN_ROWS;

	if (n == 0)
		return;
	BUF_LIT(b, "**");
	TEXT_FILL(b, lang, SECRETS, text_number(arena, n));
	BUF_LIT(b, "**\n\n");
	for (size_t i = 0; i < last; i++) {
		const struct secret_finding *secret = report_secret(report, i);

		BUF_LIT(b, "- ");
		buf_add(b, advice_severity(lang, report_secret_severity(secret)));
		BUF_LIT(b, ": ");
		markup_put_markdown(b, report_secret_title(lang, secret));
		BUF_LIT(b, ", ");
		markup_put_markdown(b, report_secret_place(arena, lang, secret));
		BUF_LIT(b, ", ");
		markup_put_markdown(b, report_secret_details(report, secret));
		buf_byte(b, '\n');
		report_out_step(out);
	}
	buf_byte(b, '\n');
	if (n > last)
		paragraph(b, TEXT_MAKE(arena, lang, NOT_LISTED, text_number(arena, n - last)));
}

static void put_gate(struct buf *b, const struct report *report)
{
	if (!report->gate.judged)
		return;
	BUF_LIT(b, "**");
	markup_put_markdown(b, gate_line(report));
	BUF_LIT(b, "**\n\n");
	for (size_t i = 0; i < report->gate.count; i++) {
		BUF_LIT(b, "- ");
		markup_put_markdown(b, report->gate.reasons[i].text);
		buf_byte(b, '\n');
	}
	if (report->gate.count > 0)
		buf_byte(b, '\n');
}

static void put_check(struct report_out *out, const struct report *report,
		      const struct misconfiguration *m)
{
	enum lang lang = report->opts->lang;
	bool failed = m->result->verdict == CHECK_FAIL;
	struct buf *b = &out->buf;

	BUF_LIT(b, "- ");
	buf_add(b, failed ? advice_severity(lang, m->severity) : misconfiguration_status(lang, m));
	BUF_LIT(b, ": ");
	markup_put_markdown(b, m->result->check->id);
	BUF_LIT(b, ", ");
	markup_put_markdown(b, misconfiguration_place(report->arena, lang, m));
	BUF_LIT(b, ": ");
	markup_put_markdown(b, misconfiguration_message(lang, m));
	buf_byte(b, '\n');
	report_out_step(out);
}

static void put_checks(struct report_out *out, const struct report *report)
{
	const struct report_checks *c = &report->checks;
	size_t n = c->shown_count, last = n < MARKDOWN_ROWS ? n : MARKDOWN_ROWS;
	enum lang lang = report->opts->lang;
	struct buf *b = &out->buf;

	if (!c->results)
		return;
	BUF_LIT(b, "**");
	TEXT_FILL(b, lang, MISCONFIGURATIONS, text_number(report->arena, c->failed_shown));
	BUF_LIT(b, "**\n\n");
	paragraph(b, misconfiguration_counts(report));
	for (size_t i = 0; i < last; i++)
		put_check(out, report, report_misconfiguration(report, i));
	if (n > 0)
		buf_byte(b, '\n');
	if (n > last)
		paragraph(b, TEXT_MAKE(report->arena, lang, NOT_LISTED,
				       text_number(report->arena, n - last)));
}

#define LICENCE_NAMES 10u /* packages and files of one licence */

static void put_licences(struct report_out *out, const struct report *report)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	struct buf *b = &out->buf;
	const struct licence_group *groups;
	size_t n, last;

	if (report->licences.shown_count == 0)
		return;
	groups = report_licence_groups(report, &n);
	last = n < MARKDOWN_ROWS ? n : MARKDOWN_ROWS;
	BUF_LIT(b, "**");
	TEXT_FILL(b, lang, LICENCES, text_number(arena, report->licences.shown_count));
	BUF_LIT(b, "**\n\n");
	for (size_t i = 0; i < last; i++) {
		const struct licence_item *item = groups[i].first;

		BUF_LIT(b, "- ");
		buf_add(b, advice_severity(lang, item->severity));
		BUF_LIT(b, ": ");
		markup_put_markdown(b, item->name);
		BUF_LIT(b, " (");
		buf_add(b, report_licence_category(lang, item));
		BUF_LIT(b, "), ");
		markup_put_markdown(b, report_licence_subjects(report, &groups[i], LICENCE_NAMES));
		buf_byte(b, '\n');
		report_out_step(out);
	}
	buf_byte(b, '\n');
	if (n > last)
		paragraph(b, TEXT_MAKE(arena, lang, NOT_LISTED, text_number(arena, n - last)));
}

static void target(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	BUF_LIT(b, "### Seawall: ");
	paragraph(b, report->inventory->target);
	if (report->tally.total > 0)
		put_counts(b, report);
	else
		paragraph(b, summary_nothing_found(report));
	for (size_t i = 0; i < n; i++) {
		BUF_LIT(b, "> ");
		paragraph(b, warnings[i]);
	}
	put_gate(b, report);
	if (report->shown_count > 0)
		put_findings(out, report);
	put_secrets(out, report);
	put_checks(out, report);
	put_licences(out, report);
	put_not_examined(b, report);
	paragraph(b, str_fmt(report->arena, "%.*s; %.*s; %.*s", STR_ARG(summary_system(report)),
			     STR_ARG(summary_read(report)), STR_ARG(summary_database(report))));
	if (report->opts->ci && !ci_is_empty(report->opts->ci))
		paragraph(b, ci_line(report->opts->ci, report->arena));
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	BUF_LIT(&out->buf, "### Seawall: ");
	paragraph(&out->buf, name);
	paragraph(&out->buf, str_c(why->msg));
}

static void begin(struct report_out *out) { (void)out; }
static void end(struct report_out *out) { (void)out; }

const struct report_writer report_writer_markdown = {
	.name = "markdown",
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
