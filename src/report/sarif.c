/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as SARIF 2.1.0: one run a target. Each flaw is a rule, each finding a result whose
 * location is the package's file inside the image. What a reader must know before the findings
 * (warnings, what was not examined) are notifications of the invocation.
 */
#include "report/advice.h"
#include "report/json_parts.h"
#include "report/sarif_parts.h"

#include "base/json.h"
#include "base/map.h"

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

const char *sarif_level(enum severity severity)
{
	static const char *const levels[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = "note", [SEVERITY_NEGLIGIBLE] = "note",
		[SEVERITY_LOW] = "note",     [SEVERITY_MEDIUM] = "warning",
		[SEVERITY_HIGH] = "error",   [SEVERITY_CRITICAL] = "error",
	};

	return levels[severity];
}

str sarif_score(enum severity severity)
{
	static const char *const scores[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = "0.0", [SEVERITY_NEGLIGIBLE] = "0.1",
		[SEVERITY_LOW] = "2.0",	    [SEVERITY_MEDIUM] = "5.5",
		[SEVERITY_HIGH] = "8.0",    [SEVERITY_CRITICAL] = "9.5",
	};

	return str_c(scores[severity]);
}

void sarif_put_default_level(struct json_writer *w, enum severity severity)
{
	JSON_KEY(w, "defaultConfiguration");
	json_open_object(w);
	json_kv_str(w, STR("level"), str_c(sarif_level(severity)));
	json_close_object(w);
}

void sarif_open_location(struct json_writer *w, str uri, bool below_target)
{
	JSON_KEY(w, "locations");
	json_open_array(w);
	json_open_object(w);
	JSON_KEY(w, "physicalLocation");
	json_open_object(w);
	JSON_KEY(w, "artifactLocation");
	json_open_object(w);
	json_kv_str(w, STR("uri"), uri);
	if (below_target)
		json_kv_str(w, STR("uriBaseId"), STR("TARGET"));
	json_close_object(w);
}

void sarif_put_line(struct json_writer *w, uint64_t line)
{
	if (line == 0)
		return;
	JSON_KEY(w, "region");
	json_open_object(w);
	json_kv_u64(w, STR("startLine"), line);
	json_close_object(w);
}

/* The middle of the band where no score is known, or the publisher rates it otherwise: consumers
 * take the band from the number. */
static double score_of(const struct finding *finding)
{
	static const double middle[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = 0,	 [SEVERITY_NEGLIGIBLE] = 0.1, [SEVERITY_LOW] = 2,
		[SEVERITY_MEDIUM] = 5.5, [SEVERITY_HIGH] = 8,	      [SEVERITY_CRITICAL] = 9.5,
	};
	double score = advice_score(finding);

	if (score >= 0 && severity_from_score(score) == finding->severity)
		return score;
	return middle[finding->severity];
}

/* Bytes that a URI does not carry as they are become %XX (RFC 3986: unreserved and '/'). */
static void put_uri(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_alnum(c) || c == '/' || c == '-' || c == '.' || c == '_' || c == '~')
			buf_byte(b, c);
		else
			buf_fmt(b, "%%%02X", (unsigned char)c);
	}
}

str sarif_uri(struct arena *arena, const char *head, str path, const char *tail)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, REPORT_MAX_PIECE);
	buf_fmt(&b, "%s", head);
	put_uri(&b, path);
	buf_fmt(&b, "%s", tail);
	return str_dup(arena, buf_str(&b));
}

void sarif_put_text(struct json_writer *w, str key, str text)
{
	json_key(w, key);
	json_open_object(w);
	json_kv_str(w, STR("text"), text.n ? text : STR("-"));
	json_close_object(w);
}

void sarif_put_suppression(struct json_writer *w, str reason)
{
	JSON_KEY(w, "suppressions");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("kind"), STR("external"));
	json_kv_str(w, STR("status"), STR("accepted"));
	json_kv_opt(w, STR("justification"), reason);
	json_close_object(w);
	json_close_array(w);
}

