/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/report.h"
#include "report/advice.h"
#include "report/grid.h"
#include "report/term.h"

#define TOP_RESOURCES	 10u
#define USES_SHOWN	 8u
#define DETAIL_RESOURCES 20u
#define TEXT_COLUMNS	 100u

struct view {
	struct buf *b;
	const struct posture_report *report;
	const struct posture_view *view;
	const struct assessment *a;
	struct arena *arena;
	enum lang lang;
};

#define NUMBER(v, n) text_number((v)->arena, n)

static void title(const struct view *v, enum text text)
{
	buf_byte(v->b, '\n');
	buf_add(v->b, text_of(v->lang, text));
	buf_byte(v->b, '\n');
}

/* ---- head ----------------------------------------------------------------------------------- */

static void put_head(const struct view *v)
{
	double percent;

	TEXT_FILL(v->b, v->lang, POSTURE_CLUSTER,
		  term_safe(v->arena, posture_name(v->view->posture)),
		  term_safe(v->arena, posture_server(v->view->posture)),
		  term_safe(v->arena, posture_version(v->view->posture)));
	TEXT_FILL(v->b, v->lang, POSTURE_LOOKED_AT, NUMBER(v, v->a->n), NUMBER(v, v->a->objects),
		  NUMBER(v, v->a->pods));
	if (score_percent(&v->a->score, 1, &percent))
		TEXT_FILL(v->b, v->lang, POSTURE_SCORE, NUMBER(v, score_round(percent)),
			  posture_points(v->arena, v->a->score.current),
			  posture_points(v->arena, v->a->score.max),
			  NUMBER(v, v->a->score.resources));
	else
		TEXT_ADD(v->b, v->lang, POSTURE_NO_SCORE);
}

static void put_controls(const struct view *v)
{
	struct grid grid;

	grid_init(&grid, 6, v->arena);
	GRID_ROW(&grid, text_of(v->lang, TEXT_POSTURE_POINTS),
		 text_of(v->lang, TEXT_POSTURE_POTENTIAL), text_of(v->lang, TEXT_POSTURE_HEALTHY),
		 text_of(v->lang, TEXT_POSTURE_UNHEALTHY),
		 text_of(v->lang, TEXT_POSTURE_NOT_SCORED), text_of(v->lang, TEXT_POSTURE_CONTROL));
	for (size_t i = 0; i < v->a->recommendations->control_n; i++) {
		const struct control *c = &v->a->recommendations->controls[i];
		const struct control_score *s = &v->a->score.controls[i];

		if (!s->counted && s->tally.undecided == 0)
			continue;
		GRID_ROW(&grid, str_fmt(v->arena, "%.2f/%u", s->current, c->max),
			 str_fmt(v->arena, "+%.2f", s->potential), NUMBER(v, s->tally.healthy),
			 NUMBER(v, s->tally.unhealthy), NUMBER(v, s->tally.undecided),
			 c->title[v->lang]);
	}
	title(v, TEXT_POSTURE_CONTROLS);
	grid_put(&grid, v->b, 2, v->report->columns);
}

/* ---- recommendations ------------------------------------------------------------------------ */

static str state_of(const struct view *v, size_t i)
{
	str why = posture_not_assessed(v->report, v->view, i);

	return why.n > 0 ? why : posture_state_text(v->lang, v->a->results[i].state);
}

/* What is neither healthy nor unhealthy; errors are told apart. */
static str others_of(const struct view *v, const size_t count[ASSESSED_STATES])
{
	size_t others = count[ASSESSED_DECISION] + count[ASSESSED_ERROR] + count[ASSESSED_EXEMPT] +
			count[ASSESSED_NOT_APPLICABLE];

	if (count[ASSESSED_ERROR] == 0)
		return NUMBER(v, others);
	return str_fmt(v->arena, "%zu (%zu %.*s)", others, count[ASSESSED_ERROR],
		       STR_ARG(posture_state_text(v->lang, ASSESSED_ERROR)));
}

