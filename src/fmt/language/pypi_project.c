/* SPDX-License-Identifier: Apache-2.0 */
/* Pipfile.lock and pyproject.toml. */
#include "base/err.h"
#include "base/map.h"
#include "fmt/language/pypi_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

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
	if (str_empty(str_trim(text))) { /* pipenv makes it so before it fills it */
		lock_told(sink, "default");
		return 0;
	}
	if (lock_json(file, arena, &text, &root, err) < 0)
		return -1;
	if (!json_is(root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "JSON that is no object");
	pypi_lock_init(&lock, file, arena, sink);
	lock_expect(root, "default", JSON_OBJECT, sink); /* the others are read */
	/* "default", and what is installed only when asked for: "develop" and the user's own. */
	JSON_MEMBERS (root, category) {
		struct text_lines lines = { .text = text };

		if (str_eq(category->key, STR("_meta")))
			continue;
		if (!json_is(&category->value, JSON_OBJECT))
			return err_set(err, ERR_INPUT, "'%.*s' is no table of names",
				       STR_ARG(str_take(category->key, LOCK_WORD_MAX)));
		JSON_MEMBERS (&category->value, m)
			take_locked(&lock, m, !str_eq(category->key, STR("default")), &lines);
	}
	return lock_graph_emit(&lock.graph, sink, err);
}

/* What pyproject.toml asks for, list by list. */
struct project {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	bool lowest;
	struct map sent; /* "name@version" of what was emitted: wanted by one list, and by others */
};

static int take_asked(struct project *p, str text, uint32_t line, const char *where, bool dev,
		      struct err *err)
{
	struct requirement requirement;

	if (!requirement_parse(text, p->arena, &requirement)) {
		p->sink->skipped(p->sink, "dependency that is no requirement", str_c(where));
		return 0;
	}
	if (requirement.pinned.n > 0 && !p->lowest) {
		str name = pypi_normal(p->arena, requirement.name);
		void **slot = map_slot(&p->sent, str_fmt(p->arena, "%.*s@%.*s", STR_ARG(name),
							 STR_ARG(requirement.pinned)));

		if (*slot)
			return 0;
		*slot = p;
	}
	requirement.dev = dev;
	return pypi_send_requirement(p->file, &requirement, line, p->lowest, p->sink, err);
}

static int take_list(struct project *p, const struct json *list, const struct place *places,
		     const char *where, bool dev, struct err *err)
{
	JSON_EACH (list, item) {
		/* {include-group = "name"}: that group is read by itself (PEP 735). */
		bool included = json_is(item, JSON_OBJECT) &&
				json_get_str(item, STR("include-group")).n > 0;
		uint32_t line = place_line(place_of_item(list, places, item));

		if (!included && take_asked(p, json_str(item), line, where, dev, err) < 0)
			return -1;
	}
	return 0;
}

/* A table of lists: what is installed only when it is asked for. */
static int take_table(struct project *p, const struct json *table, const struct place *places,
		      const char *where, struct err *err)
{
	JSON_MEMBERS (table, m) {
		if (take_list(p, &m->value, place_of_member(table, places, m), where, true, err) <
		    0)
			return -1;
	}
	return 0;
}

static int read_pyproject(const struct file_view *file, bool lowest, struct package_sink *sink,
			  struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct project p = { .file = file, .sink = sink, .arena = arena, .lowest = lowest };
	const struct json *root, *project, *build;
	const struct place *place, *at, *build_at;

	if (pypi_load_toml(file, arena, &root, &place, err) < 0)
		return -1;
	if (lock_check(root, "project", JSON_OBJECT, err) < 0 ||
	    lock_check(JSON_GET(root, "project"), "dependencies", JSON_ARRAY, err) < 0)
		return -1;
	map_init(&p.sent, arena);
	project = JSON_GET(root, "project");
	at = place_get(root, place, STR("project"));
	if (take_list(&p, JSON_GET(project, "dependencies"),
		      place_get(project, at, STR("dependencies")), "project.dependencies", false,
		      err) < 0)
		return -1;
	if (lowest)
		return 0;
	build = JSON_GET(root, "build-system");
	build_at = place_get(root, place, STR("build-system"));
	if (take_table(&p, JSON_GET(project, "optional-dependencies"),
		       place_get(project, at, STR("optional-dependencies")),
		       "project.optional-dependencies", err) < 0 ||
	    take_table(&p, JSON_GET(root, "dependency-groups"),
		       place_get(root, place, STR("dependency-groups")), "dependency-groups",
		       err) < 0)
		return -1;
	return take_list(&p, JSON_GET(build, "requires"),
			 place_get(build, build_at, STR("requires")), "build-system.requires", true,
			 err);
}

int pypi_pyproject(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_pyproject(file, false, sink, err);
}

int pypi_pyproject_lowest(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_pyproject(file, true, sink, err);
}
