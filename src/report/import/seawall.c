/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own JSON reports, one target or several (doc/report-schema.json). What an exception hid stays
 * hidden; what an option left out of the list is a finding again. What was not examined stays so.
 */
#include "report/import/builder.h"

static bool is_report(const struct json *v) { return JSON_GET(v, "seawall_version") != NULL; }

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return is_report(root) || is_report(json_at(JSON_GET(root, "reports"), 0));
}

static enum fix_status status_of(str word)
{
	static const enum fix_status all[] = { FIX_AVAILABLE, FIX_WILL_NOT, FIX_END_OF_LIFE,
					       FIX_UNDER_REVIEW };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (str_eq(word, str_c(fix_status_name(all[i]))))
			return all[i];
	}
	return FIX_NONE_YET;
}

static enum finding_kind kind_of(str word)
{
	if (str_eq(word, str_c(finding_kind_name(FINDING_POTENTIAL))))
		return FINDING_POTENTIAL;
	return str_eq(word, str_c(finding_kind_name(FINDING_INFORMATION))) ? FINDING_INFORMATION
									   : FINDING_CONFIRMED;
}

static void take_risk(const struct json *v, struct finding *f)
{
	const struct json *epss = JSON_GET(v, "epss"), *kev = JSON_GET(v, "known_exploited");

	f->epss = import_number(JSON_GET(epss, "score"));
	f->epss_percentile = import_number(JSON_GET(epss, "percentile"));
	f->kev = json_is(kev, JSON_OBJECT);
	f->kev_added = json_get_str(kev, STR("added"));
	f->kev_due = json_get_str(kev, STR("due"));
	f->kev_ransomware = json_bool(JSON_GET(kev, "ransomware"));
}

void import_own_fields(struct import_builder *b, const struct json *v, struct finding *f)
{
	f->id = json_get_str(v, STR("id"));
	f->advisory = json_get_str(v, STR("advisory"));
	f->alias_count = import_texts(JSON_GET(v, "aliases"), b->arena, &f->aliases);
	f->title = json_get_str(v, STR("title"));
	f->description = json_get_str(v, STR("description"));
	f->kind = kind_of(json_get_str(v, STR("kind")));
	f->severity = import_severity(json_get_str(v, STR("severity")));
	f->severity_source = json_get_str(v, STR("severity_source"));
	f->severity_before = json_get_str(v, STR("severity_before"));
	f->severity_reason = json_get_str(v, STR("severity_reason"));
	JSON_EACH (JSON_GET(v, "cvss"), score)
		import_score(b, f, json_get_str(score, STR("source")),
			     json_get_str(score, STR("vector")),
			     json_get_str(score, STR("version")),
			     import_number(JSON_GET(score, "base_score")));
	take_risk(v, f);
	f->fixed = json_get_str(v, STR("fixed"));
	f->status = status_of(json_get_str(v, STR("status")));
	f->published = json_get_str(v, STR("published"));
	f->modified = json_get_str(v, STR("modified"));
	f->reference_count = import_texts(JSON_GET(v, "references"), b->arena, &f->references);
	f->ecosystem = json_get_str(v, STR("ecosystem"));
	f->matched_name = json_get_str(v, STR("matched_name"));
	f->matched_version = json_get_str(v, STR("matched_version"));
	f->origin = json_get_str(v, STR("origin"));
	f->tool_count = import_texts(JSON_GET(v, "tools"), b->arena, &f->tools);
}

static const struct exception *hidden_by(struct import_builder *b, const struct json *v)
{
	const struct json *exception = JSON_GET(v, "exception");
	enum exception_kind kind = EXCEPTION_ACCEPTED;

	if (!exception)
		return NULL;
	IGNORE(exception_kind_from(json_get_str(exception, STR("kind")), &kind)); /* else that */
	return import_hidden(b, kind, json_get_str(exception, STR("reason")),
			     json_get_str(exception, STR("author")));
}

