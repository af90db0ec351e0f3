/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML, as pipelines show it: a suite a target, a failed case a finding. A target without a
 * finding has one case: passed where that says something, skipped with the reason where it does
 * not; what could not be read is a skipped case beside the findings. Each configuration check is a
 * case of its own: passed, failed for each finding, skipped with the reason, or an error.
 */
#include "report/advice.h"
#include "report/licence.h"
#include "report/markup.h"
#include "report/misconfiguration.h"
#include "report/secret.h"
#include "report/summary.h"

static void open_case(struct buf *b, str suite, str name)
{
	BUF_LIT(b, "    <testcase");
	markup_put_attribute(b, "classname", suite);
	markup_put_attribute(b, "name", name);
	BUF_LIT(b, " time=\"0\">");
}

static void close_case(struct buf *b) { BUF_LIT(b, "</testcase>\n"); }

static void put_finding(struct report_out *out, const struct report *report,
			const struct finding *finding)
{
	const struct package *package = report_package(report, finding);
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	struct buf *b = &out->buf;
	str severity = str_c(severity_name(finding->severity));

	open_case(b,
		  str_fmt(arena, "%.*s/%.*s@%.*s", STR_ARG(package->kind), STR_ARG(package->name),
			  STR_ARG(package->version)),
		  str_fmt(arena, "[%.*s] %.*s", STR_ARG(severity), STR_ARG(finding->id)));
	BUF_LIT(b, "<failure");
	markup_put_attribute(b, "type", severity);
	markup_put_attribute(b, "message", report_title(report, finding));
	buf_byte(b, '>');
	markup_put(b, advice_remedy(arena, lang, package, finding));
	buf_byte(b, '\n');
	markup_put(b, finding->description);
	BUF_LIT(b, "</failure>");
	close_case(b);
	report_out_step(out);
}

static void put_secret(struct report_out *out, const struct report *report,
		       const struct secret_finding *secret)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	struct buf *b = &out->buf;
	str severity = str_c(severity_name(report_secret_severity(secret)));

	open_case(b, report_secret_place(arena, lang, secret),
		  str_fmt(arena, "[%.*s] %.*s", STR_ARG(severity), STR_ARG(secret->kind)));
	BUF_LIT(b, "<failure");
	markup_put_attribute(b, "type", severity);
	markup_put_attribute(b, "message", report_secret_title(lang, secret));
	buf_byte(b, '>');
	markup_put(b, report_secret_details(report, secret));
	buf_byte(b, '\n');
	markup_put(b, report_secret_remedy(lang, secret));
	BUF_LIT(b, "</failure>");
	close_case(b);
	report_out_step(out);
}

/* One that asks for no more than its text is a case that passed. */
static void put_licence(struct report_out *out, const struct report *report,
			const struct licence_item *item)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	struct buf *b = &out->buf;
	str severity = str_c(severity_name(item->severity));

	open_case(b, report_licence_subject(report, item),
		  str_fmt(arena, "[%.*s] %.*s", STR_ARG(severity), STR_ARG(item->name)));
	if (report_licence_is_issue(item)) {
		BUF_LIT(b, "<failure");
		markup_put_attribute(b, "type", severity);
		markup_put_attribute(b, "message", report_licence_category(lang, item));
		buf_byte(b, '>');
		markup_put(b, report_licence_path(report, item));
		buf_byte(b, '\n');
		markup_put(b, report_licence_remedy(lang, item));
		BUF_LIT(b, "</failure>");
	}
	close_case(b);
	report_out_step(out);
}

static size_t licence_issues(const struct report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->licences.shown_count; i++)
		n += report_licence_is_issue(report_licence(report, i));
	return n;
}

static void put_skipped(struct buf *b, str suite, str name, str why)
{
	open_case(b, suite, name);
	BUF_LIT(b, "<skipped");
	markup_put_attribute(b, "message", why);
	BUF_LIT(b, "/>");
	close_case(b);
}

static void put_gate(struct buf *b, const struct report *report)
{
	const struct gate_result *gate = &report->gate;

	open_case(b, report->inventory->target,
		  str_fmt(report->arena, "gate %.*s", STR_ARG(gate->name)));
	if (!gate->passed) {
		BUF_LIT(b, "<failure");
		markup_put_attribute(b, "type", STR("gate"));
		markup_put_attribute(b, "message", gate_line(report));
		buf_byte(b, '>');
		for (size_t i = 0; i < gate->count; i++) {
			markup_put(b, gate->reasons[i].text);
			buf_byte(b, '\n');
		}
		BUF_LIT(b, "</failure>");
	}
	close_case(b);
}

static void put_properties(struct buf *b, const struct report_opts *opts)
{
	if (!opts->ci || ci_is_empty(opts->ci))
		return;
	BUF_LIT(b, "    <properties>\n");
	for (size_t i = 0; i < CI_FIELD_COUNT; i++) {
		if (opts->ci->values[i].n == 0)
			continue;
		buf_fmt(b, "      <property name=\"ci.%.*s\"",
			STR_ARG(ci_field_name((enum ci_field)i)));
		markup_put_attribute(b, "value", opts->ci->values[i]);
		BUF_LIT(b, "/>\n");
	}
	BUF_LIT(b, "    </properties>\n");
}

