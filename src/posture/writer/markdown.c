/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "posture/report.h"
#include "report/advice.h"
#include "report/markup.h"

struct page {
	struct buf *b;
	const struct posture_report *report;
	size_t shown, total;
};

static void number(const struct page *p, size_t n)
{
	markup_put_markdown_cell(p->b, text_number(p->report->arena, n));
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
	n = assessed_findings(pair->resource, pair->recommendation, p->report->arena, &findings);
	markup_put_markdown_cell(p->b, advice_severity(p->report->lang, r->severity));
	markup_put_markdown_cell(p->b, r->id);
	markup_put_markdown_cell(p->b, pair->resource->key);
	markup_put_markdown_cell(p->b, posture_state_text(p->report->lang, pair->state));
	markup_put_markdown_cell(p->b, n > 0 ? posture_message(&findings[0], p->report->lang)
					     : assessed_reason(pair->resource, pair->recommendation,
							       p->report->lang));
	BUF_LIT(p->b, "|\n");
}

static void put_recommendations(struct page *p, const struct posture_view *view)
{
	const struct assessment *a = view->assessment;
	enum lang lang = p->report->lang;

	BUF_LIT(p->b, "\n| # | ");
	TEXT_ADD(p->b, lang, POSTURE_RECOMMENDATION);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_SEVERITY);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_STATE);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_UNHEALTHY);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_HEALTHY);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_PODS);
	BUF_LIT(p->b, " |\n|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < a->recommendations->n; i++) {
		const struct recommendation *r = &a->recommendations->items[i];
		str why = posture_not_assessed(p->report, view, i);

		if (!posture_shows(p->report, a, i))
			continue;
		number(p, r->order);
		markup_put_markdown_cell(p->b, r->text[lang].title);
		markup_put_markdown_cell(p->b, advice_severity(p->report->lang, r->severity));
		markup_put_markdown_cell(
			p->b, why.n > 0 ? why : posture_state_text(lang, a->results[i].state));
		number(p, a->results[i].count[ASSESSED_UNHEALTHY]);
		number(p, a->results[i].count[ASSESSED_HEALTHY]);
		number(p, a->results[i].pods);
		BUF_LIT(p->b, "|\n");
	}
}

static void put_resources(struct page *p, const struct posture_view *view)
{
	struct posture_report one = *p->report;
	enum lang lang = p->report->lang;

	one.views = view;
	one.n = 1;
	p->shown = p->total = 0;
	BUF_LIT(p->b, "\n| ");
	TEXT_ADD(p->b, lang, POSTURE_SEVERITY);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_RECOMMENDATION);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_RESOURCE);
	BUF_LIT(p->b, " | ");
	TEXT_ADD(p->b, lang, POSTURE_STATE);
	BUF_LIT(p->b, " | |\n|---|---|---|---|---|\n");
	posture_each(&one, POSTURE_OPEN_STATES, put_resource, p);
	if (p->total > p->shown) {
		buf_byte(p->b, '\n');
		TEXT_FILL(p->b, lang, POSTURE_FIRST, text_number(p->report->arena, p->shown),
			  text_number(p->report->arena, p->total));
		buf_byte(p->b, '\n');
	}
}

static void write_markdown(struct buf *b, const struct posture_report *report)
{
	struct page p = { .b = b, .report = report };

	for (size_t v = 0; v < report->n; v++) {
		const struct posture_view *view = &report->views[v];
		double percent;

		if (!view->assessment) {
			BUF_LIT(b, "## ");
			markup_put_markdown(b, view->source);
			BUF_LIT(b, "\n\n");
			markup_put_markdown(b, str_c(view->failed->msg));
			BUF_LIT(b, "\n\n");
			continue;
		}
		BUF_LIT(b, "## ");
		markup_put_markdown(b, posture_name(view->posture));
		BUF_LIT(b, "\n\n");
		if (score_percent(&view->assessment->score, 1, &percent))
			TEXT_FILL(b, report->lang, POSTURE_SCORE,
				  text_number(report->arena, score_round(percent)),
				  posture_points(report->arena, view->assessment->score.current),
				  posture_points(report->arena, view->assessment->score.max),
				  text_number(report->arena, view->assessment->score.resources));
		else
			TEXT_ADD(b, report->lang, POSTURE_NO_SCORE);
		put_recommendations(&p, view);
		put_resources(&p, view);
		buf_byte(b, '\n');
	}
}

const struct posture_writer posture_writer_markdown = { .name = "markdown",
							.write = write_markdown };