static void put_help(struct report_out *out, const struct report *report,
		     const struct finding *finding)
{
	struct json_writer *w = &out->json;
	const struct package *package = report_package(report, finding);
	enum lang lang = report->opts->lang;
	str remedy = advice_remedy(report->arena, lang, package, finding);
	str impact = advice_impact(report->arena, lang, finding);
	str text = str_fmt(report->arena, "%.*s\n%.*s", STR_ARG(impact), STR_ARG(remedy));

	JSON_KEY(w, "help");
	json_open_object(w);
	json_kv_str(w, STR("text"), text);
	json_close_object(w);
	for (size_t i = 0; i < finding->reference_count; i++) {
		str link = finding->references[i];
		bool plain = str_starts(link, STR("https://")) || str_starts(link, STR("http://"));

		for (size_t k = 0; k < link.n; k++)
			plain = plain && link.p[k] > ' ' && link.p[k] < 0x7f &&
				!strchr("\"<>\\^`{|}", link.p[k]);
		if (!plain)
			continue;
		json_kv_str(w, STR("helpUri"), link);
		break;
	}
}

static void put_rule(struct report_out *out, const struct report *report,
		     const struct finding *finding)
{
	struct json_writer *w = &out->json;
	str title = report_title(report, finding);

	json_open_object(w);
	json_kv_str(w, STR("id"), finding->id);
	sarif_put_text(w, STR("shortDescription"), title);
	sarif_put_text(w, STR("fullDescription"),
		       finding->description.n ? finding->description : title);
	put_help(out, report, finding);
	sarif_put_default_level(w, finding->severity);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("security-severity"), str_fmt(report->arena, "%.1f", score_of(finding)));
	JSON_KEY(w, "tags");
	json_open_array(w);
	json_put_str(w, STR("security"));
	json_put_str(w, STR("vulnerability"));
	json_put_str(w, str_c(severity_name(finding->severity)));
	if (finding->kev)
		json_put_str(w, STR("known-exploited"));
	json_close_array(w);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

/* The rules, each id once, in the order of the findings; their places go into `places`. */
static void put_rules(struct report_out *out, const struct report *report, struct map *places)
{
	JSON_KEY(&out->json, "rules");
	json_open_array(&out->json);
	for (size_t i = 0; i < report->shown_count; i++) {
		const struct finding *finding = report_finding(report, report->shown[i]);

		if (map_has(places, finding->id))
			continue;
		map_put(places, finding->id, (void *)(uintptr_t)places->n);
		put_rule(out, report, finding);
	}
	sarif_put_secret_rules(out, report, places);
	sarif_put_check_rules(out, report, places);
	sarif_put_licence_rules(out, report, places);
	json_close_array(&out->json);
}