static void put_recommendations(const struct view *v)
{
	struct grid grid;

	grid_init(&grid, 8, v->arena);
	GRID_ROW(&grid, STR("#"), text_of(v->lang, TEXT_POSTURE_SEVERITY),
		 text_of(v->lang, TEXT_POSTURE_STATE), text_of(v->lang, TEXT_POSTURE_UNHEALTHY),
		 text_of(v->lang, TEXT_POSTURE_HEALTHY), text_of(v->lang, TEXT_POSTURE_OTHERS),
		 text_of(v->lang, TEXT_POSTURE_PODS),
		 text_of(v->lang, TEXT_POSTURE_RECOMMENDATION));
	for (size_t i = 0; i < v->a->recommendations->n; i++) {
		const struct recommendation *r = &v->a->recommendations->items[i];
		const size_t *count = v->a->results[i].count;

		if (!posture_shows(v->report, v->a, i))
			continue;
		GRID_ROW(&grid, NUMBER(v, r->order), advice_severity(v->lang, r->severity),
			 state_of(v, i), NUMBER(v, count[ASSESSED_UNHEALTHY]),
			 NUMBER(v, count[ASSESSED_HEALTHY]), others_of(v, count),
			 NUMBER(v, v->a->results[i].pods),
			 str_fmt(v->arena, "%.*s  (%.*s)", STR_ARG(r->text[v->lang].title),
				 STR_ARG(r->id)));
	}
	title(v, TEXT_POSTURE_RECOMMENDATIONS);
	grid_put(&grid, v->b, 2, v->report->columns);
}

/* ---- resources ------------------------------------------------------------------------------ */

struct ranked {
	const struct assessed_resource *resource;
	size_t by_severity[SEVERITY_CRITICAL + 1], total;
};

static int by_weight(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	for (size_t i = SEVERITY_CRITICAL + 1; i-- > 0;) {
		if (x->by_severity[i] != y->by_severity[i])
			return x->by_severity[i] > y->by_severity[i] ? -1 : 1;
	}
	return str_cmp(x->resource->key, y->resource->key);
}

static size_t rank(const struct view *v, struct ranked **out)
{
	struct ranked *items = ARENA_ARRAY(v->arena, struct ranked, v->a->n);
	size_t n = 0;

	for (size_t i = 0; i < v->a->n; i++) {
		recommendation_bits set = v->a->resources[i].state[ASSESSED_UNHEALTHY];
		struct ranked *r = &items[n];

		*r = (struct ranked){ .resource = &v->a->resources[i] };
		for (size_t k = 0; k < v->a->recommendations->n; k++) {
			if (!(set & RECOMMENDATION_BIT(k)) || !posture_shows(v->report, v->a, k))
				continue;
			r->by_severity[v->a->recommendations->items[k].severity]++;
			r->total++;
		}
		n += r->total > 0;
	}
	if (n > 0)
		qsort(items, n, sizeof(*items), by_weight);
	*out = items;
	return n;
}

static void put_top(const struct view *v)
{
	struct ranked *items;
	size_t n = rank(v, &items), shown = n < TOP_RESOURCES ? n : TOP_RESOURCES;
	struct grid grid;

	if (n == 0)
		return;
	grid_init(&grid, 5, v->arena);
	GRID_ROW(&grid, advice_severity(v->lang, SEVERITY_HIGH),
		 advice_severity(v->lang, SEVERITY_MEDIUM), advice_severity(v->lang, SEVERITY_LOW),
		 text_of(v->lang, TEXT_POSTURE_PODS), text_of(v->lang, TEXT_POSTURE_RESOURCE));
	for (size_t i = 0; i < shown; i++)
		GRID_ROW(&grid, NUMBER(v, items[i].by_severity[SEVERITY_HIGH]),
			 NUMBER(v, items[i].by_severity[SEVERITY_MEDIUM]),
			 NUMBER(v, items[i].by_severity[SEVERITY_LOW]),
			 NUMBER(v, items[i].resource->pods), items[i].resource->key);
	buf_byte(v->b, '\n');
	TEXT_FILL(v->b, v->lang, POSTURE_TOP, NUMBER(v, shown), NUMBER(v, n));
	buf_byte(v->b, '\n');
	grid_put(&grid, v->b, 2, v->report->columns);
}

