/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PolicyReport and ClusterPolicyReport (wgpolicyk8s.io/v1alpha2) as a List: one report for each
 * namespace, one for what belongs to none. Exempt and not applicable are "skip", an open decision
 * is "warn".
 */
#include "base/err.h"
#include "base/json.h"
#include "base/map.h"
#include "posture/report.h"

enum result { RESULT_PASS, RESULT_FAIL, RESULT_WARN, RESULT_ERROR, RESULT_SKIP, RESULTS };

static const char *const result_names[RESULTS] = { "pass", "fail", "warn", "error", "skip" };

static const enum result result_of[ASSESSED_STATES] = {
	[ASSESSED_HEALTHY] = RESULT_PASS,  [ASSESSED_UNHEALTHY] = RESULT_FAIL,
	[ASSESSED_DECISION] = RESULT_WARN, [ASSESSED_ERROR] = RESULT_ERROR,
	[ASSESSED_EXEMPT] = RESULT_SKIP,   [ASSESSED_NOT_APPLICABLE] = RESULT_SKIP,
};

struct list {
	struct json_writer *w;
	const struct posture_report *report;
	str namespace;
	size_t counts[RESULTS], shown[RECOMMENDATION_MAX];
};

static const char *api_version(str kind)
{
	static const char *const known[][2] = {
		{ "CronJob", "batch/v1" },    { "DaemonSet", "apps/v1" },
		{ "Deployment", "apps/v1" },  { "Ingress", "networking.k8s.io/v1" },
		{ "Job", "batch/v1" },	      { "ReplicaSet", "apps/v1" },
		{ "StatefulSet", "apps/v1" },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_eq(kind, str_c(known[i][0])))
			return known[i][1];
	}
	return "v1";
}

static void count_pair(void *context, const struct posture_pair *pair)
{
	struct list *l = context;

	if (str_eq(pair->resource->namespace, l->namespace))
		l->counts[result_of[pair->state]]++;
}

static str message_of(const struct list *l, const struct posture_pair *pair)
{
	const struct recommendation *r =
		&pair->view->assessment->recommendations->items[pair->recommendation];
	struct assessed_finding *findings;
	size_t n;

	if (pair->state == ASSESSED_HEALTHY)
		return r->text[l->report->lang].title;
	n = assessed_findings(pair->resource, pair->recommendation, l->report->arena, &findings);
	if (n == 0)
		return assessed_reason(pair->resource, pair->recommendation, l->report->lang);
	if (n == 1)
		return posture_message(&findings[0], l->report->lang);
	return str_fmt(l->report->arena, "%.*s (+%zu)",
		       STR_ARG(posture_message(&findings[0], l->report->lang)), n - 1);
}

static void put_result(void *context, const struct posture_pair *pair)
{
	struct list *l = context;
	const struct recommendation *r =
		&pair->view->assessment->recommendations->items[pair->recommendation];
	struct json_writer *w = l->w;

	if (!str_eq(pair->resource->namespace, l->namespace) ||
	    l->shown[pair->recommendation]++ >= l->report->limit)
		return;
	json_open_object(w);
	json_kv_str(w, STR("source"), STR("seawall"));
	json_kv_str(w, STR("policy"), r->id);
	json_kv_str(w, STR("rule"), r->code);
	json_kv_str(w, STR("category"), STR("containers"));
	json_kv_str(w, STR("severity"), posture_severity_text(r->severity));
	json_kv_str(w, STR("result"), str_c(result_names[result_of[pair->state]]));
	json_kv_bool(w, STR("scored"),
		     pair->view->assessment->results[pair->recommendation].counts);
	json_kv_str(w, STR("message"), message_of(l, pair));
	JSON_KEY(w, "resources");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("apiVersion"), str_c(api_version(pair->resource->type)));
	json_kv_str(w, STR("kind"), pair->resource->type);
	json_kv_opt(w, STR("namespace"), pair->resource->namespace);
	json_kv_str(w, STR("name"), pair->resource->name);
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
}

static void put_report(struct json_writer *w, const struct posture_report *one, str namespace)
{
	struct list l = { .w = w, .report = one, .namespace = namespace };

	posture_each(one, UINT32_MAX, count_pair, &l);
	json_open_object(w);
	json_kv_str(w, STR("apiVersion"), STR("wgpolicyk8s.io/v1alpha2"));
	json_kv_str(w, STR("kind"),
		    namespace.n > 0 ? STR("PolicyReport") : STR("ClusterPolicyReport"));
	JSON_KEY(w, "metadata");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("seawall"));
	json_kv_opt(w, STR("namespace"), namespace);
	json_close_object(w);
	JSON_KEY(w, "summary");
	json_open_object(w);
	for (size_t i = 0; i < RESULTS; i++)
		json_kv_u64(w, str_c(result_names[i]), l.counts[i]);
	json_close_object(w);
	JSON_KEY(w, "results");
	json_open_array(w);
	posture_each(one, UINT32_MAX, put_result, &l);
	json_close_array(w);
	json_close_object(w);
}

static void put_view(struct json_writer *w, const struct posture_report *report,
		     const struct posture_view *view)
{
	const struct assessment *a = view->assessment;
	struct posture_report one = *report;
	struct map namespaces;

	one.views = view;
	one.n = 1;
	map_init(&namespaces, report->arena);
	for (size_t i = 0; i < a->n; i++)
		map_put(&namespaces, a->resources[i].namespace, NULL);
	MAP_EACH (&namespaces, entry)
		put_report(w, &one, entry->key);
}

/* A cluster that could not be looked at: one result in error. */
static void put_failed(struct json_writer *w, const struct posture_view *view)
{
	json_open_object(w);
	json_kv_str(w, STR("apiVersion"), STR("wgpolicyk8s.io/v1alpha2"));
	json_kv_str(w, STR("kind"), STR("ClusterPolicyReport"));
	JSON_KEY(w, "metadata");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("seawall"));
	json_close_object(w);
	JSON_KEY(w, "summary");
	json_open_object(w);
	json_kv_u64(w, STR("error"), 1);
	json_close_object(w);
	JSON_KEY(w, "results");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("policy"), STR("cluster"));
	json_kv_str(w, STR("source"), STR("Seawall"));
	json_kv_str(w, STR("result"), STR("error"));
	json_kv_str(w, STR("message"), str_c(view->failed->msg));
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
}

static void write_policy_report(struct buf *b, const struct posture_report *report)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("apiVersion"), STR("v1"));
	json_kv_str(&w, STR("kind"), STR("List"));
	JSON_KEY(&w, "items");
	json_open_array(&w);
	for (size_t v = 0; v < report->n; v++) {
		if (report->views[v].assessment)
			put_view(&w, report, &report->views[v]);
		else
			put_failed(&w, &report->views[v]);
	}
	json_close_array(&w);
	json_close_object(&w);
	buf_byte(b, '\n');
}

const struct posture_writer posture_writer_policy_report = { .name = "policy-report",
							     .write = write_policy_report };
