/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"
#include "report/secret.h"
#include "report/table_internal.h"
#include "report/term.h"

#define SEVERITY_COLUMNS 8u
#define INDENT		 6u

static void put_secret(struct report_out *out, const struct report *report,
		       const struct secret_finding *secret)
{
	struct arena *arena = report->arena;
	enum lang lang = report->opts->lang;
	enum severity severity = report_secret_severity(secret);
	size_t columns = table_columns(out);
	struct buf *b = &out->buf;

	BUF_LIT(b, "  ");
	table_style_severity(out, severity);
	term_pad(b, advice_severity(lang, severity), SEVERITY_COLUMNS);
	table_style(out, STYLE_PLAIN);
	BUF_LIT(b, "  ");
	buf_add(b, term_cut(arena, term_safe(arena, report_secret_title(lang, secret)),
			    columns - SEVERITY_COLUMNS - 4));
	buf_byte(b, '\n');
	term_blanks(b, INDENT);
	term_paragraph(b, term_safe(arena, report_secret_place(arena, lang, secret)), INDENT,
		       columns);
	term_blanks(b, INDENT);
	table_style(out, STYLE_DIM);
	term_paragraph(b, report_secret_details(report, secret), INDENT, columns);
	table_style(out, STYLE_PLAIN);
	report_out_step(out);
}

void table_secrets(struct report_out *out, const struct report *report)
{
	const struct report_secrets *s = &report->secrets;
	enum lang lang = report->opts->lang;

	if (!report->inventory->secrets_searched)
		return;
	buf_byte(&out->buf, '\n');
	table_style(out, STYLE_BOLD);
	if (s->shown_count > 0)
		TEXT_FILL(&out->buf, lang, SECRETS, text_number(report->arena, s->shown_count));
	else
		TEXT_FILL(&out->buf, lang, SECRETS_NONE,
			  text_number(report->arena, report->inventory->secret_counts.files));
	table_style(out, STYLE_PLAIN);
	buf_byte(&out->buf, '\n');
	for (size_t severity = REPORT_SEVERITIES; severity-- > 0;) {
		for (size_t i = 0; i < s->shown_count; i++) {
			const struct secret_finding *secret =
				&report->inventory->secrets[s->shown[i]];

			if (report_secret_severity(secret) == (enum severity)severity)
				put_secret(out, report, secret);
		}
	}
	if (s->suppressed_count > 0) {
		BUF_LIT(&out->buf, "  ");
		TEXT_FILL(&out->buf, lang, SECRETS_HIDDEN,
			  text_number(report->arena, s->suppressed_count));
		buf_byte(&out->buf, '\n');
	}
}
