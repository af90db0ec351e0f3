/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dependency snapshot that GitHub's dependency submission API takes (version 0): the packages
 * of one target, by manifest. It names a commit, a ref and a job: those of --ci-metadata. What asks
 * for them must not be guessed, so a snapshot without them is an error (the command checks). It has
 * no place for findings: GitHub looks them up itself.
 */
#include "base/map.h"
#include "base/time.h"
#include "fmt/purl.h"
#include "report/trivy_form.h"

static str ci_value(const struct report *report, enum ci_field field)
{
	return report->opts->ci ? report->opts->ci->values[field] : STR_EMPTY;
}

/* "refs/heads/main". */
static str ref_of(const struct report *report)
{
	str ref = ci_value(report, CI_ref), branch = ci_value(report, CI_branch);
	str tag = ci_value(report, CI_tag);

	if (ref.n > 0)
		return ref;
	if (tag.n > 0)
		return str_cat(report->arena, STR("refs/tags/"), tag);
	return str_cat(report->arena, STR("refs/heads/"), branch);
}

static void put_job(struct json_writer *w, const struct report *report)
{
	str pipeline = ci_value(report, CI_pipeline), job = ci_value(report, CI_job);
	const struct inventory *inventory = report->inventory;
	str name = inventory->repository.n ? inventory->repository : inventory->target;
	str url = ci_link(ci_value(report, CI_run_url));
	str run = ci_value(report, CI_run_id);

	JSON_KEY(w, "job");
	json_open_object(w);
	/* A later snapshot of the same correlator replaces this one: one for each target. */
	json_kv_str(w, STR("correlator"),
		    str_fmt(report->arena, "%.*s_%.*s_%.*s", STR_ARG(pipeline), STR_ARG(job),
			    STR_ARG(name)));
	json_kv_str(w, STR("id"), run.n ? run : ci_value(report, CI_run_number));
	json_kv_opt(w, STR("html_url"), url);
	json_close_object(w);
}

/* Those of a manifest that can be named in it: "name@version" -> package URL. */
static void put_dependencies(struct json_writer *w, const struct package *package,
			     const struct map *purls)
{
	size_t n = 0;

	for (size_t i = 0; i < package->depend_count; i++) {
		const str *purl = map_get(purls, package->depends[i]);

		if (!purl)
			continue;
		if (n++ == 0) {
			JSON_KEY(w, "dependencies");
			json_open_array(w);
		}
		json_put_str(w, *purl);
	}
	if (n > 0)
		json_close_array(w);
}

static str name_of(const struct report *report, const struct package *package)
{
	return str_fmt(report->arena, "%.*s@%.*s", STR_ARG(package->name),
		       STR_ARG(package->version));
}

static void put_package(struct json_writer *w, const struct package *package, str purl,
			const struct map *purls)
{
	json_key(w, purl);
	json_open_object(w);
	json_kv_str(w, STR("package_url"), purl);
	json_kv_str(w, STR("relationship"), package->indirect ? STR("indirect") : STR("direct"));
	json_kv_str(w, STR("scope"), package->dev ? STR("development") : STR("runtime"));
	put_dependencies(w, package, purls);
	json_close_object(w);
}

static void put_resolved(struct report_out *out, const struct report *report,
			 const struct report_manifest *manifest)
{
	const struct inventory *inventory = report->inventory;
	struct json_writer *w = &out->json;
	struct map purls, done;

	map_init(&purls, report->arena);
	map_init(&done, report->arena);
	for (size_t i = 0; i < manifest->count; i++) {
		const struct package *package = &inventory->packages[manifest->packages[i]];
		str *purl = ARENA_NEW(report->arena, str);
		struct err unused;

		/* A package that has no package URL cannot be said there. */
		if (package_purl(package, &inventory->os, report->arena, purl, &unused) == 0)
			map_put(&purls, name_of(report, package), purl);
	}
	JSON_KEY(w, "resolved");
	json_open_object(w);
	for (size_t i = 0; i < manifest->count; i++) {
		const struct package *package = &inventory->packages[manifest->packages[i]];
		const str *purl = map_get(&purls, name_of(report, package));

		if (!purl || map_has(&done, *purl))
			continue;
		map_put(&done, *purl, NULL);
		put_package(w, package, *purl, &purls);
		report_out_step(out);
	}
	json_close_object(w);
}

static void put_manifest(struct report_out *out, const struct report *report,
			 const struct report_manifest *manifest)
{
	struct json_writer *w = &out->json;
	bool system = strcmp(manifest->class, "os-pkgs") == 0;
	bool file = !system && str_find_char(manifest->target, '/') >= 0;

	json_key(w, manifest->target);
	json_open_object(w);
	json_kv_str(w, STR("name"), system ? manifest->type : manifest->target);
	if (file || (!system && str_find_char(manifest->target, '.') > 0)) {
		JSON_KEY(w, "file");
		json_open_object(w);
		json_kv_str(w, STR("source_location"), manifest->target);
		json_close_object(w);
	}
	put_resolved(out, report, manifest);
	json_close_object(w);
}

static void put_metadata(struct json_writer *w, const struct report *report)
{
	const struct inventory *inventory = report->inventory;

	JSON_KEY(w, "metadata");
	json_open_object(w);
	json_kv_str(w, STR("seawall:target"), inventory->target);
	json_kv_opt(w, STR("seawall:digest"), inventory->digest);
	json_kv_str(w, STR("seawall:status"), str_c(report_status_name(report->status)));
	json_kv_opt(w, STR("seawall:reason"), report->reason);
	json_close_object(w);
}

static void target(struct report_out *out, const struct report *report)
{
	struct json_writer *w = &out->json;
	struct report_manifest *manifests;
	size_t n = report_manifests(report, &manifests);

	json_open_object(w);
	json_kv_i64(w, STR("version"), 0);
	json_kv_str(w, STR("sha"), ci_value(report, CI_commit));
	json_kv_str(w, STR("ref"), ref_of(report));
	put_job(w, report);
	JSON_KEY(w, "detector");
	json_open_object(w);
	json_kv_str(w, STR("name"), STR("seawall"));
	json_kv_str(w, STR("version"), STR(SEAWALL_VERSION));
	json_kv_str(w, STR("url"), STR("https://seawall.example.org/"));
	json_close_object(w);
	/* The API asks for a time. */
	json_kv_str(w, STR("scanned"),
		    report->opts->timestamp.n ? report->opts->timestamp
					      : time_format(report->arena, report->opts->now));
	put_metadata(w, report);
	JSON_KEY(w, "manifests");
	json_open_object(w);
	for (size_t i = 0; i < n; i++)
		put_manifest(out, report, &manifests[i]);
	json_close_object(w);
	json_close_object(w);
	buf_byte(&out->buf, '\n');
	report_out_step(out);
}

const struct report_writer report_writer_github = {
	.name = "github",
	.machine = true,
	.single = true,
	.target = target,
};
