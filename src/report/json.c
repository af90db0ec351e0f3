/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as JSON: doc/report-schema.json describes every member. One target makes one report
 * object; several make {"schema_version", "reports": [...]}.
 */
#include "report/advice.h"
#include "report/json_parts.h"

#include "base/json.h"
#include "fmt/package_kind.h"

static void put_tally(struct json_writer *w, const struct tally *tally)
{
	json_open_object(w);
	for (size_t s = REPORT_SEVERITIES; s-- > 0;)
		json_kv_u64(w, str_c(severity_name((enum severity)s)), tally->by_severity[s]);
	json_kv_u64(w, STR("total"), tally->total);
	json_kv_u64(w, STR("fixable"), tally->fixable);
	json_kv_u64(w, STR("known_exploited"), tally->kev);
	json_close_object(w);
}

static void put_image(struct json_writer *w, const struct inventory *inventory)
{
	JSON_KEY(w, "image");
	json_open_object(w);
	json_kv_str(w, STR("transport"), inventory->target_kind);
	json_kv_opt(w, STR("registry"), inventory->registry);
	json_kv_opt(w, STR("repository"), inventory->repository);
	json_kv_opt(w, STR("tag"), inventory->tag);
	json_kv_strings(w, STR("tags"), inventory->repo_tags, inventory->repo_tag_count);
	json_kv_opt(w, STR("digest"), inventory->digest);
	json_kv_opt(w, STR("config_digest"), inventory->config_digest);
	json_kv_opt(w, STR("platform"), inventory->platform);
	json_kv_opt(w, STR("created"), inventory->created);
	json_close_object(w);
}

static void put_os(struct json_writer *w, const struct report *report)
{
	const struct os_identity *os = &report->inventory->os;

	JSON_KEY(w, "os");
	if (os->family.n == 0 && os->pretty.n == 0) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_str(w, STR("family"), os->family);
	json_kv_str(w, STR("version"), os->version);
	json_kv_opt(w, STR("codename"), os->codename);
	json_kv_opt(w, STR("name"), os->pretty);
	json_kv_opt(w, STR("path"), os->path);
	json_kv_bool(w, STR("extended_support"), os->extended_support);
	json_kv_bool(w, STR("end_of_life"), report->match->end_of_life);
	json_kv_opt(w, STR("end_of_life_date"), report->match->eol_date);
	json_kv_opt(w, STR("end_of_life_message"), report->match->eol_message);
	json_close_object(w);
}

