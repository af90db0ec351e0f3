/* SPDX-License-Identifier: Apache-2.0 */
#include "report/html_parts.h"
#include "report/licence.h"
#include "report/secret.h"

#include "base/time.h"
#include "report/advice.h"
#include "report/exception.h"
#include "report/term.h"
#include "report/upgrade.h"

/* Where a command is meant for. */
static void put_places(struct buf *b, const struct upgrade_command *command)
{
	if (command->place_count == 0)
		return;
	BUF_LIT(b, "<p class=\"where\">");
	for (size_t i = 0; i < command->place_count; i++) {
		if (i > 0)
			BUF_LIT(b, ", ");
		markup_put(b, command->places[i]);
	}
	BUF_LIT(b, "</p>\n");
}

void html_upgrades(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	size_t n;
	const struct upgrade_command *commands = upgrade_commands(report, &n);

	if (n == 0)
		return;
	html_heading(b, text_of(report->opts->lang, TEXT_HTML_FIRST));
	for (size_t i = 0; i < n; i++) {
		put_places(b, &commands[i]);
		BUF_LIT(b, "<p><code>");
		markup_put(b, commands[i].head);
		for (size_t k = 0; k < commands[i].word_count; k++) {
			buf_byte(b, ' ');
			markup_put(b, commands[i].words[k]);
		}
		markup_put(b, commands[i].tail);
		BUF_LIT(b, "</code></p>\n");
		report_out_step(out);
	}
}

static void put_links(struct buf *b, const struct finding *finding)
{
	BUF_LIT(b, "<ul>");
	for (size_t i = 0; i < finding->reference_count; i++)
		html_link(b, "<li>", finding->references[i], "</li>");
	BUF_LIT(b, "</ul>");
}

static void put_details(struct report_out *out, const struct report *report,
			const struct finding *finding)
{
	struct buf *b = &out->buf;
	const struct package *package = report_package(report, finding);
	enum lang lang = report->opts->lang;

	html_element(b, "<td><details><summary>", report_title(report, finding), "</summary>");
	html_paragraph(b, "", advice_impact(report->arena, lang, finding));
	html_paragraph(b, "", advice_remedy(report->arena, lang, package, finding));
	if (finding->description.n > 0)
		html_paragraph(b, "dim", finding->description);
	if (package->path.n > 0)
		html_paragraph(b, "dim", package->path);
	put_links(b, finding);
	BUF_LIT(b, "</details></td>");
}

void html_findings(struct report_out *out, const struct report *report)
{
	static const enum text columns[] = { TEXT_COLUMN_SEVERITY, TEXT_COLUMN_ID,
					     TEXT_COLUMN_PACKAGE,  TEXT_COLUMN_INSTALLED,
					     TEXT_COLUMN_FIXED,	   TEXT_COLUMN_TITLE };
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;

	if (report->shown_count == 0)
		return;
	html_heading(b, text_of(lang, TEXT_HTML_FINDINGS));
	html_table_begin(b, lang, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < report->shown_count; i++) {
		const struct finding *finding = report_finding(report, report->shown[i]);
		const struct package *package = report_package(report, finding);
		str severity = advice_severity(lang, finding->severity);

		if (finding->kev)
			severity = TEXT_MAKE(report->arena, lang, SEVERITY_EXPLOITED, severity);
		buf_fmt(b, "<tr><td class=\"%s\">", severity_name(finding->severity));
		markup_put(b, severity);
		BUF_LIT(b, "</td>");
		html_cell(b, finding->id);
		html_cell(b, package->name);
		html_cell(b, package->version);
		html_cell(b,
			  finding->fixed.n ? finding->fixed : advice_status(lang, finding->status));
		put_details(out, report, finding);
		BUF_LIT(b, "</tr>\n");
		report_out_step(out);
	}
	html_table_end(b);
}

