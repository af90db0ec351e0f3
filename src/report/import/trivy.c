/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trivy's JSON: schema 2 (an object with Results), and the older one, a list of results. What it
 * hid (ExperimentalModifiedFindings) stays hidden with its reason.
 */
#include "report/import/builder.h"

static bool has_results(const struct json *results)
{
	const struct json *first = json_at(results, 0);

	return json_is(JSON_GET(first, "Target"), JSON_STRING);
}

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return json_is(JSON_GET(root, "ArtifactName"), JSON_STRING) ||
	       (json_is(root, JSON_ARRAY) && has_results(root)) ||
	       (json_is(root, JSON_OBJECT) && has_results(JSON_GET(root, "Results")));
}

static void take_scores(struct import_builder *b, const struct json *cvss, struct finding *f)
{
	JSON_MEMBERS (cvss, member) {
		const struct json *v = &member->value;

		import_score(b, f, member->key, json_get_str(v, STR("V40Vector")), STR("4.0"),
			     import_number(JSON_GET(v, "V40Score")));
		import_score(b, f, member->key, json_get_str(v, STR("V3Vector")), STR("3.1"),
			     import_number(JSON_GET(v, "V3Score")));
		import_score(b, f, member->key, json_get_str(v, STR("V2Vector")), STR("2.0"),
			     import_number(JSON_GET(v, "V2Score")));
	}
}

static enum fix_status status_of(str word, str fixed)
{
	static const struct {
		const char *word;
		enum fix_status status;
	} words[] = {
		{ "affected", FIX_NONE_YET },
		{ "will_not_fix", FIX_WILL_NOT },
		{ "fix_deferred", FIX_WILL_NOT },
		{ "end_of_life", FIX_END_OF_LIFE },
		{ "under_investigation", FIX_UNDER_REVIEW },
	};

	for (size_t i = 0; i < ARRAY_LEN(words) && fixed.n == 0; i++) {
		if (str_eq(word, str_c(words[i].word)))
			return words[i].status;
	}
	return fixed.n ? FIX_AVAILABLE : FIX_NONE_YET;
}

static int layer_of(const struct import_builder *b, const struct json *layer)
{
	str diff_id = json_get_str(layer, STR("DiffID"));

	for (size_t i = 0; diff_id.n > 0 && i < b->at->inventory.layer_count; i++) {
		if (str_eq(b->at->inventory.layers[i].diff_id, diff_id))
			return (int)i;
	}
	return -1;
}

static int take_one(struct import_builder *b, const struct json *v, str type, str target,
		    bool system, const struct exception *hidden)
{
	struct finding f = { .epss = -1, .epss_percentile = -1, .hidden = hidden };
	const str *vendor;
	size_t n = import_texts(JSON_GET(v, "VendorIDs"), b->arena, &vendor);
	str path = json_get_str(v, STR("PkgPath"));
	const struct import_package package = {
		.purl = json_str(json_path(v, "PkgIdentifier", "PURL", NULL)),
		.type = type,
		.name = json_get_str(v, STR("PkgName")),
		.version = json_get_str(v, STR("InstalledVersion")),
		.path = path.n || system ? path : target,
		.layer = layer_of(b, JSON_GET(v, "Layer")),
	};
	int64_t index = import_package(b, &package);

	if (index < 0)
		return -1;
	import_name(b, &f, json_get_str(v, STR("VulnerabilityID")), vendor, n);
	f.package = (size_t)index;
	f.advisory = n ? vendor[0] : f.id;
	f.title = json_get_str(v, STR("Title"));
	f.description = json_get_str(v, STR("Description"));
	f.fixed = json_get_str(v, STR("FixedVersion"));
	f.status = status_of(json_get_str(v, STR("Status")), f.fixed);
	f.severity = import_severity(json_get_str(v, STR("Severity")));
	str source = json_get_str(v, STR("SeveritySource"));
	f.severity_source = source.n ? str_cat(b->arena, STR("vendor:"), source) : STR_EMPTY;
	take_scores(b, JSON_GET(v, "CVSS"), &f);
	f.published = json_get_str(v, STR("PublishedDate"));
	f.modified = json_get_str(v, STR("LastModifiedDate"));
	f.reference_count = import_texts(JSON_GET(v, "References"), b->arena, &f.references);
	return import_finding(b, &f);
}

/* "not_affected" of a VEX document, "ignored" of a list. */
static const struct exception *hidden_by(struct import_builder *b, const struct json *modified)
{
	str status = json_get_str(modified, STR("Status"));
	str statement = json_get_str(modified, STR("Statement"));
	enum exception_kind kind = EXCEPTION_ACCEPTED;

	if (str_eq(status, STR("not_affected")))
		kind = EXCEPTION_NOT_AFFECTED;
	else if (str_eq(status, STR("fixed")))
		kind = EXCEPTION_FIXED;
	return import_hidden(b, kind, statement.n ? statement : status,
			     json_get_str(modified, STR("Source")));
}

