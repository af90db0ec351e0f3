/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/benchmark_baseline.h"
#include "posture/benchmark_report.h"
#include "posture/fact_reason.h"
#include "report/advice.h"
#include "report/grid.h"
#include "report/term.h"

#define UNREAD_SHOWN 20u
#define NAMES_SHOWN  8u
#define TEXT_COLUMNS 100u
#define UNDER	     11u /* where the lines below a control begin */

struct table {
	struct buf *b;
	const struct benchmark_report *report;
	const struct benchmark_result *result;
	struct arena *arena;
	enum lang lang;
	size_t columns;
};

#define NUMBER(t, n) text_number((t)->arena, n)

/* ---- head ----------------------------------------------------------------------------------- */

static void put_line(const struct table *t, size_t indent, str text)
{
	term_blanks(t->b, indent);
	term_paragraph(t->b, term_safe(t->arena, text), indent,
		       t->columns > indent + 20 ? t->columns - indent : 20);
}

static void put_sections(const struct table *t)
{
	struct grid grid;

	grid_init(&grid, 8, t->arena);
	GRID_ROW(&grid, text_of(t->lang, TEXT_BENCHMARK_SCORE),
		 benchmark_status_text(t->lang, BENCHMARK_PASS),
		 benchmark_status_text(t->lang, BENCHMARK_FAIL),
		 benchmark_status_text(t->lang, BENCHMARK_ERROR),
		 benchmark_status_text(t->lang, BENCHMARK_MANUAL),
		 benchmark_status_text(t->lang, BENCHMARK_EXEMPT),
		 text_of(t->lang, TEXT_BENCHMARK_NA), text_of(t->lang, TEXT_BENCHMARK_SECTION));
	for (unsigned s = 1; s <= BENCHMARK_SECTIONS; s++) {
		str cells[BENCHMARK_SECTION_CELLS + 1];

		if (!benchmark_section_cells(t->report, s % BENCHMARK_SECTIONS, cells))
			continue;
		cells[BENCHMARK_SECTION_CELLS] = cells[0]; /* the title stands last */
		grid_row(&grid, cells + 1);
	}
	buf_byte(t->b, '\n');
	grid_put(&grid, t->b, 2, t->report->columns);
}

/* ---- one control ---------------------------------------------------------------------------- */

static void put_items(const struct table *t, const struct benchmark_control *c)
{
	size_t shown = 0, total = 0;

	for (size_t i = 0; i < c->item_n; i++) {
		const struct benchmark_item *item = &c->items[i];
		str text;

		if (total++ >= t->report->limit)
			continue;
		shown++;
		text = benchmark_item_text(t->arena, t->lang, item);
		if (item->status != c->status)
			text = str_fmt(t->arena, "%.*s: %.*s",
				       STR_ARG(benchmark_status_text(t->lang, item->status)),
				       STR_ARG(text));
		if (item->exception)
			text = str_fmt(t->arena, "%.*s  (%.*s)", STR_ARG(text),
				       STR_ARG(item->exception->reason));
		if (item->mark == BENCHMARK_NEW || item->mark == BENCHMARK_CHANGED)
			text = str_fmt(t->arena, "%.*s: %.*s",
				       STR_ARG(benchmark_mark_text(t->lang, item->mark)),
				       STR_ARG(text));
		put_line(t, UNDER, text);
	}
	if (total + c->dropped > shown)
		put_line(t, UNDER,
			 TEXT_MAKE(t->arena, t->lang, POSTURE_MORE,
				   NUMBER(t, total + c->dropped - shown)));
}

static void put_control(const struct table *t, const struct benchmark_control *c)
{
	const struct check_text *text = benchmark_control_text(t->lang, c);
	str status = benchmark_status_text(t->lang, c->status);
	bool open = c->status == BENCHMARK_FAIL || c->status == BENCHMARK_MANUAL ||
		    c->status == BENCHMARK_ERROR || c->status == BENCHMARK_EXEMPT;

	BUF_LIT(t->b, "  ");
	term_pad(t->b, c->number, UNDER - 2);
	term_pad(t->b, status, term_width(status) > 14 ? term_width(status) + 1 : 15);
	term_pad(t->b, advice_severity(t->lang, c->severity), 12);
	term_put(t->b, text->title);
	buf_byte(t->b, '\n');
	if (!open) {
		if (c->status == BENCHMARK_NOT_APPLICABLE && c->reason[t->lang].n > 0)
			put_line(t, UNDER, benchmark_reason(t->lang, c));
		return;
	}
	if (c->item_n == 0 && c->reason[LANG_EN].n > 0)
		put_line(t, UNDER, benchmark_reason(t->lang, c));
	put_items(t, c);
	if (c->status == BENCHMARK_FAIL || c->status == BENCHMARK_MANUAL)
		put_line(t, UNDER, str_cat(t->arena, STR("-> "), text->remediation));
}

static void put_controls(const struct table *t)
{
	unsigned section = BENCHMARK_SECTIONS;

	for (size_t i = 0; i < t->result->n; i++) {
		const struct benchmark_control *c = &t->result->controls[i];

		if (c->hidden)
			continue;
		if (c->section != section) {
			section = c->section;
			buf_byte(t->b, '\n');
			buf_add(t->b, benchmark_section_title(t->lang, section));
			buf_byte(t->b, '\n');
		}
		put_control(t, c);
		benchmark_step(t->report);
	}
}