static void put_misconfiguration(struct report_out *out, const struct report *report,
				 const struct misconfiguration *m)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	const struct check_text *text = misconfiguration_text(lang, m);
	str severity = str_c(severity_name(m->severity));
	str place = misconfiguration_place(arena, lang, m);
	str id = m->result->check->id;
	struct buf *b = &out->buf;

	if (m->result->verdict == CHECK_MANUAL) {
		put_skipped(b, place, id, misconfiguration_message(lang, m));
		return;
	}
	bool failed = m->result->verdict == CHECK_FAIL;
	open_case(b, place, str_fmt(arena, "[%.*s] %.*s", STR_ARG(severity), STR_ARG(id)));
	buf_add(b, failed ? STR("<failure") : STR("<error"));
	markup_put_attribute(b, "type", failed ? severity : STR("error"));
	markup_put_attribute(b, "message", misconfiguration_message(lang, m));
	buf_byte(b, '>');
	markup_put(b, text->title);
	buf_byte(b, '\n');
	markup_put(b, text->remediation);
	buf_add(b, failed ? STR("</failure>") : STR("</error>"));
	close_case(b);
	report_out_step(out);
}

/* Checks without a finding to show: passed, or skipped with the reason. */
static void put_quiet_checks(struct report_out *out, const struct report *report)
{
	const struct check_results *results = report->checks.results;
	enum check_lang lang = report->opts->lang == LANG_JA ? CHECK_JA : CHECK_EN;

	for (size_t i = 0; results && i < results->n; i++) {
		const struct check_result *r = &results->items[i];
		str place = r->path.n ? r->path : report->inventory->target;

		if (r->verdict == CHECK_NOT_APPLICABLE) {
			put_skipped(&out->buf, place, r->check->id, r->reason[lang]);
		} else if (r->verdict == CHECK_PASS) {
			open_case(&out->buf, place, r->check->id);
			close_case(&out->buf);
		}
		report_out_step(out);
	}
}

static void put_checks(struct report_out *out, const struct report *report)
{
	for (size_t i = 0; i < report->checks.shown_count; i++)
		put_misconfiguration(out, report, report_misconfiguration(report, i));
	put_quiet_checks(out, report);
}

static void put_suite(struct buf *b, str name, size_t tests, size_t failures, size_t skipped,
		      size_t errors, str timestamp)
{
	BUF_LIT(b, "  <testsuite");
	markup_put_attribute(b, "name", name);
	buf_fmt(b, " tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\" errors=\"%zu\" time=\"0\"",
		tests, failures, skipped, errors);
	if (timestamp.n > 0)
		markup_put_attribute(b, "timestamp", timestamp);
	BUF_LIT(b, ">\n");
}

static void target(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	str name = report->inventory->target;
	bool proved =
		report->statement == STATEMENT_NONE_KNOWN ||
		report->statement == STATEMENT_NONE_COUNTING ||
		report->statement == STATEMENT_VULNERABLE; /* all that is left is suppressed */
	const struct report_checks *checks = &report->checks;
	size_t errors = checks->verdicts[CHECK_ERROR];
	size_t manual = checks->shown_count - checks->failed_shown - errors;
	size_t failures = report->shown_count + report->secrets.shown_count + checks->failed_shown +
			  licence_issues(report);
	size_t fine = report->licences.shown_count - licence_issues(report);
	bool alone = failures == 0;
	bool partly = report->status != REPORT_ASSESSED;
	size_t skipped = partly || (alone && !proved);
	size_t passed = alone && !skipped;

	bool refused = report->gate.judged && !report->gate.passed;
	size_t gates = report->gate.judged;
	size_t quiet = checks->verdicts[CHECK_NOT_APPLICABLE];
	size_t good = passed + fine + gates - refused + checks->verdicts[CHECK_PASS];
	size_t all_skipped = skipped + manual + quiet;
	failures += refused;
	put_suite(b, name, good + failures + all_skipped + errors, failures, all_skipped, errors,
		  report->opts->timestamp);
	put_properties(b, report->opts);
	for (size_t i = 0; i < report->shown_count; i++)
		put_finding(out, report, report_finding(report, report->shown[i]));
	for (size_t i = 0; i < report->secrets.shown_count; i++)
		put_secret(out, report, report_secret(report, i));
	put_checks(out, report);
	if (gates)
		put_gate(b, report);
	for (size_t i = 0; i < report->licences.shown_count; i++)
		put_licence(out, report, report_licence(report, i));
	if (passed) {
		open_case(b, name, summary_nothing_found(report));
		close_case(b);
	} else if (skipped) {
		put_skipped(b, name, str_c(report_status_name(report->status)),
			    report->reason.n ? report->reason : summary_nothing_found(report));
	}
	BUF_LIT(b, "  </testsuite>\n");
	report_out_step(out);
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	struct buf *b = &out->buf;

	put_suite(b, name, 1, 0, 0, 1, STR_EMPTY);
	open_case(b, name, STR("scan"));
	BUF_LIT(b, "<error");
	markup_put_attribute(b, "type", str_c(err_kind_name(why->kind)));
	markup_put_attribute(b, "message", str_c(why->msg));
	BUF_LIT(b, "/>");
	close_case(b);
	BUF_LIT(b, "  </testsuite>\n");
}

static void begin(struct report_out *out)
{
	BUF_LIT(&out->buf,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"seawall\">\n");
}

static void end(struct report_out *out) { BUF_LIT(&out->buf, "</testsuites>\n"); }

const struct report_writer report_writer_junit = {
	.name = "junit",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