/* ---- one recommendation --------------------------------------------------------------------- */

struct detail {
	const struct view *v;
	size_t recommendation, shown, total;
};

static void put_finding(const struct view *v, const struct assessed_finding *f)
{
	BUF_LIT(v->b, "      ");
	term_put(v->b, posture_message(f, v->lang));
	buf_byte(v->b, '\n');
}

static void put_detail(void *context, const struct posture_pair *pair)
{
	struct detail *d = context;
	const struct view *v = d->v;
	const struct assessed_exemption *e =
		assessed_exemption_of(pair->resource, pair->recommendation);
	str reason = assessed_reason(pair->resource, pair->recommendation, v->lang), *pods;
	struct assessed_finding *findings;
	size_t n;

	if (d->total++ >= DETAIL_RESOURCES)
		return;
	d->shown++;
	BUF_LIT(v->b, "    ");
	term_put(v->b, pair->resource->key);
	BUF_LIT(v->b, "  ");
	buf_add(v->b, posture_state_text(v->lang, pair->state));
	if (e)
		reason = e->by->reason;
	if (reason.n > 0) {
		BUF_LIT(v->b, ": ");
		term_put(v->b, reason);
	}
	n = assessed_pods(pair->resource, pair->recommendation, v->arena, &pods);
	if (pair->resource->pods > 0 && n > 0) {
		BUF_LIT(v->b, "  ");
		TEXT_FILL(v->b, v->lang, POSTURE_PODS_OF, NUMBER(v, n),
			  NUMBER(v, pair->resource->pods));
	}
	buf_byte(v->b, '\n');
	n = assessed_findings(pair->resource, pair->recommendation, v->arena, &findings);
	for (size_t i = 0; i < n && i < DETAIL_RESOURCES; i++)
		put_finding(v, &findings[i]);
}

static void put_details(const struct view *v, size_t i)
{
	const struct recommendation *r = &v->a->recommendations->items[i];
	struct posture_report one = *v->report;
	size_t columns = v->report->columns ? v->report->columns : TEXT_COLUMNS;
	struct detail d = { .v = v, .recommendation = i };

	one.views = v->view;
	one.n = 1;
	one.chosen = RECOMMENDATION_BIT(i);
	buf_byte(v->b, '\n');
	buf_fmt(v->b, "%u  ", r->order);
	buf_add(v->b, r->text[v->lang].title);
	buf_fmt(v->b, "  (%.*s, %.*s)\n    ", STR_ARG(r->code),
		STR_ARG(advice_severity(v->lang, r->severity)));
	term_paragraph(v->b, r->text[v->lang].description, 4, columns);
	BUF_LIT(v->b, "    ");
	term_paragraph(v->b, r->text[v->lang].remediation, 4, columns);
	posture_each(&one, ~POSTURE_STATE(ASSESSED_HEALTHY), put_detail, &d);
	if (d.total > d.shown) {
		BUF_LIT(v->b, "    ");
		TEXT_FILL(v->b, v->lang, POSTURE_FIRST, NUMBER(v, d.shown), NUMBER(v, d.total));
		buf_byte(v->b, '\n');
	}
}

/* ---- what a person must decide or know ------------------------------------------------------ */

static void put_uses(const struct view *v, size_t i)
{
	struct assessed_use *uses;
	size_t n = assessed_uses(v->a, i, v->arena, &uses);

	BUF_LIT(v->b, "  ");
	buf_add(v->b, v->a->recommendations->items[i].id);
	BUF_LIT(v->b, ": ");
	if (n == 0) {
		TEXT_ADD(v->b, v->lang, POSTURE_USES_NONE);
	} else {
		TEXT_ADD(v->b, v->lang, POSTURE_USES);
		for (size_t k = 0; k < n && k < USES_SHOWN; k++) {
			buf_add(v->b, k > 0 ? STR(", ") : STR(" "));
			term_put(v->b, uses[k].value);
		}
		if (n > USES_SHOWN) {
			BUF_LIT(v->b, " ");
			TEXT_FILL(v->b, v->lang, POSTURE_MORE, NUMBER(v, n - USES_SHOWN));
		}
	}
	buf_byte(v->b, '\n');
}