static int layer_of(const struct json *v)
{
	int64_t layer;

	return json_i64(json_path(v, "layer", "index", NULL), &layer) && layer >= 0 && layer < 2048
		       ? (int)layer
		       : -1;
}

static int take_finding(struct import_builder *b, const struct json *v)
{
	struct finding f = { .hidden = hidden_by(b, v) };
	const struct import_package package = {
		.type = json_get_str(v, STR("package_kind")),
		.name = json_get_str(v, STR("package")),
		.version = json_get_str(v, STR("installed")),
		.arch = json_get_str(v, STR("arch")),
		.path = json_get_str(v, STR("path")),
		.layer = layer_of(v),
	};
	int64_t index = import_package(b, &package);

	if (index < 0)
		return -1;
	import_own_fields(b, v, &f);
	f.package = (size_t)index;
	/* What an option hid has no status of its own in the list. */
	if (f.fixed.n > 0)
		f.status = FIX_AVAILABLE;
	return import_finding(b, &f);
}

static int take_packages(struct import_builder *b, const struct json *list)
{
	JSON_EACH (list, v) {
		const struct import_package package = {
			.type = json_get_str(v, STR("kind")),
			.name = json_get_str(v, STR("name")),
			.version = json_get_str(v, STR("version")),
			.arch = json_get_str(v, STR("arch")),
			.source_name = json_get_str(v, STR("source_name")),
			.licence = json_get_str(v, STR("licence")),
			.path = json_get_str(v, STR("path")),
			.layer = layer_of(v),
		};

		if (import_package(b, &package) < 0)
			return -1;
	}
	return 0;
}

/* The first packages, and whether the list of packages tells their licences. */
struct told {
	const bool *told;
	size_t n;
};

/*
 * Licences of packages that the list of packages does not tell, and of files. What an option left
 * out is judged again, by the lists of whoever asks now; so is what an exception hid.
 */
static int take_licences(struct import_builder *b, const struct told *told, const struct json *list)
{
	JSON_EACH (list, v) {
		const struct import_package package = {
			.type = json_get_str(v, STR("package_kind")),
			.name = json_get_str(v, STR("package")),
			.version = json_get_str(v, STR("installed")),
			.arch = json_get_str(v, STR("arch")),
			.path = json_get_str(v, STR("path")),
			.layer = layer_of(v),
		};
		str name = json_get_str(v, STR("license")), stated = json_get_str(v, STR("stated"));

		if (package.name.n == 0) {
			if (import_file_licence(b, package.path, name,
						import_number(JSON_GET(v, "confidence"))) < 0)
				return -1;
			continue;
		}
		int64_t index = import_package(b, &package);
		if (index < 0)
			return -1;
		if ((size_t)index >= told->n || !told->told[index])
			import_package_licence(b, index,
					       str_eq(name, STR("unknown")) ? stated : name);
	}
	return 0;
}

static int take_all_licences(struct import_builder *b, const struct json *report)
{
	bool *told = ARENA_ARRAY(b->arena, bool, b->package_n);
	const struct told all = { .told = told, .n = b->package_n };

	b->at->inventory.licences_searched = JSON_GET(report, "licenses") != NULL;
	for (size_t i = 0; i < b->package_n; i++)
		told[i] = b->items[i].licence.n > 0;
	return take_licences(b, &all, JSON_GET(report, "licenses")) < 0
		       ? -1
		       : take_licences(b, &all, JSON_GET(report, "suppressed_licenses"));
}

static void take_not_examined(struct import_builder *b, const struct json *list)
{
	size_t n = size_min(json_len(list), 10000), i = 0;
	struct not_examined *items = ARENA_ARRAY(b->arena, struct not_examined, n + 1);

	JSON_EACH (list, v) {
		bool purpose = json_bool(JSON_GET(v, "on_purpose"));
		int64_t count;

		if (i >= n)
			break;
		items[i] = (struct not_examined){
			.kind = purpose ? ERR_NONE : err_kind_from(json_get_str(v, STR("error"))),
			.what = json_get_str(v, STR("what")),
			.path = json_get_str(v, STR("path")),
			.reason = json_get_str(v, STR("reason")),
			.count = json_i64(JSON_GET(v, "count"), &count) && count > 0
					 ? (uint64_t)count
					 : 1,
		};
		if (!purpose && items[i].kind == ERR_NONE)
			items[i].kind = ERR_INPUT;
		i++;
	}
	b->at->inventory.not_examined = items;
	b->at->inventory.not_examined_count = i;
}

