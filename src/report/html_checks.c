/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"
#include "report/html_parts.h"
#include "report/misconfiguration.h"

static void put_item(struct report_out *out, const struct report *report,
		     const struct misconfiguration *m)
{
	enum lang lang = report->opts->lang;
	const struct check_text *text = misconfiguration_text(lang, m);
	const struct check *check = m->result->check;
	bool failed = m->result->verdict == CHECK_FAIL;
	struct buf *b = &out->buf;

	buf_fmt(b, "<tr><td class=\"%s\">", failed ? severity_name(m->severity) : "dim");
	markup_put(b,
		   failed ? advice_severity(lang, m->severity) : misconfiguration_status(lang, m));
	html_element(b, "</td><td>", check->id, "</td><td>");
	markup_put(b, misconfiguration_place(report->arena, lang, m));
	html_element(b, "</td><td><details><summary>", misconfiguration_message(lang, m),
		     "</summary>");
	html_paragraph(b, "", text->description);
	html_paragraph(b, "", text->remediation);
	for (size_t i = 0; i < check->reference_n; i++)
		html_link(b, "<p>", check->references[i], "</p>");
	BUF_LIT(b, "</details></td></tr>\n");
	report_out_step(out);
}

void html_checks(struct report_out *out, const struct report *report)
{
	static const enum text columns[] = { TEXT_COLUMN_SEVERITY, TEXT_COLUMN_CHECK,
					     TEXT_COLUMN_PLACE, TEXT_COLUMN_TITLE };
	const struct report_checks *c = &report->checks;
	enum lang lang = report->opts->lang;
	struct buf *b = &out->buf;

	if (!c->results)
		return;
	html_heading(b, TEXT_MAKE(report->arena, lang, MISCONFIGURATIONS,
				  text_number(report->arena, c->failed_shown)));
	html_paragraph(b, "", misconfiguration_counts(report));
	if (c->shown_count == 0)
		return;
	html_table_begin(b, lang, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < c->shown_count; i++)
		put_item(out, report, report_misconfiguration(report, i));
	html_table_end(b);
}
