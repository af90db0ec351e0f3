/* SPDX-License-Identifier: Apache-2.0 */
/* A suite for each recommendation of a cluster, a case for each resource. */
#include "base/err.h"
#include "posture/report.h"
#include "report/markup.h"

struct suite {
	struct buf *b;
	const struct posture_report *report;
	str title;
};

/* Each finding is a line. */
static void put_findings(const struct suite *s, const struct posture_pair *pair)
{
	struct assessed_finding *findings;
	size_t n = assessed_findings(pair->resource, pair->recommendation, s->report->arena,
				     &findings);

	BUF_LIT(s->b, "    <failure");
	markup_put_attribute(s->b, "message",
			     n > 0 ? posture_message(&findings[0], s->report->lang) : s->title);
	markup_put_attribute(s->b, "type", str_c(assessed_state_name(pair->state)));
	buf_byte(s->b, '>');
	for (size_t i = 0; i < n; i++) {
		markup_put(s->b, posture_message(&findings[i], s->report->lang));
		buf_byte(s->b, '\n');
	}
	BUF_LIT(s->b, "</failure>\n");
}

static void put_skipped(const struct suite *s, const struct posture_pair *pair)
{
	const struct assessed_exemption *e =
		assessed_exemption_of(pair->resource, pair->recommendation);
	str reason = e ? e->by->reason
		       : assessed_reason(pair->resource, pair->recommendation, s->report->lang);
	str state = posture_state_text(s->report->lang, pair->state);

	BUF_LIT(s->b, "    <skipped");
	markup_put_attribute(s->b, "message",
			     reason.n > 0 ? str_fmt(s->report->arena, "%.*s: %.*s", STR_ARG(state),
						    STR_ARG(reason))
					  : state);
	BUF_LIT(s->b, "/>\n");
}

static void put_case(void *context, const struct posture_pair *pair)
{
	const struct suite *s = context;

	BUF_LIT(s->b, "  <testcase");
	markup_put_attribute(s->b, "name", pair->resource->key);
	markup_put_attribute(
		s->b, "classname",
		pair->view->assessment->recommendations->items[pair->recommendation].id);
	BUF_LIT(s->b, ">\n");
	switch (pair->state) {
	case ASSESSED_UNHEALTHY:
		put_findings(s, pair);
		break;
	case ASSESSED_ERROR:
		BUF_LIT(s->b, "    <error");
		markup_put_attribute(
			s->b, "message",
			assessed_reason(pair->resource, pair->recommendation, s->report->lang));
		BUF_LIT(s->b, "/>\n");
		break;
	case ASSESSED_HEALTHY:
		break;
	default:
		put_skipped(s, pair);
		break;
	}
	BUF_LIT(s->b, "  </testcase>\n");
}

static void put_suite(struct buf *b, const struct posture_report *report,
		      const struct posture_view *view, size_t i)
{
	const struct recommendation *r = &view->assessment->recommendations->items[i];
	const size_t *count = view->assessment->results[i].count;
	struct suite s = { .b = b, .report = report, .title = r->text[report->lang].title };
	struct posture_report one = *report;
	size_t all = 0;

	one.views = view;
	one.n = 1;
	one.chosen = RECOMMENDATION_BIT(i);
	for (size_t k = 0; k < ASSESSED_STATES; k++)
		all += count[k];
	if (all == 0)
		return;
	BUF_LIT(b, " <testsuite");
	markup_put_attribute(b, "name",
			     str_fmt(report->arena, "%.*s: %.*s",
				     STR_ARG(posture_name(view->posture)), STR_ARG(s.title)));
	buf_fmt(b, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", all,
		count[ASSESSED_UNHEALTHY], count[ASSESSED_ERROR],
		all - count[ASSESSED_UNHEALTHY] - count[ASSESSED_ERROR] - count[ASSESSED_HEALTHY]);
	posture_each(&one, UINT32_MAX, put_case, &s);
	BUF_LIT(b, " </testsuite>\n");
}

/* A cluster that could not be looked at. */
static void put_failed(struct buf *b, const struct posture_view *view)
{
	BUF_LIT(b, " <testsuite");
	markup_put_attribute(b, "name", view->source);
	BUF_LIT(b, " tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n  <testcase");
	markup_put_attribute(b, "name", view->source);
	markup_put_attribute(b, "classname", STR("cluster"));
	BUF_LIT(b, ">\n    <error");
	markup_put_attribute(b, "message", str_c(view->failed->msg));
	BUF_LIT(b, "/>\n  </testcase>\n </testsuite>\n");
}

static void write_junit(struct buf *b, const struct posture_report *report)
{
	BUF_LIT(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t v = 0; v < report->n; v++) {
		const struct assessment *a = report->views[v].assessment;

		if (!a)
			put_failed(b, &report->views[v]);
		for (size_t i = 0; a && i < a->recommendations->n; i++) {
			if (posture_shows(report, a, i))
				put_suite(b, report, &report->views[v], i);
		}
	}
	BUF_LIT(b, "</testsuites>\n");
}

const struct posture_writer posture_writer_junit = { .name = "junit", .write = write_junit };
