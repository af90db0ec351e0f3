/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GitLab's secret detection report (security report schemas, version 15.0.7): the secrets alone,
 * which its container scanning report has no place for. The form asks for a commit: that of
 * --ci-metadata, else one of zeros. What is not in a file (environment, label, build step) has its
 * place as the name of a file that says so.
 */
#include "report/gitlab_parts.h"
#include "report/secret.h"

#define NO_COMMIT "0000000"

static void put_location(struct json_writer *w, const struct report *report,
			 const struct secret_finding *secret)
{
	const struct ci_metadata *ci = report->opts->ci;
	str commit = ci ? ci->values[CI_commit] : STR_EMPTY;
	str file = secret->path;

	if (secret->place != SECRET_FILE)
		file = str_fmt(report->arena, "%s:%.*s", secret_place_name(secret->place),
			       STR_ARG(secret->path));
	JSON_KEY(w, "location");
	json_open_object(w);
	json_kv_str(w, STR("file"), file);
	JSON_KEY(w, "commit");
	json_open_object(w);
	json_kv_str(w, STR("sha"), commit.n ? commit : STR(NO_COMMIT));
	json_close_object(w);
	if (secret->line > 0) {
		json_kv_u64(w, STR("start_line"), secret->line);
		json_kv_u64(w, STR("end_line"), secret->line);
	}
	json_close_object(w);
}

static void put_secret(struct report_out *out, const struct report *report,
		       const struct secret_finding *secret)
{
	struct json_writer *w = &out->json;
	enum lang lang = report->opts->lang;
	str title = report_secret_title(lang, secret);

	json_open_object(w);
	json_kv_str(w, STR("id"), secret->id);
	json_kv_str(w, STR("name"), title);
	json_kv_str(w, STR("description"),
		    str_fmt(report->arena, "%.*s: %.*s, %.*s", STR_ARG(title),
			    STR_ARG(report_secret_place(report->arena, lang, secret)),
			    STR_ARG(report_secret_details(report, secret))));
	json_kv_str(w, STR("severity"), gitlab_severity(report_secret_severity(secret)));
	json_kv_str(w, STR("solution"), report_secret_remedy(lang, secret));
	put_location(w, report, secret);
	JSON_KEY(w, "identifiers");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("type"), STR("seawall_rule_id"));
	json_kv_str(w, STR("name"), title);
	json_kv_str(w, STR("value"), secret->kind);
	json_close_object(w);
	json_close_array(w);
	json_close_object(w);
	report_out_step(out);
}

static void put_list(struct report_out *out, const struct report *report)
{
	JSON_KEY(&out->json, "vulnerabilities");
	json_open_array(&out->json);
	for (size_t i = 0; i < report->secrets.shown_count; i++)
		put_secret(out, report, report_secret(report, i));
	gitlab_close(out);
}

static void target(struct report_out *out, const struct report *report)
{
	/* Nobody looked: that is no empty list of findings. */
	bool searched = report->inventory->secrets_searched;

	gitlab_open(out);
	gitlab_put_scan(out, searched ? report : NULL, "secret_detection",
			searched ? STR_EMPTY : text_of(report->opts->lang, TEXT_GATE_NO_SECRETS));
	put_list(out, report);
}

const struct report_writer report_writer_gitlab_secrets = {
	.name = "gitlab-secrets",
	.machine = true,
	.single = true,
	.target = target,
};
