/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exception.h"
#include "report/json_parts.h"
#include "report/licence.h"

static void put_identity(struct json_writer *w, const struct report *report,
			 const struct licence_item *item)
{
	const struct package *package = report_licence_package(report, item);

	json_kv_str(w, STR("id"), report_licence_id(report, item));
	json_kv_str(w, STR("license"), item->name);
	json_kv_str(w, STR("category"), str_c(licence_category_name(item->verdict.category)));
	json_kv_str(w, STR("rule"), str_c(licence_rule_name(item->verdict.rule)));
	json_kv_str(w, STR("severity"), str_c(severity_name(item->severity)));
	json_kv_opt(w, STR("severity_before"), item->severity_before);
	json_kv_opt(w, STR("severity_reason"), item->severity_reason);
	json_kv_opt(w, STR("stated"), item->stated);
	JSON_KEY(w, "confidence");
	json_put_double(w, (double)item->confidence / LICENCE_SURE);
	if (package) {
		json_kv_str(w, STR("package"), package->name);
		json_kv_str(w, STR("package_kind"), package->kind);
		json_kv_str(w, STR("installed"), package->version);
		json_kv_opt(w, STR("arch"), package->arch);
		if (package->dev)
			json_kv_bool(w, STR("dev"), true);
	} else if (report->inventory->licences[item->file].line > 0) {
		json_kv_u64(w, STR("line"), report->inventory->licences[item->file].line);
	}
	json_kv_opt(w, STR("path"), report_licence_path(report, item));
}

static void put_shown(struct report_out *out, const struct report *report,
		      const struct licence_item *item)
{
	struct json_writer *w = &out->json;

	json_open_object(w);
	put_identity(w, report, item);
	json_put_layer(w, report, STR("layer"), report_licence_layer(report, item));
	json_kv_str(w, STR("remediation"), report_licence_remedy(report->opts->lang, item));
	json_close_object(w);
	report_out_step(out);
}

static void put_suppressed(struct report_out *out, const struct report *report,
			   const struct suppressed *how)
{
	struct json_writer *w = &out->json;

	json_open_object(w);
	put_identity(w, report, &report->licences.items[how->finding]);
	json_kv_str(w, STR("reason"), str_c(suppression_name(how->reason)));
	json_put_exception(w, report, how->by);
	json_close_object(w);
	report_out_step(out);
}

void json_put_licence_tally(struct json_writer *w, const struct report *report)
{
	const struct report_licences *l = &report->licences;
	size_t by_category[LICENCE_CATEGORIES] = { 0 };

	JSON_KEY(w, "licenses");
	if (!report->opts->licences) {
		json_put_null(w);
		return;
	}
	for (size_t i = 0; i < l->shown_count; i++)
		by_category[report_licence(report, i)->verdict.category]++;
	json_open_object(w);
	for (size_t s = REPORT_SEVERITIES; s-- > 0;)
		json_kv_u64(w, str_c(severity_name((enum severity)s)), l->by_severity[s]);
	json_kv_u64(w, STR("total"), l->shown_count);
	json_kv_u64(w, STR("suppressed"), l->suppressed_count);
	JSON_KEY(w, "categories");
	json_open_object(w);
	for (size_t c = LICENCE_CATEGORIES; c-- > 0;)
		json_kv_u64(w, str_c(licence_category_name((enum licence_category)c)),
			    by_category[c]);
	json_close_object(w);
	json_close_object(w);
}

void json_put_licences(struct report_out *out, const struct report *report)
{
	const struct report_licences *l = &report->licences;
	struct json_writer *w = &out->json;

	if (!report->opts->licences)
		return;
	JSON_KEY(w, "licenses");
	json_open_array(w);
	for (size_t i = 0; i < l->shown_count; i++)
		put_shown(out, report, report_licence(report, i));
	json_close_array(w);
	JSON_KEY(w, "suppressed_licenses");
	json_open_array(w);
	for (size_t i = 0; i < l->suppressed_count; i++)
		put_suppressed(out, report, &l->suppressed[i]);
	json_close_array(w);
}
