/* SPDX-License-Identifier: Apache-2.0 */
/* Pipfile.lock and pyproject.toml. */
#include "base/err.h"
#include "fmt/lock_entries.h"
#include "fmt/pypi_internal.h"
#include "fmt/text_file.h"

static void take_locked(struct pypi_lock *lock, const struct json_member *m, bool dev,
			struct text_lines *lines)
{
	struct package package = pypi_package_of(lock->file, PACKAGE_LOCKED);
	str version = json_get_str(&m->value, STR("version"));

	package.name = m->key;
	package.version =
		str_trim(str_without_prefix(str_without_prefix(version, STR("==")), STR("=")));
	package.dev = dev;
	package.line = text_line_of(lines, m->key.p);
	pypi_set_digests(&package, JSON_GET(&m->value, "hashes"), STR(""), lock->arena);
	(void)pypi_lock_add(lock, &package); /* NULL was counted */
}

int pypi_pipfile_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct pypi_lock lock;
	const struct json *root;
	str text;

	if (text_file_load(file, LOCK_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	if (str_empty(str_trim(text)))
		return 0; /* pipenv makes it so before it fills it */
	if (lock_json(file, arena, &text, &root, err) < 0)
		return -1;
	if (!json_is(root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "JSON that is no object");
	pypi_lock_init(&lock, file, arena, sink);
	/* "default", and what is installed only when asked for: "develop" and the user's own. */
	JSON_MEMBERS(root, category)
	{
		struct text_lines lines = { .text = text };

		if (str_eq(category->key, STR("_meta")))
			continue;
		JSON_MEMBERS(&category->value, m)
		take_locked(&lock, m, !str_eq(category->key, STR("default")), &lines);
	}
	return lock_graph_emit(&lock.graph, sink, err);
}

static int read_pyproject(const struct file_view *file, bool lowest, struct package_sink *sink,
			  struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *root, *project, *list;
	const struct place *place, *places;
	size_t i = 0;

	if (pypi_load_toml(file, arena, &root, &place, err) < 0)
		return -1;
	project = JSON_GET(root, "project");
	list = JSON_GET(project, "dependencies");
	places = place_get(project, place_get(root, place, STR("project")), STR("dependencies"));
	JSON_EACH (list, item) {
		struct requirement requirement;
		uint32_t line = place_line(place_at(places, i++));

		if (!requirement_parse(json_str(item), arena, &requirement))
			sink->skipped(sink, "dependency that is no requirement",
				      STR("project.dependencies"));
		else if (pypi_send_requirement(file, &requirement, line, lowest, sink, err) < 0)
			return -1;
	}
	return 0;
}

int pypi_pyproject(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_pyproject(file, false, sink, err);
}

int pypi_pyproject_lowest(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_pyproject(file, true, sink, err);
}
