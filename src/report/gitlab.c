/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GitLab's container scanning report (security report schemas, version 15.0.7). It asks for times
 * of begin and end: those of --timestamp, else the image's creation, else 1970, since a report
 * holds no clock of its own. It knows no findings without a verdict: what could not be read is a
 * message of the scan, and its status is "failure" when nothing can be said.
 */
#include "report/advice.h"
#include "report/gitlab_parts.h"
#include "report/summary.h"

#define GITLAB_VERSION "15.0.7"

static void put_tool(struct json_writer *w, const char *key)
{
	json_key(w, str_c(key));
	json_open_object(w);
	json_kv_str(w, STR("id"), STR("seawall"));
	json_kv_str(w, STR("name"), STR("Seawall"));
	json_kv_str(w, STR("version"), STR(SEAWALL_VERSION));
	JSON_KEY(w, "vendor");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("Seawall"));
	json_close_object(w);
	json_close_object(w);
}

/* "2026-11-22T01:02:03", without a zone. */
static str plain_time(const struct report_opts *opts, str created)
{
	str time = opts->timestamp.n ? opts->timestamp : created;

	return time.n >= strlen("2026-11-22T01:02:03")
		       ? str_take(time, strlen("2026-11-22T01:02:03"))
		       : STR("1970-01-01T00:00:00");
}

static void put_message(struct json_writer *w, const char *level, str value)
{
	json_open_object(w);
	json_kv_str(w, STR("level"), str_c(level));
	json_kv_str(w, STR("value"), value);
	json_close_object(w);
}

void gitlab_put_scan(struct report_out *out, const struct report *report, const char *type,
		     str failure)
{
	struct json_writer *w = &out->json;
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report ? report_warnings(report, warnings) : 0;
	bool judged = report && report->status != REPORT_NOT_APPLICABLE;
	str time = plain_time(out->opts, report ? report->inventory->created : STR_EMPTY);

	JSON_KEY(w, "scan");
	json_open_object(w);
	put_tool(w, "analyzer");
	put_tool(w, "scanner");
	json_kv_str(w, STR("type"), str_c(type));
	json_kv_str(w, STR("start_time"), time);
	json_kv_str(w, STR("end_time"), time);
	json_kv_str(w, STR("status"), judged ? STR("success") : STR("failure"));
	JSON_KEY(w, "messages");
	json_open_array(w);
	if (failure.n > 0)
		put_message(w, "fatal", failure);
	for (size_t i = 0; i < n; i++)
		put_message(w, "warn", warnings[i]);
	/* The form has no place for them. */
	if (report && report->checks.failed_shown > 0)
		put_message(w, "warn",
			    TEXT_MAKE(report->arena, out->opts->lang, GITLAB_NO_CHECKS,
				      text_number(report->arena, report->checks.failed_shown)));
	if (report && report->licences.shown_count > 0)
		put_message(w, "warn",
			    TEXT_MAKE(report->arena, out->opts->lang, GITLAB_NO_LICENCES,
				      text_number(report->arena, report->licences.shown_count)));
	json_close_array(w);
	json_close_object(w);
}

str gitlab_severity(enum severity severity)
{
	static const char *const words[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = "Unknown", [SEVERITY_NEGLIGIBLE] = "Info",
		[SEVERITY_LOW] = "Low",		[SEVERITY_MEDIUM] = "Medium",
		[SEVERITY_HIGH] = "High",	[SEVERITY_CRITICAL] = "Critical",
	};

	return str_c(words[severity]);
}

static void put_identifier(struct json_writer *w, struct arena *arena, str id)
{
	bool cve = str_starts(id, STR("CVE-"));
	ptrdiff_t dash = str_find_char(id, '-');
	str type = dash > 0 ? str_lower(arena, str_take(id, (size_t)dash)) : STR("advisory");

	json_open_object(w);
	json_kv_str(w, STR("type"), cve ? STR("cve") : type);
	json_kv_str(w, STR("name"), id);
	json_kv_str(w, STR("value"), id);
	if (cve)
		json_kv_str(w, STR("url"),
			    str_fmt(arena, "https://nvd.nist.gov/vuln/detail/%.*s", STR_ARG(id)));
	json_close_object(w);
}

static void put_location(struct json_writer *w, const struct report *report,
			 const struct package *package)
{
	const struct inventory *inventory = report->inventory;
	str system = str_fmt(report->arena, "%.*s %.*s", STR_ARG(inventory->os.family),
			     STR_ARG(inventory->os.version));

	JSON_KEY(w, "location");
	json_open_object(w);
	json_kv_str(w, STR("image"), inventory->target);
	json_kv_str(w, STR("operating_system"),
		    str_trim(system).n ? str_trim(system) : STR("unknown"));
	JSON_KEY(w, "dependency");
	json_open_object(w);
	JSON_KEY(w, "package");
	json_open_object(w);
	json_kv_str(w, STR("name"), package->name);
	json_close_object(w);
	json_kv_str(w, STR("version"), package->version);
	json_close_object(w);
	json_close_object(w);
}

static void put_vulnerability(struct report_out *out, const struct report *report,
			      const struct finding *finding)
{
	struct json_writer *w = &out->json;
	const struct package *package = report_package(report, finding);
	enum lang lang = report->opts->lang;

	json_open_object(w);
	json_kv_str(w, STR("id"), report_fingerprint(report, finding));
	json_kv_str(w, STR("name"), report_title(report, finding));
	json_kv_str(w, STR("description"), finding->description);
	json_kv_str(w, STR("severity"), gitlab_severity(finding->severity));
	json_kv_str(w, STR("solution"), advice_remedy(report->arena, lang, package, finding));
	put_location(w, report, package);
	JSON_KEY(w, "identifiers");
	json_open_array(w);
	put_identifier(w, report->arena, finding->id);
	for (size_t i = 0; i < finding->alias_count; i++)
		put_identifier(w, report->arena, finding->aliases[i]);
	json_close_array(w);
	JSON_KEY(w, "links");
	json_open_array(w);
	for (size_t i = 0; i < finding->reference_count; i++) {
		json_open_object(w);
		json_kv_str(w, STR("url"), finding->references[i]);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
	report_out_step(out);
}

void gitlab_open(struct report_out *out)
{
	/* The form knows one image: several are a list of reports, one for each. */
	json_open_object(&out->json);
	json_kv_str(&out->json, STR("version"), STR(GITLAB_VERSION));
}

void gitlab_close(struct report_out *out)
{
	json_close_array(&out->json);
	JSON_KEY(&out->json, "remediations");
	json_open_array(&out->json);
	json_close_array(&out->json);
	json_close_object(&out->json);
	buf_byte(&out->buf, '\n');
	out->done++;
}

static void target(struct report_out *out, const struct report *report)
{
	gitlab_open(out);
	gitlab_put_scan(out, report, "container_scanning",
			report->status == REPORT_NOT_APPLICABLE ? report->reason : STR_EMPTY);
	JSON_KEY(&out->json, "vulnerabilities");
	json_open_array(&out->json);
	for (size_t i = 0; i < report->shown_count; i++)
		put_vulnerability(out, report, report_finding(report, report->shown[i]));
	gitlab_close(out);
}

const struct report_writer report_writer_gitlab = {
	.name = "gitlab",
	.machine = true,
	.single = true,
	.target = target,
};
