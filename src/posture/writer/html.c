/* SPDX-License-Identifier: Apache-2.0 */
/* One page without scripts or anything from elsewhere. */
#include "base/err.h"
#include "posture/report.h"
#include "report/markup.h"

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

static void element(struct buf *b, const char *open, str text, const char *close)
{
	buf_add(b, str_c(open));
	markup_put(b, text);
	buf_add(b, str_c(close));
}

static void number(const struct page *p, size_t n) { buf_fmt(p->b, "<td class=\"n\">%zu</td>", n); }

static void heads(const struct page *p, const enum text *texts, size_t n)
{
	BUF_LIT(p->b, "<table><thead><tr>");
	for (size_t i = 0; i < n; i++)
		element(p->b, "<th scope=\"col\">", text_of(p->report->lang, texts[i]), "</th>");
	BUF_LIT(p->b, "</tr></thead><tbody>\n");
}

static void state(const struct page *p, enum assessed_state s, str text)
{
	buf_fmt(p->b, "<td class=\"%s\">", assessed_state_name(s));
	element(p->b, "", text, "</td>");
}

static void put_controls(const struct page *p, const struct assessment *a)
{
	static const enum text texts[] = { TEXT_POSTURE_CONTROL, TEXT_POSTURE_POINTS,
					   TEXT_POSTURE_POTENTIAL, TEXT_POSTURE_HEALTHY,
					   TEXT_POSTURE_UNHEALTHY };

	heads(p, texts, ARRAY_LEN(texts));
	for (size_t i = 0; i < a->recommendations->control_n; i++) {
		const struct control_score *s = &a->score.controls[i];

		if (!s->counted)
			continue;
		element(p->b, "<tr><td>", a->recommendations->controls[i].title[p->report->lang],
			"</td>");
		buf_fmt(p->b, "<td class=\"n\">%.2f/%u</td><td class=\"n\">+%.2f</td>", s->current,
			a->recommendations->controls[i].max, s->potential);
		number(p, s->tally.healthy);
		number(p, s->tally.unhealthy);
		BUF_LIT(p->b, "</tr>\n");
	}
	BUF_LIT(p->b, "</tbody></table>\n");
}

static void put_recommendations(const struct page *p, const struct posture_view *view)
{
	static const enum text texts[] = { TEXT_POSTURE_RECOMMENDATION, TEXT_POSTURE_SEVERITY,
					   TEXT_POSTURE_STATE,		TEXT_POSTURE_UNHEALTHY,
					   TEXT_POSTURE_HEALTHY,	TEXT_POSTURE_PODS };
	const struct assessment *a = view->assessment;

	heads(p, texts, ARRAY_LEN(texts));
	for (size_t i = 0; i < a->recommendations->n; i++) {
		const struct recommendation *r = &a->recommendations->items[i];
		str why = posture_not_assessed(p->report, view, i);

		if (!posture_shows(p->report, a, i))
			continue;
		buf_fmt(p->b, "<tr><td>%u. ", r->order);
		element(p->b, "", r->text[p->report->lang].title, " <small>");
		element(p->b, "", r->id, "</small></td>");
		element(p->b, "<td>", posture_severity_text(r->severity), "</td>");
		state(p, why.n > 0 ? ASSESSED_NOT_APPLICABLE : a->results[i].state,
		      why.n > 0 ? why : posture_state_text(p->report->lang, a->results[i].state));
		number(p, a->results[i].count[ASSESSED_UNHEALTHY]);
		number(p, a->results[i].count[ASSESSED_HEALTHY]);
		number(p, a->results[i].pods);
		BUF_LIT(p->b, "</tr>\n");
	}
	BUF_LIT(p->b, "</tbody></table>\n");
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
	element(p->b, "<tr><td>", pair->resource->key, "</td>");
	element(p->b, "<td>", r->id, "</td>");
	element(p->b, "<td>", posture_severity_text(r->severity), "</td>");
	state(p, pair->state, posture_state_text(p->report->lang, pair->state));
	BUF_LIT(p->b, "<td>");
	n = assessed_findings(pair->resource, pair->recommendation, p->report->arena, &findings);
	for (size_t i = 0; i < n; i++)
		element(p->b, "", posture_message(&findings[i], p->report->lang), "<br>");
	if (n == 0)
		element(p->b, "",
			assessed_reason(pair->resource, pair->recommendation, p->report->lang), "");
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
	heads(p, texts, ARRAY_LEN(texts));
	posture_each(&one, POSTURE_OPEN_STATES, put_resource, p);
	BUF_LIT(p->b, "</tbody></table>\n");
	if (p->total > p->shown)
		element(p->b, "<p>",
			TEXT_MAKE(p->report->arena, p->report->lang, POSTURE_FIRST,
				  text_number(p->report->arena, p->shown),
				  text_number(p->report->arena, p->total)),
			"</p>\n");
}

static void put_view(struct page *p, const struct posture_view *view)
{
	const struct score *score = &view->assessment->score;
	struct arena *arena = p->report->arena;
	double percent;

	element(p->b, "<h1>", posture_name(view->posture), "</h1>\n");
	if (score_percent(score, 1, &percent))
		element(p->b, "<p>",
			TEXT_MAKE(arena, p->report->lang, POSTURE_SCORE,
				  text_number(arena, score_round(percent)),
				  posture_points(arena, score->current),
				  posture_points(arena, score->max),
				  text_number(arena, score->resources)),
			"</p>\n");
	else
		element(p->b, "<p>", text_of(p->report->lang, TEXT_POSTURE_NO_SCORE), "</p>\n");
	put_controls(p, view->assessment);
	put_recommendations(p, view);
	put_resources(p, view);
}

static void write_html(struct buf *b, const struct posture_report *report)
{
	struct page p = { .b = b, .report = report };

	buf_fmt(b,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width\"><title>Seawall</title><style>",
		lang_name(report->lang));
	buf_add(b, str_c(style));
	BUF_LIT(b, "</style></head><body>\n");
	for (size_t v = 0; v < report->n; v++) {
		const struct posture_view *view = &report->views[v];

		if (view->assessment) {
			put_view(&p, view);
			continue;
		}
		element(b, "<h1>", view->source, "</h1>\n");
		element(b, "<p>", str_c(view->failed->msg), "</p>\n");
	}
	BUF_LIT(b, "</body></html>\n");
}

const struct posture_writer posture_writer_html = { .name = "html", .write = write_html };
