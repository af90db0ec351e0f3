/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/time.h"
#include "policy/check.h"
#include "posture/benchmark_baseline.h"
#include "posture/container_baseline.h"
#include "posture/container_report_internal.h"
#include "posture/exemption.h"
#include "posture/report.h"
#include "report/sarif_parts.h"

/* ---- JSON ---- */

static void json_exemption(const struct part *p, const struct assessed_exemption *e)
{
	JSON_KEY(p->w, "exemption");
	json_open_object(p->w);
	json_kv_str(p->w, STR("category"), str_c(exemption_category(e->by)));
	json_kv_opt(p->w, STR("reason"), e->by->reason);
	if (e->by->expires > 0)
		json_kv_str(p->w, STR("expires"), time_format(p->arena, e->by->expires));
	json_kv_str(p->w, STR("underlying"), str_c(assessed_state_name(e->underlying)));
	json_close_object(p->w);
}

static void json_resource(const struct part *p, const struct assessed_resource *r, size_t i,
			  enum assessed_state state)
{
	const struct assessed_exemption *e = assessed_exemption_of(r, i);
	struct assessed_finding *findings;
	size_t n = 0;

	if (state == ASSESSED_UNHEALTHY || state == ASSESSED_DECISION || e)
		n = assessed_findings(r, i, p->arena, &findings);
	json_open_object(p->w);
	json_kv_str(p->w, STR("resource"), r->key);
	json_kv_str(p->w, STR("kind"), str_c(resource_kind_name(r->kind)));
	json_kv_str(p->w, STR("name"), r->name);
	json_kv_str(p->w, STR("state"), str_c(assessed_state_name(state)));
	json_kv_opt(p->w, STR("baseline"), str_c(benchmark_mark_name(part_mark(p, r, i))));
	json_kv_opt(p->w, STR("reason"), assessed_reason(r, i, p->lang));
	if (n > 0) {
		JSON_KEY(p->w, "findings");
		json_open_array(p->w);
		for (size_t k = 0; k < n; k++)
			json_put_str(p->w, posture_message(&findings[k], p->lang));
		json_close_array(p->w);
	}
	if (e)
		json_exemption(p, e);
	json_close_object(p->w);
}

static void json_resources(const struct part *p, size_t i)
{
	enum assessed_state state;

	JSON_KEY(p->w, "resources");
	json_open_array(p->w);
	for (size_t k = 0; k < p->a->n; k++) {
		const struct assessed_resource *r = &p->a->resources[k];

		if (assessed_state_of(r, i, &state) && state != ASSESSED_HEALTHY)
			json_resource(p, r, i, state);
		benchmark_step(p->report);
	}
	json_close_array(p->w);
	JSON_KEY(p->w, "healthy");
	json_open_array(p->w);
	for (size_t k = 0; k < p->a->n; k++) {
		if (assessed_state_of(&p->a->resources[k], i, &state) && state == ASSESSED_HEALTHY)
			json_put_str(p->w, p->a->resources[k].key);
	}
	json_close_array(p->w);
}

static void json_uses(const struct part *p, size_t i)
{
	struct assessed_use *uses;
	size_t n = assessed_uses(p->a, i, p->arena, &uses);

	JSON_KEY(p->w, "used_now");
	json_open_array(p->w);
	for (size_t k = 0; k < n; k++)
		json_put_str(p->w, uses[k].value);
	json_close_array(p->w);
}