static void put_locations(struct report_out *out, const struct report *report,
			  const struct package *package)
{
	struct json_writer *w = &out->json;
	str name = str_fmt(report->arena, "%.*s/%.*s@%.*s", STR_ARG(package->kind),
			   STR_ARG(package->name), STR_ARG(package->version));

	sarif_open_location(w, sarif_uri(report->arena, "", package->path, ""), true);
	json_close_object(w);
	JSON_KEY(w, "logicalLocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("name"), package->name);
	json_kv_str(w, STR("fullyQualifiedName"), name);
	json_kv_str(w, STR("kind"), STR("package"));
	json_close_object(w);
	json_close_array(w);
	sarif_put_text(w, STR("message"), report->inventory->target);
	json_close_object(w);
	json_close_array(w);
}

static void put_result(struct report_out *out, const struct report *report,
		       const struct finding *finding, const struct map *places)
{
	struct json_writer *w = &out->json;
	const struct package *package = report_package(report, finding);
	const struct layer_info *layer = report_layer(report, package);
	str remedy = advice_remedy(report->arena, report->opts->lang, package, finding);

	json_open_object(w);
	json_kv_str(w, STR("ruleId"), finding->id);
	json_kv_u64(w, STR("ruleIndex"), (uint64_t)(uintptr_t)map_get(places, finding->id));
	json_kv_str(w, STR("level"), str_c(sarif_level(finding->severity)));
	sarif_put_text(w, STR("message"),
		       str_fmt(report->arena, "%.*s %.*s: %.*s. %.*s", STR_ARG(package->name),
			       STR_ARG(package->version), STR_ARG(report_title(report, finding)),
			       STR_ARG(remedy)));
	put_locations(out, report, package);
	JSON_KEY(w, "partialFingerprints");
	json_open_object(w);
	json_kv_str(w, STR("seawall/v1"), report_fingerprint(report, finding));
	json_close_object(w);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("severity"), str_c(severity_name(finding->severity)));
	json_kv_str(w, STR("severity_source"), finding->severity_source);
	json_kv_str(w, STR("advisory"), finding->advisory);
	json_kv_str(w, STR("package"), package->name);
	json_kv_str(w, STR("installed"), package->version);
	json_kv_str(w, STR("fixed"), finding->fixed);
	json_kv_str(w, STR("status"), str_c(fix_status_name(finding->status)));
	json_kv_opt(w, STR("layer"), layer ? layer->digest : STR_EMPTY);
	json_close_object(w);
	json_close_object(w);
	report_out_step(out);
}

void sarif_put_notification(struct json_writer *w, const char *level, str text)
{
	json_open_object(w);
	json_kv_str(w, STR("level"), str_c(level));
	sarif_put_text(w, STR("message"), text);
	json_close_object(w);
}

static void put_invocation(struct report_out *out, const struct report *report)
{
	struct json_writer *w = &out->json;
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	JSON_KEY(w, "invocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_bool(w, STR("executionSuccessful"), true);
	json_kv_opt(w, STR("endTimeUtc"), report->opts->timestamp);
	JSON_KEY(w, "toolExecutionNotifications");
	json_open_array(w);
	if (report->reason.n > 0)
		sarif_put_notification(w, "warning", report->reason);
	for (size_t i = 0; i < n; i++)
		sarif_put_notification(w, "warning", warnings[i]);
	for (size_t i = 0; i < report->inventory->not_examined_count; i++) {
		const struct not_examined *item = &report->inventory->not_examined[i];
		str text = str_fmt(report->arena, "%.*s%s%.*s: %.*s", STR_ARG(item->what),
				   item->path.n ? " " : "", STR_ARG(item->path),
				   STR_ARG(item->reason));

		sarif_put_notification(w, item->kind == ERR_NONE ? "note" : "warning", text);
	}
	sarif_put_check_errors(out, report);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
}

static void put_run_properties(struct json_writer *w, const struct report *report)
{
	const struct inventory *inventory = report->inventory;

	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("target"), inventory->target);
	json_kv_opt(w, STR("digest"), inventory->digest);
	json_kv_opt(w, STR("os_family"), inventory->os.family);
	json_kv_opt(w, STR("os_version"), inventory->os.version);
	json_kv_str(w, STR("status"), str_c(report_status_name(report->status)));
	json_kv_str(w, STR("statement"), str_c(statement_name(report->statement)));
	json_kv_opt(w, STR("database_date"), report->database->date);
	json_kv_bool(w, STR("essentials_only"), report->database->essentials_only);
	json_put_ci(w, report->opts);
	json_put_gate(w, report);
	json_close_object(w);
}

