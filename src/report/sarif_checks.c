/* SPDX-License-Identifier: Apache-2.0 */
#include "report/misconfiguration.h"
#include "report/sarif_parts.h"

static bool is_link(str text)
{
	if (!str_starts(text, STR("https://")) && !str_starts(text, STR("http://")))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] <= ' ' || text.p[i] >= 0x7f || strchr("\"<>\\^`{|}", text.p[i]))
			return false;
	}
	return true;
}

static void put_help(struct report_out *out, const struct report *report,
		     const struct misconfiguration *m)
{
	const struct check_text *text = misconfiguration_text(report->opts->lang, m);
	const struct check *check = m->result->check;
	struct json_writer *w = &out->json;

	sarif_put_text(w, STR("help"), text->remediation);
	for (size_t i = 0; i < check->reference_n; i++) {
		if (!is_link(check->references[i]))
			continue;
		json_kv_str(w, STR("helpUri"), check->references[i]);
		return;
	}
}

static void put_rule(struct report_out *out, const struct report *report,
		     const struct misconfiguration *m)
{
	const struct check_text *text = misconfiguration_text(report->opts->lang, m);
	const struct check *check = m->result->check;
	struct json_writer *w = &out->json;

	json_open_object(w);
	json_kv_str(w, STR("id"), check->id);
	sarif_put_text(w, STR("shortDescription"), text->title);
	sarif_put_text(w, STR("fullDescription"),
		       text->description.n ? text->description : text->title);
	put_help(out, report, m);
	sarif_put_default_level(w, m->severity);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("security-severity"), sarif_score(m->severity));
	json_kv_strings(w, STR("aliases"), check->aliases, check->alias_n);
	JSON_KEY(w, "tags");
	json_open_array(w);
	json_put_str(w, STR("security"));
	json_put_str(w, STR("misconfiguration"));
	json_put_str(w, str_c(severity_name(m->severity)));
	json_close_array(w);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

void sarif_put_check_rules(struct report_out *out, const struct report *report, struct map *places)
{
	for (size_t i = 0; i < report->checks.shown_count; i++) {
		const struct misconfiguration *m = report_misconfiguration(report, i);
		str id = m->result->check->id;

		if (m->result->verdict == CHECK_ERROR || map_has(places, id))
			continue;
		map_put(places, id, (void *)(uintptr_t)places->n);
		put_rule(out, report, m);
	}
}

/* "Deployment shop/web spec.template.spec.containers[0].image" */
static void put_logical(struct json_writer *w, const struct check_finding *f)
{
	if (!f->object)
		return;
	JSON_KEY(w, "logicalLocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("name"), f->field.n > 0 ? f->field : f->object->name);
	json_kv_str(w, STR("fullyQualifiedName"), f->subject);
	json_kv_str(w, STR("kind"), STR("resource"));
	json_close_object(w);
	json_close_array(w);
}

static void put_location(struct json_writer *w, const struct report *report,
			 const struct misconfiguration *m)
{
	str file = misconfiguration_file(m);
	const struct check_finding *f = m->finding;

	/* The configuration of an image is no file: its place is a name, as of secrets in it. */
	sarif_open_location(
		w, sarif_uri(report->arena, "", file.n ? file : STR("config/image"), ""), true);
	if (f->line > 0) {
		JSON_KEY(w, "region");
		json_open_object(w);
		json_kv_i64(w, STR("startLine"), f->line);
		if (f->col > 0)
			json_kv_i64(w, STR("startColumn"), f->col);
		if (f->end_line >= f->line)
			json_kv_i64(w, STR("endLine"), f->end_line);
		json_close_object(w);
	}
	json_close_object(w);
	put_logical(w, f);
	sarif_put_text(w, STR("message"), report->inventory->target);
	json_close_object(w);
	json_close_array(w);
}

static void put_result(struct report_out *out, const struct report *report,
		       const struct misconfiguration *m, const struct map *places)
{
	const struct check_text *text = misconfiguration_text(report->opts->lang, m);
	str message = misconfiguration_message(report->opts->lang, m);
	bool failed = m->result->verdict == CHECK_FAIL;
	str id = m->result->check->id;
	struct json_writer *w = &out->json;

	json_open_object(w);
	json_kv_str(w, STR("ruleId"), id);
	json_kv_u64(w, STR("ruleIndex"), (uint64_t)(uintptr_t)map_get(places, id));
	json_kv_str(w, STR("kind"), failed ? STR("fail") : STR("review"));
	json_kv_str(w, STR("level"), failed ? str_c(sarif_level(m->severity)) : STR("none"));
	sarif_put_text(
		w, STR("message"),
		str_fmt(report->arena, "%.*s. %.*s", STR_ARG(message), STR_ARG(text->remediation)));
	put_location(w, report, m);
	JSON_KEY(w, "partialFingerprints");
	json_open_object(w);
	json_kv_str(w, STR("seawall/misconfiguration/v1"),
		    misconfiguration_fingerprint(report->arena, m));
	json_close_object(w);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("severity"), str_c(severity_name(m->severity)));
	json_kv_opt(w, STR("subject"), m->finding->subject);
	json_kv_opt(w, STR("stage"), m->finding->stage);
	json_kv_opt(w, STR("evidence"), m->finding->evidence);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

void sarif_put_check_results(struct report_out *out, const struct report *report,
			     const struct map *places)
{
	for (size_t i = 0; i < report->checks.shown_count; i++) {
		const struct misconfiguration *m = report_misconfiguration(report, i);

		if (m->result->verdict != CHECK_ERROR)
			put_result(out, report, m, places);
	}
}

void sarif_put_check_errors(struct report_out *out, const struct report *report)
{
	for (size_t i = 0; i < report->checks.shown_count; i++) {
		const struct misconfiguration *m = report_misconfiguration(report, i);
		str place = misconfiguration_place(report->arena, report->opts->lang, m);
		str message = misconfiguration_message(report->opts->lang, m);
		str id = m->result->check->id;

		if (m->result->verdict == CHECK_ERROR)
			sarif_put_notification(&out->json, "error",
					       str_fmt(report->arena, "%.*s: %.*s: %.*s",
						       STR_ARG(id), STR_ARG(place),
						       STR_ARG(message)));
	}
}