static void json_recommendation(const struct part *p, size_t i)
{
	const struct recommendation *r = &p->a->recommendations->items[i];
	const struct assessed_recommendation *result = &p->a->results[i];
	const struct check *check = container_posture_check(p->own->posture, i);
	const struct check_text *text = part_text(p, i);

	json_open_object(p->w);
	json_kv_str(p->w, STR("id"), r->id);
	json_kv_str(p->w, STR("code"), r->code);
	json_kv_u64(p->w, STR("order"), r->order);
	json_kv_str(p->w, STR("title"), part_title(p, i));
	if (check && text) {
		json_kv_str(p->w, STR("description"), text->description);
		json_kv_str(p->w, STR("remediation"), text->remediation);
		benchmark_put_fix(p->w, &check->fix, p->lang);
	}
	json_kv_str(p->w, STR("severity"), posture_severity_text(r->severity));
	json_kv_str(p->w, STR("resource_kind"), str_c(resource_kind_name(RESOURCE_CONTAINER)));
	json_kv_strings(p->w, STR("policies"), r->policies, r->policy_n);
	json_kv_str(p->w, STR("state"), str_c(assessed_state_name(result->state)));
	json_kv_bool(p->w, STR("needs_decision"), result->undecided);
	json_kv_bool(p->w, STR("counts_in_score"), result->counts && !result->undecided);
	JSON_KEY(p->w, "counts");
	json_open_object(p->w);
	for (size_t k = 0; k < ASSESSED_STATES; k++)
		json_kv_u64(p->w, str_c(assessed_state_name((enum assessed_state)k)),
			    result->count[k]);
	json_close_object(p->w);
	if (result->dropped > 0)
		json_kv_u64(p->w, STR("findings_not_kept"), result->dropped);
	if (result->undecided)
		json_uses(p, i);
	json_resources(p, i);
	json_close_object(p->w);
}

static void json_score(const struct part *p)
{
	const struct score *score = &p->a->score;
	double percent;

	JSON_KEY(p->w, "score");
	json_open_object(p->w);
	JSON_KEY(p->w, "percent");
	if (score_percent(score, 1, &percent))
		json_put_u64(p->w, score_round(percent));
	else
		json_put_null(p->w);
	JSON_KEY(p->w, "points");
	json_put_double(p->w, score->current);
	JSON_KEY(p->w, "max_points");
	json_put_double(p->w, score->max);
	json_kv_u64(p->w, STR("resources"), score->resources);
	JSON_KEY(p->w, "controls");
	json_open_array(p->w);
	for (size_t i = 0; i < p->a->recommendations->control_n; i++) {
		const struct control_score *c = &score->controls[i];

		if (!c->counted)
			continue;
		json_open_object(p->w);
		json_kv_str(p->w, STR("id"), p->a->recommendations->controls[i].id);
		json_kv_u64(p->w, STR("max_points"), p->a->recommendations->controls[i].max);
		JSON_KEY(p->w, "points");
		json_put_double(p->w, c->current);
		json_kv_u64(p->w, STR("healthy"), c->tally.healthy);
		json_kv_u64(p->w, STR("unhealthy"), c->tally.unhealthy);
		json_kv_u64(p->w, STR("not_scored"), c->tally.undecided);
		json_close_object(p->w);
	}
	json_close_array(p->w);
	json_close_object(p->w);
}

static void json_baseline(const struct part *p)
{
	const struct container_baseline *base = p->own->baseline;

	if (!base)
		return;
	JSON_KEY(p->w, "recommendations_baseline");
	json_open_object(p->w);
	json_kv_u64(p->w, STR("new"), base->added);
	json_kv_u64(p->w, STR("changed"), base->changed);
	json_kv_u64(p->w, STR("known"), base->known);
	JSON_KEY(p->w, "fixed");
	json_open_array(p->w);
	for (size_t i = 0; i < base->fixed_n; i++) {
		json_open_object(p->w);
		json_kv_str(p->w, STR("id"), base->fixed[i].id);
		json_kv_str(p->w, STR("resource"), base->fixed[i].resource);
		json_kv_opt(p->w, STR("message"), base->fixed[i].message);
		json_close_object(p->w);
	}
	json_close_array(p->w);
	json_close_object(p->w);
}

void container_report_json(struct json_writer *w, const struct benchmark_report *report)
{
	struct part p = part_of(report);

	p.w = w;
	JSON_KEY(w, "recommendations");
	json_open_array(w);
	for (size_t i = 0; i < p.a->recommendations->n; i++) {
		if (part_shows(&p, i))
			json_recommendation(&p, i);
	}
	json_close_array(w);
	json_baseline(&p);
	json_score(&p);
}

/* ---- SARIF ---- */

