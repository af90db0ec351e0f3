/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/container_report.h"

#include "policy/check.h"
#include "posture/benchmark_baseline.h"
#include "posture/container_baseline.h"
#include "posture/container_report_internal.h"
#include "posture/report.h"
#include "report/advice.h"
#include "report/html_page.h"
#include "report/markup.h"
#include "report/term.h"

struct part part_of(const struct benchmark_report *report)
{
	const struct container_report *own = report->more_context;

	return (struct part){ .own = own,
			      .report = report,
			      .a = own->assessment,
			      .arena = report->arena,
			      .lang = report->lang };
}

static bool is_shown(const struct container_report *own, size_t i)
{
	const struct recommendation *r = &own->assessment->recommendations->items[i];

	return own->assessment->results[i].assessed &&
	       (own->severities == 0 || (own->severities & (1u << r->severity)));
}

bool part_shows(const struct part *p, size_t i) { return is_shown(p->own, i); }

const struct check_text *part_text(const struct part *p, size_t i)
{
	const struct check *check = container_posture_check(p->own->posture, i);

	return check ? &check->text[p->lang == LANG_JA ? CHECK_JA : CHECK_EN] : NULL;
}

str part_title(const struct part *p, size_t i)
{
	const struct check_text *text = part_text(p, i);

	return text ? text->title : p->a->recommendations->items[i].text[p->lang].title;
}

str part_open_text(const struct part *p, const struct assessed_resource *r, size_t i)
{
	struct assessed_finding *findings;
	size_t n = assessed_findings(r, i, p->arena, &findings);
	str text = n > 0 ? posture_message(&findings[0], p->lang) : assessed_reason(r, i, p->lang);

	for (size_t k = 1; k < n && k < p->report->limit; k++)
		text = str_fmt(p->arena, "%.*s; %.*s", STR_ARG(text),
			       STR_ARG(posture_message(&findings[k], p->lang)));
	return text;
}

bool part_is_open(enum assessed_state state)
{
	return state == ASSESSED_UNHEALTHY || state == ASSESSED_DECISION || state == ASSESSED_ERROR;
}

enum benchmark_mark part_mark(const struct part *p, const struct assessed_resource *r, size_t i)
{
	return p->own->baseline ? container_baseline_mark(p->own->baseline, p->a, r, i)
				: BENCHMARK_UNMARKED;
}

/* What is open, with a word where it is new or changed. */
static str marked_text(const struct part *p, const struct assessed_resource *r, size_t i)
{
	enum benchmark_mark mark = part_mark(p, r, i);
	str text = part_open_text(p, r, i);

	if (mark < BENCHMARK_CHANGED)
		return text;
	return str_fmt(p->arena, "%.*s: %.*s", STR_ARG(benchmark_mark_text(p->lang, mark)),
		       STR_ARG(text));
}

/* ---- forms for people, CSV, JUnit ---- */

/* "unhealthy 3, healthy 2". */
static str counts_of(const struct part *p, size_t i)
{
	str text = STR_EMPTY;

	for (size_t k = 0; k < ASSESSED_STATES; k++) {
		size_t n = p->a->results[i].count[k];
		str word = posture_state_text(p->lang, (enum assessed_state)k);

		if (n > 0)
			text = str_fmt(p->arena, "%.*s%s%.*s %zu", STR_ARG(text),
				       text.n > 0 ? ", " : "", STR_ARG(word), n);
	}
	return text;
}

static str score_line(const struct part *p)
{
	const struct score *score = &p->a->score;
	double percent;

	if (!score_percent(score, 1, &percent))
		return text_of(p->lang, TEXT_POSTURE_NO_SCORE);
	return TEXT_MAKE(
		p->arena, p->lang, POSTURE_SCORE, text_number(p->arena, score_round(percent)),
		posture_points(p->arena, score->current), posture_points(p->arena, score->max),
		text_number(p->arena, score->resources));
}

static void table_line(const struct part *p, size_t indent, str text)
{
	size_t columns = p->report->columns ? p->report->columns : 100;

	term_blanks(p->b, indent);
	term_paragraph(p->b, term_safe(p->arena, text), indent,
		       columns > indent + 20 ? columns - indent : 20);
}

static void table_recommendation(const struct part *p, size_t i)
{
	const struct recommendation *r = &p->a->recommendations->items[i];
	const struct check_text *text = part_text(p, i);
	size_t shown = 0, total = 0;
	enum assessed_state state;

	BUF_LIT(p->b, "  ");
	term_pad(p->b, r->code, 12);
	term_pad(p->b, posture_state_text(p->lang, p->a->results[i].state), 18);
	term_pad(p->b, advice_severity(p->lang, r->severity), 10);
	term_put(p->b, part_title(p, i));
	buf_byte(p->b, '\n');
	table_line(p, 14, counts_of(p, i));
	for (size_t k = 0; k < p->a->n; k++) {
		const struct assessed_resource *res = &p->a->resources[k];

		if (!assessed_state_of(res, i, &state) || !part_is_open(state))
			continue;
		if (total++ >= p->report->limit)
			continue;
		shown++;
		table_line(p, 14,
			   str_fmt(p->arena, "%.*s: %.*s: %.*s",
				   STR_ARG(posture_state_text(p->lang, state)), STR_ARG(res->key),
				   STR_ARG(marked_text(p, res, i))));
	}
	if (total > shown)
		table_line(p, 14,
			   TEXT_MAKE(p->arena, p->lang, POSTURE_MORE,
				     text_number(p->arena, total - shown)));
	if (total > 0 && text)
		table_line(p, 14, str_cat(p->arena, STR("-> "), text->remediation));
}