/* The commit it was built from, and the run that scanned it. */
static void put_origin(struct json_writer *w, const struct report *report)
{
	const struct ci_metadata *ci = report->opts->ci;
	const struct inventory *inventory = report->inventory;
	struct arena *arena = report->arena;

	if (!ci || ci_is_empty(ci))
		return;
	if (ci_link(ci->values[CI_repository_url]).n > 0) {
		JSON_KEY(w, "versionControlProvenance");
		json_open_array(w);
		json_open_object(w);
		json_kv_str(w, STR("repositoryUri"), ci->values[CI_repository_url]);
		json_kv_opt(w, STR("revisionId"), ci->values[CI_commit]);
		json_kv_opt(w, STR("branch"), ci->values[CI_branch]);
		json_close_object(w);
		json_close_array(w);
	}
	/* Readers take what stands before the last slash as the name of the series. */
	str name = inventory->repository.n ? inventory->repository : inventory->target;
	str run = ci->values[CI_run_id].n ? ci->values[CI_run_id] : ci->values[CI_run_number];
	JSON_KEY(w, "automationDetails");
	json_open_object(w);
	json_kv_str(w, STR("id"), str_fmt(arena, "seawall/%.*s/%.*s", STR_ARG(name), STR_ARG(run)));
	sarif_put_text(w, STR("description"), ci_line(ci, arena));
	json_close_object(w);
}

static void open_run(struct json_writer *w)
{
	json_open_object(w);
	JSON_KEY(w, "tool");
	json_open_object(w);
	JSON_KEY(w, "driver");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("seawall"));
	json_kv_str(w, STR("version"), STR(SEAWALL_VERSION));
}

static void target(struct report_out *out, const struct report *report)
{
	struct json_writer *w = &out->json;
	struct map places;

	map_init(&places, report->arena);
	open_run(w);
	json_kv_str(w, STR("language"), str_c(lang_name(report->opts->lang)));
	put_rules(out, report, &places);
	json_close_object(w);
	json_close_object(w);
	put_invocation(out, report);
	JSON_KEY(w, "originalUriBaseIds");
	json_open_object(w);
	JSON_KEY(w, "TARGET");
	json_open_object(w);
	json_kv_str(w, STR("uri"),
		    sarif_uri(report->arena, "seawall-target:/", report->inventory->target, "/"));
	json_close_object(w);
	json_close_object(w);
	JSON_KEY(w, "results");
	json_open_array(w);
	for (size_t i = 0; i < report->shown_count; i++)
		put_result(out, report, report_finding(report, report->shown[i]), &places);
	sarif_put_secret_results(out, report, &places);
	sarif_put_check_results(out, report, &places);
	sarif_put_licence_results(out, report, &places);
	json_close_array(w);
	json_kv_str(w, STR("columnKind"), STR("unicodeCodePoints"));
	put_origin(w, report);
	put_run_properties(w, report);
	json_close_object(w);
	out->done++;
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	struct json_writer *w = &out->json;

	open_run(w);
	json_close_object(w);
	json_close_object(w);
	JSON_KEY(w, "invocations");
	json_open_array(w);
	json_open_object(w);
	json_kv_bool(w, STR("executionSuccessful"), false);
	JSON_KEY(w, "toolExecutionNotifications");
	json_open_array(w);
	sarif_put_notification(w, "error", str_c(why->msg));
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
	JSON_KEY(w, "properties");
	json_open_object(w);
	json_kv_str(w, STR("target"), name);
	json_kv_str(w, STR("status"), STR("failed"));
	json_close_object(w);
	json_close_object(w);
	out->done++;
}

static void begin(struct report_out *out)
{
	struct json_writer *w = &out->json;

	json_open_object(w);
	json_kv_str(w, STR("$schema"), STR(SARIF_SCHEMA));
	json_kv_str(w, STR("version"), STR("2.1.0"));
	JSON_KEY(w, "runs");
	json_open_array(w);
}

static void end(struct report_out *out)
{
	json_close_array(&out->json);
	json_close_object(&out->json);
	buf_byte(&out->buf, '\n');
}

const struct report_writer report_writer_sarif = {
	.name = "sarif",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
