/* SPDX-License-Identifier: Apache-2.0 */
#include "report/trivy_form.h"

#include "base/map.h"
#include "fmt/purl.h"
#include "report/advice.h"
#include "report/misconfiguration.h"
#include "report/secret.h"

str trivy_severity(enum severity severity)
{
	static const char *const words[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = "UNKNOWN", [SEVERITY_NEGLIGIBLE] = "LOW",
		[SEVERITY_LOW] = "LOW",		[SEVERITY_MEDIUM] = "MEDIUM",
		[SEVERITY_HIGH] = "HIGH",	[SEVERITY_CRITICAL] = "CRITICAL",
	};

	return str_c(words[severity]);
}

static str status_word(enum fix_status status)
{
	return status == FIX_UNDER_REVIEW ? STR("under_investigation")
					  : str_c(fix_status_name(status));
}

static void put_layer(struct json_writer *w, const struct report *report, int layer)
{
	JSON_KEY(w, "Layer");
	json_open_object(w);
	if (layer >= 0 && (size_t)layer < report->inventory->layer_count) {
		json_kv_opt(w, STR("Digest"), report->inventory->layers[layer].digest);
		json_kv_opt(w, STR("DiffID"), report->inventory->layers[layer].diff_id);
	}
	json_close_object(w);
}

static void put_identifier(struct json_writer *w, const char *key, const struct report *report,
			   const struct package *package)
{
	struct err unused;
	str purl;

	json_key(w, str_c(key));
	json_open_object(w);
	/* What is no package URL has none. */
	if (package_purl(package, &report->inventory->os, report->arena, &purl, &unused) == 0)
		json_kv_str(w, STR("PURL"), purl);
	json_close_object(w);
}

/* Scores of one source, each version once. */
static void put_scores(struct json_writer *w, const struct finding *finding, str source)
{
	static const struct {
		const char *begin, *vector, *score;
	} versions[] = { { "2", "V2Vector", "V2Score" },
			 { "3", "V3Vector", "V3Score" },
			 { "4", "V40Vector", "V40Score" } };

	json_open_object(w);
	for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
		for (size_t i = 0; i < finding->cvss_count; i++) {
			const struct cvss_score *score = &finding->cvss[i];

			if (!str_eq(score->source, source) ||
			    !str_starts(score->version, str_c(versions[v].begin)))
				continue;
			json_kv_str(w, str_c(versions[v].vector), score->vector);
			json_key(w, str_c(versions[v].score));
			json_put_double(w, score->base);
			break;
		}
	}
	json_close_object(w);
}

static void put_cvss(struct json_writer *w, const struct finding *finding)
{
	if (finding->cvss_count == 0)
		return;
	JSON_KEY(w, "CVSS");
	json_open_object(w);
	for (size_t i = 0; i < finding->cvss_count; i++) {
		str source = finding->cvss[i].source;
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before |= str_eq(finding->cvss[k].source, source);
		if (before)
			continue;
		json_key(w, source.n ? source : STR("unknown"));
		put_scores(w, finding, source);
	}
	json_close_object(w);
}

static str primary_url(struct arena *arena, const struct finding *finding)
{
	if (str_starts(finding->id, STR("CVE-")))
		return str_fmt(arena, "https://nvd.nist.gov/vuln/detail/%.*s",
			       STR_ARG(finding->id));
	if (str_starts(finding->id, STR("GHSA-")))
		return str_fmt(arena, "https://github.com/advisories/%.*s", STR_ARG(finding->id));
	return finding->reference_count ? finding->references[0] : STR_EMPTY;
}

