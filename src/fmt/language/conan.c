/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/conan.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

/* Name and version of a reference; false when it has none. */
static bool take_reference(str reference, str *name, str *version)
{
	if (!str_cut(reference, '/', name, version))
		return false;
	for (size_t i = 0; i < version->n; i++) {
		if (str_find_char(STR("@#:%"), version->p[i]) >= 0)
			*version = str_take(*version, i);
	}
	return lock_is_word(*name) && lock_is_word(*version);
}

/* ---- Conan 1 ---- */

struct node {
	const struct json_member *member;
	size_t entry; /* number + 1 of its package; 0: none */
	bool needed, direct, runs;
};

struct graph {
	struct lock_entries *entries;
	struct node *nodes;
	size_t n;
	struct map by_id; /* id -> struct node * */
	struct node **work;
	size_t work_n;
};

static struct node *node_of(struct graph *g, const struct json *items, size_t i)
{
	/* A list of ids, or (oldest formats) a mapping from reference to id. */
	const struct json *id =
		json_is(items, JSON_OBJECT) ? &items->members[i].value : json_at(items, i);

	return map_get(&g->by_id, json_str(id));
}

static void mark(struct graph *g, const struct node *from, const char *list, bool runs)
{
	const struct json *items = json_get(&from->member->value, str_c(list));

	for (size_t i = 0; i < json_len(items); i++) {
		struct node *to = node_of(g, items, i);

		if (!to)
			continue;
		to->needed = true;
		if (runs && !to->runs) {
			to->runs = true;
			g->work[g->work_n++] = to; /* once each */
		}
	}
}

static void mark_direct(struct graph *g, const struct node *root)
{
	static const char *const lists[] = { "requires", "build_requires" };

	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		const struct json *items = json_get(&root->member->value, str_c(lists[k]));

		for (size_t i = 0; i < json_len(items); i++) {
			struct node *to = node_of(g, items, i);

			if (to)
				to->direct = true;
		}
	}
}

/* Which nodes somebody needs, and which of them not only for building. */
static void walk(struct graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		for (const char *const *list =
			     (const char *const[]){ "requires", "build_requires", NULL };
		     *list; list++) {
			const struct json *items =
				json_get(&g->nodes[i].member->value, str_c(*list));

			for (size_t k = 0; k < json_len(items); k++) {
				struct node *to = node_of(g, items, k);

				if (to && to != &g->nodes[i])
					to->needed = true;
			}
		}
	}
	for (size_t i = 0; i < g->n; i++) {
		if (!g->nodes[i].needed) {
			mark_direct(g, &g->nodes[i]);
			mark(g, &g->nodes[i], "requires", true);
		}
	}
	while (g->work_n > 0)
		mark(g, g->work[--g->work_n], "requires", true);
}

static str reference_of(const struct node *node)
{
	str reference = json_get_str(&node->member->value, STR("ref"));

	return str_empty(reference) ? json_get_str(&node->member->value, STR("pref")) : reference;
}

/* The project: nobody needs it, and it has a file of its own or no reference. */
static bool is_project(const struct node *node)
{
	return !node->needed && (str_empty(reference_of(node)) ||
				 !str_empty(json_get_str(&node->member->value, STR("path"))));
}

static int take_node(struct graph *g, struct node *node, struct text_lines *lines,
		     struct package_sink *sink, struct err *err)
{
	str name, version;
	struct lock_entry *entry;

	if (is_project(node))
		return 0;
	if (!take_reference(reference_of(node), &name, &version)) {
		sink->skipped(sink, "node without a proper reference",
			      node->member->key.n > 0 ? node->member->key : STR("unnamed"));
		return 0;
	}
	entry = lock_entries_add(g->entries, name, version, err);
	if (!entry)
		return -1;
	entry->key = node->member->key;
	entry->package.line = text_line_of(lines, node->member->key.p);
	entry->package.dev = node->needed && !node->runs;
	entry->package.indirect = node->needed && !node->direct;
	const struct json *items = JSON_GET(&node->member->value, "requires");
	for (size_t i = 0; i < json_len(items); i++) {
		const struct node *to = node_of(g, items, i);

		if (to && lock_entries_need(g->entries, entry, to->member->key, err) < 0)
			return -1;
	}
	return 0;
}