static int take_packages(struct import_builder *b, const struct json *list, str type, str target,
			 bool system)
{
	JSON_EACH (list, v) {
		str path = json_get_str(v, STR("FilePath"));
		const struct import_package package = {
			.purl = json_str(json_path(v, "Identifier", "PURL", NULL)),
			.type = type,
			.name = json_get_str(v, STR("Name")),
			.version = json_get_str(v, STR("Version")),
			.arch = json_get_str(v, STR("Arch")),
			.source_name = json_get_str(v, STR("SrcName")),
			.licence = import_licences(b, JSON_GET(v, "Licenses")),
			.path = path.n || system ? path : target,
			.layer = layer_of(b, JSON_GET(v, "Layer")),
		};

		if (package.name.n == 0)
			import_skip(b, "a package without a name", package.purl);
		else if (import_package(b, &package) < 0)
			return -1;
	}
	return 0;
}

static int take_result(struct import_builder *b, const struct json *result)
{
	str type = json_get_str(result, STR("Type")), target = json_get_str(result, STR("Target"));
	bool system = str_eq(json_get_str(result, STR("Class")), STR("os-pkgs"));
	size_t others = json_len(JSON_GET(result, "Secrets")) +
			json_len(JSON_GET(result, "Misconfigurations"));

	if (others > 0)
		import_skip(b, "secrets or misconfigurations, which are not taken over", target);
	if (take_packages(b, JSON_GET(result, "Packages"), type, target, system) < 0)
		return -1;
	JSON_EACH (JSON_GET(result, "Vulnerabilities"), v) {
		if (take_one(b, v, type, target, system, NULL) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(result, "ExperimentalModifiedFindings"), modified) {
		const struct json *v = JSON_GET(modified, "Finding");

		if (str_eq(json_get_str(modified, STR("Type")), STR("vulnerability")) &&
		    take_one(b, v, type, target, system, hidden_by(b, modified)) < 0)
			return -1;
	}
	return 0;
}

/* Packages by their names: all that a list of licences tells of them. */
static void index_names(struct import_builder *b, struct map *names)
{
	map_init(names, b->arena);
	for (size_t i = 0; i < b->package_n; i++) {
		/* Of those that tell nothing themselves. */
		if (b->items[i].licence.n == 0)
			map_put(names, b->items[i].name, (void *)(uintptr_t)(i + 1));
	}
}

static int take_licence(struct import_builder *b, const struct json *v, const struct map *names)
{
	str package = json_get_str(v, STR("PkgName")), path = json_get_str(v, STR("FilePath"));
	str name = json_get_str(v, STR("Name"));
	size_t at = (size_t)(uintptr_t)map_get(names, package);

	if (package.n == 0 && path.n > 0)
		return import_file_licence(b, path, name, import_number(JSON_GET(v, "Confidence")));
	if (at > 0)
		import_package_licence(b, (int64_t)at - 1, name);
	else if (package.n == 0)
		import_skip(b, "a licence of neither package nor file", name);
	return 0;
}

/* Results of the licence scanner stand beside the packages that they are about. */
static int take_licences(struct import_builder *b, const struct json *results)
{
	struct map names;

	index_names(b, &names);
	JSON_EACH (results, result) {
		str class = json_get_str(result, STR("Class"));

		b->at->inventory.licences_searched |= str_starts(class, STR("license"));
		JSON_EACH (JSON_GET(result, "Licenses"), v) {
			if (take_licence(b, v, &names) < 0)
				return -1;
		}
	}
	return 0;
}

static void take_metadata(struct import_builder *b, const struct json *root)
{
	const struct json *metadata = JSON_GET(root, "Metadata");
	const struct json *layers = JSON_GET(metadata, "Layers");
	const struct json *ids = JSON_GET(metadata, "DiffIDs");
	struct inventory *inventory = &b->at->inventory;
	size_t n = size_min(json_len(layers) ? json_len(layers) : json_len(ids), 2048);
	struct layer_info *list = ARENA_ARRAY(b->arena, struct layer_info, n);

	for (size_t i = 0; i < n; i++) {
		const struct json *layer = json_at(layers, i);

		list[i].digest = json_get_str(layer, STR("Digest"));
		list[i].diff_id =
			layer ? json_get_str(layer, STR("DiffID")) : json_str(json_at(ids, i));
	}
	inventory->layers = list;
	inventory->layer_count = n;
	inventory->os.family = json_str(json_path(metadata, "OS", "Family", NULL));
	inventory->os.version = json_str(json_path(metadata, "OS", "Name", NULL));
	inventory->config_digest = json_get_str(metadata, STR("ImageID"));
	inventory->repo_tag_count =
		import_texts(JSON_GET(metadata, "RepoTags"), b->arena, &inventory->repo_tags);
	str name, digest;
	str repository = json_str(json_at(JSON_GET(metadata, "RepoDigests"), 0));
	if (str_cut(repository, '@', &name, &digest))
		inventory->digest = digest;
	b->at->from.date = json_get_str(root, STR("CreatedAt"));
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json;
	bool list = json_is(root, JSON_ARRAY);
	str version = json_str(json_path(root, "Trivy", "Version", NULL));

	if (import_target(b, STR("Trivy"), version, json_get_str(root, STR("ArtifactName"))) < 0)
		return -1;
	take_metadata(b, root);
	JSON_EACH (list ? root : JSON_GET(root, "Results"), result) {
		if (take_result(b, result) < 0)
			return -1;
	}
	return take_licences(b, list ? root : JSON_GET(root, "Results"));
}

const struct import_form import_form_trivy = { .name = "trivy",
					       .mine = mine,
					       .read = read_document };