static void table_baseline(const struct part *p)
{
	const struct container_baseline *base = p->own->baseline;

	if (!base)
		return;
	table_line(p, 2,
		   TEXT_MAKE(p->arena, p->lang, CONTAINERS_BASELINE,
			     text_number(p->arena, base->added),
			     text_number(p->arena, base->changed),
			     text_number(p->arena, base->known),
			     text_number(p->arena, base->fixed_n)));
	for (size_t k = 0; k < base->fixed_n && k < p->report->limit * 4; k++) {
		const struct container_baseline_entry *e = &base->fixed[k];

		table_line(p, 4,
			   str_fmt(p->arena, "%.*s  %.*s  %.*s: %.*s",
				   STR_ARG(text_of(p->lang, TEXT_BENCHMARK_FIXED)), STR_ARG(e->id),
				   STR_ARG(e->resource), STR_ARG(e->message)));
	}
}

static void put_table(const struct part *p)
{
	buf_byte(p->b, '\n');
	TEXT_ADD(p->b, p->lang, POSTURE_RECOMMENDATIONS);
	buf_byte(p->b, '\n');
	BUF_LIT(p->b, "  ");
	buf_add(p->b, score_line(p));
	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		if (part_shows(p, i))
			table_recommendation(p, i);
		benchmark_step(p->report);
	}
	table_baseline(p);
}

typedef void cell_fn(struct buf *b, str text);

/* A row for each resource that is not healthy. */
static void put_rows(const struct part *p, cell_fn *cell, const char *begin, const char *end)
{
	enum assessed_state state;

	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		const struct recommendation *r = &p->a->recommendations->items[i];

		for (size_t k = 0; part_shows(p, i) && k < p->a->n; k++) {
			const struct assessed_resource *res = &p->a->resources[k];

			if (!assessed_state_of(res, i, &state) || !part_is_open(state))
				continue;
			buf_add(p->b, str_c(begin));
			cell(p->b, advice_severity(p->lang, r->severity));
			cell(p->b, part_title(p, i));
			cell(p->b, res->key);
			cell(p->b, posture_state_text(p->lang, state));
			cell(p->b, marked_text(p, res, i));
			buf_add(p->b, str_c(end));
			benchmark_step(p->report);
		}
	}
}

static void put_head(const struct part *p, cell_fn *cell, const char *begin, const char *end)
{
	static const enum text texts[] = { TEXT_POSTURE_SEVERITY, TEXT_POSTURE_RECOMMENDATION,
					   TEXT_POSTURE_RESOURCE, TEXT_POSTURE_STATE,
					   TEXT_BENCHMARK_FINDINGS };

	buf_add(p->b, str_c(begin));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		cell(p->b, text_of(p->lang, texts[i]));
	buf_add(p->b, str_c(end));
}

static void put_html(const struct part *p)
{
	html_element(p->b, "<h2>", text_of(p->lang, TEXT_POSTURE_RECOMMENDATIONS), "</h2><p>");
	markup_put(p->b, str_trim(score_line(p)));
	BUF_LIT(p->b, "</p>\n<table>\n");
	put_head(p, html_cell, "<tr>", "</tr>\n");
	put_rows(p, html_cell, "<tr>", "</tr>\n");
	BUF_LIT(p->b, "</table>\n");
}

static void put_markdown(const struct part *p)
{
	BUF_LIT(p->b, "\n### ");
	markup_put_markdown(p->b, text_of(p->lang, TEXT_POSTURE_RECOMMENDATIONS));
	BUF_LIT(p->b, "\n\n");
	markup_put_markdown(p->b, str_trim(score_line(p)));
	BUF_LIT(p->b, "\n\n");
	put_head(p, markup_put_markdown_cell, "", "|\n| --- | --- | --- | --- | --- |\n");
	put_rows(p, markup_put_markdown_cell, "", "|\n");
}

