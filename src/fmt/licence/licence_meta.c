/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_meta.h"

#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/xml.h"

#define ITEMS_MAX 16u

static int emit(const struct file_view *file, const char *kind, str name, str licence,
		struct package_sink *sink, struct err *err)
{
	const struct package package = { .kind = str_c(kind),
					 .name = name,
					 .licence = str_take(licence, LOCK_WORD_MAX),
					 .path = file->path,
					 .layer = -1 };

	return lock_is_word(name) && licence.n > 0 ? sink->add(sink, &package, err) : 0;
}

/* ---- opam ---- */

/* The texts between quotes, joined: of a list all hold. */
static str quoted(str text, struct arena *arena)
{
	str all = STR_EMPTY, one;
	bool list = text.n > 0 && text.p[0] == '[';

	for (size_t n = 0; n < ITEMS_MAX; n++) {
		ptrdiff_t from = str_find_char(text, '"');
		ptrdiff_t close = list ? str_find_char(text, ']') : -1;

		if (from < 0 || (close >= 0 && close < from))
			break;
		text = str_skip(text, (size_t)from + 1);
		if (!str_cut(text, '"', &one, &text))
			break;
		all = n == 0 ? one : str_fmt(arena, "%.*s AND %.*s", STR_ARG(all), STR_ARG(one));
		if (!list)
			break;
	}
	return all;
}

int licence_meta_opam(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text, rest, line, name = path_base(path_dir(file->path)), version;

	if (text_file_load(file, LICENCE_META_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	IGNORE(str_cut(name, '.', &name, &version)); /* names have no dot */
	rest = text;
	while (str_line(&rest, &line)) {
		str value = str_without_prefix(line, STR("license:"));

		if (value.n == line.n)
			continue;
		/* A list may go on in the next lines. */
		value = str_trim(str_skip(text, (size_t)(value.p - text.p)));
		return emit(file, "opam", name, quoted(value, arena), sink, err);
	}
	return 0;
}

bool licence_meta_is_opam(str path)
{
	str packages = path_dir(path_dir(path));

	return path_is_named(path, STR("opam")) && path_is_named(packages, STR("packages")) &&
	       path_is_named(path_dir(packages), STR(".opam-switch"));
}

/* ---- cpan ---- */

int licence_meta_cpan(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *root, *licence;
	str text, all;

	if (lock_json(file, arena, &text, &root, err) < 0)
		return -1;
	licence = JSON_GET(root, "license");
	all = json_is(licence, JSON_STRING) ? json_str(licence)
					    : lock_join(arena, licence, STR(" OR "));
	if (str_eq(all, STR("unknown")))
		return 0;
	return emit(file, "cpan", json_get_str(root, STR("name")), all, sink, err);
}

bool licence_meta_is_cpan(str path)
{
	return (path_is_named(path, STR("MYMETA.json")) || path_is_named(path, STR("META.json"))) &&
	       str_eq(path_base(path_dir(path_dir(path))), STR(".meta"));
}

/* ---- nuget ---- */

struct nuspec {
	struct arena *arena;
	str name, licence, url;
	bool expression;
};

static int start(void *context, const struct xml_element *element, struct err *err)
{
	struct nuspec *n = context;

	(void)err;
	if (str_eq(element->name, STR("license")))
		n->expression = str_eq(xml_attribute(element, STR("type")), STR("expression"));
	return 0;
}

static int end(void *context, const struct xml_element *element, str text, struct err *err)
{
	struct nuspec *n = context;

	(void)err;
	text = str_trim(text);
	if (element->depth != 3)
		return 0;
	if (str_eq(element->name, STR("id")))
		n->name = str_dup(n->arena, text);
	else if (str_eq(element->name, STR("license")) && n->expression)
		n->licence = str_dup(n->arena, text);
	else if (str_eq(element->name, STR("licenseUrl")))
		n->url = str_dup(n->arena, text);
	return 0;
}

int licence_meta_nuget(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct nuspec nuspec = { .arena = arena };
	const struct xml_handler handler = { .context = &nuspec, .start = start, .end = end };
	str text;

	if (text_file_load(file, LICENCE_META_MAX_BYTES, arena, &text, err) < 0 ||
	    xml_read(text, &handler, err) < 0)
		return -1;
	/* What NuGet writes there for those who read no expressions. */
	if (str_starts(nuspec.url, STR("https://aka.ms/deprecateLicenseUrl")))
		nuspec.url = STR_EMPTY;
	return emit(file, "nuget", nuspec.name, nuspec.licence.n > 0 ? nuspec.licence : nuspec.url,
		    sink, err);
}

bool licence_meta_is_nuget(str path) { return str_ends(path, STR(".nuspec")); }
