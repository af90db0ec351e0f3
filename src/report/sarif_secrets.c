/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sarif_parts.h"
#include "report/secret.h"

static void put_rule(struct report_out *out, const struct report *report,
		     const struct secret_finding *secret)
{
	struct json_writer *w = &out->json;
	enum severity severity = report_secret_severity(secret);
	enum lang lang = report->opts->lang;
	struct secret_finding kind = *secret;

	kind.deleted_in = -1; /* the rule is about the kind, not about this one */
	json_open_object(w);
	json_kv_str(w, STR("id"), secret->kind);
	sarif_put_text(w, STR("shortDescription"), report_secret_title(lang, secret));
	sarif_put_text(w, STR("fullDescription"), report_secret_title(lang, secret));
	sarif_put_text(w, STR("help"), report_secret_remedy(lang, &kind));
	sarif_put_default_level(w, severity);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("security-severity"), sarif_score(severity));
	JSON_KEY(w, "tags");
	json_open_array(w);
	json_put_str(w, STR("security"));
	json_put_str(w, STR("secret"));
	json_put_str(w, str_c(severity_name(severity)));
	json_close_array(w);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

void sarif_put_secret_rules(struct report_out *out, const struct report *report, struct map *places)
{
	for (size_t i = 0; i < report->secrets.shown_count; i++) {
		const struct secret_finding *secret =
			&report->inventory->secrets[report->secrets.shown[i]];

		if (map_has(places, secret->kind))
			continue;
		map_put(places, secret->kind, (void *)(uintptr_t)places->n);
		put_rule(out, report, secret);
	}
}

/* What lies in the configuration of an image has no file: its place is a name below "config". */
static void put_location(struct json_writer *w, const struct report *report,
			 const struct secret_finding *secret)
{
	str path = secret->path;

	if (secret->place != SECRET_FILE)
		path = str_fmt(report->arena, "config/%s/%.*s", secret_place_name(secret->place),
			       STR_ARG(path));
	sarif_open_location(w, sarif_uri(report->arena, "", path, ""), true);
	sarif_put_line(w, secret->line);
	json_close_object(w);
	sarif_put_text(w, STR("message"), report->inventory->target);
	json_close_object(w);
	json_close_array(w);
}

static void put_result(struct report_out *out, const struct report *report,
		       const struct secret_finding *secret, const struct map *places)
{
	const struct inventory *inventory = report->inventory;
	struct json_writer *w = &out->json;
	struct arena *arena = report->arena;
	enum lang lang = report->opts->lang;
	enum severity severity = report_secret_severity(secret);
	str place = report_secret_place(arena, lang, secret);
	str value = report_secret_value(arena, lang, secret);
	str layer = STR_EMPTY;

	if (secret->layer >= 0 && (size_t)secret->layer < inventory->layer_count)
		layer = inventory->layers[secret->layer].digest;
	json_open_object(w);
	json_kv_str(w, STR("ruleId"), secret->kind);
	json_kv_u64(w, STR("ruleIndex"), (uint64_t)(uintptr_t)map_get(places, secret->kind));
	json_kv_str(w, STR("level"), str_c(sarif_level(severity)));
	sarif_put_text(w, STR("message"),
		       str_fmt(arena, "%.*s: %.*s (%.*s). %.*s",
			       STR_ARG(report_secret_title(lang, secret)), STR_ARG(place),
			       STR_ARG(value), STR_ARG(report_secret_remedy(lang, secret))));
	put_location(w, report, secret);
	JSON_KEY(w, "partialFingerprints");
	json_open_object(w);
	json_kv_str(w, STR("seawall/secret/v1"), secret->id);
	json_close_object(w);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("severity"), str_c(severity_name(severity)));
	json_kv_str(w, STR("place"), str_c(secret_place_name(secret->place)));
	json_kv_opt(w, STR("layer"), layer);
	json_kv_bool(w, STR("deleted_later"), secret->deleted_in >= 0);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

void sarif_put_secret_results(struct report_out *out, const struct report *report,
			      const struct map *places)
{
	for (size_t i = 0; i < report->secrets.shown_count; i++)
		put_result(out, report, &report->inventory->secrets[report->secrets.shown[i]],
			   places);
}
