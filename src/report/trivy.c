/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report in the shape of Trivy's JSON, for tools made for that. It has no place for what was
 * not examined: that is a member of our own, "Seawall", beside the others.
 */
#include "report/trivy_form.h"

static str artifact_type(str transport)
{
	if (str_eq(transport, STR("dir")))
		return STR("filesystem");
	return str_eq(transport, STR("sbom")) ? STR("cyclonedx") : STR("container_image");
}

static void put_metadata(struct json_writer *w, const struct report *report)
{
	const struct inventory *inventory = report->inventory;

	JSON_KEY(w, "Metadata");
	json_open_object(w);
	if (inventory->os.family.n > 0) {
		JSON_KEY(w, "OS");
		json_open_object(w);
		json_kv_str(w, STR("Family"), inventory->os.family);
		json_kv_str(w, STR("Name"), inventory->os.version);
		if (report->match->end_of_life)
			json_kv_bool(w, STR("EOSL"), true);
		json_close_object(w);
	}
	json_kv_opt(w, STR("ImageID"), inventory->config_digest);
	if (inventory->repo_tag_count > 0)
		json_kv_strings(w, STR("RepoTags"), inventory->repo_tags,
				inventory->repo_tag_count);
	JSON_KEY(w, "Layers");
	json_open_array(w);
	for (size_t i = 0; i < inventory->layer_count; i++) {
		json_open_object(w);
		json_kv_u64(w, STR("Size"), inventory->layers[i].size);
		json_kv_opt(w, STR("Digest"), inventory->layers[i].digest);
		json_kv_opt(w, STR("DiffID"), inventory->layers[i].diff_id);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void put_own(struct json_writer *w, const struct report *report)
{
	const struct inventory *inventory = report->inventory;

	JSON_KEY(w, "Seawall");
	json_open_object(w);
	json_kv_str(w, STR("Version"), STR(SEAWALL_VERSION));
	json_kv_str(w, STR("Status"), str_c(report_status_name(report->status)));
	json_kv_opt(w, STR("Reason"), report->reason);
	json_kv_str(w, STR("Statement"), str_c(statement_name(report->statement)));
	JSON_KEY(w, "NotExamined");
	json_open_array(w);
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		json_open_object(w);
		json_kv_str(w, STR("What"), inventory->not_examined[i].what);
		json_kv_opt(w, STR("Path"), inventory->not_examined[i].path);
		json_kv_str(w, STR("Reason"), inventory->not_examined[i].reason);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void target(struct report_out *out, const struct report *report)
{
	struct json_writer *w = &out->json;
	const struct inventory *inventory = report->inventory;

	json_open_object(w);
	json_kv_i64(w, STR("SchemaVersion"), 2);
	json_kv_opt(w, STR("CreatedAt"), report->opts->timestamp);
	json_kv_str(w, STR("ArtifactName"), inventory->target);
	json_kv_str(w, STR("ArtifactType"), artifact_type(inventory->target_kind));
	put_metadata(w, report);
	put_own(w, report);
	JSON_KEY(w, "Results");
	json_open_array(w);
	trivy_put_results(out, report, w);
	json_close_array(w);
	json_close_object(w);
	buf_byte(&out->buf, '\n');
	report_out_step(out);
}

const struct report_writer report_writer_trivy = {
	.name = "trivy",
	.machine = true,
	.single = true,
	.target = target,
};
