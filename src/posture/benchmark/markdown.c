/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/benchmark_report.h"
#include "report/advice.h"
#include "report/markup.h"

struct page {
	struct buf *b;
	const struct benchmark_report *report;
	enum lang lang;
};

static void heads(const struct page *p, const enum text *texts, size_t n)
{
	buf_byte(p->b, '\n');
	for (size_t i = 0; i < n; i++)
		markup_put_markdown_cell(p->b, text_of(p->lang, texts[i]));
	BUF_LIT(p->b, "|\n|");
	for (size_t i = 0; i < n; i++)
		BUF_LIT(p->b, "---|");
	buf_byte(p->b, '\n');
}

static void put_sections(const struct page *p)
{
	str cells[BENCHMARK_SECTION_CELLS];

	heads(p, benchmark_section_heads, ARRAY_LEN(cells));
	for (unsigned s = 1; s <= BENCHMARK_SECTIONS; s++) {
		if (!benchmark_section_cells(p->report, s % BENCHMARK_SECTIONS, cells))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(cells); i++)
			markup_put_markdown_cell(p->b, cells[i]);
		BUF_LIT(p->b, "|\n");
	}
}

/* The findings of one cell, with what is left out. */
static str findings_of(const struct page *p, const struct benchmark_control *c)
{
	struct arena *arena = p->report->arena;
	str text = STR_EMPTY;
	size_t shown = 0;

	for (size_t i = 0; i < c->item_n && shown < p->report->limit; i++, shown++)
		text = str_fmt(arena, "%.*s%s%.*s", STR_ARG(text), shown > 0 ? "; " : "",
			       STR_ARG(benchmark_item_text(arena, p->lang, &c->items[i])));
	if (c->item_n + c->dropped > shown)
		text = str_fmt(
			arena, "%.*s; %.*s", STR_ARG(text),
			STR_ARG(TEXT_MAKE(arena, p->lang, POSTURE_MORE,
					  text_number(arena, c->item_n + c->dropped - shown))));
	return text.n > 0 ? text : benchmark_reason(p->lang, c);
}

static void put_controls(const struct page *p)
{
	static const enum text texts[] = { TEXT_BENCHMARK_NUMBER, TEXT_POSTURE_SEVERITY,
					   TEXT_POSTURE_STATE, TEXT_BENCHMARK_TITLE,
					   TEXT_BENCHMARK_FINDINGS };

	heads(p, texts, ARRAY_LEN(texts));
	for (size_t i = 0; i < p->report->result->n; i++) {
		const struct benchmark_control *c = &p->report->result->controls[i];

		if (c->hidden || c->status == BENCHMARK_PASS ||
		    c->status == BENCHMARK_NOT_APPLICABLE)
			continue;
		markup_put_markdown_cell(p->b, c->number);
		markup_put_markdown_cell(p->b, advice_severity(p->lang, c->severity));
		markup_put_markdown_cell(p->b, benchmark_status_text(p->lang, c->status));
		markup_put_markdown_cell(p->b, benchmark_control_text(p->lang, c)->title);
		markup_put_markdown_cell(p->b, findings_of(p, c));
		BUF_LIT(p->b, "|\n");
		benchmark_step(p->report);
	}
}

static void write_markdown(struct buf *b, const struct benchmark_report *report)
{
	const struct page p = { .b = b, .report = report, .lang = report->lang };
	str lines[8];
	size_t n = benchmark_head(report, lines);

	BUF_LIT(b, "## CIS Docker Benchmark\n");
	for (size_t i = 0; i < n; i++) {
		buf_byte(b, '\n');
		markup_put_markdown(b, lines[i]);
		buf_byte(b, '\n');
	}
	put_sections(&p);
	put_controls(&p);
	if (report->more)
		report->more(b, report, "markdown");
}

const struct benchmark_writer benchmark_writer_markdown = { .name = "markdown",
							    .write = write_markdown };
