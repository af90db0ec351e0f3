/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/pypi.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/language/pypi_internal.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/toml.h"

#define DIGESTS_MAX 64u /* a package has a file for each platform */

struct package pypi_package_of(const struct file_view *file, enum package_form form)
{
	return (struct package){
		.kind = STR("pypi"), .path = file->path, .form = form, .layer = -1
	};
}

void pypi_lock_init(struct pypi_lock *lock, const struct file_view *file, struct arena *arena,
		    struct package_sink *sink)
{
	const struct package base = pypi_package_of(file, PACKAGE_LOCKED);

	*lock = (struct pypi_lock){ .file = file, .sink = sink, .arena = arena };
	lock_graph_init(&lock->graph, &base, arena);
	map_init(&lock->by_name, arena);
}

static bool is_proper_version(str version)
{
	if (version.n == 0 || version.n > 256 || str_eq(version, STR("*"))) /* any */
		return false;
	for (size_t i = 0; i < version.n; i++)
		if ((unsigned char)version.p[i] <= ' ' || version.p[i] == 0x7f)
			return false;
	return true;
}

struct lock_node *pypi_lock_add(struct pypi_lock *lock, const struct package *package)
{
	struct pypi_versions *versions;
	struct lock_node *node;
	void **slot;

	/* A project whose version is worked out when it is built has none. */
	bool own = str_empty(package->version) && str_eq(package->origin, STR("workspace"));

	if (!pypi_is_name(package->name) || !(own || is_proper_version(package->version))) {
		lock->sink->skipped(lock->sink, "package without a proper name and version",
				    str_empty(package->name) ? STR("package") : package->name);
		return NULL;
	}
	node = lock_graph_add(&lock->graph, package, STR_EMPTY);
	if (!node)
		return NULL;
	slot = map_slot(&lock->by_name, pypi_normal(lock->arena, package->name));
	if (!*slot)
		*slot = ARENA_NEW(lock->arena, struct pypi_versions);
	versions = *slot;
	for (size_t i = 0; i < versions->n; i++)
		if (versions->nodes[i] == node)
			return node;
	versions->nodes = arena_grow(lock->arena, versions->nodes, versions->n, &versions->cap,
				     sizeof(struct lock_node *));
	versions->nodes[versions->n++] = node;
	return node;
}

static bool fits(const struct pypi_versions *versions, const struct lock_node *node, str range)
{
	return versions->n == 1 || str_empty(range) ||
	       pypi_may_admit(range, lock_node_version(node));
}

bool pypi_lock_has(const struct pypi_lock *lock, str name)
{
	return map_has(&lock->by_name, pypi_normal(lock->arena, name));
}

void pypi_lock_need(struct pypi_lock *lock, struct lock_node *from, str name, str range)
{
	const struct pypi_versions *versions =
		map_get(&lock->by_name, pypi_normal(lock->arena, name));

	for (size_t i = 0; versions && i < versions->n; i++)
		if (fits(versions, versions->nodes[i], range))
			lock_graph_edge(&lock->graph, from, versions->nodes[i]);
}

void pypi_lock_root(struct pypi_lock *lock, str name, str range, bool dev)
{
	const struct pypi_versions *versions =
		map_get(&lock->by_name, pypi_normal(lock->arena, name));

	for (size_t i = 0; versions && i < versions->n; i++) {
		struct lock_node *node = versions->nodes[i];

		if (!fits(versions, node, range))
			continue;
		if (dev)
			node->dev_root = true;
		else
			node->root = true;
	}
}

int pypi_load_toml(const struct file_view *file, struct arena *arena, const struct json **out,
		   const struct place **place, struct err *err)
{
	str text;

	if (text_file_load(file, LOCK_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	return toml_parse(text, LOCK_MAX_VALUES, arena, out, place, err);
}

static bool is_digest(str text)
{
	str name, hex;

	if (!str_cut(text, ':', &name, &hex) || hex.n < 32 || hex.n > 128 || hex.n % 2)
		return false;
	for (size_t i = 0; i < hex.n; i++)
		if (!is_digit(hex.p[i]) && !(hex.p[i] >= 'a' && hex.p[i] <= 'f'))
			return false;
	return name.n > 0 && name.n < 16;
}

void pypi_set_digests(struct package *package, const struct json *files, str key,
		      struct arena *arena)
{
	size_t n = json_len(files) < DIGESTS_MAX ? json_len(files) : DIGESTS_MAX, kept = 0;
	str *digests = ARENA_ARRAY(arena, str, n);

	JSON_EACH (files, file) {
		str text = json_is(file, JSON_STRING) ? json_str(file) : json_get_str(file, key);

		if (kept < n && is_digest(text))
			digests[kept++] = text;
	}
	package->digests = kept ? digests : NULL;
	package->digest_count = kept;
}

static bool is_named(str path, str name) { return path_is_named(path, name); }

/* Inside of what is installed; lock files there are leftovers of its makers. */
static bool is_installed(str path)
{
	static const char *const folders[] = { "site-packages/", "dist-packages/", "node_modules/",
					       "usr/share/doc/" };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (str_find(path, str_c(folders[i])) >= 0)
			return true;
	return false;
}

bool pypi_is_metadata(str path)
{
	if (is_named(path, STR("METADATA")))
		return str_ends(path_dir(path), STR(".dist-info"));
	if (is_named(path, STR("PKG-INFO")))
		return str_ends(path_dir(path), STR(".egg-info")) ||
		       path_is_named(path_dir(path), STR("EGG-INFO"));
	return str_ends(path, STR(".egg-info"));
}

bool pypi_is_egg(str path) { return str_ends(path, STR(".egg")); }

bool pypi_is_requirements(str path)
{
	str base;

	if (!str_ends(path, STR(".txt")) || is_installed(path))
		return false;
	base = path_base(path);
	return str_starts(base, STR("requirements")) || str_ends(base, STR("requirements.txt")) ||
	       str_eq(path_base(path_dir(path)), STR("requirements"));
}

static bool is_lock(str path, str name) { return is_named(path, name) && !is_installed(path); }

bool pypi_is_pipfile_lock(str path) { return is_lock(path, STR("Pipfile.lock")); }
bool pypi_is_poetry_lock(str path) { return is_lock(path, STR("poetry.lock")); }
bool pypi_is_pdm_lock(str path) { return is_lock(path, STR("pdm.lock")); }
bool pypi_is_uv_lock(str path) { return is_lock(path, STR("uv.lock")); }
bool pypi_is_pyproject(str path) { return is_lock(path, STR("pyproject.toml")); }

bool pypi_is_pylock(str path)
{
	str base;

	if (!str_ends(path, STR(".toml")))
		return false;
	base = path_base(path);
	return (str_eq(base, STR("pylock.toml")) ||
		(str_starts(base, STR("pylock.")) && str_ends(base, STR(".toml")))) &&
	       !is_installed(path);
}

bool conda_is_meta(str path)
{
	return str_ends(path, STR(".json")) && str_eq(path_base(path_dir(path)), STR("conda-meta"));
}

bool conda_is_environment(str path)
{
	return is_lock(path, STR("environment.yml")) || is_lock(path, STR("environment.yaml"));
}
