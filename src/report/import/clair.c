/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clair's vulnerability report (version 4): packages and flaws by number, and which belong
 * together. It tells no licences: its packages have none.
 */
#include "report/import/builder.h"

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return json_is(JSON_GET(root, "package_vulnerabilities"), JSON_OBJECT) &&
	       json_is(JSON_GET(root, "vulnerabilities"), JSON_OBJECT);
}

/* Ids stand in the name of the flaw: "CVE-2024-1 on Ubuntu 22.04 LTS (jammy) - low." */
static str id_of(str name)
{
	size_t n = 0;

	while (n < name.n && !is_space(name.p[n]))
		n++;
	return str_take(name, n);
}

static size_t links_of(struct import_builder *b, str text, const str **out)
{
	str *links = NULL, link;
	size_t n = 0, cap = 0;

	while (n < IMPORT_MAX_LIST && str_split(&text, ' ', &link)) {
		if (link.n == 0)
			continue;
		links = arena_grow(b->arena, links, n, &cap, sizeof(*links));
		links[n++] = str_take(link, 4096);
	}
	*out = links;
	return n;
}

static int take_flaw(struct import_builder *b, const struct json *flaw, size_t package)
{
	struct finding f = { .epss = -1, .epss_percentile = -1, .package = package };
	str word = json_get_str(flaw, STR("normalized_severity"));

	import_name(b, &f, id_of(json_get_str(flaw, STR("name"))), NULL, 0);
	f.description = json_get_str(flaw, STR("description"));
	f.severity = import_severity(word.n ? word : json_get_str(flaw, STR("severity")));
	f.fixed = json_get_str(flaw, STR("fixed_in_version"));
	if (str_eq(f.fixed, STR("0")))
		f.fixed = STR_EMPTY;
	f.status = f.fixed.n ? FIX_AVAILABLE : FIX_NONE_YET;
	f.published = json_get_str(flaw, STR("issued"));
	f.reference_count = links_of(b, json_get_str(flaw, STR("links")), &f.references);
	return import_finding(b, &f);
}

/* The tables of a report: number -> struct json. */
struct tables {
	struct map flaws, of_package, environments, distributions;
};

/* The kind of its package manager is told by the distribution it is for. */
static str type_of(const struct tables *tables, str id)
{
	const struct json *places = map_get(&tables->environments, id);
	str number = json_get_str(json_at(places, 0), STR("distribution_id"));

	return json_get_str(map_get(&tables->distributions, number), STR("did"));
}

static int take_flaws(struct import_builder *b, const struct tables *tables, str package,
		      size_t index)
{
	const struct json *ids = map_get(&tables->of_package, package);

	JSON_EACH (ids, id) {
		const struct json *flaw = map_get(&tables->flaws, json_str(id));

		if (!flaw)
			import_skip(b, "a flaw that is not there", json_str(id));
		else if (take_flaw(b, flaw, index) < 0)
			return -1;
	}
	return 0;
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json;
	struct tables tables;
	str digest = json_get_str(root, STR("manifest_hash"));

	if (import_target(b, STR("Clair"), STR_EMPTY, digest) < 0)
		return -1;
	b->at->inventory.digest = digest;
	import_index(b, JSON_GET(root, "vulnerabilities"), &tables.flaws);
	import_index(b, JSON_GET(root, "package_vulnerabilities"), &tables.of_package);
	import_index(b, JSON_GET(root, "environments"), &tables.environments);
	import_index(b, JSON_GET(root, "distributions"), &tables.distributions);
	JSON_MEMBERS (JSON_GET(root, "packages"), member) {
		const struct json *v = &member->value;
		const struct import_package package = {
			.type = type_of(&tables, member->key),
			.name = json_get_str(v, STR("name")),
			.version = json_get_str(v, STR("version")),
			.arch = json_get_str(v, STR("arch")),
			.source_name = json_str(json_path(v, "source", "name", NULL)),
			.layer = -1,
		};
		int64_t index = import_package(b, &package);

		if (index < 0 || take_flaws(b, &tables, member->key, (size_t)index) < 0)
			return -1;
	}
	return 0;
}

const struct import_form import_form_clair = { .name = "clair",
					       .mine = mine,
					       .read = read_document };
