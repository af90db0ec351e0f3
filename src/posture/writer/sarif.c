/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF 2.1.0: a run for each cluster, a rule for each recommendation, a result for each finding.
 * Objects of a cluster have no file: they are logical locations, and the artifact that some readers
 * insist on is the object's path below the name of the cluster.
 */
#include "base/err.h"
#include "base/json.h"
#include "posture/exemption.h"
#include "posture/report.h"
#include "report/sarif_parts.h"

struct run {
	struct json_writer *w;
	const struct posture_report *report;
};

static void put_rule(struct json_writer *w, const struct posture_report *report,
		     const struct recommendation *r)
{
	const struct recommendation_text *text = &r->text[report->lang];

	json_open_object(w);
	json_kv_str(w, STR("id"), r->code);
	json_kv_str(w, STR("name"), r->id);
	sarif_put_text(w, STR("shortDescription"), text->title);
	sarif_put_text(w, STR("fullDescription"), text->description);
	sarif_put_text(w, STR("help"), text->remediation);
	sarif_put_default_level(w, r->severity);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_strings(w, STR("tags"), r->techniques, r->technique_n);
	json_kv_strings(w, STR("cis_kubernetes"), r->benchmarks, r->benchmark_n);
	json_kv_str(w, STR("severity"), posture_severity_text(r->severity));
	json_close_object(w);
	json_close_object(w);
}

