/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json_parts.h"
#include "report/misconfiguration.h"

static void put_identity(struct json_writer *w, const struct report *report,
			 const struct misconfiguration *m)
{
	const struct check *check = m->result->check;
	const struct check_finding *f = m->finding;

	json_kv_str(w, STR("id"), check->id);
	json_kv_strings(w, STR("aliases"), check->aliases, check->alias_n);
	json_kv_str(w, STR("severity"), str_c(severity_name(m->severity)));
	json_kv_opt(w, STR("severity_before"), m->severity_before);
	json_kv_opt(w, STR("severity_reason"), m->severity_reason);
	json_kv_str(w, STR("status"), str_c(check_verdict_name(m->result->verdict)));
	json_kv_opt(w, STR("file"), misconfiguration_file(m));
	if (f && f->line > 0)
		json_kv_i64(w, STR("line"), f->line);
	if (f && f->end_line > 0)
		json_kv_i64(w, STR("end_line"), f->end_line);
	if (f && f->col > 0)
		json_kv_i64(w, STR("column"), f->col);
	json_kv_str(w, STR("fingerprint"), misconfiguration_fingerprint(report->arena, m));
	json_kv_str(w, STR("message"), misconfiguration_message(report->opts->lang, m));
}

static void put_object(struct json_writer *w, const struct check_finding *f)
{
	const struct check_object *o = f ? f->object : NULL;

	if (!o)
		return;
	JSON_KEY(w, "object");
	json_open_object(w);
	json_kv_str(w, STR("api_version"), o->api_version);
	json_kv_str(w, STR("kind"), o->kind);
	json_kv_opt(w, STR("namespace"), o->namespace);
	json_kv_str(w, STR("name"), o->name);
	json_kv_opt(w, STR("container"), f->container);
	json_kv_opt(w, STR("field"), f->field);
	json_close_object(w);
}

static void put_item(struct report_out *out, const struct report *report,
		     const struct misconfiguration *m)
{
	const struct check_text *text = misconfiguration_text(report->opts->lang, m);
	const struct check *check = m->result->check;
	const struct check_finding *f = m->finding;
	struct json_writer *w = &out->json;

	json_open_object(w);
	put_identity(w, report, m);
	json_kv_str(w, STR("title"), text->title);
	json_kv_str(w, STR("description"), text->description);
	json_kv_str(w, STR("remediation"), text->remediation);
	json_put_layer(w, report, STR("layer"), f ? f->layer : -1);
	put_object(w, f);
	json_kv_opt(w, STR("stage"), f ? f->stage : STR_EMPTY);
	json_kv_opt(w, STR("subject"), f ? f->subject : STR_EMPTY);
	json_kv_opt(w, STR("evidence"), f ? f->evidence : STR_EMPTY);
	json_kv_strings(w, STR("references"), check->references, check->reference_n);
	json_kv_bool(w, STR("own_check"), check->own);
	json_close_object(w);
	report_out_step(out);
}

static void put_suppressed(struct report_out *out, const struct report *report,
			   const struct suppressed *item)
{
	struct json_writer *w = &out->json;

	json_open_object(w);
	put_identity(w, report, &report->checks.items[item->finding]);
	json_kv_str(w, STR("reason"), str_c(suppression_name(item->reason)));
	json_put_exception(w, report, item->by);
	json_close_object(w);
	report_out_step(out);
}

void json_put_check_tally(struct json_writer *w, const struct report *report)
{
	const struct report_checks *c = &report->checks;

	JSON_KEY(w, "misconfigurations");
	if (!c->results) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	for (size_t s = REPORT_SEVERITIES; s-- > 0;)
		json_kv_u64(w, str_c(severity_name((enum severity)s)), c->by_severity[s]);
	json_kv_u64(w, STR("total"), c->failed_shown);
	json_kv_u64(w, STR("suppressed"), c->suppressed_count);
	json_close_object(w);
}

/* How each check ended, so that what passed can be told from what was not judged. */
static void put_checks(struct report_out *out, const struct report *report)
{
	const struct check_results *results = report->checks.results;
	struct json_writer *w = &out->json;

	JSON_KEY(w, "checks");
	json_open_array(w);
	for (size_t i = 0; i < results->n; i++) {
		const struct check_result *r = &results->items[i];

		json_open_object(w);
		json_kv_str(w, STR("id"), r->check->id);
		json_kv_opt(w, STR("file"), r->path);
		json_kv_str(w, STR("status"), str_c(check_verdict_name(r->verdict)));
		json_kv_opt(w, STR("reason"),
			    r->reason[report->opts->lang == LANG_JA ? CHECK_JA : CHECK_EN]);
		json_close_object(w);
		report_out_step(out);
	}
	json_close_array(w);
}

void json_put_checks(struct report_out *out, const struct report *report)
{
	const struct report_checks *c = &report->checks;
	struct json_writer *w = &out->json;

	if (!c->results)
		return;
	JSON_KEY(w, "misconfigurations");
	json_open_array(w);
	for (size_t i = 0; i < c->shown_count; i++)
		put_item(out, report, report_misconfiguration(report, i));
	json_close_array(w);
	JSON_KEY(w, "suppressed_misconfigurations");
	json_open_array(w);
	for (size_t i = 0; i < c->suppressed_count; i++)
		put_suppressed(out, report, &c->suppressed[i]);
	json_close_array(w);
	put_checks(out, report);
	JSON_KEY(w, "misconfiguration_summary");
	json_open_object(w);
	json_kv_u64(w, STR("documents"), report->inventory->document_count);
	json_kv_u64(w, STR("passed"), c->verdicts[CHECK_PASS]);
	json_kv_u64(w, STR("failed"), c->verdicts[CHECK_FAIL]);
	json_kv_u64(w, STR("manual"), c->verdicts[CHECK_MANUAL]);
	json_kv_u64(w, STR("not_applicable"), c->verdicts[CHECK_NOT_APPLICABLE]);
	json_kv_u64(w, STR("errors"), c->verdicts[CHECK_ERROR]);
	json_kv_u64(w, STR("not_shown"), c->dropped);
	if (report->inventory->objects_read > 0) {
		json_kv_u64(w, STR("objects_read"), report->inventory->objects_read);
		json_kv_u64(w, STR("objects_judged"), report->inventory->objects_judged);
	}
	json_close_object(w);
}
