/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/bitnami.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/purl.h"

/* The Bitnami URL of a package of the document: 1, none: 0. One that is broken fails. */
static int find_url(const struct json *item, struct arena *arena, struct purl *out, struct err *err)
{
	JSON_EACH (JSON_GET(item, "externalRefs"), ref) {
		str locator = json_get_str(ref, STR("referenceLocator"));

		if (str_starts(locator, STR("pkg:bitnami/")))
			return purl_parse(locator, arena, out, err) < 0 ? -1 : 1;
	}
	return 0;
}

static int take_package(const struct json *item, const struct file_view *file, struct arena *arena,
			struct package_sink *sink, struct err *err)
{
	struct purl url;
	int found = find_url(item, arena, &url, err);
	str licence = json_get_str(item, STR("licenseConcluded"));

	if (found <= 0)
		return found;
	if (!lock_is_word(url.name) || !lock_is_word(url.version)) {
		sink->skipped(sink, "package without a proper name or version",
			      path_base(file->path));
		return 1;
	}
	if (str_empty(licence) || str_eq(licence, STR("NOASSERTION")) ||
	    str_eq(licence, STR("NONE")))
		licence = json_get_str(item, STR("licenseDeclared"));
	if (str_eq(licence, STR("NOASSERTION")) || str_eq(licence, STR("NONE")))
		licence = STR_EMPTY;
	const struct package package = {
		.kind = STR("bitnami"),
		.name = url.name,
		.version = url.version,
		.arch = purl_qualifier(&url, STR("arch")),
		.licence = str_take(licence, LOCK_WORD_MAX),
		.path = file->path,
		.layer = -1,
	};
	return sink->add(sink, &package, err) < 0 ? -1 : 1;
}

int bitnami_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *root;
	bool any = false;
	str text;

	if (lock_json(file, arena, &text, &root, err) < 0)
		return -1;
	if (str_empty(json_get_str(root, STR("spdxVersion"))))
		return err_set(err, ERR_INPUT, "no SPDX document");
	JSON_EACH (JSON_GET(root, "packages"), item) {
		int found = take_package(item, file, arena, sink, err);

		if (found < 0)
			return -1;
		any = any || found > 0;
	}
	return any ? 0 : err_set(err, ERR_INPUT, "no package of Bitnami in it");
}

bool bitnami_is_document(str path)
{
	return str_ends(path, STR(".spdx")) && str_starts(path_base(path), STR(".spdx-")) &&
	       str_find(path, STR("opt/bitnami/")) >= 0;
}
