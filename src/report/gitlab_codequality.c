/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GitLab's code quality report: a list of issues in the part of the Code Climate form that GitLab
 * reads (description, check_name, fingerprint, severity, location). Its merge request shows what a
 * change adds and repairs. A target that could not be looked at, or not wholly, is an issue of its
 * own, since an empty list reads as a good result.
 */
#include "base/map.h"
#include "report/advice.h"
#include "report/misconfiguration.h"
#include "report/secret.h"

static const char *severity_word(enum severity severity)
{
	static const char *const words[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = "info",  [SEVERITY_NEGLIGIBLE] = "info",
		[SEVERITY_LOW] = "minor",     [SEVERITY_MEDIUM] = "major",
		[SEVERITY_HIGH] = "critical", [SEVERITY_CRITICAL] = "blocker",
	};

	return words[severity];
}

struct issue {
	str check, text, mark, path;
	uint64_t line;
	const char *severity;
};

static void put_issue(struct report_out *out, const struct issue *issue)
{
	struct json_writer *w = &out->json;

	json_open_object(w);
	json_kv_str(w, STR("type"), STR("issue"));
	json_kv_str(w, STR("check_name"), issue->check);
	json_kv_str(w, STR("description"), issue->text);
	JSON_KEY(w, "categories");
	json_open_array(w);
	json_put_str(w, STR("Security"));
	json_close_array(w);
	json_kv_str(w, STR("fingerprint"), issue->mark);
	json_kv_str(w, STR("severity"), str_c(issue->severity));
	JSON_KEY(w, "location");
	json_open_object(w);
	json_kv_str(w, STR("path"), issue->path.n ? issue->path : STR("-"));
	JSON_KEY(w, "lines");
	json_open_object(w);
	json_kv_u64(w, STR("begin"), issue->line ? issue->line : 1);
	json_close_object(w);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

static str mark_of(struct arena *arena, str target, str what)
{
	str text = str_fmt(arena, "%.*s\n%.*s", STR_ARG(target), STR_ARG(what));

	return str_fmt(arena, "%016llx%016llx", (unsigned long long)siphash(text, 1, 2),
		       (unsigned long long)siphash(text, 3, 4));
}

static void put_finding(struct report_out *out, const struct report *report,
			const struct finding *finding)
{
	const struct package *package = report_package(report, finding);
	str title = advice_title(report->opts->lang, finding);
	struct issue issue = {
		.check = finding->id,
		.text = str_fmt(report->arena, "%.*s: %.*s %.*s: %.*s", STR_ARG(finding->id),
				STR_ARG(package->name), STR_ARG(package->version), STR_ARG(title)),
		.mark = report_fingerprint(report, finding),
		.path = package->path.n ? package->path : report->inventory->target,
		.line = package->line,
		.severity = severity_word(finding->severity),
	};

	put_issue(out, &issue);
}

static void put_secret(struct report_out *out, const struct report *report,
		       const struct secret_finding *secret)
{
	enum lang lang = report->opts->lang;
	struct issue issue = {
		.check = secret->kind,
		.text = str_fmt(report->arena, "%.*s: %.*s",
				STR_ARG(report_secret_title(lang, secret)),
				STR_ARG(report_secret_place(report->arena, lang, secret))),
		.mark = secret->id,
		.path = secret->path,
		.line = secret->line,
		.severity = severity_word(report_secret_severity(secret)),
	};

	put_issue(out, &issue);
}

static void put_misconfiguration(struct report_out *out, const struct report *report,
				 const struct misconfiguration *m)
{
	enum lang lang = report->opts->lang;
	str message = misconfiguration_message(lang, m);
	struct issue issue = {
		.check = m->result->check->id,
		.text = str_fmt(report->arena, "%.*s: %.*s",
				STR_ARG(misconfiguration_text(lang, m)->title), STR_ARG(message)),
		.mark = misconfiguration_fingerprint(report->arena, m),
		.path = misconfiguration_file(m),
		.line = m->finding && m->finding->line > 0 ? (uint64_t)m->finding->line : 0,
		.severity = severity_word(m->severity),
	};

	put_issue(out, &issue);
}

static void target(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;

	if (report->status != REPORT_ASSESSED) {
		const char *status = report_status_name(report->status);
		struct issue issue = {
			.check = str_c(status),
			.text = str_fmt(report->arena, "%.*s: %.*s", STR_ARG(inventory->target),
					STR_ARG(report->reason)),
			.mark = mark_of(report->arena, inventory->target, str_c(status)),
			.path = inventory->target,
			.severity = "major",
		};

		put_issue(out, &issue);
	}
	for (size_t i = 0; i < report->shown_count; i++)
		put_finding(out, report, report_finding(report, report->shown[i]));
	for (size_t i = 0; i < report->secrets.shown_count; i++)
		put_secret(out, report, report_secret(report, i));
	for (size_t i = 0; i < report->checks.shown_count; i++)
		put_misconfiguration(out, report, report_misconfiguration(report, i));
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct issue issue = { .check = STR("failed"),
			       .text = str_c(why->msg),
			       .mark = mark_of(arena, name, STR("failed")),
			       .path = name,
			       .severity = "blocker" };

	put_issue(out, &issue);
}

static void begin(struct report_out *out) { json_open_array(&out->json); }

static void end(struct report_out *out)
{
	json_close_array(&out->json);
	buf_byte(&out->buf, '\n');
}

const struct report_writer report_writer_gitlab_codequality = {
	.name = "gitlab-codequality",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