static void sarif_rules(const struct part *p)
{
	JSON_KEY(p->w, "tool");
	json_open_object(p->w);
	JSON_KEY(p->w, "driver");
	json_open_object(p->w);
	json_kv_str(p->w, STR("name"), STR("Seawall"));
	json_kv_str(p->w, STR("version"), STR(SEAWALL_VERSION));
	JSON_KEY(p->w, "rules");
	json_open_array(p->w);
	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		const struct recommendation *r = &p->a->recommendations->items[i];
		const struct check_text *text = part_text(p, i);

		if (!part_shows(p, i) || !text)
			continue;
		json_open_object(p->w);
		json_kv_str(p->w, STR("id"), r->code);
		json_kv_str(p->w, STR("name"), r->id);
		sarif_put_text(p->w, STR("shortDescription"), text->title);
		sarif_put_text(p->w, STR("fullDescription"), text->description);
		sarif_put_text(p->w, STR("help"), text->remediation);
		JSON_KEY(p->w, "defaultConfiguration");
		json_open_object(p->w);
		json_kv_str(p->w, STR("level"), str_c(sarif_level(r->severity)));
		json_close_object(p->w);
		json_close_object(p->w);
	}
	json_close_array(p->w);
	json_close_object(p->w);
	json_close_object(p->w);
}

static void sarif_result(const struct part *p, const struct assessed_resource *r, size_t i,
			 enum assessed_state state)
{
	const struct recommendation *rec = &p->a->recommendations->items[i];
	const struct assessed_exemption *e = assessed_exemption_of(r, i);
	bool review = (e ? e->underlying : state) == ASSESSED_DECISION;
	str host = p->report->result->host.name;
	str path = str_fmt(p->arena, "%.*s/%.*s", STR_ARG(host), STR_ARG(r->key));

	json_open_object(p->w);
	json_kv_str(p->w, STR("ruleId"), rec->code);
	json_kv_str(p->w, STR("kind"), review ? STR("review") : STR("fail"));
	json_kv_str(p->w, STR("level"), review ? STR("none") : str_c(sarif_level(rec->severity)));
	sarif_put_text(p->w, STR("message"), part_open_text(p, r, i));
	JSON_KEY(p->w, "locations");
	json_open_array(p->w);
	json_open_object(p->w);
	JSON_KEY(p->w, "physicalLocation");
	json_open_object(p->w);
	JSON_KEY(p->w, "artifactLocation");
	json_open_object(p->w);
	json_kv_str(p->w, STR("uri"), sarif_uri(p->arena, "", path, ""));
	json_close_object(p->w);
	json_close_object(p->w);
	JSON_KEY(p->w, "logicalLocations");
	json_open_array(p->w);
	json_open_object(p->w);
	json_kv_str(p->w, STR("fullyQualifiedName"), path);
	json_kv_str(p->w, STR("kind"), STR("resource"));
	json_close_object(p->w);
	json_close_array(p->w);
	json_close_object(p->w);
	json_close_array(p->w);
	benchmark_put_sarif_state(p->w, part_mark(p, r, i));
	if (e)
		sarif_put_suppression(p->w, e->by->reason);
	json_close_object(p->w);
}

void container_report_sarif(struct json_writer *w, const struct benchmark_report *report)
{
	struct part p = part_of(report);
	enum assessed_state state;

	p.w = w;
	json_open_object(w);
	sarif_rules(&p);
	JSON_KEY(w, "automationDetails");
	json_open_object(w);
	json_kv_str(w, STR("id"), STR("seawall/recommendations"));
	json_close_object(w);
	JSON_KEY(w, "results");
	json_open_array(w);
	for (size_t i = 0; i < p.a->recommendations->n; i++) {
		for (size_t k = 0; part_shows(&p, i) && k < p.a->n; k++) {
			const struct assessed_resource *r = &p.a->resources[k];

			if (!assessed_state_of(r, i, &state) || state == ASSESSED_ERROR ||
			    !(part_is_open(state) || assessed_exemption_of(r, i)))
				continue;
			sarif_result(&p, r, i, state);
			benchmark_step(report);
		}
	}
	json_close_array(w);
	json_close_object(w);
}
