/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/dotnet.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/xml.h"

#define TEXT_MAX 1024u

struct reader {
	const struct file_view *file;
	struct arena *arena;
	struct package_tally tally;
	bool in_group;	     /* props: inside of <Project><ItemGroup> */
	struct package held; /* props: may get its version from a child */
};

static int read_xml(struct reader *r, const struct file_view *file, struct package_sink *sink,
		    struct xml_handler *handler, struct err *err)
{
	str bytes;

	r->file = file;
	r->tally.sink = sink;
	handler->context = r;
	if (file_view_load(file, DOTNET_MAX_BYTES, r->arena, &bytes, err) < 0 ||
	    xml_read(bytes, handler, err) < 0)
		return -1;
	return 0;
}

/* ---- packages.config ---- */

static int config_start(void *context, const struct xml_element *element, struct err *err)
{
	struct reader *r = context;
	struct package p = { .kind = STR("nuget"),
			     .path = r->file->path,
			     .form = PACKAGE_LOCKED,
			     .line = element->line,
			     .layer = -1 };

	if (element->depth == 1 && !str_eq(element->name, STR("packages")))
		return err_set(err, ERR_INPUT, "the root element is not 'packages'");
	if (element->depth != 2 || !str_eq(element->name, STR("package")))
		return 0;
	p.name = str_trim(xml_attribute(element, STR("id")));
	p.version = str_trim(xml_attribute(element, STR("version")));
	p.dev = str_ieq(xml_attribute(element, STR("developmentDependency")), STR("true"));
	if (p.name.n > 0 && p.version.n > 0)
		return package_tally_add(&r->tally, &p, err);
	package_tally_broken(&r->tally, "package without id or version", element->line);
	return 0;
}

int dotnet_config_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reader r = { .arena = arena };
	struct xml_handler handler = { .start = config_start };

	return read_xml(&r, file, sink, &handler, err) < 0 ? -1
							   : package_tally_result(&r.tally, err);
}

/* ---- Directory.Packages.props ---- */

static bool is_package(str name)
{
	return str_eq(name, STR("PackageReference")) || str_eq(name, STR("PackageVersion")) ||
	       str_eq(name, STR("GlobalPackageReference"));
}

static int props_start(void *context, const struct xml_element *element, struct err *err)
{
	struct reader *r = context;
	str name, version;

	if (element->depth == 1 && !str_eq(element->name, STR("Project")))
		return err_set(err, ERR_INPUT, "the root element is not 'Project'");
	if (element->depth == 2)
		r->in_group = str_eq(element->name, STR("ItemGroup"));
	if (element->depth != 3 || !r->in_group || !is_package(element->name))
		return 0;
	name = xml_attribute(element, STR("Include"));
	if (!name.p)
		name = xml_attribute(element, STR("Update"));
	version = xml_attribute(element, STR("Version"));
	arena_reset(r->arena);
	r->held = (struct package){ .kind = STR("nuget"),
				    .name = str_dup(r->arena, str_trim(name)),
				    .version = str_dup(r->arena, str_trim(version)),
				    .path = r->file->path,
				    .form = PACKAGE_DECLARED,
				    .line = element->line,
				    .layer = -1 };
	return 0;
}

static int props_end(void *context, const struct xml_element *element, str text, struct err *err)
{
	struct reader *r = context;
	struct package p = r->held;

	if (element->depth == 4 && str_eq(element->name, STR("Version")) && r->held.version.n == 0)
		r->held.version = str_dup(r->arena, str_take(str_trim(text), TEXT_MAX));
	if (element->depth != 3 || !r->in_group || !is_package(element->name))
		return 0;
	r->held = (struct package){ .line = 0 };
	/* "[1.2.3]" is exactly this one. */
	if (p.version.n > 2 && p.version.p[0] == '[' && p.version.p[p.version.n - 1] == ']' &&
	    str_find_char(p.version, ',') < 0)
		p.version = str_drop_end(str_skip(p.version, 1), 1);
	if (p.name.n > 0 && p.version.n > 0 && str_find(p.name, STR("$(")) < 0 &&
	    is_alnum(p.version.p[0]) && str_find_char(p.version, '*') < 0)
		return package_tally_add(&r->tally, &p, err);
	package_tally_broken(&r->tally, "package without name, or without one version",
			     element->line);
	return 0;
}

int dotnet_props_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *held = arena_new();
	struct reader r = { .file = file, .arena = held, .tally = { .sink = sink } };
	struct xml_handler handler = { .context = &r, .start = props_start, .end = props_end };
	str bytes;

	if (file_view_load(file, DOTNET_MAX_BYTES, arena, &bytes, err) < 0)
		return -1;
	/* A file of variables alone is proper. */
	return xml_read(bytes, &handler, err);
}
