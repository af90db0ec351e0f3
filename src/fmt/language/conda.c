/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/language/pypi_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

int conda_meta(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package package = pypi_package_of(file, PACKAGE_INSTALLED);
	struct text_lines lines = { .line = 0 };
	const struct json *root;
	str text;

	if (lock_json(file, arena, &text, &root, err) < 0)
		return -1;
	package.kind = STR("conda");
	package.name = json_get_str(root, STR("name"));
	package.version = json_get_str(root, STR("version"));
	package.licence = json_get_str(root, STR("license"));
	package.origin = json_get_str(root, STR("channel"));
	package.arch = json_get_str(root, STR("subdir"));
	if (!lock_is_word(package.name) || !lock_is_word(package.version))
		return err_set(err, ERR_INPUT, "no proper name and version");
	lines.text = text;
	package.line = text_line_of(&lines, package.name.p);
	return sink->add(sink, &package, err);
}

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	bool lowest;
};

static bool ends_name(char c) { return is_space(c) || strchr("=<>!~[", c); }

/* "channel::name=1.2=build", "name==1.2", "name >=1.2" */
static int take_spec(const struct reader *r, str spec, uint32_t line, struct err *err)
{
	struct package package = pypi_package_of(r->file, PACKAGE_DECLARED);
	ptrdiff_t colons = str_find(spec, STR("::"));
	size_t n = 0, m = 0;

	if (colons >= 0)
		spec = str_skip(spec, (size_t)colons + 2);
	spec = str_trim(spec);
	while (n < spec.n && !ends_name(spec.p[n]))
		n++;
	package.kind = STR("conda");
	package.name = str_take(spec, n);
	package.line = line;
	spec = str_skip(spec, n);
	while (spec.n && (spec.p[0] == '=' || is_space(spec.p[0])))
		spec = str_skip(spec, 1);
	while (m < spec.n && !is_space(spec.p[m]) && spec.p[m] != '=')
		m++;
	spec = str_take(spec, m);
	for (size_t i = 0; i < spec.n; i++)
		if (strchr("<>!~*,|[", spec.p[i]))
			spec = STR_EMPTY;
	package.version = spec;
	if (lock_is_word(package.name) && (r->lowest || lock_is_word(spec)))
		return r->sink->add(r->sink, &package, err);
	r->sink->skipped(r->sink, "requirement that is not pinned to one version",
			 str_empty(package.name) ? STR("dependencies") : package.name);
	return 0;
}

static int not_list(const struct place *place, struct err *err)
{
	return err_set(err, ERR_INPUT, "line %u: neither a package nor a list of them",
		       place_line(place));
}

static int take_pip(const struct reader *r, const struct json *list, const struct place *places,
		    struct err *err)
{
	size_t i = 0;

	if (!json_is(list, JSON_ARRAY))
		return not_list(places, err);
	JSON_EACH (list, item) {
		const struct place *place = place_at(places, i++);
		struct requirement requirement;

		if (!json_is(item, JSON_STRING))
			return not_list(place, err);
		if (!requirement_parse(json_str(item), r->arena, &requirement))
			r->sink->skipped(r->sink, "dependency that is no requirement", STR("pip"));
		else if (pypi_send_requirement(r->file, &requirement, place_line(place), r->lowest,
					       r->sink, err) < 0)
			return -1;
	}
	return 0;
}

static int take_list(const struct reader *r, const struct json *list, const struct place *places,
		     struct err *err)
{
	size_t i = 0;

	JSON_EACH (list, item) {
		const struct place *place = place_at(places, i++);

		if (json_is(item, JSON_OBJECT)) {
			JSON_MEMBERS (item, m)
				if (take_pip(r, &m->value, place_of_member(item, place, m), err) <
				    0)
					return -1;
		} else if (!json_is(item, JSON_STRING)) {
			return not_list(place, err);
		} else if (take_spec(r, json_str(item), place_line(place), err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int read_environment(const struct file_view *file, bool lowest, struct package_sink *sink,
			    struct err *err)
{
	const struct yaml_opts opts = { .schema = YAML_CORE, .max_values = LOCK_MAX_VALUES };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reader r = { .file = file, .sink = sink, .arena = arena, .lowest = lowest };
	const struct place *place;
	const struct json *root;
	str text;

	if (text_file_load(file, LOCK_MAX_BYTES, arena, &text, err) < 0 ||
	    yaml_parse(text, &opts, arena, &root, &place, err) < 0)
		return -1;
	if (!json_is(root, JSON_OBJECT))
		return not_list(place, err);
	/* An environment without packages has a name, a place or channels. */
	if (!JSON_GET(root, "name") && !JSON_GET(root, "prefix") && !JSON_GET(root, "channels") &&
	    !JSON_GET(root, "variables"))
		lock_expect(root, "dependencies", JSON_ARRAY, sink); /* told */
	else
		lock_expect_type(root, "dependencies", JSON_ARRAY, sink);
	return take_list(&r, JSON_GET(root, "dependencies"),
			 place_get(root, place, STR("dependencies")), err);
}

int conda_environment(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_environment(file, false, sink, err);
}

int conda_environment_lowest(const struct file_view *file, struct package_sink *sink,
			     struct err *err)
{
	return read_environment(file, true, sink, err);
}
