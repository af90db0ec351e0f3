/* SPDX-License-Identifier: Apache-2.0 */
/* One page without scripts or anything from elsewhere. */
#include "posture/benchmark_baseline.h"
#include "posture/benchmark_report.h"
#include "posture/fact_reason.h"
#include "report/advice.h"
#include "report/html_page.h"

static const char style[] =
	"body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;color:#1b1f24;"
	"background:#fff}table{border-collapse:collapse;width:100%;margin:1em 0}th,td{border-bottom:1px solid "
	"#d0d7de;padding:.35em .6em;text-align:left;vertical-align:top}td.n{text-align:right}.fail,.error"
	"{color:#a40e26}.pass{color:#116329}.manual{color:#7d4e00}.not_applicable,.exempt,small{color:#57606a}"
	"code{white-space:pre-wrap}ul{margin:.2em 0;padding-left:1.2em}summary{cursor:pointer}"
	"@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}"
	".fail,.error{color:#ff7b72}.pass{color:#56d364}.manual{color:#e3b341}.not_applicable,.exempt,small{color:#8b949e}}";

struct page {
	struct buf *b;
	const struct benchmark_report *report;
	enum lang lang;
};

static void put_sections(const struct page *p)
{
	str cells[BENCHMARK_SECTION_CELLS];

	html_table_begin(p->b, p->lang, benchmark_section_heads, ARRAY_LEN(cells));
	for (unsigned s = 1; s <= BENCHMARK_SECTIONS; s++) {
		if (!benchmark_section_cells(p->report, s % BENCHMARK_SECTIONS, cells))
			continue;
		html_element(p->b, "<tr><td>", cells[0], "</td>");
		for (size_t i = 1; i < ARRAY_LEN(cells); i++)
			html_element(p->b, "<td class=\"n\">", cells[i], "</td>");
		BUF_LIT(p->b, "</tr>\n");
	}
	html_table_end(p->b);
}

static void put_items(const struct page *p, const struct benchmark_control *c)
{
	struct arena *arena = p->report->arena;

	BUF_LIT(p->b, "<ul>");
	for (size_t i = 0; i < c->item_n; i++) {
		const struct benchmark_item *item = &c->items[i];

		buf_fmt(p->b, "<li class=\"%s\">", benchmark_status_name(item->status));
		html_element(p->b, "", benchmark_item_text(arena, p->lang, item), "");
		if (item->exception)
			html_element(p->b, " <small>", item->exception->reason, "</small>");
		if (item->mark > BENCHMARK_KNOWN)
			html_element(p->b, " <small>", benchmark_mark_text(p->lang, item->mark),
				     "</small>");
		BUF_LIT(p->b, "</li>");
		benchmark_step(p->report);
	}
	BUF_LIT(p->b, "</ul>");
	if (c->dropped > 0)
		html_element(
			p->b, "<p>",
			TEXT_MAKE(arena, p->lang, POSTURE_MORE, text_number(arena, c->dropped)),
			"</p>");
}

static void put_seen(const struct page *p, const struct benchmark_control *c)
{
	if (c->seen_n == 0)
		return;
	html_element(p->b, "<details><summary>", text_of(p->lang, TEXT_BENCHMARK_SEEN),
		     "</summary><ul>");
	for (size_t i = 0; i < c->seen_n; i++) {
		const struct check_finding *f = c->seen[i].finding;

		html_element(p->b, "<li>", c->seen[i].document->name, ": ");
		html_element(p->b, "", f->message[p->lang].n > 0 ? f->message[p->lang] : f->subject,
			     " ");
		html_element(p->b, "<code>", f->evidence, "</code></li>");
		benchmark_step(p->report);
	}
	BUF_LIT(p->b, "</ul></details>");
}

static void put_fix(const struct page *p, const struct benchmark_control *c)
{
	const struct check_fix *fix = &c->check->fix;

	html_element(p->b, "<p>", benchmark_control_text(p->lang, c)->remediation, "</p>");
	if (fix->command.n > 0)
		html_element(p->b, "<p><code>", fix->command, "</code></p>");
	if (fix->file.n > 0) {
		html_element(p->b, "<p><code>", fix->file, ": ");
		html_element(p->b, "", fix->text, "</code></p>");
	}
	html_element(p->b, "<p><small>", fix->risk[p->lang == LANG_JA ? CHECK_JA : CHECK_EN],
		     "</small></p>");
}

