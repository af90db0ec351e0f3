/* SPDX-License-Identifier: Apache-2.0 */
/* An import as one JSON document, from the confined reader to who asked it. */
#include "base/err.h"
#include "fmt/sbom/sbom.h"
#include "report/import/builder.h"

static void put_package(struct json_writer *w, const struct package *p)
{
	json_open_object(w);
	json_kv_str(w, STR("kind"), p->kind);
	json_kv_str(w, STR("name"), p->name);
	json_kv_opt(w, STR("version"), p->version);
	json_kv_opt(w, STR("arch"), p->arch);
	json_kv_opt(w, STR("source_name"), p->source_name);
	json_kv_opt(w, STR("licence"), p->licence);
	json_kv_opt(w, STR("path"), p->path);
	json_kv_i64(w, STR("layer"), p->layer);
	json_close_object(w);
}

static void put_scores(struct json_writer *w, const struct finding *f)
{
	JSON_KEY(w, "cvss");
	json_open_array(w);
	for (size_t i = 0; i < f->cvss_count; i++) {
		json_open_object(w);
		json_kv_opt(w, STR("version"), f->cvss[i].version);
		json_kv_opt(w, STR("vector"), f->cvss[i].vector);
		json_kv_opt(w, STR("source"), f->cvss[i].source);
		JSON_KEY(w, "base_score");
		json_put_double(w, f->cvss[i].base);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_risk(struct json_writer *w, const struct finding *f)
{
	if (f->epss >= 0) {
		JSON_KEY(w, "epss");
		json_open_object(w);
		JSON_KEY(w, "score");
		json_put_double(w, f->epss);
		if (f->epss_percentile >= 0) {
			JSON_KEY(w, "percentile");
			json_put_double(w, f->epss_percentile);
		}
		json_close_object(w);
	}
	if (!f->kev)
		return;
	JSON_KEY(w, "known_exploited");
	json_open_object(w);
	json_kv_opt(w, STR("added"), f->kev_added);
	json_kv_opt(w, STR("due"), f->kev_due);
	json_kv_bool(w, STR("ransomware"), f->kev_ransomware);
	json_close_object(w);
}

static void put_hidden(struct json_writer *w, const struct exception *by)
{
	if (!by)
		return;
	JSON_KEY(w, "hidden");
	json_open_object(w);
	json_kv_str(w, STR("kind"), str_c(exception_kind_name(by->kind)));
	json_kv_opt(w, STR("reason"), by->reason);
	json_kv_opt(w, STR("author"), by->author);
	json_close_object(w);
}

static void put_finding(struct json_writer *w, const struct finding *f)
{
	json_open_object(w);
	json_kv_u64(w, STR("package_index"), f->package);
	json_kv_str(w, STR("id"), f->id);
	json_kv_str(w, STR("advisory"), f->advisory);
	json_kv_strings(w, STR("aliases"), f->aliases, f->alias_count);
	json_kv_opt(w, STR("title"), f->title);
	json_kv_opt(w, STR("description"), f->description);
	json_kv_str(w, STR("kind"), str_c(finding_kind_name(f->kind)));
	json_kv_str(w, STR("severity"), str_c(severity_name(f->severity)));
	json_kv_opt(w, STR("severity_source"), f->severity_source);
	json_kv_opt(w, STR("severity_before"), f->severity_before);
	json_kv_opt(w, STR("severity_reason"), f->severity_reason);
	put_scores(w, f);
	put_risk(w, f);
	json_kv_opt(w, STR("fixed"), f->fixed);
	json_kv_str(w, STR("status"), str_c(fix_status_name(f->status)));
	json_kv_opt(w, STR("published"), f->published);
	json_kv_opt(w, STR("modified"), f->modified);
	json_kv_strings(w, STR("references"), f->references, f->reference_count);
	json_kv_opt(w, STR("ecosystem"), f->ecosystem);
	json_kv_opt(w, STR("matched_name"), f->matched_name);
	json_kv_opt(w, STR("matched_version"), f->matched_version);
	json_kv_opt(w, STR("origin"), f->origin);
	json_kv_strings(w, STR("tools"), f->tools, f->tool_count);
	put_hidden(w, f->hidden);
	json_close_object(w);
}

static void put_licences(struct json_writer *w, const struct inventory *inventory)
{
	json_kv_bool(w, STR("licences_searched"), inventory->licences_searched);
	JSON_KEY(w, "licences");
	json_open_array(w);
	for (size_t i = 0; i < inventory->licence_count; i++) {
		const struct licence_fact *fact = &inventory->licences[i];

		json_open_object(w);
		json_kv_str(w, STR("path"), fact->path);
		json_kv_opt(w, STR("name"), fact->name);
		json_kv_u64(w, STR("confidence"), fact->confidence);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_target(struct json_writer *w, const struct imported *item)
{
	json_open_object(w);
	json_kv_str(w, STR("tool"), item->from.tool);
	json_kv_opt(w, STR("version"), item->from.version);
	json_kv_str(w, STR("form"), item->from.form);
	json_kv_opt(w, STR("date"), item->from.date);
	json_kv_bool(w, STR("own"), item->from.own);
	json_kv_str(w, STR("target"), item->inventory.target);
	json_kv_bool(w, STR("essentials_only"), item->essentials_only);
	json_kv_opt(w, STR("database_date"), item->database_date);
	json_kv_u64(w, STR("skipped"), item->skipped);
	json_kv_opt(w, STR("skipped_first"), item->skipped_first);
	JSON_KEY(w, "head");
	sbom_head_write(&item->inventory, w);
	put_licences(w, &item->inventory);
	JSON_KEY(w, "packages");
	json_open_array(w);
	for (size_t i = 0; i < item->inventory.package_count; i++)
		put_package(w, &item->inventory.packages[i]);
	json_close_array(w);
	JSON_KEY(w, "findings");
	json_open_array(w);
	for (size_t i = 0; i < item->finding_count; i++)
		put_finding(w, &item->findings[i]);
	json_close_array(w);
	json_close_object(w);
}

void import_write(const struct imported_list *list, struct json_writer *w)
{
	json_open_array(w);
	for (size_t i = 0; i < list->n; i++)
		put_target(w, &list->items[i]);
	json_close_array(w);
}

/* ---- the other way ---- */

static void take_package(const struct json *v, struct package *p, size_t layers)
{
	int64_t layer = -1;

	*p = (struct package){ .kind = json_get_str(v, STR("kind")),
			       .name = json_get_str(v, STR("name")),
			       .version = json_get_str(v, STR("version")),
			       .arch = json_get_str(v, STR("arch")),
			       .source_name = json_get_str(v, STR("source_name")),
			       .licence = json_get_str(v, STR("licence")),
			       .path = json_get_str(v, STR("path")) };
	p->layer = json_i64(JSON_GET(v, "layer"), &layer) && layer >= 0 && layer < (int64_t)layers
			   ? (int)layer
			   : -1;
}

static int take_finding(struct import_builder *b, const struct json *v, struct finding *f)
{
	const struct json *hidden = JSON_GET(v, "hidden");
	enum exception_kind kind = EXCEPTION_ACCEPTED;
	int64_t package;

	*f = (struct finding){ .package = 0 };
	import_own_fields(b, v, f);
	if (!json_i64(JSON_GET(v, "package_index"), &package) || package < 0 ||
	    (uint64_t)package >= b->at->inventory.package_count || f->id.n == 0)
		return err_set(b->err, ERR_INPUT, "malformed finding");
	f->package = (size_t)package;
	if (!hidden)
		return 0;
	IGNORE(exception_kind_from(json_get_str(hidden, STR("kind")), &kind)); /* else accepted */
	f->hidden = import_hidden(b, kind, json_get_str(hidden, STR("reason")),
				  json_get_str(hidden, STR("author")));
	return 0;
}

static int take_lists(struct import_builder *b, const struct json *v)
{
	const struct json *packages = JSON_GET(v, "packages"), *findings = JSON_GET(v, "findings");
	struct inventory *inventory = &b->at->inventory;
	size_t n = json_len(packages), k = json_len(findings), i = 0;

	if (!json_is(packages, JSON_ARRAY) || !json_is(findings, JSON_ARRAY) ||
	    n > IMPORT_MAX_PACKAGES || k > IMPORT_MAX_FINDINGS)
		return err_set(b->err, ERR_INPUT, "malformed lists");
	struct package *list = ARENA_ARRAY(b->arena, struct package, n);
	JSON_EACH (packages, package)
		take_package(package, &list[i++], inventory->layer_count);
	inventory->packages = list;
	inventory->package_count = n;
	struct finding *found = ARENA_ARRAY(b->arena, struct finding, k);
	i = 0;
	JSON_EACH (findings, finding) {
		if (take_finding(b, finding, &found[i++]) < 0)
			return -1;
	}
	b->at->findings = found;
	b->at->finding_count = b->at->from.findings = k;
	return 0;
}

static int take_licences(struct import_builder *b, const struct json *v)
{
	const struct json *list = JSON_GET(v, "licences");
	struct inventory *inventory = &b->at->inventory;
	size_t n = json_len(list), i = 0;

	inventory->licences_searched = json_bool(JSON_GET(v, "licences_searched"));
	if (!json_is(list, JSON_ARRAY) || n > IMPORT_MAX_LICENCES)
		return err_set(b->err, ERR_INPUT, "malformed licences");
	struct licence_fact *facts = ARENA_ARRAY(b->arena, struct licence_fact, n);
	JSON_EACH (list, item) {
		int64_t confidence;

		if (!json_i64(JSON_GET(item, "confidence"), &confidence) || confidence < 0 ||
		    confidence > LICENCE_SURE)
			return err_set(b->err, ERR_INPUT, "malformed licence");
		facts[i++] = (struct licence_fact){ .path = json_get_str(item, STR("path")),
						    .name = json_get_str(item, STR("name")),
						    .confidence = (unsigned)confidence,
						    .layer = -1 };
	}
	inventory->licences = facts;
	inventory->licence_count = n;
	return 0;
}

static int take_target(struct import_builder *b, const struct json *v, struct imported *out)
{
	int64_t skipped = 0;

	*out = (struct imported){ .from = { .tool = json_get_str(v, STR("tool")),
					    .version = json_get_str(v, STR("version")),
					    .form = json_get_str(v, STR("form")),
					    .date = json_get_str(v, STR("date")),
					    .own = json_bool(JSON_GET(v, "own")) },
				  .essentials_only = json_bool(JSON_GET(v, "essentials_only")),
				  .database_date = json_get_str(v, STR("database_date")),
				  .skipped_first = json_get_str(v, STR("skipped_first")) };
	b->at = out;
	if (out->from.tool.n == 0 || !json_i64(JSON_GET(v, "skipped"), &skipped) || skipped < 0)
		return err_set(b->err, ERR_INPUT, "malformed import");
	out->skipped = (uint64_t)skipped;
	if (sbom_head_read(JSON_GET(v, "head"), b->arena, &out->inventory, b->err) < 0)
		return -1;
	out->inventory.target = json_get_str(v, STR("target"));
	out->inventory.target_kind = STR("report");
	return take_licences(b, v) < 0 ? -1 : take_lists(b, v);
}

int import_take(const struct json *document, struct arena *arena, struct imported_list *out,
		struct err *err)
{
	struct import_builder b = { .arena = arena, .err = err };
	size_t n = json_len(document), i = 0;

	if (!json_is(document, JSON_ARRAY) || n > IMPORT_MAX_TARGETS)
		return err_set(err, ERR_INPUT, "malformed import");
	*out = (struct imported_list){ .items = ARENA_ARRAY(arena, struct imported, n), .n = n };
	JSON_EACH (document, v) {
		if (take_target(&b, v, &out->items[i++]) < 0)
			return -1;
	}
	return 0;
}