static void put_location(struct json_writer *w, const struct posture_report *report,
			 const struct posture_pair *pair)
{
	str head = str_fmt(report->arena, "%.*s/", STR_ARG(posture_name(pair->view->posture)));
	str path = str_cat(report->arena, head, pair->resource->key);

	sarif_open_location(w, sarif_uri(report->arena, "", path, ""), false);
	json_close_object(w);
	JSON_KEY(w, "logicalLocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("fullyQualifiedName"), path);
	json_kv_str(w, STR("kind"), STR("resource"));
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
}

static void put_result(const struct run *run, const struct posture_pair *pair,
		       const struct assessed_finding *f)
{
	const struct recommendation *r =
		&pair->view->assessment->recommendations->items[pair->recommendation];
	const struct assessed_exemption *e =
		assessed_exemption_of(pair->resource, pair->recommendation);
	struct json_writer *w = run->w;
	bool decision = (e ? e->underlying : pair->state) == ASSESSED_DECISION;

	json_open_object(w);
	json_kv_str(w, STR("ruleId"), r->code);
	json_kv_str(w, STR("kind"), decision ? STR("review") : STR("fail"));
	json_kv_str(w, STR("level"), decision ? STR("none") : str_c(sarif_level(r->severity)));
	sarif_put_text(w, STR("message"), posture_message(f, run->report->lang));
	put_location(w, run->report, pair);
	JSON_KEY(w, "partialFingerprints");
	json_open_object(w);
	json_kv_str(w, STR("resource/v1"),
		    str_fmt(run->report->arena, "%016llx",
			    (unsigned long long)str_hash(
				    str_fmt(run->report->arena, "%.*s\n%.*s\n%.*s\n%.*s",
					    STR_ARG(r->id), STR_ARG(pair->resource->key),
					    STR_ARG(f->subject), STR_ARG(f->message[LANG_EN])),
				    0)));
	json_close_object(w);
	if (e)
		sarif_put_suppression(w, e->by->reason);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_opt(w, STR("container"), f->subject);
	json_kv_u64(w, STR("pods"), f->pods);
	json_kv_str(w, STR("state"), str_c(assessed_state_name(pair->state)));
	json_close_object(w);
	json_close_object(w);
}

static void put_results(void *context, const struct posture_pair *pair)
{
	const struct run *run = context;
	struct assessed_finding *findings;
	size_t n;

	if (pair->state == ASSESSED_ERROR)
		return;
	n = assessed_findings(pair->resource, pair->recommendation, run->report->arena, &findings);
	for (size_t i = 0; i < n; i++)
		put_result(run, pair, &findings[i]);
}

static void put_error(void *context, const struct posture_pair *pair)
{
	const struct run *run = context;
	const struct recommendation *r =
		&pair->view->assessment->recommendations->items[pair->recommendation];
	str reason = assessed_reason(pair->resource, pair->recommendation, run->report->lang);

	sarif_put_notification(run->w, "error",
			       str_fmt(run->report->arena, "%.*s: %.*s: %.*s", STR_ARG(r->id),
				       STR_ARG(pair->resource->key), STR_ARG(reason)));
}

static void put_run(struct json_writer *w, const struct posture_report *report,
		    const struct posture_view *view)
{
	const struct assessment *a = view->assessment;
	struct posture_report one = *report;
	struct run run = { .w = w, .report = report };
	bool any_error = false;

	one.views = view;
	one.n = 1;
	json_open_object(w);
	JSON_KEY(w, "tool");
	json_open_object(w);
	JSON_KEY(w, "driver");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("Seawall"));
	json_kv_str(w, STR("version"), STR(SEAWALL_VERSION));
	JSON_KEY(w, "rules");
	json_open_array(w);
	for (size_t i = 0; i < a->recommendations->n; i++) {
		if (posture_shows(report, a, i))
			put_rule(w, report, &a->recommendations->items[i]);
		any_error |= posture_shows(report, a, i) && a->results[i].count[ASSESSED_ERROR] > 0;
	}
	json_close_array(w);
	json_close_object(w);
	json_close_object(w);
	JSON_KEY(w, "invocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_bool(w, STR("executionSuccessful"), !any_error);
	JSON_KEY(w, "toolExecutionNotifications");
	json_open_array(w);
	posture_each(&one, POSTURE_STATE(ASSESSED_ERROR), put_error, &run);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
	JSON_KEY(w, "results");
	json_open_array(w);
	posture_each(&one,
		     POSTURE_STATE(ASSESSED_UNHEALTHY) | POSTURE_STATE(ASSESSED_DECISION) |
			     POSTURE_STATE(ASSESSED_EXEMPT),
		     put_results, &run);
	json_close_array(w);
	json_close_object(w);
}

/* A cluster that could not be looked at: a run without results that says why. */
static void put_failed(struct json_writer *w, const struct posture_view *view, struct arena *arena)
{
	json_open_object(w);
	JSON_KEY(w, "tool");
	json_open_object(w);
	JSON_KEY(w, "driver");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("Seawall"));
	json_kv_str(w, STR("version"), STR(SEAWALL_VERSION));
	json_close_object(w);
	json_close_object(w);
	JSON_KEY(w, "invocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_bool(w, STR("executionSuccessful"), false);
	JSON_KEY(w, "toolExecutionNotifications");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("level"), STR("error"));
	JSON_KEY(w, "message");
	json_open_object(w);
	json_kv_str(w, STR("text"),
		    str_fmt(arena, "%.*s: %s", STR_ARG(view->source), view->failed->msg));
	json_close_object(w);
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
	JSON_KEY(w, "results");
	json_open_array(w);
	json_close_array(w);
	json_close_object(w);
}

static void write_sarif(struct buf *b, const struct posture_report *report)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("$schema"), STR("https://json.schemastore.org/sarif-2.1.0.json"));
	json_kv_str(&w, STR("version"), STR("2.1.0"));
	JSON_KEY(&w, "runs");
	json_open_array(&w);
	for (size_t v = 0; v < report->n; v++) {
		if (report->views[v].assessment)
			put_run(&w, report, &report->views[v]);
		else
			put_failed(&w, &report->views[v], report->arena);
	}
	json_close_array(&w);
	json_close_object(&w);
	buf_byte(b, '\n');
}

const struct posture_writer posture_writer_sarif = { .name = "sarif", .write = write_sarif };
