/* SPDX-License-Identifier: Apache-2.0 */
/* One page without scripts or anything from elsewhere. */
#include "base/err.h"
#include "posture/report.h"
#include "report/advice.h"
#include "report/html_page.h"

static const char style[] =
	"body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#1b1f24;"
	"background:#fff}table{border-collapse:collapse;width:100%;margin:1em 0}th,td{border-bottom:1px solid "
	"#d0d7de;padding:.35em .6em;text-align:left;vertical-align:top}td.n{text-align:right}.unhealthy,.error"
	"{color:#a40e26}.healthy{color:#116329}.needs_decision{color:#7d4e00}small{color:#57606a}"
	"@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}"
	".unhealthy,.error{color:#ff7b72}.healthy{color:#56d364}.needs_decision{color:#e3b341}small{color:#8b949e}}";

struct page {
	struct buf *b;
	const struct posture_report *report;
	size_t shown, total;
};

static void number(const struct page *p, size_t n) { buf_fmt(p->b, "<td class=\"n\">%zu</td>", n); }

static void state(const struct page *p, enum assessed_state s, str text)
{
	buf_fmt(p->b, "<td class=\"%s\">", assessed_state_name(s));
	html_element(p->b, "", text, "</td>");
}

static void put_controls(const struct page *p, const struct assessment *a)
{
	static const enum text texts[] = { TEXT_POSTURE_CONTROL, TEXT_POSTURE_POINTS,
					   TEXT_POSTURE_POTENTIAL, TEXT_POSTURE_HEALTHY,
					   TEXT_POSTURE_UNHEALTHY };

	html_table_begin(p->b, p->report->lang, texts, ARRAY_LEN(texts));
	for (size_t i = 0; i < a->recommendations->control_n; i++) {
		const struct control_score *s = &a->score.controls[i];

		if (!s->counted)
			continue;
		html_element(p->b, "<tr><td>",
			     a->recommendations->controls[i].title[p->report->lang], "</td>");
		buf_fmt(p->b, "<td class=\"n\">%.2f/%u</td><td class=\"n\">+%.2f</td>", s->current,
			a->recommendations->controls[i].max, s->potential);
		number(p, s->tally.healthy);
		number(p, s->tally.unhealthy);
		BUF_LIT(p->b, "</tr>\n");
	}
	html_table_end(p->b);
}

static void put_recommendations(const struct page *p, const struct posture_view *view)
{
	static const enum text texts[] = { TEXT_POSTURE_RECOMMENDATION, TEXT_POSTURE_SEVERITY,
					   TEXT_POSTURE_STATE,		TEXT_POSTURE_UNHEALTHY,
					   TEXT_POSTURE_HEALTHY,	TEXT_POSTURE_PODS };
	const struct assessment *a = view->assessment;

	html_table_begin(p->b, p->report->lang, texts, ARRAY_LEN(texts));
	for (size_t i = 0; i < a->recommendations->n; i++) {
		const struct recommendation *r = &a->recommendations->items[i];
		str why = posture_not_assessed(p->report, view, i);

		if (!posture_shows(p->report, a, i))
			continue;
		buf_fmt(p->b, "<tr><td>%u. ", r->order);
		html_element(p->b, "", r->text[p->report->lang].title, " <small>");
		html_element(p->b, "", r->id, "</small></td>");
		html_cell(p->b, advice_severity(p->report->lang, r->severity));
		state(p, why.n > 0 ? ASSESSED_NOT_APPLICABLE : a->results[i].state,
		      why.n > 0 ? why : posture_state_text(p->report->lang, a->results[i].state));
		number(p, a->results[i].count[ASSESSED_UNHEALTHY]);
		number(p, a->results[i].count[ASSESSED_HEALTHY]);
		number(p, a->results[i].pods);
		BUF_LIT(p->b, "</tr>\n");
	}
	html_table_end(p->b);
}

static void put_resource(void *context, const struct posture_pair *pair)
{
	struct page *p = context;
	const struct recommendation *r =
		&pair->view->assessment->recommendations->items[pair->recommendation];
	struct assessed_finding *findings;
	size_t n;

	if (p->total++ >= p->report->limit)
		return;
	p->shown++;
	html_element(p->b, "<tr><td>", pair->resource->key, "</td>");
	html_cell(p->b, r->id);
	html_cell(p->b, advice_severity(p->report->lang, r->severity));
	state(p, pair->state, posture_state_text(p->report->lang, pair->state));
	BUF_LIT(p->b, "<td>");
	n = assessed_findings(pair->resource, pair->recommendation, p->report->arena, &findings);
	for (size_t i = 0; i < n; i++)
		html_element(p->b, "", posture_message(&findings[i], p->report->lang), "<br>");
	if (n == 0)
		html_element(p->b, "",
			     assessed_reason(pair->resource, pair->recommendation, p->report->lang),
			     "");
	BUF_LIT(p->b, "</td></tr>\n");
}

static void put_resources(struct page *p, const struct posture_view *view)
{
	static const enum text texts[] = { TEXT_POSTURE_RESOURCE, TEXT_POSTURE_RECOMMENDATION,
					   TEXT_POSTURE_SEVERITY, TEXT_POSTURE_STATE,
					   TEXT_POSTURE_UNHEALTHY };
	struct posture_report one = *p->report;

	one.views = view;
	one.n = 1;
	p->shown = p->total = 0;
	html_table_begin(p->b, p->report->lang, texts, ARRAY_LEN(texts));
	posture_each(&one, POSTURE_OPEN_STATES, put_resource, p);
	html_table_end(p->b);
	if (p->total > p->shown)
		html_paragraph(p->b, "",
			       TEXT_MAKE(p->report->arena, p->report->lang, POSTURE_FIRST,
					 text_number(p->report->arena, p->shown),
					 text_number(p->report->arena, p->total)));
}

static void put_view(struct page *p, const struct posture_view *view)
{
	const struct score *score = &view->assessment->score;
	struct arena *arena = p->report->arena;
	double percent;

	html_element(p->b, "<h1>", posture_name(view->posture), "</h1>\n");
	if (score_percent(score, 1, &percent))
		html_paragraph(p->b, "",
			       TEXT_MAKE(arena, p->report->lang, POSTURE_SCORE,
					 text_number(arena, score_round(percent)),
					 posture_points(arena, score->current),
					 posture_points(arena, score->max),
					 text_number(arena, score->resources)));
	else
		html_paragraph(p->b, "", text_of(p->report->lang, TEXT_POSTURE_NO_SCORE));
	put_controls(p, view->assessment);
	put_recommendations(p, view);
	put_resources(p, view);
}

static void write_html(struct buf *b, const struct posture_report *report)
{
	struct page p = { .b = b, .report = report };

	html_page_begin(b, report->lang, style);
	for (size_t v = 0; v < report->n; v++) {
		const struct posture_view *view = &report->views[v];

		if (view->assessment) {
			put_view(&p, view);
			continue;
		}
		html_element(b, "<h1>", view->source, "</h1>\n");
		html_paragraph(b, "", str_c(view->failed->msg));
	}
	html_page_end(b);
}

const struct posture_writer posture_writer_html = { .name = "html", .write = write_html };
