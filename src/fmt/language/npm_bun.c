/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "packages" has keys that are places in the tree ("a", "a/b", "@s/a/b") and lists as values: first
 * "name@version", then things that differ by kind, among them one object with the dependencies and
 * a digest. "workspaces" says what each project asks for.
 */
#include "base/err.h"
#include "base/path.h"
#include "fmt/language/npm.h"
#include "fmt/language/npm_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	struct lock_graph graph;
	struct map places; /* key of packages -> struct lock_node */
	const struct json *workspaces;
	struct text_lines lines;
};

static const struct json *first_object(const struct json *tuple)
{
	JSON_EACH (tuple, item)
		if (json_is(item, JSON_OBJECT))
			return item;
	return NULL;
}

static int take_package(struct reader *r, const struct json_member *m, struct err *err)
{
	struct package package = npm_package_of(r->file, PACKAGE_LOCKED);
	const struct json *tuple = &m->value;
	str id = json_str(json_at(tuple, 0)), rest, integrity = STR_EMPTY;
	size_t n = json_len(tuple);

	package.line = text_line_of(&r->lines, m->key.p);
	if (!json_is(tuple, JSON_ARRAY) || !npm_cut_name(id, &package.name, &rest))
		return err_set(err, ERR_INPUT, "line %u: package \"%.*s\" without name and version",
			       package.line, STR_ARG(str_take(m->key, 80)));
	if (str_starts(rest, STR("root:")))
		return 0;
	if (str_starts(rest, STR("npm:")))
		rest = str_skip(rest, 4);
	package.origin = npm_origin(rest);
	if (str_empty(package.origin))
		package.version = rest;
	else if (str_eq(package.origin, STR("workspace")))
		package.version = json_get_str(
			json_get(r->workspaces, str_without_prefix(rest, STR("workspace:"))),
			STR("version"));
	if (n > 1)
		integrity = json_str(json_at(tuple, n - 1));
	if (!npm_is_proper(&package)) {
		r->sink->skipped(r->sink, "package with an improper name or version",
				 str_empty(m->key) ? STR("packages") : m->key);
		return 0;
	}
	map_put(&r->places, m->key, lock_graph_add(&r->graph, &package, integrity));
	return 0;
}

/* "@s/a/b" -> "@s/a" -> "" */
static str above(str place)
{
	ptrdiff_t slash = str_rfind_char(place, '/');
	str up = slash < 0 ? STR_EMPTY : str_take(place, (size_t)slash);
	ptrdiff_t before = str_rfind_char(up, '/');
	str last = str_skip(up, (size_t)(before + 1));

	/* The scope goes with its name. */
	if (last.n && last.p[0] == '@')
		return before < 0 ? STR_EMPTY : str_take(up, (size_t)before);
	return up;
}

static struct lock_node *resolve(const struct reader *r, str from, str name)
{
	char place[PATH_MAX_BYTES + NPM_NAME_MAX + 2];

	if (from.n > PATH_MAX_BYTES || name.n > NPM_NAME_MAX)
		return NULL;
	for (;; from = above(from)) {
		int n = snprintf(place, sizeof(place), "%.*s%s%.*s", STR_ARG(from),
				 from.n ? "/" : "", STR_ARG(name));
		struct lock_node *node = map_get(&r->places, str_of(place, (size_t)n));

		if (node || str_empty(from))
			return node;
	}
}

static void take_needs(struct reader *r, str place, const struct json *value)
{
	static const char *const keys[] = { "dependencies", "optionalDependencies",
					    "peerDependencies" };
	struct lock_node *from = map_get(&r->places, place);

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		JSON_MEMBERS (json_get(value, str_c(keys[i])), m)
			lock_graph_edge(&r->graph, from, resolve(r, place, m->key));
}

static void take_workspace(struct reader *r, const struct json *workspace)
{
	static const struct {
		const char *key;
		bool dev;
	} lists[] = { { "dependencies", false },
		      { "optionalDependencies", false },
		      { "peerDependencies", false },
		      { "devDependencies", true } };
	str name = json_get_str(workspace, STR("name"));
	struct lock_node *own = map_get(&r->places, name);

	if (own && !str_eq(own->origin, STR("workspace")))
		own = NULL; /* a package that has the name of the project */
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		JSON_MEMBERS (json_get(workspace, str_c(lists[i].key)), m) {
			struct lock_node *node = resolve(r, name, m->key);

			if (node && lists[i].dev)
				node->dev_root = true;
			else if (node)
				node->root = true;
			if (!lists[i].dev)
				lock_graph_edge(&r->graph, own, node);
		}
	}
}

int npm_bun_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reader r = { .file = file, .sink = sink, .arena = arena };
	const struct package base = npm_package_of(file, PACKAGE_LOCKED);
	const struct json *root, *packages;

	if (npm_load_json(file, true, arena, &r.lines.text, &root, err) < 0)
		return -1;
	if (!json_is(JSON_GET(root, "lockfileVersion"), JSON_NUMBER))
		return err_set(err, ERR_INPUT, "a bun.lock without the number of its version");
	lock_graph_init(&r.graph, &base, arena);
	r.graph.digests = npm_set_integrity;
	map_init(&r.places, arena);
	if (lock_check(root, "packages", JSON_OBJECT, err) < 0 ||
	    lock_check(root, "workspaces", JSON_OBJECT, err) < 0)
		return -1;
	lock_expect(root, "packages", JSON_OBJECT, sink); /* then there are none */
	packages = JSON_GET(root, "packages");
	r.workspaces = JSON_GET(root, "workspaces");
	JSON_MEMBERS (packages, m)
		if (take_package(&r, m, err) < 0)
			return -1;
	JSON_MEMBERS (packages, m)
		take_needs(&r, m->key, first_object(&m->value));
	JSON_MEMBERS (r.workspaces, m)
		take_workspace(&r, &m->value);
	for (size_t i = 0; i < r.graph.n; i++)
		if (str_eq(r.graph.nodes[i]->origin, STR("workspace")))
			r.graph.nodes[i]->root = true;
	lock_graph_reach(&r.graph);
	return lock_graph_emit(&r.graph, sink, err);
}
