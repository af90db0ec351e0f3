/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"
#include "report/licence.h"
#include "report/table_internal.h"
#include "report/term.h"

#define SEVERITY_COLUMNS 8u
#define CATEGORY_COLUMNS 12u
#define INDENT		 6u
#define NAMES_ISSUE	 40u /* of packages and files in one line */
#define NAMES_OTHER	 8u

static void put_group(struct report_out *out, const struct report *report,
		      const struct licence_group *group)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	const struct licence_item *item = group->first;
	size_t columns = table_columns(out);
	size_t max = report_licence_is_issue(item) ? NAMES_ISSUE : NAMES_OTHER;
	struct buf *b = &out->buf;

	BUF_LIT(b, "  ");
	table_style_severity(out, item->severity);
	term_pad(b, advice_severity(lang, item->severity), SEVERITY_COLUMNS);
	table_style(out, STYLE_PLAIN);
	BUF_LIT(b, "  ");
	term_pad(b, report_licence_category(lang, item), CATEGORY_COLUMNS);
	BUF_LIT(b, "  ");
	buf_add(b, term_cut(arena, term_safe(arena, item->name),
			    columns - SEVERITY_COLUMNS - CATEGORY_COLUMNS - 6));
	buf_byte(b, '\n');
	term_blanks(b, INDENT);
	table_style(out, STYLE_DIM);
	term_paragraph(b, term_safe(arena, report_licence_subjects(report, group, max)), INDENT,
		       columns);
	table_style(out, STYLE_PLAIN);
	report_out_step(out);
}

void table_licences(struct report_out *out, const struct report *report)
{
	const struct report_licences *l = &report->licences;
	enum lang lang = report->opts->lang;
	struct buf *b = &out->buf;
	const struct licence_group *groups;
	size_t count;

	if (!report->opts->licences)
		return;
	groups = report_licence_groups(report, &count);
	buf_byte(b, '\n');
	table_style(out, STYLE_BOLD);
	if (count > 0)
		TEXT_FILL(b, lang, LICENCES, text_number(report->arena, l->shown_count));
	else
		TEXT_ADD(b, lang, LICENCES_NONE);
	table_style(out, STYLE_PLAIN);
	buf_byte(b, '\n');
	for (size_t i = 0; i < count; i++)
		put_group(out, report, &groups[i]);
	if (l->suppressed_count > 0) {
		BUF_LIT(b, "  ");
		TEXT_FILL(b, lang, LICENCES_HIDDEN,
			  text_number(report->arena, l->suppressed_count));
		buf_byte(b, '\n');
	}
}