static void put_vulnerability(struct json_writer *w, const struct report *report,
			      const struct report_manifest *manifest, const struct finding *finding)
{
	const struct package *package = report_package(report, finding);
	struct arena *arena = report->arena;
	bool vendor = finding->advisory.n > 0 && !str_eq(finding->advisory, finding->id);

	json_open_object(w);
	json_kv_str(w, STR("VulnerabilityID"), finding->id);
	if (vendor)
		json_kv_strings(w, STR("VendorIDs"), &finding->advisory, 1);
	json_kv_str(w, STR("PkgID"),
		    str_fmt(arena, "%.*s@%.*s", STR_ARG(package->name), STR_ARG(package->version)));
	json_kv_str(w, STR("PkgName"), package->name);
	if (strcmp(manifest->class, "os-pkgs") != 0 && !str_eq(package->path, manifest->target))
		json_kv_opt(w, STR("PkgPath"), package->path);
	put_identifier(w, "PkgIdentifier", report, package);
	json_kv_str(w, STR("InstalledVersion"), package->version);
	json_kv_opt(w, STR("FixedVersion"), finding->fixed);
	json_kv_str(w, STR("Status"), status_word(finding->status));
	put_layer(w, report, package->layer);
	json_kv_opt(w, STR("SeveritySource"), finding->severity_source);
	json_kv_opt(w, STR("PrimaryURL"), primary_url(arena, finding));
	JSON_KEY(w, "DataSource");
	json_open_object(w);
	json_kv_opt(w, STR("ID"), finding->origin);
	json_kv_opt(w, STR("Name"), finding->ecosystem);
	json_close_object(w);
	json_kv_str(w, STR("Fingerprint"), report_fingerprint(report, finding));
	json_kv_str(w, STR("Title"), advice_title(report->opts->lang, finding));
	json_kv_str(w, STR("Description"), finding->description);
	json_kv_str(w, STR("Severity"), trivy_severity(finding->severity));
	put_cvss(w, finding);
	json_kv_strings(w, STR("References"), finding->references, finding->reference_count);
	json_kv_opt(w, STR("PublishedDate"), finding->published);
	json_kv_opt(w, STR("LastModifiedDate"), finding->modified);
	json_close_object(w);
}

static void put_package(struct json_writer *w, const struct report *report,
			const struct package *package)
{
	json_open_object(w);
	json_kv_str(w, STR("ID"),
		    str_fmt(report->arena, "%.*s@%.*s", STR_ARG(package->name),
			    STR_ARG(package->version)));
	json_kv_str(w, STR("Name"), package->name);
	put_identifier(w, "Identifier", report, package);
	json_kv_str(w, STR("Version"), package->version);
	json_kv_opt(w, STR("Arch"), package->arch);
	json_kv_opt(w, STR("SrcName"), package->source_name);
	json_kv_opt(w, STR("SrcVersion"), package->source_version);
	if (package->licence.n > 0)
		json_kv_strings(w, STR("Licenses"), &package->licence, 1);
	json_kv_opt(w, STR("Maintainer"), package->maintainer);
	if (package->dev)
		json_kv_bool(w, STR("Dev"), true);
	json_kv_str(w, STR("Relationship"), package->indirect ? STR("indirect") : STR("direct"));
	if (package->depend_count > 0)
		json_kv_strings(w, STR("DependsOn"), package->depends, package->depend_count);
	put_layer(w, report, package->layer);
	json_kv_opt(w, STR("FilePath"), package->path);
	json_close_object(w);
}

static void put_manifest(struct report_out *out, const struct report *report, struct json_writer *w,
			 const struct report_manifest *manifest, const size_t *of, size_t index,
			 size_t findings)
{
	json_open_object(w);
	json_kv_str(w, STR("Target"), manifest->target);
	json_kv_str(w, STR("Class"), str_c(manifest->class));
	json_kv_str(w, STR("Type"), manifest->type);
	if (report->opts->list_all_packages) {
		JSON_KEY(w, "Packages");
		json_open_array(w);
		for (size_t i = 0; i < manifest->count; i++) {
			put_package(w, report, &report->inventory->packages[manifest->packages[i]]);
			report_out_step(out);
		}
		json_close_array(w);
	}
	if (findings > 0) {
		JSON_KEY(w, "Vulnerabilities");
		json_open_array(w);
		for (size_t i = 0; i < report->shown_count; i++) {
			const struct finding *finding = report_finding(report, report->shown[i]);

			if (of[finding->package] != index)
				continue;
			put_vulnerability(w, report, manifest, finding);
			report_out_step(out);
		}
		json_close_array(w);
	}
	json_close_object(w);
}

static void put_secret(struct json_writer *w, const struct report *report,
		       const struct secret_finding *secret)
{
	enum lang lang = report->opts->lang;

	json_open_object(w);
	json_kv_str(w, STR("RuleID"), secret->kind);
	json_kv_str(w, STR("Category"), str_c(secret_place_name(secret->place)));
	json_kv_str(w, STR("Severity"), trivy_severity(report_secret_severity(secret)));
	json_kv_str(w, STR("Title"), report_secret_title(lang, secret));
	json_kv_u64(w, STR("StartLine"), secret->line);
	json_kv_u64(w, STR("EndLine"), secret->line);
	json_kv_str(w, STR("Match"), report_secret_value(report->arena, lang, secret));
	put_layer(w, report, secret->layer);
	json_close_object(w);
}

