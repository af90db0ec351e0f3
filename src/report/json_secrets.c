/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exception.h"
#include "report/json_parts.h"
#include "report/secret.h"

static void put_identity(struct json_writer *w, const struct secret_finding *secret)
{
	json_kv_str(w, STR("id"), secret->id);
	json_kv_str(w, STR("kind"), secret->kind);
	json_kv_str(w, STR("severity"), str_c(severity_name(report_secret_severity(secret))));
	json_kv_opt(w, STR("severity_before"), secret->severity_before);
	json_kv_opt(w, STR("severity_reason"), secret->severity_reason);
	json_kv_str(w, STR("place"), str_c(secret_place_name(secret->place)));
	json_kv_str(w, STR("path"), secret->path);
	if (secret->line)
		json_kv_u64(w, STR("line"), secret->line);
}

static void put_secret(struct report_out *out, const struct report *report,
		       const struct secret_finding *secret)
{
	struct json_writer *w = &out->json;
	enum lang lang = report->opts->lang;

	json_open_object(w);
	put_identity(w, secret);
	json_kv_str(w, STR("title"), report_secret_title(lang, secret));
	json_kv_str(w, STR("begins"), secret->shown);
	json_kv_u64(w, STR("length"), secret->length);
	json_kv_str(w, STR("sha256_begins"), secret->digest);
	json_put_layer(w, report, STR("layer"), secret->layer);
	json_put_layer(w, report, STR("deleted_in"), secret->deleted_in);
	json_kv_str(w, STR("remediation"), report_secret_remedy(lang, secret));
	json_close_object(w);
	report_out_step(out);
}

static void put_suppressed(struct report_out *out, const struct report *report,
			   const struct suppressed *item)
{
	struct json_writer *w = &out->json;

	json_open_object(w);
	put_identity(w, &report->inventory->secrets[item->finding]);
	json_kv_str(w, STR("reason"), str_c(suppression_name(item->reason)));
	json_put_exception(w, report, item->by);
	json_close_object(w);
	report_out_step(out);
}

void json_put_secret_tally(struct json_writer *w, const struct report *report)
{
	JSON_KEY(w, "secrets");
	if (!report->inventory->secrets_searched) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	for (size_t s = REPORT_SEVERITIES; s-- > 0;)
		json_kv_u64(w, str_c(severity_name((enum severity)s)),
			    report->secrets.by_severity[s]);
	json_kv_u64(w, STR("total"), report->secrets.shown_count);
	json_kv_u64(w, STR("suppressed"), report->secrets.suppressed_count);
	json_close_object(w);
}

static void put_search(struct json_writer *w, const struct inventory *inventory)
{
	const struct secret_counts *counts = &inventory->secret_counts;

	JSON_KEY(w, "secret_search");
	json_open_object(w);
	json_kv_u64(w, STR("files"), counts->files);
	json_kv_u64(w, STR("bytes"), counts->bytes);
	json_kv_u64(w, STR("binary"), counts->binary);
	json_kv_u64(w, STR("binary_searched"), counts->programs);
	json_kv_u64(w, STR("left_out"), counts->listed);
	json_kv_u64(w, STR("in_part"), counts->too_large + counts->gave_up);
	json_kv_u64(w, STR("not_shown"), counts->dropped);
	json_close_object(w);
}

void json_put_secrets(struct report_out *out, const struct report *report)
{
	const struct report_secrets *s = &report->secrets;
	struct json_writer *w = &out->json;

	if (!report->inventory->secrets_searched)
		return;
	JSON_KEY(w, "secrets");
	json_open_array(w);
	for (size_t i = 0; i < s->shown_count; i++)
		put_secret(out, report, &report->inventory->secrets[s->shown[i]]);
	json_close_array(w);
	JSON_KEY(w, "suppressed_secrets");
	json_open_array(w);
	for (size_t i = 0; i < s->suppressed_count; i++)
		put_suppressed(out, report, &s->suppressed[i]);
	json_close_array(w);
	put_search(w, report->inventory);
}