static void put_control(const struct page *p, const struct benchmark_control *c)
{
	html_element(p->b, "<tr><td>", c->number, "</td>");
	buf_fmt(p->b, "<td class=\"%s\">", benchmark_status_name(c->status));
	html_element(p->b, "", benchmark_status_text(p->lang, c->status), "</td>");
	html_cell(p->b, advice_severity(p->lang, c->severity));
	html_element(p->b, "<td>", benchmark_control_text(p->lang, c)->title, " <small>");
	html_element(p->b, "", c->check->id, "</small>");
	if (c->item_n > 0)
		put_items(p, c);
	else if (benchmark_reason(p->lang, c).n > 0)
		html_element(p->b, "<p><small>", benchmark_reason(p->lang, c), "</small></p>");
	if (c->status == BENCHMARK_FAIL || c->status == BENCHMARK_MANUAL)
		put_fix(p, c);
	put_seen(p, c);
	BUF_LIT(p->b, "</td></tr>\n");
}

static void put_controls(const struct page *p)
{
	static const enum text texts[] = { TEXT_BENCHMARK_NUMBER, TEXT_POSTURE_STATE,
					   TEXT_POSTURE_SEVERITY, TEXT_BENCHMARK_TITLE };
	const struct benchmark_result *r = p->report->result;
	unsigned section = BENCHMARK_SECTIONS;

	for (size_t i = 0; i < r->n; i++) {
		if (r->controls[i].hidden)
			continue;
		if (r->controls[i].section != section) {
			if (section < BENCHMARK_SECTIONS)
				html_table_end(p->b);
			section = r->controls[i].section;
			html_heading(p->b, benchmark_section_title(p->lang, section));
			html_table_begin(p->b, p->lang, texts, ARRAY_LEN(texts));
		}
		put_control(p, &r->controls[i]);
	}
	if (section < BENCHMARK_SECTIONS)
		html_table_end(p->b);
}

static void put_names(const struct page *p, enum text head, const str *names, size_t n)
{
	if (n == 0)
		return;
	html_element(p->b, "<p>",
		     text_make(p->report->arena, p->lang, head,
			       (const str[]){ text_number(p->report->arena, n), names[0] }, 2),
		     "");
	for (size_t i = 1; i < n; i++)
		html_element(p->b, i == 1 ? " <small>" : ", ", names[i], "");
	buf_add(p->b, n > 1 ? STR("</small></p>\n") : STR("</p>\n"));
}

static void put_tail(const struct page *p)
{
	const struct benchmark_result *r = p->report->result;
	const struct recommendation *rec = &r->recommendations->items[r->recommendation];
	struct arena *arena = p->report->arena;

	html_paragraph(p->b, "",
		       TEXT_MAKE(arena, p->lang, BENCHMARK_RECOMMENDATION, rec->text[p->lang].title,
				 benchmark_health_text(p->lang, r->health),
				 text_number(arena, r->all.count[BENCHMARK_FAIL])));
	put_names(p, TEXT_BENCHMARK_FILTERED, r->filtered,
		  r->filtered_containers + r->filtered_images);
	put_names(p, TEXT_BENCHMARK_LEFT_OUT, r->left_out, r->left_out_n);
	if (r->not_read_n == 0)
		return;
	html_element(p->b, "<h2>", text_of(p->lang, TEXT_POSTURE_UNREAD), "</h2><ul>\n");
	for (size_t i = 0; i < r->not_read_n; i++) {
		const struct benchmark_unread *u = &r->not_read[i];

		html_element(p->b, "<li>", u->document, " <code>");
		html_element(p->b, "", u->what, "</code>: ");
		html_element(p->b, "", fact_reason_text(arena, p->lang, u->reason), " <small>");
		html_element(p->b, "", fact_reason_text(arena, p->lang, u->remedy),
			     "</small></li>\n");
	}
	BUF_LIT(p->b, "</ul>\n");
}

static void write_html(struct buf *b, const struct benchmark_report *report)
{
	const struct page p = { .b = b, .report = report, .lang = report->lang };
	str lines[8];
	size_t n = benchmark_head(report, lines);

	html_page_begin(b, report->lang, style);
	BUF_LIT(b, "<h1>CIS Docker Benchmark</h1>\n");
	for (size_t i = 0; i < n; i++)
		html_paragraph(b, "", lines[i]);
	put_sections(&p);
	put_controls(&p);
	put_tail(&p);
	if (report->more)
		report->more(b, report, "html");
	html_page_end(b);
}

const struct benchmark_writer benchmark_writer_html = { .name = "html", .write = write_html };
