/* SPDX-License-Identifier: Apache-2.0 */
/* doc/posture.md describes it. */
#include "base/json.h"
#include "base/time.h"
#include "posture/exemption.h"
#include "posture/report.h"

static void put_score(struct json_writer *w, const struct score *scores, size_t n)
{
	double percent, current = 0, max = 0;

	for (size_t i = 0; i < n; i++) {
		current += scores[i].current;
		max += scores[i].max;
	}
	JSON_KEY(w, "percent");
	if (score_percent(scores, n, &percent))
		json_put_u64(w, score_round(percent));
	else
		json_put_null(w);
	if (n != 1)
		return;
	JSON_KEY(w, "points");
	json_put_double(w, current);
	JSON_KEY(w, "max_points");
	json_put_double(w, max);
	json_kv_u64(w, STR("resources"), scores[0].resources);
}

static void put_control(struct json_writer *w, const struct posture_report *report,
			const struct control *control, const struct control_score *score)
{
	json_open_object(w);
	json_kv_str(w, STR("id"), control->id);
	json_kv_str(w, STR("title"), control->title[report->lang]);
	json_kv_u64(w, STR("max_points"), control->max);
	json_kv_bool(w, STR("counted"), score->counted);
	JSON_KEY(w, "points");
	json_put_double(w, score->current);
	JSON_KEY(w, "potential_increase");
	json_put_double(w, score->potential);
	json_kv_u64(w, STR("healthy"), score->tally.healthy);
	json_kv_u64(w, STR("unhealthy"), score->tally.unhealthy);
	json_kv_u64(w, STR("not_scored"), score->tally.undecided);
	json_close_object(w);
}

static void put_exemption(struct json_writer *w, const struct posture_report *report,
			  const struct assessed_exemption *e)
{
	JSON_KEY(w, "exemption");
	json_open_object(w);
	json_kv_str(w, STR("category"), str_c(exemption_category(e->by)));
	json_kv_str(w, STR("type"), str_c(exception_kind_name(e->by->kind)));
	json_kv_opt(w, STR("reason"), e->by->reason);
	json_kv_opt(w, STR("author"), e->by->author);
	json_kv_opt(w, STR("approver"), e->by->approver);
	if (e->by->expires > 0)
		json_kv_str(w, STR("expires"), time_format(report->arena, e->by->expires));
	json_kv_str(w, STR("underlying"), str_c(assessed_state_name(e->underlying)));
	json_close_object(w);
}

