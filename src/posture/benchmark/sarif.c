/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF 2.1.0: a rule for each control, a result for each finding. What is found on a host has a
 * logical location; the artifact that some readers insist on is the file at fault, or a path made
 * of the host and what the document is about.
 */
#include "base/json.h"
#include "posture/benchmark_report.h"
#include "report/sarif_parts.h"

struct run {
	struct json_writer *w;
	const struct benchmark_report *report;
	enum lang lang;
};

static void put_rule(const struct run *run, const struct benchmark_control *c)
{
	const struct check_text *text = benchmark_control_text(run->lang, c);
	struct json_writer *w = run->w;

	json_open_object(w);
	json_kv_str(w, STR("id"), c->check->id);
	json_kv_str(w, STR("name"), c->number);
	sarif_put_text(w, STR("shortDescription"), text->title);
	sarif_put_text(w, STR("fullDescription"), text->description);
	sarif_put_text(w, STR("help"), text->remediation);
	sarif_put_default_level(w, c->severity);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_strings(w, STR("tags"), c->check->aliases, c->check->alias_n);
	json_kv_str(w, STR("benchmark"), run->report->result->version);
	json_kv_str(w, STR("number"), c->number);
	json_kv_u64(w, STR("profile_level"), c->check->benchmark.level);
	json_kv_str(w, STR("status"), str_c(benchmark_status_name(c->status)));
	json_kv_str(w, STR("severity"), str_c(severity_name(c->severity)));
	json_close_object(w);
	json_close_object(w);
}

static void put_location(const struct run *run, const struct benchmark_item *item)
{
	const struct benchmark_document *d = item->document;
	struct arena *arena = run->report->arena;
	struct json_writer *w = run->w;
	bool file = item->line > 0 && item->file.n > 0;
	str host = run->report->result->host.name, path = d->name;

	if (!str_eq(d->kind, STR("docker")))
		path = str_fmt(arena, "%.*s/%.*s/%.*s", STR_ARG(host), STR_ARG(d->kind),
			       STR_ARG(d->name));
	sarif_open_location(w, sarif_uri(arena, "", file ? item->file : path, ""), false);
	if (file) {
		JSON_KEY(w, "region");
		json_open_object(w);
		json_kv_i64(w, STR("startLine"), item->line);
		json_close_object(w);
	}
	json_close_object(w);
	JSON_KEY(w, "logicalLocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("fullyQualifiedName"),
		    item->subject.n > 0 && !str_eq(item->subject, d->name)
			    ? str_fmt(arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(item->subject))
			    : path);
	json_kv_str(w, STR("kind"), STR("resource"));
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
}

static void put_result(const struct run *run, const struct benchmark_control *c, size_t rule,
		       const struct benchmark_item *item)
{
	struct json_writer *w = run->w;
	enum benchmark_status status =
		item->status == BENCHMARK_EXEMPT ? item->under : item->status;
	bool manual = status == BENCHMARK_MANUAL;

	json_open_object(w);
	json_kv_str(w, STR("ruleId"), c->check->id);
	json_kv_u64(w, STR("ruleIndex"), rule);
	json_kv_str(w, STR("kind"), manual ? STR("review") : STR("fail"));
	json_kv_str(w, STR("level"), manual ? STR("none") : str_c(sarif_level(c->severity)));
	sarif_put_text(w, STR("message"), benchmark_item_text(run->report->arena, run->lang, item));
	put_location(run, item);
	benchmark_put_sarif_state(w, item->mark);
	JSON_KEY(w, "partialFingerprints");
	json_open_object(w);
	json_kv_str(w, STR("control/v1"), benchmark_fingerprint(run->report->arena, c, item));
	json_close_object(w);
	if (item->exception)
		sarif_put_suppression(w, item->exception->reason);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("kind"), item->document->kind);
	json_kv_str(w, STR("document"), item->document->name);
	json_kv_opt(w, STR("subject"), item->subject);
	json_kv_opt(w, STR("evidence"), item->evidence);
	json_close_object(w);
	json_close_object(w);
}

static void put_driver(const struct run *run)
{
	const struct benchmark_result *r = run->report->result;
	struct json_writer *w = run->w;

	JSON_KEY(w, "tool");
	json_open_object(w);
	JSON_KEY(w, "driver");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("Seawall"));
	json_kv_str(w, STR("version"), STR(SEAWALL_VERSION));
	JSON_KEY(w, "rules");
	json_open_array(w);
	for (size_t i = 0; i < r->n; i++) {
		if (!r->controls[i].hidden)
			put_rule(run, &r->controls[i]);
	}
	json_close_array(w);
	json_close_object(w);
	json_close_object(w);
}

static void put_invocation(const struct run *run)
{
	const struct benchmark_result *r = run->report->result;
	struct json_writer *w = run->w;
	size_t errors = 0;

	for (size_t i = 0; i < r->n; i++)
		errors += r->controls[i].status == BENCHMARK_ERROR && !r->controls[i].hidden;
	JSON_KEY(w, "invocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_bool(w, STR("executionSuccessful"), errors == 0);
	JSON_KEY(w, "toolExecutionNotifications");
	json_open_array(w);
	for (size_t i = 0; i < r->n; i++) {
		const struct benchmark_control *c = &r->controls[i];

		for (size_t k = 0; k < c->item_n && !c->hidden; k++) {
			if (c->items[k].status != BENCHMARK_ERROR)
				continue;
			sarif_put_notification(
				w, "error",
				str_fmt(run->report->arena, "%.*s: %.*s", STR_ARG(c->number),
					STR_ARG(benchmark_item_text(run->report->arena, run->lang,
								    &c->items[k]))));
			benchmark_step(run->report);
		}
	}
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
}

static void put_results(const struct run *run)
{
	const struct benchmark_result *r = run->report->result;
	size_t rule = 0;

	JSON_KEY(run->w, "results");
	json_open_array(run->w);
	for (size_t i = 0; i < r->n; i++) {
		const struct benchmark_control *c = &r->controls[i];

		if (c->hidden)
			continue;
		for (size_t k = 0; k < c->item_n; k++) {
			if (c->items[k].status != BENCHMARK_ERROR)
				put_result(run, c, rule, &c->items[k]);
			benchmark_step(run->report);
		}
		rule++;
	}
	json_close_array(run->w);
}

static void write_sarif(struct buf *b, const struct benchmark_report *report)
{
	struct json_writer w;
	struct run run = { .w = &w, .report = report, .lang = report->lang };

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("$schema"), STR("https://json.schemastore.org/sarif-2.1.0.json"));
	json_kv_str(&w, STR("version"), STR("2.1.0"));
	JSON_KEY(&w, "runs");
	json_open_array(&w);
	json_open_object(&w);
	put_driver(&run);
	put_invocation(&run);
	put_results(&run);
	json_close_object(&w);
	if (report->sarif_more)
		report->sarif_more(&w, report);
	json_close_array(&w);
	json_close_object(&w);
	buf_byte(b, '\n');
}

const struct benchmark_writer benchmark_writer_sarif = { .name = "sarif", .write = write_sarif };