/* One result for each file; secrets stand in the order of their files. */
static void put_secrets(struct report_out *out, const struct report *report, struct json_writer *w)
{
	size_t n = report->secrets.shown_count;

	for (size_t i = 0; i < n;) {
		str path = report_secret(report, i)->path;

		json_open_object(w);
		json_kv_str(w, STR("Target"), path);
		json_kv_str(w, STR("Class"), STR("secret"));
		JSON_KEY(w, "Secrets");
		json_open_array(w);
		for (; i < n && str_eq(report_secret(report, i)->path, path); i++)
			put_secret(w, report, report_secret(report, i));
		json_close_array(w);
		json_close_object(w);
		report_out_step(out);
	}
}

static void put_misconfiguration(struct json_writer *w, const struct report *report,
				 const struct misconfiguration *m)
{
	enum lang lang = report->opts->lang;
	const struct check *check = m->result->check;
	const struct check_text *text = misconfiguration_text(lang, m);
	uint64_t line = m->finding && m->finding->line > 0 ? (uint64_t)m->finding->line : 0;

	json_open_object(w);
	json_kv_str(w, STR("Type"), check->group);
	json_kv_str(w, STR("ID"), check->id);
	json_kv_str(w, STR("AVDID"), check->alias_n > 0 ? check->aliases[0] : check->id);
	json_kv_str(w, STR("Title"), text->title);
	json_kv_str(w, STR("Description"), text->description);
	json_kv_str(w, STR("Message"), misconfiguration_message(lang, m));
	json_kv_str(w, STR("Resolution"), text->remediation);
	json_kv_str(w, STR("Severity"), trivy_severity(m->severity));
	json_kv_str(w, STR("PrimaryURL"), check->reference_n ? check->references[0] : STR_EMPTY);
	json_kv_strings(w, STR("References"), check->references, check->reference_n);
	json_kv_str(w, STR("Status"),
		    m->result->verdict == CHECK_FAIL ? STR("FAIL") : STR("EXCEPTION"));
	JSON_KEY(w, "CauseMetadata");
	json_open_object(w);
	json_kv_u64(w, STR("StartLine"), line);
	json_kv_u64(w, STR("EndLine"), line);
	json_close_object(w);
	json_close_object(w);
}

/* One result for each file. */
static void put_misconfigurations(struct report_out *out, const struct report *report,
				  struct json_writer *w)
{
	size_t n = report->checks.shown_count;
	bool *done = ARENA_ARRAY(report->arena, bool, n);

	for (size_t i = 0; i < n; i++) {
		str file = misconfiguration_file(report_misconfiguration(report, i));

		if (done[i])
			continue;
		json_open_object(w);
		json_kv_str(w, STR("Target"), file.n ? file : report->inventory->target);
		json_kv_str(w, STR("Class"), STR("config"));
		json_kv_str(w, STR("Type"),
			    report_misconfiguration(report, i)->result->check->group);
		JSON_KEY(w, "Misconfigurations");
		json_open_array(w);
		for (size_t k = i; k < n; k++) {
			const struct misconfiguration *m = report_misconfiguration(report, k);

			if (done[k] || !str_eq(misconfiguration_file(m), file))
				continue;
			done[k] = true;
			put_misconfiguration(w, report, m);
		}
		json_close_array(w);
		json_close_object(w);
		report_out_step(out);
	}
}

void trivy_put_results(struct report_out *out, const struct report *report, struct json_writer *w)
{
	struct report_manifest *manifests;
	size_t n = report_manifests(report, &manifests);
	size_t *of = ARENA_ARRAY(report->arena, size_t, report->inventory->package_count);
	size_t *findings = ARENA_ARRAY(report->arena, size_t, n);

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < manifests[i].count; k++)
			of[manifests[i].packages[k]] = i;
	}
	for (size_t i = 0; i < report->shown_count; i++)
		findings[of[report_finding(report, report->shown[i])->package]]++;
	for (size_t i = 0; i < n; i++) {
		bool system = strcmp(manifests[i].class, "os-pkgs") == 0;

		if (system || findings[i] > 0 || report->opts->list_all_packages)
			put_manifest(out, report, w, &manifests[i], of, i, findings[i]);
	}
	put_secrets(out, report, w);
	put_misconfigurations(out, report, w);
}
