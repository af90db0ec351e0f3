/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each finding, and for each recommendation and resource without one. */
#include "base/err.h"
#include "posture/exemption.h"
#include "posture/report.h"
#include "report/markup.h"

struct sheet {
	struct buf *b;
	const struct posture_report *report;
};

static void put_row(const struct sheet *s, const struct posture_pair *pair,
		    const struct assessed_finding *f, str reason)
{
	const struct recommendation *r =
		&pair->view->assessment->recommendations->items[pair->recommendation];
	const struct assessed_exemption *e =
		assessed_exemption_of(pair->resource, pair->recommendation);
	const str cells[] = {
		posture_name(pair->view->posture),
		r->id,
		r->code,
		r->text[s->report->lang].title,
		posture_severity_text(r->severity),
		str_c(assessed_state_name(pair->state)),
		str_c(resource_kind_name(pair->resource->kind)),
		pair->resource->namespace,
		pair->resource->type,
		pair->resource->name,
		f ? f->subject : STR_EMPTY,
		f ? posture_message(f, s->report->lang) : reason,
		f ? text_number(s->report->arena, f->pods) : STR("0"),
		e ? str_c(exemption_category(e->by)) : STR_EMPTY,
		e ? e->by->reason : STR_EMPTY,
	};

	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		if (i > 0)
			buf_byte(s->b, ',');
		markup_put_csv(s->b, cells[i]);
	}
	BUF_LIT(s->b, "\r\n");
}

static void put_pair(void *context, const struct posture_pair *pair)
{
	const struct sheet *s = context;
	struct assessed_finding *findings;
	size_t n = 0;

	if (pair->state != ASSESSED_HEALTHY && pair->state != ASSESSED_NOT_APPLICABLE)
		n = assessed_findings(pair->resource, pair->recommendation, s->report->arena,
				      &findings);
	for (size_t i = 0; i < n; i++)
		put_row(s, pair, &findings[i], STR_EMPTY);
	if (n == 0)
		put_row(s, pair, NULL,
			assessed_reason(pair->resource, pair->recommendation, s->report->lang));
}

static void write_csv(struct buf *b, const struct posture_report *report)
{
	struct sheet s = { .b = b, .report = report };

	BUF_LIT(b,
		"cluster,recommendation,code,title,severity,state,resource_kind,namespace,type,name,"
		"container,message,pods,exemption,exemption_reason\r\n");
	posture_each(report, UINT32_MAX, put_pair, &s);
	for (size_t v = 0; v < report->n; v++) {
		const struct posture_view *view = &report->views[v];

		if (view->assessment)
			continue;
		markup_put_csv(b, view->source);
		BUF_LIT(b, ",,,,,error,cluster,,,,,");
		markup_put_csv(b, str_c(view->failed->msg));
		BUF_LIT(b, ",,,\r\n");
	}
}

const struct posture_writer posture_writer_csv = { .name = "csv", .write = write_csv };