static int take_graph(struct lock_entries *entries, const struct json *nodes,
		      struct text_lines *lines, struct package_sink *sink, struct err *err)
{
	struct graph g = { .entries = entries };

	if (nodes->n > LOCK_ENTRIES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u nodes", LOCK_ENTRIES_MAX);
	g.nodes = ARENA_ARRAY(entries->arena, struct node, nodes->n);
	g.work = ARENA_ARRAY(entries->arena, struct node *, nodes->n);
	map_init(&g.by_id, entries->arena);
	JSON_MEMBERS (nodes, member) {
		g.nodes[g.n].member = member;
		map_put(&g.by_id, member->key, &g.nodes[g.n++]);
	}
	walk(&g);
	for (size_t i = 0; i < g.n; i++) {
		if (take_node(&g, &g.nodes[i], lines, sink, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- Conan 2 ---- */

static int take_list(struct lock_entries *entries, const struct json *list, bool dev,
		     struct text_lines *lines, struct package_sink *sink, struct err *err)
{
	JSON_EACH (list, item) {
		/* With package ids an item is a pair of the reference and these. */
		str reference = json_str(json_is(item, JSON_ARRAY) ? json_at(item, 0) : item);
		str name, version;
		struct lock_entry *entry;

		if (!take_reference(reference, &name, &version)) {
			sink->skipped(sink, "no proper reference",
				      reference.n > 0 ? str_take(reference, LOCK_WORD_MAX)
						      : STR("empty"));
			continue;
		}
		entry = lock_entries_add(entries, name, version, err);
		if (!entry)
			return -1;
		entry->package.dev = dev;
		entry->package.line = text_line_of(lines, reference.p);
	}
	return 0;
}

int conan_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	struct text_lines lines = { .line = 0 };
	const struct json *root, *nodes, *requires;

	if (lock_json(file, arena, &lines.text, &root, err) < 0)
		return -1;
	nodes = json_path(root, "graph_lock", "nodes", NULL);
	requires = JSON_GET(root, "requires");
	if (!json_is(nodes, JSON_OBJECT) && !json_is(requires, JSON_ARRAY) &&
	    !JSON_GET(root, "build_requires") && !JSON_GET(root, "graph_lock"))
		return err_set(err, ERR_INPUT, "neither a graph nor a list of requirements in it");
	if (JSON_GET(root, "graph_lock")) {
		if (!json_is(nodes, JSON_OBJECT))
			lock_told(sink, "graph_lock.nodes");
	} else {
		lock_expect(root, "requires", JSON_ARRAY, sink); /* the others are read */
	}
	lock_expect_type(root, "build_requires", JSON_ARRAY, sink);
	lock_expect_type(root, "python_requires", JSON_ARRAY, sink);
	lock_expect_type(root, "config_requires", JSON_ARRAY, sink);
	lock_entries_init(&entries, arena, "conan", PACKAGE_LOCKED, file->path);
	if (json_is(nodes, JSON_OBJECT) && take_graph(&entries, nodes, &lines, sink, err) < 0)
		return -1;
	if (take_list(&entries, requires, false, &lines, sink, err) < 0 ||
	    take_list(&entries, JSON_GET(root, "build_requires"), true, &lines, sink, err) < 0 ||
	    take_list(&entries, JSON_GET(root, "python_requires"), true, &lines, sink, err) < 0 ||
	    take_list(&entries, JSON_GET(root, "config_requires"), true, &lines, sink, err) < 0)
		return -1;
	return lock_entries_emit(&entries, sink, err);
}

bool conan_is_lock(str path) { return path_is_named(path, STR("conan.lock")); }
