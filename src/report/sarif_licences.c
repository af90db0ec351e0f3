/* SPDX-License-Identifier: Apache-2.0 */
#include "report/licence.h"
#include "report/sarif_parts.h"

/* A rule for each licence and what is said of it: "license:GPL-2.0-only". */
static str rule_id(const struct report *report, const struct licence_item *item)
{
	bool policy = item->verdict.rule >= LICENCE_NOT_ALLOWED;

	return str_fmt(report->arena, "license:%.*s%s", STR_ARG(item->name),
		       policy ? ":not-permitted" : "");
}

static void put_rule(struct report_out *out, const struct report *report,
		     const struct licence_item *item, str id)
{
	struct json_writer *w = &out->json;
	enum lang lang = report->opts->lang;
	str title = str_fmt(report->arena, "%.*s (%.*s)", STR_ARG(item->name),
			    STR_ARG(report_licence_category(lang, item)));

	json_open_object(w);
	json_kv_str(w, STR("id"), id);
	sarif_put_text(w, STR("shortDescription"), title);
	sarif_put_text(w, STR("fullDescription"), title);
	sarif_put_text(w, STR("help"), report_licence_remedy(lang, item));
	sarif_put_default_level(w, item->severity);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("security-severity"), sarif_score(item->severity));
	JSON_KEY(w, "tags");
	json_open_array(w);
	json_put_str(w, STR("license"));
	const char *category = licence_category_name(item->verdict.category);
	const char *severity = severity_name(item->severity);
	json_put_str(w, str_c(category));
	if (strcmp(category, severity) != 0) /* tags are unique; "unknown" is both */
		json_put_str(w, str_c(severity));
	json_close_array(w);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

void sarif_put_licence_rules(struct report_out *out, const struct report *report,
			     struct map *places)
{
	for (size_t i = 0; i < report->licences.shown_count; i++) {
		const struct licence_item *item = report_licence(report, i);
		str id = rule_id(report, item);

		if (map_has(places, id))
			continue;
		map_put(places, id, (void *)(uintptr_t)places->n);
		put_rule(out, report, item, id);
	}
}

static void put_location(struct json_writer *w, const struct report *report,
			 const struct licence_item *item)
{
	const struct package *package = report_licence_package(report, item);
	str path = report_licence_path(report, item);
	uint32_t line = package ? package->line : report->inventory->licences[item->file].line;

	sarif_open_location(
		w, sarif_uri(report->arena, "", path.n > 0 ? path : STR("packages"), ""), true);
	sarif_put_line(w, line);
	json_close_object(w);
	json_close_object(w);
	json_close_array(w);
}

static void put_result(struct report_out *out, const struct report *report,
		       const struct licence_item *item, const struct map *places)
{
	struct json_writer *w = &out->json;
	enum lang lang = report->opts->lang;
	str id = rule_id(report, item);

	json_open_object(w);
	json_kv_str(w, STR("ruleId"), id);
	json_kv_u64(w, STR("ruleIndex"), (uint64_t)(uintptr_t)map_get(places, id));
	json_kv_str(w, STR("level"), str_c(sarif_level(item->severity)));
	sarif_put_text(w, STR("message"),
		       str_fmt(report->arena, "%.*s: %.*s (%.*s). %.*s",
			       STR_ARG(report_licence_subject(report, item)), STR_ARG(item->name),
			       STR_ARG(report_licence_category(lang, item)),
			       STR_ARG(report_licence_remedy(lang, item))));
	put_location(w, report, item);
	JSON_KEY(w, "partialFingerprints");
	json_open_object(w);
	json_kv_str(w, STR("seawall/license/v1"), report_licence_id(report, item));
	json_close_object(w);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("severity"), str_c(severity_name(item->severity)));
	json_kv_str(w, STR("category"), str_c(licence_category_name(item->verdict.category)));
	json_kv_str(w, STR("rule"), str_c(licence_rule_name(item->verdict.rule)));
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

void sarif_put_licence_results(struct report_out *out, const struct report *report,
			       const struct map *places)
{
	for (size_t i = 0; i < report->licences.shown_count; i++)
		put_result(out, report, report_licence(report, i), places);
}
