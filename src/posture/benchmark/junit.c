/* SPDX-License-Identifier: Apache-2.0 */
/* A suite for each section, a case for each control. */
#include "posture/benchmark_report.h"
#include "report/markup.h"

struct suite {
	struct buf *b;
	const struct benchmark_report *report;
	unsigned section;
};

/* With a baseline only what is new or changed is a failure. */
static bool fails(const struct benchmark_control *c)
{
	return c->status == BENCHMARK_FAIL && c->mark != BENCHMARK_KNOWN;
}

static bool errs(const struct benchmark_control *c)
{
	return c->status == BENCHMARK_ERROR && c->mark != BENCHMARK_KNOWN;
}

static void put_findings(const struct suite *s, const struct benchmark_control *c,
			 const char *element)
{
	str first = benchmark_reason(s->report->lang, c);
	bool any = false;

	for (size_t i = 0; i < c->item_n && !any; i++) {
		any = c->items[i].status == c->status;
		if (any)
			first = benchmark_item_text(s->report->arena, s->report->lang,
						    &c->items[i]);
	}
	buf_fmt(s->b, "    <%s", element);
	markup_put_attribute(s->b, "message", first);
	markup_put_attribute(s->b, "type", str_c(severity_name(c->severity)));
	buf_byte(s->b, '>');
	for (size_t i = 0; i < c->item_n; i++) {
		if (c->items[i].status == BENCHMARK_EXEMPT)
			continue;
		markup_put(s->b,
			   benchmark_item_text(s->report->arena, s->report->lang, &c->items[i]));
		buf_byte(s->b, '\n');
		benchmark_step(s->report);
	}
	markup_put(s->b, benchmark_control_text(s->report->lang, c)->remediation);
	buf_fmt(s->b, "</%s>\n", element);
}

static void put_skipped(const struct suite *s, const struct benchmark_control *c)
{
	str status = benchmark_status_text(s->report->lang, c->status);
	str reason = benchmark_reason(s->report->lang, c);

	if (c->mark == BENCHMARK_KNOWN)
		status = text_of(s->report->lang, TEXT_BENCHMARK_KNOWN);
	if (reason.n == 0 && c->item_n > 0)
		reason = benchmark_item_text(s->report->arena, s->report->lang, &c->items[0]);
	BUF_LIT(s->b, "    <skipped");
	markup_put_attribute(s->b, "message",
			     reason.n > 0 ? str_fmt(s->report->arena, "%.*s: %.*s", STR_ARG(status),
						    STR_ARG(reason))
					  : status);
	BUF_LIT(s->b, "/>\n");
}

static void put_case(const struct suite *s, const struct benchmark_control *c)
{
	BUF_LIT(s->b, "  <testcase");
	markup_put_attribute(s->b, "name",
			     str_fmt(s->report->arena, "%.*s %.*s", STR_ARG(c->number),
				     STR_ARG(benchmark_control_text(s->report->lang, c)->title)));
	markup_put_attribute(s->b, "classname", c->check->id);
	BUF_LIT(s->b, ">\n");
	if (fails(c))
		put_findings(s, c, "failure");
	else if (errs(c))
		put_findings(s, c, "error");
	else if (c->status != BENCHMARK_PASS)
		put_skipped(s, c);
	BUF_LIT(s->b, "  </testcase>\n");
}

static void put_suite(const struct suite *s)
{
	const struct benchmark_result *r = s->report->result;
	size_t tests = 0, failures = 0, errors = 0, passed = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct benchmark_control *c = &r->controls[i];

		if (c->hidden || c->section != s->section)
			continue;
		tests++;
		failures += fails(c);
		errors += errs(c);
		passed += c->status == BENCHMARK_PASS;
	}
	if (tests == 0)
		return;
	BUF_LIT(s->b, " <testsuite");
	markup_put_attribute(
		s->b, "name",
		str_fmt(s->report->arena, "CIS Docker Benchmark %.*s: %.*s", STR_ARG(r->version),
			STR_ARG(benchmark_section_title(s->report->lang, s->section))));
	if (r->host.name.n > 0)
		markup_put_attribute(s->b, "hostname", r->host.name);
	buf_fmt(s->b, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", tests,
		failures, errors, tests - failures - errors - passed);
	for (size_t i = 0; i < r->n; i++) {
		if (!r->controls[i].hidden && r->controls[i].section == s->section)
			put_case(s, &r->controls[i]);
	}
	BUF_LIT(s->b, " </testsuite>\n");
}

static void write_junit(struct buf *b, const struct benchmark_report *report)
{
	BUF_LIT(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (unsigned s = 1; s <= BENCHMARK_SECTIONS; s++) {
		const struct suite suite = { .b = b,
					     .report = report,
					     .section = s % BENCHMARK_SECTIONS };

		put_suite(&suite);
	}
	if (report->more)
		report->more(b, report, "junit");
	BUF_LIT(b, "</testsuites>\n");
}

const struct benchmark_writer benchmark_writer_junit = { .name = "junit", .write = write_junit };
