/* SPDX-License-Identifier: Apache-2.0 */
/* Snyk's JSON: one result or a list of them; `snyk container test` has one for applications each.
 */
#include "report/import/builder.h"

static bool is_result(const struct json *v)
{
	return json_is(JSON_GET(v, "vulnerabilities"), JSON_ARRAY) &&
	       (JSON_GET(v, "packageManager") || JSON_GET(v, "dependencyCount"));
}

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return is_result(json_is(root, JSON_ARRAY) ? json_at(root, 0) : root);
}

static void take_names(struct import_builder *b, const struct json *flaw, struct finding *f)
{
	const struct json *identifiers = JSON_GET(flaw, "identifiers");
	const struct json *lists[] = { JSON_GET(identifiers, "CVE"),
				       JSON_GET(identifiers, "GHSA") };
	str *others = ARENA_ARRAY(b->arena, str, 2 * IMPORT_MAX_LIST);
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const str *texts;
		size_t count = import_texts(lists[i], b->arena, &texts);

		for (size_t k = 0; k < count; k++)
			others[n++] = texts[k];
	}
	import_name(b, f, json_get_str(flaw, STR("id")), others, n);
}

static void take_links(struct import_builder *b, const struct json *flaw, struct finding *f)
{
	const struct json *references = JSON_GET(flaw, "references");
	size_t n = size_min(json_len(references), IMPORT_MAX_LIST);
	str *links = ARENA_ARRAY(b->arena, str, n);

	for (size_t i = 0; i < n; i++)
		links[i] = str_take(json_get_str(json_at(references, i), STR("url")), 4096);
	f->references = links;
	f->reference_count = n;
}

static int64_t package_of(struct import_builder *b, const struct json *flaw, str manager, str file)
{
	str name = json_get_str(flaw, STR("packageName"));
	str type = json_get_str(flaw, STR("packageManager"));
	ptrdiff_t colon = str_find_char(type, ':'); /* "debian:12" */
	const struct import_package package = {
		.purl = json_str(json_path(flaw, "packageUrl", NULL)),
		.type = colon > 0 ? str_take(type, (size_t)colon)
			: type.n  ? type
				  : manager,
		.name = name.n ? name : json_get_str(flaw, STR("name")),
		.version = json_get_str(flaw, STR("version")),
		.path = file,
		.layer = -1,
	};

	return import_package(b, &package);
}

/*
 * Issues with licences stand among the flaws: {"type": "license", "license": "GPL-3.0"}, ids
 * "snyk:lic:npm:NAME:GPL-3.0". What they tell is the licence of the package.
 */
static bool is_licence(const struct json *flaw)
{
	return str_eq(json_get_str(flaw, STR("type")), STR("license")) ||
	       str_starts(json_get_str(flaw, STR("id")), STR("snyk:lic:"));
}

static void take_licence(struct import_builder *b, const struct json *flaw, int64_t package)
{
	str id = json_get_str(flaw, STR("id")), name = json_get_str(flaw, STR("license"));

	if (name.n == 0)
		name = str_skip(id, (size_t)(str_rfind_char(id, ':') + 1));
	b->at->inventory.licences_searched = true;
	if (name.n > 0)
		import_package_licence(b, package, str_take(name, 4096));
	else
		import_skip(b, "a licence without a name", json_get_str(flaw, STR("packageName")));
}

static int take_flaw(struct import_builder *b, const struct json *flaw, str manager, str file)
{
	struct finding f = { .epss = -1, .epss_percentile = -1 };
	const str *fixes;
	size_t fix_n = import_texts(JSON_GET(flaw, "fixedIn"), b->arena, &fixes);
	str nearest = json_get_str(flaw, STR("nearestFixedInVersion"));
	int64_t index = package_of(b, flaw, manager, file);

	if (index < 0)
		return -1;
	if (is_licence(flaw)) {
		take_licence(b, flaw, index);
		return 0;
	}
	take_names(b, flaw, &f);
	take_links(b, flaw, &f);
	f.package = (size_t)index;
	f.title = json_get_str(flaw, STR("title"));
	f.description = json_get_str(flaw, STR("description"));
	f.severity = import_severity(json_get_str(flaw, STR("severity")));
	f.fixed = nearest.n ? nearest : fix_n ? fixes[0] : STR_EMPTY;
	f.status = f.fixed.n ? FIX_AVAILABLE : FIX_NONE_YET;
	import_score(b, &f, STR("snyk"), json_get_str(flaw, STR("CVSSv3")), STR("3.1"),
		     import_number(JSON_GET(flaw, "cvssScore")));
	f.published = json_get_str(flaw, STR("publicationTime"));
	f.modified = json_get_str(flaw, STR("modificationTime"));
	if (json_bool(JSON_GET(flaw, "isIgnored")))
		f.hidden = import_hidden(b, EXCEPTION_ACCEPTED, STR("ignored"), STR_EMPTY);
	return import_finding(b, &f);
}

static int take_result(struct import_builder *b, const struct json *result)
{
	str manager = json_get_str(result, STR("packageManager"));
	str file = json_get_str(result, STR("displayTargetFile"));
	ptrdiff_t colon = str_find_char(file, ':');

	if (colon >= 0) /* "image:/app/package.json" */
		file = str_skip(file, (size_t)colon + 1);
	/* Rules for licences stand in the reports of those whose licences are looked at. */
	b->at->inventory.licences_searched |=
		json_is(JSON_GET(result, "licensesPolicy"), JSON_OBJECT);
	JSON_EACH (JSON_GET(result, "vulnerabilities"), flaw) {
		if (take_flaw(b, flaw, manager, file) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(result, "applications"), application) {
		if (take_result(b, application) < 0)
			return -1;
	}
	return 0;
}

static int take_target(struct import_builder *b, const struct json *result)
{
	str name = json_get_str(result, STR("path"));

	if (name.n == 0)
		name = json_get_str(result, STR("projectName"));
	if (import_target(b, STR("Snyk"), STR_EMPTY, name) < 0)
		return -1;
	if (json_get_str(result, STR("error")).n > 0)
		import_skip(b, "the tool says that it did not succeed",
			    json_get_str(result, STR("error")));
	return take_result(b, result);
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json;

	if (!json_is(root, JSON_ARRAY))
		return take_target(b, root);
	JSON_EACH (root, result) {
		if (take_target(b, result) < 0)
			return -1;
	}
	return 0;
}

const struct import_form import_form_snyk = { .name = "snyk", .mine = mine, .read = read_document };