/* In the columns of the benchmark's rows. */
static void put_csv(const struct part *p)
{
	enum assessed_state state;

	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		const struct recommendation *r = &p->a->recommendations->items[i];
		const struct check_text *text = part_text(p, i);

		for (size_t k = 0; part_shows(p, i) && k < p->a->n; k++) {
			const struct assessed_resource *res = &p->a->resources[k];
			const struct assessed_exemption *e = assessed_exemption_of(res, i);

			if (!assessed_state_of(res, i, &state))
				continue;
			const str cells[] = {
				p->report->result->host.name,
				STR_EMPTY,
				r->code,
				r->id,
				text_of(p->lang, TEXT_POSTURE_RECOMMENDATIONS),
				part_title(p, i),
				STR_EMPTY,
				STR_EMPTY,
				posture_severity_text(r->severity),
				str_c(assessed_state_name(p->a->results[i].state)),
				str_c(resource_kind_name(res->kind)),
				res->name,
				str_c(assessed_state_name(state)),
				res->key,
				part_open_text(p, res, i),
				STR_EMPTY,
				str_c(benchmark_mark_name(part_mark(p, res, i))),
				e ? e->by->reason : STR_EMPTY,
				text ? text->remediation : STR_EMPTY,
			};
			for (size_t c = 0; c < ARRAY_LEN(cells); c++) {
				if (c > 0)
					buf_byte(p->b, ',');
				markup_put_csv(p->b, cells[c]);
			}
			BUF_LIT(p->b, "\r\n");
			benchmark_step(p->report);
		}
	}
}

static void junit_case(const struct part *p, size_t i, const struct assessed_resource *res,
		       enum assessed_state state)
{
	const struct recommendation *r = &p->a->recommendations->items[i];

	BUF_LIT(p->b, "  <testcase");
	markup_put_attribute(p->b, "name", res->key);
	markup_put_attribute(p->b, "classname", r->id);
	BUF_LIT(p->b, ">");
	if (state == ASSESSED_UNHEALTHY || state == ASSESSED_ERROR) {
		buf_fmt(p->b, "<%s", state == ASSESSED_ERROR ? "error" : "failure");
		markup_put_attribute(p->b, "message", part_open_text(p, res, i));
		markup_put_attribute(p->b, "type", posture_severity_text(r->severity));
		BUF_LIT(p->b, "/>");
	} else if (state != ASSESSED_HEALTHY) {
		BUF_LIT(p->b, "<skipped");
		markup_put_attribute(p->b, "message", posture_state_text(p->lang, state));
		BUF_LIT(p->b, "/>");
	}
	BUF_LIT(p->b, "</testcase>\n");
}

static void put_junit(const struct part *p)
{
	size_t count[ASSESSED_STATES] = { 0 }, all = 0;
	enum assessed_state state;

	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		for (size_t k = 0; part_shows(p, i) && k < ASSESSED_STATES; k++) {
			count[k] += p->a->results[i].count[k];
			all += p->a->results[i].count[k];
		}
	}
	if (all == 0)
		return;
	BUF_LIT(p->b, " <testsuite");
	markup_put_attribute(p->b, "name", text_of(p->lang, TEXT_POSTURE_RECOMMENDATIONS));
	buf_fmt(p->b, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", all,
		count[ASSESSED_UNHEALTHY], count[ASSESSED_ERROR],
		all - count[ASSESSED_UNHEALTHY] - count[ASSESSED_ERROR] - count[ASSESSED_HEALTHY]);
	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		for (size_t k = 0; part_shows(p, i) && k < p->a->n; k++) {
			if (assessed_state_of(&p->a->resources[k], i, &state))
				junit_case(p, i, &p->a->resources[k], state);
			benchmark_step(p->report);
		}
	}
	BUF_LIT(p->b, " </testsuite>\n");
}

static void put_more(struct buf *b, const struct benchmark_report *report, const char *form)
{
	static const struct {
		const char *form;
		void (*put)(const struct part *p);
	} forms[] = { { "table", put_table },	    { "html", put_html },
		      { "markdown", put_markdown }, { "csv", put_csv },
		      { "junit", put_junit },	    { "fix-script", container_report_fix } };
	struct part p = part_of(report);

	p.b = b;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (str_eq(str_c(form), str_c(forms[i].form)))
			forms[i].put(&p);
	}
}

void container_report_attach(const struct container_report *part, struct benchmark_report *report)
{
	report->more_context = part;
	report->more = put_more;
	report->json_more = container_report_json;
	report->sarif_more = container_report_sarif;
}

static size_t count_new(const struct container_report *part, size_t i, enum assessed_state state)
{
	const struct assessment *a = part->assessment;
	enum assessed_state now;
	size_t n = 0;

	for (size_t k = 0; k < a->n; k++) {
		const struct assessed_resource *r = &a->resources[k];

		n += assessed_state_of(r, i, &now) && now == state &&
		     container_baseline_mark(part->baseline, a, r, i) >= BENCHMARK_CHANGED;
	}
	return n;
}

size_t container_report_count(const struct container_report *part, enum assessed_state state,
			      enum severity level)
{
	size_t n = 0;

	for (size_t i = 0; i < part->assessment->recommendations->n; i++) {
		const struct recommendation *r = &part->assessment->recommendations->items[i];

		if (!is_shown(part, i) || r->severity < level)
			continue;
		if (part->baseline)
			n += count_new(part, i, state);
		else
			n += part->assessment->results[i].count[state];
	}
	return n;
}
