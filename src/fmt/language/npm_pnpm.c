/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of "packages" by the version of the file:
 *	5	/name/1.2.3  /@scope/name/1.2.3_peer@1.0.0  registry.example/name/1.2.3
 *	6, 7	/name@1.2.3(peer@1.0.0)
 *	9	name@1.2.3; "snapshots" has name@1.2.3(peer@1.0.0) with the dependencies
 * What is not from a registry has its address as key, and fields "name" and "version". From 9 on
 * what is for development follows from what "importers" ask for.
 */
#include "fmt/language/npm.h"
#include "base/err.h"
#include "fmt/language/npm_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	struct lock_graph graph;
	struct map keys; /* key of packages or snapshots -> struct lock_node */
	unsigned form;	 /* 5, 6 or 9 */
	size_t missed;	 /* what projects ask for and no entry is there for */
	bool cut;	 /* 9: of a package nobody says what it needs */
};

static unsigned form_of(str version)
{
	uint64_t major = 0;
	str before, after;

	if (str_cut(version, '.', &before, &after))
		version = before;
	if (!str_u64(version, &major) || major < 6)
		return 5;
	return major < 9 ? 6 : 9;
}

/* name@version, without what stands in parentheses. */
static bool cut_new(str key, str *name, str *version)
{
	ptrdiff_t paren = str_find_char(key, '(');

	if (paren >= 0)
		key = str_take(key, (size_t)paren);
	return npm_cut_name(key, name, version) && !str_empty(*version);
}

/* name/version[_peers] */
static bool cut_old(str key, str *name, str *version)
{
	ptrdiff_t slash = str_find_char(key, '/'), end;

	if (slash >= 0 && key.n && key.p[0] == '@') {
		end = str_find_char(str_skip(key, (size_t)slash + 1), '/');
		slash = end < 0 ? -1 : slash + 1 + end;
	}
	if (slash <= 0)
		return false;
	*name = str_take(key, (size_t)slash);
	*version = str_skip(key, (size_t)slash + 1);
	for (size_t i = 0; i < version->n; i++) {
		if (version->p[i] == '_' || version->p[i] == '/') {
			*version = str_take(*version, i);
			break;
		}
	}
	return version->n && is_digit(version->p[0]);
}

static bool cut_key(const struct reader *r, str key, str *name, str *version)
{
	if (r->form == 9)
		return cut_new(key, name, version);
	if (str_starts(key, STR("/"))) {
		key = str_skip(key, 1);
	} else {
		/* The host of a registry stands before. */
		ptrdiff_t slash = str_find_char(key, '/');

		if (slash <= 0 || str_find_char(str_take(key, (size_t)slash), '.') < 0)
			return false;
		key = str_skip(key, (size_t)slash + 1);
	}
	return r->form == 5 ? cut_old(key, name, version) : cut_new(key, name, version);
}

static bool is_address(str key)
{
	return str_starts(key, STR("file:")) || str_starts(key, STR("link:")) ||
	       str_find(key, STR("://")) >= 0;
}

static str origin_of(const struct json *value, str key)
{
	const struct json *resolution = JSON_GET(value, "resolution");
	str type = json_get_str(resolution, STR("type"));

	if (str_eq(type, STR("directory")) || str_starts(key, STR("file:")) ||
	    str_find(key, STR("@file:")) >= 0)
		return STR("file");
	if (str_eq(type, STR("git")) || !str_empty(json_get_str(resolution, STR("commit"))))
		return STR("git");
	return str_empty(json_get_str(value, STR("version"))) ? STR_EMPTY : STR("url");
}

/* One member of "packages". */
static int take_package(struct reader *r, const struct json_member *m, uint32_t line,
			struct err *err)
{
	struct package package = npm_package_of(r->file, PACKAGE_LOCKED);
	str name = json_get_str(&m->value, STR("name"));
	str version = json_get_str(&m->value, STR("version")), key_name, key_version;
	bool cut = cut_key(r, m->key, &key_name, &key_version);
	const struct json *resolution = JSON_GET(&m->value, "resolution");

	package.origin = origin_of(&m->value, m->key);
	if (str_empty(name) && cut)
		name = key_name;
	if (str_empty(version) && cut && str_empty(npm_origin(key_version)))
		version = key_version;
	if (str_empty(name) && !is_address(m->key))
		return err_set(err, ERR_INPUT, "line %u: \"%.*s\" is no key of a package", line,
			       STR_ARG(str_take(m->key, 80)));
	package.name = name;
	package.version = version;
	package.line = line;
	package.dev = str_eq(json_get_str(&m->value, STR("dev")), STR("true"));
	if (!npm_is_proper(&package)) {
		r->sink->skipped(r->sink, "package without a proper name",
				 str_empty(m->key) ? STR("packages") : m->key);
		return 0;
	}
	map_put(&r->keys, m->key,
		lock_graph_add(&r->graph, &package, json_get_str(resolution, STR("integrity"))));
	return 0;
}

/* The package that `name: value` of a "dependencies" names. */
static struct lock_node *resolve(const struct reader *r, str name, str value)
{
	struct lock_node *node = map_get(&r->keys, value);

	if (node || str_empty(value))
		return node;
	return map_get(&r->keys, str_fmt(r->arena, "%s%.*s%s%.*s", r->form < 9 ? "/" : "",
					 STR_ARG(name), r->form == 5 ? "/" : "@", STR_ARG(value)));
}

