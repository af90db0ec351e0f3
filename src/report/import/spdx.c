/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPDX 2.x: packages, and of their external references those of the category SECURITY that
 * name a flaw in an advisory ("fix" says that it is repaired). Statements about its packages come
 * beside it: another document to import, or --vex.
 */
#include "report/import/builder.h"

static bool mine(const struct import_document *document)
{
	return str_starts(json_get_str(document->json, STR("spdxVersion")), STR("SPDX-2"));
}

/* "https://.../CVE-2024-1234" names CVE-2024-1234. */
static str id_in(str locator)
{
	ptrdiff_t at = str_find(locator, STR("CVE-"));
	size_t n = strlen("CVE-");

	if (at < 0)
		at = str_find(locator, STR("GHSA-"));
	if (at < 0)
		return STR_EMPTY;
	locator = str_skip(locator, (size_t)at);
	while (n < locator.n && (is_alnum(locator.p[n]) || locator.p[n] == '-'))
		n++;
	return str_take(locator, n);
}

static int take_reference(struct import_builder *b, const struct json *reference, size_t package)
{
	str locator = json_get_str(reference, STR("referenceLocator"));
	str type = json_get_str(reference, STR("referenceType"));
	struct finding f = { .epss = -1, .epss_percentile = -1, .package = package };
	bool fixed = str_eq(type, STR("fix"));

	if (!str_eq(json_get_str(reference, STR("referenceCategory")), STR("SECURITY")) ||
	    (!fixed && !str_eq(type, STR("advisory"))))
		return 0;
	f.id = id_in(locator);
	if (f.id.n == 0) {
		import_skip(b, "a security reference that names no flaw", locator);
		return 0;
	}
	str *links = ARENA_NEW(b->arena, str);
	*links = str_take(locator, 4096);
	f.references = links;
	f.reference_count = 1;
	f.title = json_get_str(reference, STR("comment"));
	f.status = FIX_NONE_YET;
	if (fixed)
		f.hidden = import_hidden(b, EXCEPTION_FIXED, STR("the document names its repair"),
					 STR_EMPTY);
	return import_finding(b, &f);
}

static bool is_said(str s)
{
	return s.n > 0 && !str_eq(s, STR("NOASSERTION")) && !str_eq(s, STR("NONE"));
}

static str licence_of(const struct json *v)
{
	str declared = json_get_str(v, STR("licenseDeclared"));
	str concluded = json_get_str(v, STR("licenseConcluded"));

	if (is_said(declared))
		return declared;
	return is_said(concluded) ? concluded : STR_EMPTY;
}

static int take_package(struct import_builder *b, const struct json *v)
{
	const struct json *references = JSON_GET(v, "externalRefs");
	struct import_package package = { .name = json_get_str(v, STR("name")),
					  .version = json_get_str(v, STR("versionInfo")),
					  .licence = licence_of(v),
					  .layer = -1 };

	JSON_EACH (references, reference) {
		if (str_eq(json_get_str(reference, STR("referenceType")), STR("purl")))
			package.purl = json_get_str(reference, STR("referenceLocator"));
	}
	/* The image itself is the target, no package of it. */
	if (str_eq(json_get_str(v, STR("primaryPackagePurpose")), STR("CONTAINER")) ||
	    str_starts(package.purl, STR("pkg:oci/")) ||
	    (package.name.n == 0 && package.purl.n == 0))
		return 0;
	int64_t index = import_package(b, &package);
	if (index < 0)
		return -1;
	JSON_EACH (references, reference) {
		if (take_reference(b, reference, (size_t)index) < 0)
			return -1;
	}
	return 0;
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json;
	str tool = STR_EMPTY;

	JSON_EACH (json_path(root, "creationInfo", "creators", NULL), creator) {
		if (tool.n == 0 && str_starts(json_str(creator), STR("Tool:")))
			tool = str_trim(str_skip(json_str(creator), strlen("Tool:")));
	}
	if (import_target(b, tool.n ? tool : STR("SPDX"), STR_EMPTY,
			  json_get_str(root, STR("name"))) < 0)
		return -1;
	b->at->from.date = json_str(json_path(root, "creationInfo", "created", NULL));
	JSON_EACH (JSON_GET(root, "packages"), package) {
		if (take_package(b, package) < 0)
			return -1;
	}
	return 0;
}

const struct import_form import_form_spdx = { .name = "spdx", .mine = mine, .read = read_document };
