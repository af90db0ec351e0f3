/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each finding, and for each control without one. */
#include "posture/benchmark_report.h"
#include "report/markup.h"

static void put_row(struct buf *b, const struct benchmark_report *report,
		    const struct benchmark_control *c, const struct benchmark_item *item)
{
	enum lang lang = report->lang;
	const struct benchmark_document *d = item ? item->document : NULL;
	str message = benchmark_reason(lang, c);

	if (item)
		message = item->message[lang].n > 0 ? item->message[lang] : item->message[LANG_EN];
	const str cells[] = {
		report->result->host.name,
		report->result->version,
		c->number,
		c->check->id,
		benchmark_section_title(lang, c->section),
		benchmark_control_text(lang, c)->title,
		c->check->benchmark.level > 0
			? text_number(report->arena, c->check->benchmark.level)
			: STR_EMPTY,
		str_c(check_mode_name(c->check->benchmark.mode)),
		str_c(severity_name(c->severity)),
		str_c(benchmark_status_name(c->status)),
		d ? d->kind : STR_EMPTY,
		d ? d->name : STR_EMPTY,
		item ? str_c(benchmark_status_name(item->status)) : STR_EMPTY,
		item ? item->subject : STR_EMPTY,
		message,
		item ? item->evidence : STR_EMPTY,
		item ? str_c(benchmark_mark_name(item->mark)) : STR_EMPTY,
		item && item->exception ? item->exception->reason : STR_EMPTY,
		benchmark_control_text(lang, c)->remediation,
	};

	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		if (i > 0)
			buf_byte(b, ',');
		markup_put_csv(b, cells[i]);
	}
	BUF_LIT(b, "\r\n");
}

static void write_csv(struct buf *b, const struct benchmark_report *report)
{
	BUF_LIT(b,
		"host,benchmark,number,id,section,title,level,mode,severity,status,kind,document,"
		"finding_status,subject,message,evidence,baseline,exemption_reason,remediation\r\n");
	for (size_t i = 0; i < report->result->n; i++) {
		const struct benchmark_control *c = &report->result->controls[i];

		if (c->hidden)
			continue;
		for (size_t k = 0; k < c->item_n; k++) {
			put_row(b, report, c, &c->items[k]);
			benchmark_step(report);
		}
		if (c->item_n == 0)
			put_row(b, report, c, NULL);
	}
	if (report->more)
		report->more(b, report, "csv");
}

const struct benchmark_writer benchmark_writer_csv = { .name = "csv", .write = write_csv };