static void put_database(struct json_writer *w, const struct advisory_info *db)
{
	JSON_KEY(w, "database");
	json_open_object(w);
	json_kv_bool(w, STR("essentials_only"), db->essentials_only);
	json_kv_bool(w, STR("stale"), db->stale);
	json_kv_opt(w, STR("date"), db->date);
	json_kv_opt(w, STR("built"), db->built);
	json_kv_opt(w, STR("digest"), db->digest);
	json_kv_u64(w, STR("records"), db->records);
	json_kv_u64(w, STR("known_exploited_entries"), db->kev);
	json_kv_u64(w, STR("epss_entries"), db->epss);
	JSON_KEY(w, "sources");
	json_open_array(w);
	for (size_t i = 0; i < db->source_count; i++) {
		const struct advisory_source *source = &db->sources[i];

		json_open_object(w);
		json_kv_str(w, STR("name"), source->name);
		json_kv_opt(w, STR("form"), source->form);
		json_kv_opt(w, STR("date"), source->date);
		json_kv_bool(w, STR("stale"), source->stale);
		json_kv_u64(w, STR("records"), source->records);
		json_kv_u64(w, STR("skipped"), source->skipped);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void put_coverage(struct json_writer *w, const struct match_result *match)
{
	JSON_KEY(w, "coverage");
	json_open_array(w);
	for (size_t i = 0; i < match->coverage_count; i++) {
		const struct coverage *coverage = &match->coverage[i];

		json_open_object(w);
		json_kv_str(w, STR("kind"), coverage->kind);
		json_kv_str(w, STR("status"), str_c(coverage_status_name(coverage->status)));
		json_kv_opt(w, STR("ecosystems"), coverage->ecosystems);
		json_kv_opt(w, STR("reason"), coverage->reason);
		json_kv_u64(w, STR("packages"), coverage->packages);
		json_kv_opt(w, STR("date"), coverage->date);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_summary(struct json_writer *w, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	JSON_KEY(w, "summary");
	json_open_object(w);
	json_kv_str(w, STR("statement"), str_c(statement_name(report->statement)));
	JSON_KEY(w, "findings");
	put_tally(w, &report->tally);
	json_kv_u64(w, STR("suppressed"), report->suppressed_count);
	json_put_secret_tally(w, report);
	json_put_check_tally(w, report);
	json_put_licence_tally(w, report);
	json_kv_u64(w, STR("packages_read"), inventory->package_count);
	json_kv_u64(w, STR("packages_affected"), report->affected_packages);
	json_kv_strings(w, STR("kinds_read"), inventory->kinds_read, inventory->kinds_read_count);
	json_kv_u64(w, STR("files_seen"), inventory->files_seen);
	json_kv_u64(w, STR("bytes_seen"), inventory->bytes_seen);
	json_kv_strings(w, STR("warnings"), warnings, n);
	json_close_object(w);
}

void json_put_layer(struct json_writer *w, const struct report *report, str key, int64_t layer)
{
	const struct inventory *inventory = report->inventory;

	json_key(w, key);
	if (layer < 0 || (uint64_t)layer >= inventory->layer_count) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_i64(w, STR("index"), layer);
	json_kv_opt(w, STR("digest"), inventory->layers[layer].digest);
	json_kv_opt(w, STR("diff_id"), inventory->layers[layer].diff_id);
	json_close_object(w);
}

static void put_package(struct report_out *out, const struct report *report, size_t index,
			size_t findings)
{
	struct json_writer *w = &out->json;
	const struct package *package = &report->inventory->packages[index];

	json_open_object(w);
	json_kv_str(w, STR("kind"), package->kind);
	json_kv_str(w, STR("name"), package->name);
	json_kv_str(w, STR("version"), package->version);
	json_kv_opt(w, STR("arch"), package->arch);
	json_kv_str(w, STR("source_name"), package_source_name(package));
	json_kv_str(w, STR("source_version"), package_source_version(package));
	json_kv_opt(w, STR("maintainer"), package->maintainer);
	json_kv_opt(w, STR("vendor"), package->vendor);
	json_kv_opt(w, STR("licence"), package->licence);
	json_kv_opt(w, STR("module"), package->module);
	json_kv_opt(w, STR("origin"), package->origin);
	json_kv_opt(w, STR("path"), package->path);
	if (package->line)
		json_kv_u64(w, STR("line"), package->line);
	json_kv_str(w, STR("form"), str_c(package_form_name(package->form)));
	if (package->dev)
		json_kv_bool(w, STR("dev"), true);
	if (package->indirect)
		json_kv_bool(w, STR("indirect"), true);
	if (package->depend_count)
		json_kv_strings(w, STR("depends"), package->depends, package->depend_count);
	if (package->digest_count)
		json_kv_strings(w, STR("digests"), package->digests, package->digest_count);
	json_put_layer(w, report, STR("layer"), package->layer);
	json_kv_u64(w, STR("findings"), findings);
	json_close_object(w);
	report_out_step(out);
}

static void put_packages(struct report_out *out, const struct report *report)
{
	size_t count = report->inventory->package_count;
	size_t *findings = ARENA_ARRAY(report->arena, size_t, count);

	for (size_t i = 0; i < report->shown_count; i++)
		findings[report_finding(report, report->shown[i])->package]++;
	JSON_KEY(&out->json, "packages");
	json_open_array(&out->json);
	for (size_t i = 0; i < count; i++) {
		if (findings[i] > 0 || report->opts->list_all_packages)
			put_package(out, report, i, findings[i]);
	}
	json_close_array(&out->json);
}

static bool is_cve(str id) { return str_starts(id, STR("CVE-")); }

static void put_cve(struct json_writer *w, str id)
{
	AUTO(buf_done)
	struct buf link = { 0 };

	if (!is_cve(id))
		return;
	buf_init(&link, 4096);
	buf_fmt(&link, "https://nvd.nist.gov/vuln/detail/%.*s", STR_ARG(id));
	json_open_object(w);
	json_kv_str(w, STR("id"), id);
	json_kv_str(w, STR("link"), buf_str(&link));
	json_close_object(w);
}

static void put_identity(struct json_writer *w, enum lang lang, const struct finding *finding)
{
	json_kv_str(w, STR("id"), finding->id);
	json_kv_strings(w, STR("aliases"), finding->aliases, finding->alias_count);
	json_kv_str(w, STR("advisory"), finding->advisory);
	JSON_KEY(w, "cves");
	json_open_array(w);
	put_cve(w, finding->id);
	for (size_t i = 0; i < finding->alias_count; i++)
		put_cve(w, finding->aliases[i]);
	json_close_array(w);
	json_kv_str(w, STR("title"), advice_title(lang, finding));
	json_kv_str(w, STR("description"), finding->description);
	json_kv_str(w, STR("kind"), str_c(finding_kind_name(finding->kind)));
}

static void put_rating(struct json_writer *w, const struct finding *finding)
{
	json_kv_str(w, STR("severity"), str_c(severity_name(finding->severity)));
	json_kv_str(w, STR("severity_source"), finding->severity_source);
	json_kv_opt(w, STR("severity_before"), finding->severity_before);
	json_kv_opt(w, STR("severity_reason"), finding->severity_reason);
	JSON_KEY(w, "cvss");
	json_open_array(w);
	for (size_t i = 0; i < finding->cvss_count; i++) {
		json_open_object(w);
		json_kv_str(w, STR("version"), finding->cvss[i].version);
		JSON_KEY(w, "base_score");
		json_put_double(w, finding->cvss[i].base);
		json_kv_str(w, STR("vector"), finding->cvss[i].vector);
		json_kv_opt(w, STR("source"), finding->cvss[i].source);
		json_close_object(w);
	}
	json_close_array(w);
	JSON_KEY(w, "epss");
	if (finding->epss < 0) {
		json_put_null(w);
	} else {
		json_open_object(w);
		JSON_KEY(w, "score");
		json_put_double(w, finding->epss);
		if (finding->epss_percentile >= 0) {
			JSON_KEY(w, "percentile");
			json_put_double(w, finding->epss_percentile);
		}
		json_close_object(w);
	}
	JSON_KEY(w, "known_exploited");
	if (!finding->kev) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_opt(w, STR("added"), finding->kev_added);
	json_kv_opt(w, STR("due"), finding->kev_due);
	json_kv_bool(w, STR("ransomware"), finding->kev_ransomware);
	json_close_object(w);
}

static void put_place(struct json_writer *w, const struct report *report,
		      const struct finding *finding)
{
	const struct inventory *inventory = report->inventory;
	const struct package *package = report_package(report, finding);

	json_kv_str(w, STR("package"), package->name);
	json_kv_str(w, STR("package_kind"), package->kind);
	json_kv_opt(w, STR("arch"), package->arch);
	json_kv_str(w, STR("installed"), package->version);
	json_kv_str(w, STR("fixed"), finding->fixed);
	json_kv_str(w, STR("status"), str_c(fix_status_name(finding->status)));
	json_kv_bool(w, STR("patchable"), finding->status == FIX_AVAILABLE);
	json_kv_str(w, STR("source_package"), package_source_name(package));
	json_kv_opt(w, STR("path"), package->path);
	json_put_layer(w, report, STR("layer"), package->layer);
	json_kv_opt(w, STR("registry"), inventory->registry);
	json_kv_opt(w, STR("repository"), inventory->repository);
	json_kv_opt(w, STR("digest"), inventory->digest);
	json_kv_strings(w, STR("tags"), inventory->repo_tags, inventory->repo_tag_count);
}

/* Where R-17 asks for a category: what kind of thing is to be repaired. */
static str category(const struct package *package)
{
	return package_kind_is_system(package->kind) ? STR("os_package") : STR("library");
}

static void put_finding(struct report_out *out, const struct report *report,
			const struct finding *finding)
{
	struct json_writer *w = &out->json;
	const struct package *package = report_package(report, finding);
	enum lang lang = report->opts->lang;

	json_open_object(w);
	put_identity(w, lang, finding);
	json_kv_str(w, STR("category"), category(package));
	put_rating(w, finding);
	put_place(w, report, finding);
	json_kv_str(w, STR("remediation"), advice_remedy(report->arena, lang, package, finding));
	json_kv_opt(w, STR("upgrade"), advice_upgrade(package, finding));
	json_kv_str(w, STR("impact"), advice_impact(report->arena, lang, finding));
	json_kv_opt(w, STR("published"), finding->published);
	json_kv_opt(w, STR("modified"), finding->modified);
	json_kv_strings(w, STR("references"), finding->references, finding->reference_count);
	json_kv_opt(w, STR("ecosystem"), finding->ecosystem);
	json_kv_opt(w, STR("matched_name"), finding->matched_name);
	json_kv_opt(w, STR("matched_version"), finding->matched_version);
	json_kv_opt(w, STR("origin"), finding->origin);
	if (finding->tool_count > 0)
		json_kv_strings(w, STR("tools"), finding->tools, finding->tool_count);
	json_close_object(w);
	report_out_step(out);
}

static void put_findings(struct report_out *out, const struct report *report)
{
	struct json_writer *w = &out->json;

	JSON_KEY(w, "findings");
	json_open_array(w);
	for (size_t i = 0; i < report->shown_count; i++)
		put_finding(out, report, report_finding(report, report->shown[i]));
	json_close_array(w);
	json_put_suppressed(out, report);
}

static void put_not_examined(struct report_out *out, const struct inventory *inventory)
{
	struct json_writer *w = &out->json;

	JSON_KEY(w, "not_examined");
	json_open_array(w);
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *item = &inventory->not_examined[i];

		json_open_object(w);
		json_kv_str(w, STR("what"), item->what);
		json_kv_opt(w, STR("path"), item->path);
		json_kv_bool(w, STR("on_purpose"), item->kind == ERR_NONE);
		if (item->kind != ERR_NONE)
			json_kv_str(w, STR("error"), str_c(err_kind_name(item->kind)));
		json_kv_str(w, STR("reason"), item->reason);
		json_kv_u64(w, STR("count"), item->count);
		json_close_object(w);
		report_out_step(out);
	}
	json_close_array(w);
}

static void put_layers(struct report_out *out, const struct report *report)
{
	struct json_writer *w = &out->json;

	JSON_KEY(w, "layers");
	json_open_array(w);
	for (size_t i = 0; i < report->inventory->layer_count; i++) {
		const struct layer_info *layer = &report->inventory->layers[i];

		json_open_object(w);
		json_kv_u64(w, STR("index"), i);
		json_kv_opt(w, STR("digest"), layer->digest);
		json_kv_opt(w, STR("diff_id"), layer->diff_id);
		json_kv_opt(w, STR("media_type"), layer->media_type);
		json_kv_u64(w, STR("size"), layer->size);
		json_kv_opt(w, STR("created_by"), layer->created_by);
		JSON_KEY(w, "findings");
		put_tally(w, &report->layer_tally[i]);
		json_close_object(w);
		report_out_step(out);
	}
	json_close_array(w);
}

static void put_head(struct json_writer *w, str target)
{
	json_open_object(w);
	json_kv_str(w, STR("schema_version"), STR(REPORT_SCHEMA));
	json_kv_str(w, STR("seawall_version"), STR(SEAWALL_VERSION));
	json_kv_str(w, STR("target"), target);
}

static void target(struct report_out *out, const struct report *report)
{
	struct json_writer *w = &out->json;

	put_head(w, report->inventory->target);
	json_kv_opt(w, STR("timestamp"), report->opts->timestamp);
	json_put_ci(w, report->opts);
	json_kv_str(w, STR("status"), str_c(report_status_name(report->status)));
	json_kv_opt(w, STR("reason"), report->reason);
	put_image(w, report->inventory);
	put_os(w, report);
	put_database(w, report->database);
	json_put_imports(w, report->match);
	put_coverage(w, report->match);
	put_summary(w, report);
	json_put_gate(w, report);
	put_packages(out, report);
	put_findings(out, report);
	json_put_secrets(out, report);
	json_put_checks(out, report);
	json_put_licences(out, report);
	put_not_examined(out, report->inventory);
	put_layers(out, report);
	json_close_object(w);
	out->done++;
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	struct json_writer *w = &out->json;

	put_head(w, name);
	json_kv_str(w, STR("status"), STR("failed"));
	json_kv_str(w, STR("reason"), str_c(why->msg));
	json_kv_str(w, STR("error"), str_c(err_kind_name(why->kind)));
	json_close_object(w);
	out->done++;
}

static void begin(struct report_out *out)
{
	struct json_writer *w = &out->json;

	if (out->opts->targets < 2)
		return;
	json_open_object(w);
	json_kv_str(w, STR("schema_version"), STR(REPORT_SCHEMA));
	JSON_KEY(w, "reports");
	json_open_array(w);
}

static void end(struct report_out *out)
{
	if (out->opts->targets >= 2) {
		json_close_array(&out->json);
		json_close_object(&out->json);
	}
	buf_byte(&out->buf, '\n');
}

const struct report_writer report_writer_json = {
	.name = "json",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