void html_excepted(struct report_out *out, const struct report *report)
{
	static const enum text columns[] = { TEXT_COLUMN_ID, TEXT_COLUMN_PACKAGE,
					     TEXT_COLUMN_SEVERITY, TEXT_COLUMN_REASON };
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;

	if (report->suppressed_count == 0)
		return;
	html_heading(b, text_of(lang, TEXT_HTML_EXCEPTED));
	html_table_begin(b, lang, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < report->suppressed_count; i++) {
		const struct suppressed *item = &report->suppressed[i];
		const struct finding *finding = report_finding(report, item->finding);
		str reason = str_c(suppression_name(item->reason));

		if (item->by)
			reason = str_fmt(report->arena, "%s: %.*s (%.*s)",
					 exception_kind_name(item->by->kind),
					 STR_ARG(item->by->reason), STR_ARG(item->by->author));
		BUF_LIT(b, "<tr>");
		html_cell(b, finding->id);
		html_cell(b, report_package(report, finding)->name);
		html_cell(b, advice_severity(lang, finding->severity));
		html_cell(b, reason);
		BUF_LIT(b, "</tr>\n");
		report_out_step(out);
	}
	html_table_end(b);
}

void html_secrets(struct report_out *out, const struct report *report)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	struct buf *b = &out->buf;
	size_t n = report->secrets.shown_count;

	if (n == 0)
		return;
	html_heading(b, TEXT_MAKE(arena, lang, SECRETS, text_number(arena, n)));
	BUF_LIT(b, "<ul>\n");
	for (size_t i = 0; i < n; i++) {
		const struct secret_finding *secret = report_secret(report, i);

		html_element(b, "<li>", advice_severity(lang, report_secret_severity(secret)),
			     ": <b>");
		markup_put(b, report_secret_title(lang, secret));
		html_element(b, "</b>, ", report_secret_place(arena, lang, secret), ", ");
		markup_put(b, report_secret_details(report, secret));
		html_element(b, "<br/>", report_secret_remedy(lang, secret), "</li>\n");
		report_out_step(out);
	}
	BUF_LIT(b, "</ul>\n");
}

void html_licences(struct report_out *out, const struct report *report)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	struct buf *b = &out->buf;
	const struct licence_group *groups;
	size_t n;

	if (report->licences.shown_count == 0)
		return;
	groups = report_licence_groups(report, &n);
	html_heading(b, TEXT_MAKE(arena, lang, LICENCES,
				  text_number(arena, report->licences.shown_count)));
	BUF_LIT(b, "<ul>\n");
	for (size_t i = 0; i < n; i++) {
		const struct licence_item *item = groups[i].first;

		html_element(b, "<li>", advice_severity(lang, item->severity), ": <b>");
		markup_put(b, item->name);
		html_element(b, "</b> (", report_licence_category(lang, item), "), ");
		markup_put(b, report_licence_subjects(report, &groups[i], SIZE_MAX));
		html_element(b, "<br/>", report_licence_remedy(lang, item), "</li>\n");
		report_out_step(out);
	}
	BUF_LIT(b, "</ul>\n");
}

void html_not_examined(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;

	if (inventory->not_examined_count == 0)
		return;
	html_heading(b, text_of(lang, TEXT_NOT_EXAMINED));
	BUF_LIT(b, "<ul>\n");
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *item = &inventory->not_examined[i];

		BUF_LIT(b, "<li>");
		markup_put(b, text_phrase(report->arena, lang, item->what));
		buf_byte(b, ' ');
		markup_put(b, item->path);
		BUF_LIT(b, ": ");
		markup_put(b, text_phrase(report->arena, lang, item->reason));
		if (item->kind == ERR_NONE) {
			html_element(b, " (", text_of(lang, TEXT_LEFT_OUT), ")");
		}
		if (item->count > 1)
			buf_fmt(b, " \u00d7 %llu", (unsigned long long)item->count);
		BUF_LIT(b, "</li>\n");
		report_out_step(out);
	}
	BUF_LIT(b, "</ul>\n");
}

void html_layers(struct report_out *out, const struct report *report)
{
	static const enum text columns[] = { TEXT_COLUMN_LAYER, TEXT_COLUMN_COUNT,
					     TEXT_COLUMN_COMMAND };
	const struct inventory *inventory = report->inventory;
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;

	if (inventory->layer_count == 0)
		return;
	html_heading(b, text_of(lang, TEXT_LAYERS));
	html_table_begin(b, lang, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < inventory->layer_count; i++) {
		BUF_LIT(b, "<tr>");
		html_cell(b, inventory->layers[i].digest);
		html_cell(b, text_number(report->arena, report->layer_tally[i].total));
		html_cell(b, term_safe(report->arena, inventory->layers[i].created_by));
		BUF_LIT(b, "</tr>\n");
		report_out_step(out);
	}
	html_table_end(b);
}
