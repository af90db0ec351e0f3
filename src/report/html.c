/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One self-contained HTML file: no script, no style sheet, font or picture from elsewhere, and a
 * policy in the file that forbids them. First what it means, then what to do, then every finding;
 * readable on paper and without colours.
 */
#include "report/advice.h"
#include "report/html_parts.h"
#include "report/summary.h"

static const char style[] =
	":root{--line:#c8ccd4;--soft:#f3f5f8;--text:#16191f;--dim:#555c6b;--bad:#a3121f;--warn:#8a5200;"
	"--good:#11632f}"
	"@media(prefers-color-scheme:dark){:root{--line:#3b4150;--soft:#1e222b;--text:#e8eaf0;"
	"--dim:#a4acbb;--bad:#ff8f97;--warn:#f0b860;--good:#7fd69c}body{background:#12151b}}"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--text);max-width:72rem;margin:2rem auto;"
	"padding:0 1rem}h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.15rem;"
	"margin-top:2rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;"
	"vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);"
	"overflow-wrap:anywhere}th{background:var(--soft);font-weight:600}"
	".tiles{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;list-style:none}.tiles li{border:1px "
	"solid var(--line);border-radius:.4rem;padding:.4rem .9rem;min-width:5rem}.tiles "
	"b{display:block;font-size:1.5rem}.critical,.high{color:var(--bad)}.medium{color:var(--warn)}"
	".none_known{color:var(--good)}.warning{border-left:4px solid var(--warn);padding:.3rem "
	".8rem;background:var(--soft)}.dim{color:var(--dim)}code{font-family:monospace;"
	"overflow-wrap:anywhere}@media print{body{margin:0;max-width:none}details>*{display:block}}";

static void put_tiles(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;

	BUF_LIT(b, "<ul class=\"tiles\">");
	for (size_t s = REPORT_SEVERITIES; s-- > 0;) {
		size_t n = report->tally.by_severity[s];

		if (n == 0 && s < SEVERITY_LOW)
			continue;
		buf_fmt(b, "<li class=\"%s\"><b>%zu</b>",
			n ? severity_name((enum severity)s) : "dim", n);
		markup_put(b, advice_severity(report->opts->lang, (enum severity)s));
		BUF_LIT(b, "</li>");
	}
	BUF_LIT(b, "</ul>\n");
}

static void put_conclusion(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	struct arena *arena = report->arena;
	enum lang lang = report->opts->lang;
	const struct tally *tally = &report->tally;
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	html_heading(b, text_of(lang, TEXT_HTML_CONCLUSION));
	if (tally->total > 0) {
		put_tiles(out, report);
		html_paragraph(b, "",
			       TEXT_MAKE(arena, lang, HTML_COUNTS, text_number(arena, tally->total),
					 text_number(arena, report->affected_packages),
					 text_number(arena, tally->fixable),
					 text_number(arena, tally->kev)));
	} else {
		html_paragraph(b, statement_name(report->statement), summary_nothing_found(report));
	}
	for (size_t i = 0; i < n; i++)
		html_paragraph(b, "warning", warnings[i]);
	if (report->reason.n > 0)
		html_paragraph(b, "warning", report->reason);
	if (!report->gate.judged)
		return;
	html_paragraph(b, report->gate.passed ? "none_known" : "warning", gate_line(report));
	for (size_t i = 0; i < report->gate.count; i++)
		html_paragraph(b, "warning", report->gate.reasons[i].text);
}

/* The run of the pipeline, with its address where it is one to follow. */
static void put_run(struct report_out *out, const struct report *report)
{
	const struct ci_metadata *ci = report->opts->ci;
	struct buf *b = &out->buf;

	if (!ci || ci_is_empty(ci))
		return;
	str link = ci_link(ci->values[CI_run_url]);
	html_element(b, "<p>", text_of(report->opts->lang, TEXT_ROW_PIPELINE), ": ");
	if (link.n > 0) {
		html_element(b, "<a rel=\"noreferrer\" href=\"", link, "\">");
	}
	markup_put(b, ci_line(ci, report->arena));
	if (link.n > 0)
		BUF_LIT(b, "</a>");
	BUF_LIT(b, "</p>\n");
}

static void put_target(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;

	html_heading(b, text_of(lang, TEXT_HTML_TARGET));
	put_run(out, report);
	html_paragraph(b, "", summary_system(report));
	html_paragraph(b, "", summary_read(report));
	html_paragraph(b, "", summary_database(report));
	for (size_t i = 0; i < report->match->coverage_count; i++)
		html_paragraph(b, "", summary_coverage(report, &report->match->coverage[i]));
	if (report->inventory->digest.n > 0) {
		html_element(b, "<p class=\"dim\"><code>", report->inventory->digest,
			     "</code></p>\n");
	}
	if (report->opts->timestamp.n > 0)
		html_paragraph(b, "dim", report->opts->timestamp);
}

static void target(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;

	html_element(
		b, "<main>\n<h1>",
		TEXT_MAKE(report->arena, report->opts->lang, HTML_TITLE, report->inventory->target),
		"</h1>\n");
	put_conclusion(out, report);
	html_upgrades(out, report);
	html_findings(out, report);
	html_secrets(out, report);
	html_checks(out, report);
	html_licences(out, report);
	html_excepted(out, report);
	html_not_examined(out, report);
	html_layers(out, report);
	put_target(out, report);
	BUF_LIT(b, "</main>\n");
	report_out_step(out);
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	struct buf *b = &out->buf;

	html_element(b, "<main>\n<h1>", name, "</h1>\n");
	html_paragraph(b, "warning", str_c(why->msg));
	BUF_LIT(b, "</main>\n");
}

static void begin(struct report_out *out)
{
	struct buf *b = &out->buf;

	buf_fmt(b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		lang_name(out->opts->lang));
	BUF_LIT(b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		   "style-src 'unsafe-inline'\">\n"
		   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		   "<title>Seawall</title>\n<style>");
	buf_add(b, str_c(style));
	BUF_LIT(b, "</style>\n</head>\n<body>\n");
}

static void end(struct report_out *out) { BUF_LIT(&out->buf, "</body>\n</html>\n"); }

const struct report_writer report_writer_html = {
	.name = "html",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