static void take_head(struct import_builder *b, const struct json *report)
{
	const struct json *image = JSON_GET(report, "image"), *os = JSON_GET(report, "os");
	const struct json *database = JSON_GET(report, "database");
	const struct json *layers = JSON_GET(report, "layers");
	struct inventory *inventory = &b->at->inventory;
	size_t n = size_min(json_len(layers), 2048);
	struct layer_info *list = ARENA_ARRAY(b->arena, struct layer_info, n);

	inventory->registry = json_get_str(image, STR("registry"));
	inventory->repository = json_get_str(image, STR("repository"));
	inventory->tag = json_get_str(image, STR("tag"));
	inventory->digest = json_get_str(image, STR("digest"));
	inventory->config_digest = json_get_str(image, STR("config_digest"));
	inventory->platform = json_get_str(image, STR("platform"));
	inventory->created = json_get_str(image, STR("created"));
	inventory->repo_tag_count =
		import_texts(JSON_GET(image, "tags"), b->arena, &inventory->repo_tags);
	inventory->os.family = json_get_str(os, STR("family"));
	inventory->os.version = json_get_str(os, STR("version"));
	inventory->os.codename = json_get_str(os, STR("codename"));
	inventory->os.pretty = json_get_str(os, STR("name"));
	for (size_t i = 0; i < n; i++) {
		list[i].digest = json_get_str(json_at(layers, i), STR("digest"));
		list[i].diff_id = json_get_str(json_at(layers, i), STR("diff_id"));
		list[i].created_by = json_get_str(json_at(layers, i), STR("created_by"));
	}
	inventory->layers = list;
	inventory->layer_count = n;
	b->at->from.date = json_get_str(report, STR("timestamp"));
	b->at->essentials_only = json_bool(JSON_GET(database, "essentials_only"));
	b->at->database_date = json_get_str(database, STR("date"));
}

static int take_report(struct import_builder *b, const struct json *report)
{
	if (import_target(b, STR("Seawall"), json_get_str(report, STR("seawall_version")),
			  json_get_str(report, STR("target"))) < 0)
		return -1;
	b->at->from.own = true;
	if (str_eq(json_get_str(report, STR("status")), STR("failed"))) {
		import_skip(b, "the scan failed", json_get_str(report, STR("reason")));
		return 0;
	}
	take_head(b, report);
	take_not_examined(b, JSON_GET(report, "not_examined"));
	if (str_eq(json_get_str(report, STR("status")), STR("not_applicable")))
		import_skip(b, "nothing could be said", json_get_str(report, STR("reason")));
	if (json_len(JSON_GET(report, "secrets")) +
		    json_len(JSON_GET(report, "misconfigurations")) >
	    0)
		import_skip(b, "secrets or misconfigurations, which are not taken over",
			    json_get_str(report, STR("target")));
	if (take_packages(b, JSON_GET(report, "packages")) < 0)
		return -1;
	if (take_all_licences(b, report) < 0)
		return -1;
	JSON_EACH (JSON_GET(report, "findings"), v) {
		if (take_finding(b, v) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(report, "suppressed"), v) {
		if (take_finding(b, v) < 0)
			return -1;
	}
	return 0;
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json;

	if (is_report(root))
		return take_report(b, root);
	JSON_EACH (JSON_GET(root, "reports"), report) {
		if (take_report(b, report) < 0)
			return -1;
	}
	return 0;
}

const struct import_form import_form_seawall = { .name = "seawall",
						 .mine = mine,
						 .read = read_document };