static void take_needs(struct reader *r, struct lock_node *from, const struct json *value)
{
	static const char *const keys[] = { "dependencies", "optionalDependencies" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		JSON_MEMBERS (json_get(value, str_c(keys[i])), m)
			lock_graph_edge(&r->graph, from, resolve(r, m->key, json_str(&m->value)));
}

/* What a project asks for: "version" of an object (from 6 on), or the text itself. */
static void take_importer(struct reader *r, const struct json *importer)
{
	static const struct {
		const char *key;
		bool dev;
	} lists[] = { { "dependencies", false },
		      { "optionalDependencies", false },
		      { "devDependencies", true } };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		JSON_MEMBERS (json_get(importer, str_c(lists[i].key)), m) {
			str value = json_is(&m->value, JSON_OBJECT)
					    ? json_get_str(&m->value, STR("version"))
					    : json_str(&m->value);
			struct lock_node *node = resolve(r, m->key, value);

			if (node && lists[i].dev)
				node->dev_root = true;
			else if (node)
				node->root = true;
			else if (!str_starts(value, STR("link:")) &&
				 !str_starts(value, STR("file:")) &&
				 !str_starts(value, STR("workspace:")))
				r->missed++;
		}
	}
}

/* A snapshot shares the node of its package. */
static void take_snapshots(struct reader *r, const struct json *snapshots)
{
	JSON_MEMBERS (snapshots, m) {
		ptrdiff_t paren = str_find_char(m->key, '(');
		struct lock_node *node = map_get(&r->keys, m->key);

		if (!node && paren > 0)
			node = map_get(&r->keys, str_take(m->key, (size_t)paren));
		if (node)
			map_put(&r->keys, m->key, node);
	}
	JSON_MEMBERS (snapshots, m)
		take_needs(r, map_get(&r->keys, m->key), &m->value);
}

/*
 * Each package has a snapshot, without any needs at the least: where one lacks, it is not known who
 * needs whom, and nothing may pass for a package for development because of that.
 */
static void check_snapshots(struct reader *r, const struct json *packages,
			    const struct json *snapshots)
{
	struct map there;

	map_init(&there, r->arena);
	JSON_MEMBERS (snapshots, m) {
		ptrdiff_t paren = str_find_char(m->key, '(');

		map_put(&there, paren > 0 ? str_take(m->key, (size_t)paren) : m->key, r);
	}
	JSON_MEMBERS (packages, m) {
		if (map_has(&there, m->key))
			continue;
		r->cut = true;
		r->sink->skipped(r->sink, "package without a snapshot: is the file cut off?",
				 m->key.n > 0 ? m->key : STR("packages"));
	}
}

static void set_indirect(struct reader *r)
{
	bool any = false;

	for (size_t i = 0; i < r->graph.n; i++)
		any = any || r->graph.nodes[i]->root || r->graph.nodes[i]->dev_root;
	for (size_t i = 0; any && i < r->graph.n; i++) {
		struct lock_node *node = r->graph.nodes[i];

		node->indirect = !node->root && !node->dev_root;
	}
}

static int take_document(struct reader *r, const struct json *root, const struct place *place,
			 struct err *err)
{
	const struct json *packages = JSON_GET(root, "packages");
	const struct json *importers = JSON_GET(root, "importers");
	const struct place *places = place_get(root, place, STR("packages"));

	if (!json_is(root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "line %u: YAML that is no mapping",
			       place_line(place));
	if (lock_check(root, "packages", JSON_OBJECT, err) < 0)
		return -1;
	if (importers && !json_is(importers, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "'importers' without content");
	if (!JSON_GET(root, "lockfileVersion"))
		lock_told(r->sink, "lockfileVersion");
	r->form = form_of(json_get_str(root, STR("lockfileVersion")));
	map_init(&r->keys, r->arena);
	JSON_MEMBERS (packages, m)
		if (take_package(r, m, place_line(place_of_member(packages, places, m)), err) < 0)
			return -1;
	if (r->form < 9)
		JSON_MEMBERS (packages, m)
			take_needs(r, map_get(&r->keys, m->key), &m->value);
	else {
		take_snapshots(r, JSON_GET(root, "snapshots"));
		check_snapshots(r, packages, JSON_GET(root, "snapshots"));
	}
	JSON_MEMBERS (importers, m)
		take_importer(r, &m->value);
	take_importer(r, root); /* of a project without workspaces */
	if (r->missed > 0 && r->graph.n == 0)
		return err_set(err, ERR_INPUT, "asks for packages and lists none: cut off?");
	return 0;
}

int npm_pnpm_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = NULL;
	const struct yaml_opts opts = { .schema = YAML_TEXT, .max_values = LOCK_MAX_VALUES };
	const struct package base = npm_package_of(file, PACKAGE_LOCKED);
	struct reader r = { .file = file, .sink = sink, .arena = arena };
	const struct place *place;
	const struct json *root;
	bool reach = false, any = false;
	str text;
	int more;

	if (text_file_load(file, LOCK_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	lock_graph_init(&r.graph, &base, arena);
	r.graph.digests = npm_set_integrity;
	reader = yaml_reader_new(text, &opts, arena);
	while ((more = yaml_next(reader, &root, &place, err)) > 0) {
		if (take_document(&r, root, place, err) < 0)
			return -1;
		reach = reach || r.form == 9;
		any = true;
	}
	if (more < 0)
		return -1;
	if (!any)
		lock_told(sink,
			  "lockfileVersion"); /* an empty file; without packages it has that */
	if (reach && !r.cut)
		lock_graph_reach(&r.graph);
	else
		set_indirect(&r);
	return lock_graph_emit(&r.graph, sink, err);
}
