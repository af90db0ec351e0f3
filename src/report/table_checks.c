/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"
#include "report/misconfiguration.h"
#include "report/table_internal.h"
#include "report/term.h"

#define SEVERITY_COLUMNS 8u
#define INDENT		 6u

static void put_line(struct report_out *out, str text)
{
	term_blanks(&out->buf, INDENT);
	term_paragraph(&out->buf, text, INDENT, table_columns(out));
}

static void put_item(struct report_out *out, const struct report *report,
		     const struct misconfiguration *m)
{
	struct arena *arena = report->arena;
	enum lang lang = report->opts->lang;
	const struct check_text *text = misconfiguration_text(lang, m);
	bool failed = m->result->verdict == CHECK_FAIL;
	struct buf *b = &out->buf;
	str head =
		str_fmt(arena, "%.*s  %.*s", STR_ARG(m->result->check->id), STR_ARG(text->title));

	BUF_LIT(b, "  ");
	table_style_severity(out, failed ? m->severity : SEVERITY_UNKNOWN);
	term_pad(b, failed ? advice_severity(lang, m->severity) : misconfiguration_status(lang, m),
		 SEVERITY_COLUMNS);
	table_style(out, STYLE_PLAIN);
	BUF_LIT(b, "  ");
	buf_add(b,
		term_cut(arena, term_safe(arena, head), table_columns(out) - SEVERITY_COLUMNS - 4));
	buf_byte(b, '\n');
	str place = term_safe(arena, misconfiguration_place(arena, lang, m));
	str message = term_safe(arena, misconfiguration_message(lang, m));
	put_line(out, str_fmt(arena, "%.*s: %.*s", STR_ARG(place), STR_ARG(message)));
	if (m->result->verdict != CHECK_ERROR && text->remediation.n > 0) {
		table_style(out, STYLE_DIM);
		put_line(out, term_safe(arena, text->remediation));
		table_style(out, STYLE_PLAIN);
	}
	report_out_step(out);
}

void table_checks(struct report_out *out, const struct report *report)
{
	const struct report_checks *c = &report->checks;
	enum lang lang = report->opts->lang;

	if (!c->results)
		return;
	buf_byte(&out->buf, '\n');
	table_style(out, STYLE_BOLD);
	TEXT_FILL(&out->buf, lang, MISCONFIGURATIONS, text_number(report->arena, c->failed_shown));
	table_style(out, STYLE_PLAIN);
	BUF_LIT(&out->buf, "\n  ");
	term_paragraph(&out->buf, misconfiguration_counts(report), 2, table_columns(out));
	for (size_t i = 0; i < c->shown_count; i++)
		put_item(out, report, report_misconfiguration(report, i));
	if (c->suppressed_count + c->dropped > 0) {
		BUF_LIT(&out->buf, "  ");
		TEXT_FILL(&out->buf, lang, SECRETS_HIDDEN,
			  text_number(report->arena, c->suppressed_count + c->dropped));
		buf_byte(&out->buf, '\n');
	}
}