static void put_findings(struct json_writer *w, const struct posture_report *report,
			 const struct posture_pair *pair)
{
	struct assessed_finding *findings;
	size_t n =
		assessed_findings(pair->resource, pair->recommendation, report->arena, &findings);

	JSON_KEY(w, "findings");
	json_open_array(w);
	for (size_t i = 0; i < n; i++) {
		json_open_object(w);
		json_kv_opt(w, STR("container"), findings[i].subject);
		json_kv_str(w, STR("message"), posture_message(&findings[i], report->lang));
		json_kv_str(w, STR("object"), findings[i].object);
		json_kv_u64(w, STR("objects"), findings[i].objects);
		json_kv_u64(w, STR("pods"), findings[i].pods);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_pods(struct json_writer *w, const struct posture_report *report,
		     const struct posture_pair *pair)
{
	str *pods;
	size_t n = assessed_pods(pair->resource, pair->recommendation, report->arena, &pods);

	JSON_KEY(w, "pods");
	json_open_object(w);
	json_kv_u64(w, STR("total"), pair->resource->pods);
	json_kv_u64(w, STR("affected"), n);
	json_kv_strings(w, STR("names"), pods, n < report->limit ? n : report->limit);
	json_close_object(w);
}

static void put_pair(struct json_writer *w, const struct posture_report *report,
		     const struct posture_pair *pair)
{
	const struct assessed_resource *r = pair->resource;
	const struct assessed_exemption *e = assessed_exemption_of(r, pair->recommendation);
	bool open = pair->state == ASSESSED_UNHEALTHY || pair->state == ASSESSED_DECISION || e;

	json_open_object(w);
	json_kv_str(w, STR("resource"), r->key);
	json_kv_str(w, STR("kind"), str_c(resource_kind_name(r->kind)));
	json_kv_str(w, STR("type"), r->type);
	json_kv_opt(w, STR("namespace"), r->namespace);
	json_kv_str(w, STR("name"), r->name);
	json_kv_str(w, STR("state"), str_c(assessed_state_name(pair->state)));
	json_kv_opt(w, STR("reason"), assessed_reason(r, pair->recommendation, report->lang));
	if (open)
		put_findings(w, report, pair);
	if (open && r->pods > 0)
		put_pods(w, report, pair);
	if (e)
		put_exemption(w, report, e);
	json_close_object(w);
}

struct listing {
	struct json_writer *w;
	const struct posture_report *report;
	size_t recommendation, shown, total;
};

static void list_pair(void *context, const struct posture_pair *pair)
{
	struct listing *l = context;

	if (pair->recommendation != l->recommendation)
		return;
	if (l->total++ >= l->report->limit)
		return;
	l->shown++;
	put_pair(l->w, l->report, pair);
}

/* All but the healthy ones: those are counted. */
static void put_resources(struct json_writer *w, const struct posture_report *report,
			  const struct posture_view *view, size_t i)
{
	struct posture_report one = *report;
	struct listing l = { .w = w, .report = report, .recommendation = i };

	one.views = view;
	one.n = 1;
	one.chosen = RECOMMENDATION_BIT(i);
	JSON_KEY(w, "resources");
	json_open_array(w);
	posture_each(&one, ~POSTURE_STATE(ASSESSED_HEALTHY), list_pair, &l);
	json_close_array(w);
	json_kv_u64(w, STR("resources_shown"), l.shown);
	json_kv_u64(w, STR("resources_total"), l.total);
}

static void list_healthy(void *context, const struct posture_pair *pair)
{
	struct listing *l = context;

	if (l->shown < l->report->limit) {
		l->shown++;
		json_put_str(l->w, pair->resource->key);
	}
}

static void put_healthy(struct json_writer *w, const struct posture_report *report,
			const struct posture_view *view, size_t i)
{
	struct posture_report one = *report;
	struct listing l = { .w = w, .report = report, .recommendation = i };

	one.views = view;
	one.n = 1;
	one.chosen = RECOMMENDATION_BIT(i);
	JSON_KEY(w, "healthy");
	json_open_array(w);
	posture_each(&one, POSTURE_STATE(ASSESSED_HEALTHY), list_healthy, &l);
	json_close_array(w);
}

/* What comes first, and what this comes first for. */
static void put_related(struct json_writer *w, const struct recommendation_set *set, size_t i)
{
	JSON_KEY(w, "related");
	json_open_array(w);
	for (size_t k = 0; k < set->n; k++) {
		bool before = set->items[i].required == (int)k;

		if (!before && set->items[k].required != (int)i)
			continue;
		json_open_object(w);
		json_kv_str(w, STR("id"), set->items[k].id);
		json_kv_str(w, STR("relation"), before ? STR("prerequisite") : STR("dependent"));
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_uses(struct json_writer *w, const struct posture_report *report,
		     const struct assessment *a, size_t i)
{
	struct assessed_use *uses;
	size_t n = assessed_uses(a, i, report->arena, &uses);

	JSON_KEY(w, "used_now");
	json_open_array(w);
	for (size_t k = 0; k < n; k++) {
		json_open_object(w);
		json_kv_str(w, STR("value"), uses[k].value);
		json_kv_u64(w, STR("objects"), uses[k].objects);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_about(struct json_writer *w, const struct posture_report *report,
		      const struct recommendation_set *set, const struct recommendation *r)
{
	json_kv_str(w, STR("id"), r->id);
	json_kv_str(w, STR("code"), r->code);
	json_kv_u64(w, STR("order"), r->order);
	json_kv_str(w, STR("title"), r->text[report->lang].title);
	json_kv_str(w, STR("description"), r->text[report->lang].description);
	json_kv_str(w, STR("remediation"), r->text[report->lang].remediation);
	json_kv_str(w, STR("severity"), posture_severity_text(r->severity));
	json_kv_str(w, STR("resource_kind"), str_c(resource_kind_name(r->kind)));
	json_kv_strings(w, STR("policies"), r->policies, r->policy_n);
	json_kv_strings(w, STR("cis_kubernetes"), r->benchmarks, r->benchmark_n);
	json_kv_strings(w, STR("tactics"), r->tactics, r->tactic_n);
	json_kv_strings(w, STR("techniques"), r->techniques, r->technique_n);
	JSON_KEY(w, "controls");
	json_open_array(w);
	for (size_t i = 0; i < set->control_n; i++) {
		if (r->controls & RECOMMENDATION_BIT(i))
			json_put_str(w, set->controls[i].id);
	}
	json_close_array(w);
	if (r->required >= 0)
		json_kv_str(w, STR("requires"), set->items[r->required].id);
	json_kv_str(w, STR("action"), r->action);
	json_kv_bool(w, STR("preview"), r->preview);
	json_kv_i64(w, STR("freshness_seconds"), r->freshness);
}

static void put_recommendation(struct json_writer *w, const struct posture_report *report,
			       const struct posture_view *view, size_t i)
{
	const struct assessment *a = view->assessment;
	const struct assessed_recommendation *result = &a->results[i];

	json_open_object(w);
	put_about(w, report, a->recommendations, &a->recommendations->items[i]);
	json_kv_str(w, STR("state"), str_c(assessed_state_name(result->state)));
	json_kv_opt(w, STR("not_assessed"), posture_not_assessed(report, view, i));
	json_kv_bool(w, STR("disabled"), posture_is_off(view, i));
	json_kv_bool(w, STR("needs_decision"), result->undecided);
	json_kv_bool(w, STR("counts_in_score"), result->counts && !result->undecided);
	JSON_KEY(w, "counts");
	json_open_object(w);
	for (size_t k = 0; k < ASSESSED_STATES; k++)
		json_kv_u64(w, str_c(assessed_state_name((enum assessed_state)k)),
			    result->count[k]);
	json_close_object(w);
	json_kv_u64(w, STR("affected_pods"), result->pods);
	if (result->dropped > 0)
		json_kv_u64(w, STR("findings_not_kept"), result->dropped);
	if (result->undecided)
		put_uses(w, report, a, i);
	put_related(w, a->recommendations, i);
	put_resources(w, report, view, i);
	put_healthy(w, report, view, i);
	json_close_object(w);
}

static void put_unread(struct json_writer *w, const struct posture *posture)
{
	JSON_KEY(w, "not_read");
	json_open_array(w);
	for (size_t i = 0; i < posture_unread_count(posture); i++) {
		const struct posture_unread *u = posture_unread_at(posture, i);

		json_open_object(w);
		json_kv_str(w, STR("what"), u->what);
		json_kv_str(w, STR("reason"), u->reason);
		json_kv_opt(w, STR("remedy"), u->remedy);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_cluster(struct json_writer *w, const struct posture_report *report,
			const struct posture_view *view)
{
	const struct assessment *a = view->assessment;

	json_open_object(w);
	json_kv_opt(w, STR("source"), view->source);
	if (!a) {
		json_kv_str(w, STR("error"), str_c(view->failed->msg));
		json_close_object(w);
		return;
	}
	json_kv_str(w, STR("name"), posture_name(view->posture));
	json_kv_opt(w, STR("server"), posture_server(view->posture));
	json_kv_opt(w, STR("version"), posture_version(view->posture));
	json_kv_opt(w, STR("collected_at"), posture_collected_at(view->posture));
	json_kv_u64(w, STR("objects"), a->objects);
	json_kv_u64(w, STR("pods"), a->pods);
	json_kv_u64(w, STR("resources"), a->n);
	JSON_KEY(w, "score");
	json_open_object(w);
	put_score(w, &a->score, 1);
	JSON_KEY(w, "controls");
	json_open_array(w);
	for (size_t i = 0; i < a->recommendations->control_n; i++)
		put_control(w, report, &a->recommendations->controls[i], &a->score.controls[i]);
	json_close_array(w);
	json_close_object(w);
	JSON_KEY(w, "recommendations");
	json_open_array(w);
	for (size_t i = 0; i < a->recommendations->n; i++) {
		if (posture_shows(report, a, i))
			put_recommendation(w, report, view, i);
	}
	json_close_array(w);
	put_unread(w, view->posture);
	json_close_object(w);
}

static void put_exceptions(struct json_writer *w, const struct posture_report *report)
{
	JSON_KEY(w, "exceptions");
	json_open_array(w);
	for (size_t i = 0; report->exceptions && i < report->exceptions->n; i++) {
		const struct exception *e = &report->exceptions->items[i];
		bool expired = exception_is_expired(e, report->now);

		if (!(e->subject & EXCEPTION_MISCONFIGURATION) || e->vex)
			continue;
		json_open_object(w);
		json_kv_strings(w, STR("ids"), e->ids, e->id_count);
		json_kv_strings(w, STR("paths"), e->paths, e->path_count);
		json_kv_str(w, STR("category"), str_c(exemption_category(e)));
		json_kv_opt(w, STR("reason"), e->reason);
		json_kv_opt(w, STR("author"), e->author);
		if (e->expires > 0)
			json_kv_str(w, STR("expires"), time_format(report->arena, e->expires));
		json_kv_bool(w, STR("expired"), expired);
		json_kv_u64(w, STR("matched"), e->matched);
		json_kv_bool(w, STR("unused"), !expired && e->matched == 0);
		json_kv_opt(w, STR("source"), e->source);
		if (e->line > 0)
			json_kv_u64(w, STR("line"), e->line);
		json_close_object(w);
	}
	json_close_array(w);
}

static void write_json(struct buf *b, const struct posture_report *report)
{
	struct score *scores = ARENA_ARRAY(report->arena, struct score, report->n);
	struct json_writer w;
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++) {
		if (report->views[i].assessment)
			scores[n++] = report->views[i].assessment->score;
	}
	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("schema_version"), STR(POSTURE_SCHEMA));
	json_kv_str(&w, STR("kind"), STR("cluster_posture"));
	json_kv_opt(&w, STR("generated_at"), report->time);
	JSON_KEY(&w, "score");
	json_open_object(&w);
	put_score(&w, scores, n);
	json_close_object(&w);
	JSON_KEY(&w, "clusters");
	json_open_array(&w);
	for (size_t i = 0; i < report->n; i++)
		put_cluster(&w, report, &report->views[i]);
	json_close_array(&w);
	put_exceptions(&w, report);
	json_close_object(&w);
	buf_byte(b, '\n');
}

const struct posture_writer posture_writer_json = { .name = "json", .write = write_json };