static void put_decisions(const struct view *v)
{
	bool any = false;

	for (size_t i = 0; i < v->a->recommendations->n; i++) {
		if (!posture_shows(v->report, v->a, i) || !v->a->results[i].undecided)
			continue;
		if (!any)
			title(v, TEXT_POSTURE_DECISIONS);
		any = true;
		put_uses(v, i);
	}
	if (any)
		TEXT_ADD(v->b, v->lang, POSTURE_ACCEPT);
}

static void put_unread(const struct view *v)
{
	const struct posture *p = v->view->posture;
	size_t n = posture_unread_count(p);

	if (n == 0)
		return;
	title(v, TEXT_POSTURE_UNREAD);
	for (size_t i = 0; i < n && i < DETAIL_RESOURCES; i++) {
		const struct posture_unread *u = posture_unread_at(p, i);

		BUF_LIT(v->b, "  ");
		term_put(v->b, u->what);
		BUF_LIT(v->b, ": ");
		term_put(v->b, u->reason);
		buf_byte(v->b, '\n');
	}
	if (n > DETAIL_RESOURCES) {
		BUF_LIT(v->b, "  ");
		TEXT_FILL(v->b, v->lang, POSTURE_FIRST, NUMBER(v, DETAIL_RESOURCES), NUMBER(v, n));
		buf_byte(v->b, '\n');
	}
}

static void put_exceptions(struct buf *b, const struct posture_report *report)
{
	const struct exception_set *set = report->exceptions;
	size_t hidden = 0, expired = 0, unused = 0;

	for (size_t i = 0; set && i < set->n; i++) {
		const struct exception *e = &set->items[i];

		if (!(e->subject & EXCEPTION_MISCONFIGURATION) || e->vex)
			continue;
		hidden += e->matched;
		if (exception_is_expired(e, report->now))
			expired++;
		else
			unused += e->matched == 0;
	}
	if (hidden + expired + unused == 0)
		return;
	buf_byte(b, '\n');
	TEXT_FILL(b, report->lang, POSTURE_EXEMPTIONS, text_number(report->arena, hidden),
		  text_number(report->arena, expired), text_number(report->arena, unused));
}

static void put_view(struct buf *b, const struct posture_report *report,
		     const struct posture_view *view)
{
	struct view v = { .b = b,
			  .report = report,
			  .view = view,
			  .a = view->assessment,
			  .arena = report->arena,
			  .lang = report->lang };

	if (!v.a) {
		TEXT_FILL(b, report->lang, POSTURE_FAILED, term_safe(report->arena, view->source),
			  term_safe(report->arena, str_c(view->failed->msg)));
		return;
	}
	put_head(&v);
	if (report->details) {
		for (size_t i = 0; i < v.a->recommendations->n; i++) {
			if (posture_shows(report, v.a, i))
				put_details(&v, i);
		}
	} else {
		put_controls(&v);
		put_recommendations(&v);
		put_top(&v);
	}
	put_decisions(&v);
	put_unread(&v);
}

static void write_table(struct buf *b, const struct posture_report *report)
{
	double percent;

	for (size_t i = 0; i < report->n; i++) {
		if (i > 0)
			buf_byte(b, '\n');
		put_view(b, report, &report->views[i]);
	}
	if (report->n > 1 && posture_percent(report, &percent)) {
		buf_byte(b, '\n');
		TEXT_FILL(b, report->lang, POSTURE_OVERALL,
			  text_number(report->arena, score_round(percent)),
			  text_number(report->arena, report->n));
	}
	put_exceptions(b, report);
}

const struct posture_writer posture_writer_table = { .name = "table", .write = write_table };
