/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uv.lock: the project and the members of its workspace stand among the packages, with a source
 * "virtual" or "editable"; what they ask for decides what is for development.
 */
#include "base/err.h"
#include "fmt/language/pypi_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

static str origin_of(const struct json *source)
{
	static const struct {
		const char *key, *origin;
	} kinds[] = { { "git", "git" },
		      { "url", "url" },
		      { "path", "file" },
		      { "directory", "file" },
		      { "editable", "workspace" },
		      { "virtual", "workspace" } };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (json_get(source, str_c(kinds[i].key)))
			return str_c(kinds[i].origin);
	return STR_EMPTY;
}

/* The project itself: the folder of the lock file. */
static bool is_root(const struct json *source)
{
	return str_eq(json_get_str(source, STR("virtual")), STR(".")) ||
	       str_eq(json_get_str(source, STR("editable")), STR("."));
}

static struct lock_node *take_package(struct pypi_lock *lock, const struct json *value,
				      const struct place *place)
{
	struct package package = pypi_package_of(lock->file, PACKAGE_LOCKED);
	const struct json *source = JSON_GET(value, "source");
	struct lock_node *node;

	package.name = json_get_str(value, STR("name"));
	package.version = json_get_str(value, STR("version"));
	package.line = place_line(place_get(value, place, STR("name")));
	package.origin = origin_of(source);
	pypi_set_digests(&package, JSON_GET(value, "wheels"), STR("hash"), lock->arena);
	node = pypi_lock_add(lock, &package);
	if (node)
		node->hidden = is_root(source);
	return node;
}

static void take_list(struct pypi_lock *lock, struct lock_node *node, const struct json *list,
		      bool dev)
{
	bool project = str_eq(node->origin, STR("workspace"));

	JSON_EACH (list, item) {
		str name = json_get_str(item, STR("name"));
		str version = json_get_str(item, STR("version"));
		str range = str_empty(version) ? version : str_cat(lock->arena, STR("=="), version);

		if (str_empty(name)) {
			lock_told(lock->sink, "name of a dependency");
			continue;
		}
		if (!pypi_lock_has(lock, name))
			lock->sink->skipped(lock->sink, LOCK_CUT_OFF,
					    str_take(name, LOCK_WORD_MAX));
		if (!dev)
			pypi_lock_need(lock, node, name, range);
		if (project)
			pypi_lock_root(lock, name, range, dev);
	}
}

static void take_needs(struct pypi_lock *lock, struct lock_node *node, const struct json *value)
{
	static const struct {
		const char *key;
		bool dev;
	} groups[] = { { "optional-dependencies", false }, { "dev-dependencies", true } };

	take_list(lock, node, JSON_GET(value, "dependencies"), false);
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		JSON_MEMBERS (json_get(value, str_c(groups[i].key)), m)
			take_list(lock, node, &m->value, groups[i].dev);
}

int pypi_uv_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *root, *list;
	const struct place *place, *places;
	struct lock_node **nodes;
	struct pypi_lock lock;
	size_t i = 0;

	if (pypi_load_toml(file, arena, &root, &place, err) < 0 ||
	    lock_check(root, "package", JSON_ARRAY, err) < 0)
		return -1;
	/* A workspace without a project and without members has no packages, but that number. */
	lock_expect(root, "version", JSON_NUMBER, sink); /* told */
	pypi_lock_init(&lock, file, arena, sink);
	list = JSON_GET(root, "package");
	places = place_get(root, place, STR("package"));
	nodes = ARENA_ARRAY(arena, struct lock_node *, json_len(list));
	JSON_EACH (list, value) {
		nodes[i] = take_package(&lock, value, place_at(places, i));
		i++;
	}
	i = 0;
	JSON_EACH (list, value) {
		if (nodes[i])
			take_needs(&lock, nodes[i], value);
		i++;
	}
	for (i = 0; i < lock.graph.n; i++)
		if (str_eq(lock.graph.nodes[i]->origin, STR("workspace")))
			lock.graph.nodes[i]->root = true;
	lock_graph_reach(&lock.graph);
	return lock_graph_emit(&lock.graph, sink, err);
}