/* ---- what stands behind --------------------------------------------------------------------- */

static void put_recommendation(const struct table *t)
{
	const struct benchmark_result *r = t->result;
	const struct recommendation *rec = &r->recommendations->items[r->recommendation];
	str reason = r->health_reason[t->lang].n > 0 ? r->health_reason[t->lang]
						     : r->health_reason[LANG_EN];

	buf_byte(t->b, '\n');
	TEXT_FILL(t->b, t->lang, BENCHMARK_RECOMMENDATION, rec->text[t->lang].title,
		  benchmark_health_text(t->lang, r->health),
		  NUMBER(t, r->all.count[BENCHMARK_FAIL]));
	if (reason.n > 0)
		put_line(t, 2, reason);
}

static void put_names(const struct table *t, enum text head, const str *names, size_t n)
{
	str text = STR_EMPTY;

	if (n == 0)
		return;
	for (size_t i = 0; i < n && i < NAMES_SHOWN; i++)
		text = str_fmt(t->arena, "%.*s%s%.*s", STR_ARG(text), i > 0 ? ", " : "",
			       STR_ARG(names[i]));
	if (n > NAMES_SHOWN)
		text = str_fmt(t->arena, "%.*s, %.*s", STR_ARG(text),
			       STR_ARG(TEXT_MAKE(t->arena, t->lang, POSTURE_MORE,
						 NUMBER(t, n - NAMES_SHOWN))));
	put_line(t, 0, text_make(t->arena, t->lang, head, (const str[]){ NUMBER(t, n), text }, 2));
}

static void put_unread(const struct table *t)
{
	const struct benchmark_result *r = t->result;

	if (r->not_read_n == 0)
		return;
	buf_byte(t->b, '\n');
	TEXT_ADD(t->b, t->lang, POSTURE_UNREAD);
	buf_byte(t->b, '\n');
	for (size_t i = 0; i < r->not_read_n && i < UNREAD_SHOWN; i++) {
		const struct benchmark_unread *u = &r->not_read[i];
		str text = str_fmt(t->arena, "%.*s  %.*s: %.*s", STR_ARG(u->document),
				   STR_ARG(u->what),
				   STR_ARG(fact_reason_text(t->arena, t->lang, u->reason)));

		if (u->remedy.n > 0)
			text = str_fmt(t->arena, "%.*s -> %.*s", STR_ARG(text),
				       STR_ARG(fact_reason_text(t->arena, t->lang, u->remedy)));
		put_line(t, 2, text);
	}
	if (r->not_read_n > UNREAD_SHOWN) {
		BUF_LIT(t->b, "  ");
		TEXT_FILL(t->b, t->lang, POSTURE_FIRST, NUMBER(t, UNREAD_SHOWN),
			  NUMBER(t, r->not_read_n));
		buf_byte(t->b, '\n');
	}
}

static void put_baseline(const struct table *t)
{
	const struct benchmark_baseline *base = t->report->baseline;

	if (!base)
		return;
	buf_byte(t->b, '\n');
	TEXT_FILL(t->b, t->lang, BENCHMARK_BASELINE, term_safe(t->arena, base->source),
		  NUMBER(t, base->added), NUMBER(t, base->changed), NUMBER(t, base->known),
		  NUMBER(t, base->fixed_n));
	for (size_t i = 0; i < base->fixed_n && i < t->report->limit * 4; i++) {
		const struct baseline_entry *e = &base->fixed[i];

		put_line(t, 2,
			 str_fmt(t->arena, "%.*s  %.*s  %.*s",
				 STR_ARG(text_of(t->lang, TEXT_BENCHMARK_FIXED)), STR_ARG(e->id),
				 STR_ARG(e->message)));
	}
}

static void write_table(struct buf *b, const struct benchmark_report *report)
{
	struct table t = { .b = b,
			   .report = report,
			   .result = report->result,
			   .arena = report->arena,
			   .lang = report->lang,
			   .columns = report->columns ? report->columns : TEXT_COLUMNS };
	struct benchmark_exceptions e = benchmark_count_exceptions(report);
	str lines[8];
	size_t n = benchmark_head(report, lines), hidden = benchmark_hidden(report->result);

	for (size_t i = 0; i < n; i++)
		put_line(&t, 0, lines[i]);
	put_sections(&t);
	put_controls(&t);
	put_recommendation(&t);
	put_unread(&t);
	put_baseline(&t);
	if (report->result->filtered_containers + report->result->filtered_images +
		    report->result->left_out_n + hidden >
	    0)
		buf_byte(b, '\n');
	put_names(&t, TEXT_BENCHMARK_FILTERED, report->result->filtered,
		  report->result->filtered_containers + report->result->filtered_images);
	put_names(&t, TEXT_BENCHMARK_LEFT_OUT, report->result->left_out,
		  report->result->left_out_n);
	if (hidden > 0)
		TEXT_FILL(b, t.lang, BENCHMARK_HIDDEN, text_number(t.arena, hidden));
	if (e.matched + e.expired + e.unused > 0) {
		buf_byte(b, '\n');
		TEXT_FILL(b, t.lang, POSTURE_EXEMPTIONS, text_number(t.arena, e.matched),
			  text_number(t.arena, e.expired), text_number(t.arena, e.unused));
	}
	if (report->more)
		report->more(b, report, "table");
}

const struct benchmark_writer benchmark_writer_table = { .name = "table", .write = write_table };
