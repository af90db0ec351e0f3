/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of packages in TOML: poetry.lock, pdm.lock, pylock.toml. */
#include "base/err.h"
#include "fmt/language/pypi_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

static bool has(const struct json *list, str word)
{
	JSON_EACH (list, item) {
		if (str_eq(json_str(item), word))
			return true;
	}
	return false;
}

/* What a project's table "source", or its keys, say of a package that is of no index. */
static str origin_of_type(str type)
{
	if (str_eq(type, STR("git")) || str_eq(type, STR("hg")) || str_eq(type, STR("svn")))
		return STR("git");
	if (str_eq(type, STR("directory")) || str_eq(type, STR("file")))
		return STR("file");
	return str_eq(type, STR("url")) ? STR("url") : STR_EMPTY;
}

static struct package package_at(const struct pypi_lock *lock, const struct json *value,
				 const struct place *place)
{
	struct package package = pypi_package_of(lock->file, PACKAGE_LOCKED);

	package.name = json_get_str(value, STR("name"));
	package.version = json_get_str(value, STR("version"));
	package.line = place_line(place_get(value, place, STR("name")));
	return package;
}

/* One entry of poetry's table of dependencies: a range, a table, or a list of tables. */
static void poetry_need(struct pypi_lock *lock, struct lock_node *from, str name,
			const struct json *value)
{
	if (json_is(value, JSON_ARRAY)) {
		JSON_EACH (value, one) {
			pypi_lock_need(lock, from, name, json_get_str(one, STR("version")));
		}
	} else if (json_is(value, JSON_OBJECT)) {
		pypi_lock_need(lock, from, name, json_get_str(value, STR("version")));
	} else {
		pypi_lock_need(lock, from, name, json_str(value));
	}
}

static void poetry_package(struct pypi_lock *lock, const struct json *value,
			   const struct place *place, struct lock_node **node)
{
	struct package package = package_at(lock, value, place);
	const struct json *groups = JSON_GET(value, "groups");

	package.dev = groups ? !has(groups, STR("main"))
			     : str_eq(json_get_str(value, STR("category")), STR("dev"));
	package.origin = origin_of_type(json_get_str(JSON_GET(value, "source"), STR("type")));
	pypi_set_digests(&package, JSON_GET(value, "files"), STR("hash"), lock->arena);
	*node = pypi_lock_add(lock, &package);
}

static void poetry_needs(struct pypi_lock *lock, const struct json *value, struct lock_node *node)
{
	JSON_MEMBERS (JSON_GET(value, "dependencies"), m)
		poetry_need(lock, node, m->key, &m->value);
}

static void pdm_package(struct pypi_lock *lock, const struct json *value, const struct place *place,
			struct lock_node **node)
{
	struct package package = package_at(lock, value, place);
	const struct json *groups = JSON_GET(value, "groups");

	package.dev = has(groups, STR("dev")) && !has(groups, STR("default"));
	if (!str_empty(json_get_str(value, STR("git"))))
		package.origin = STR("git");
	else if (!str_empty(json_get_str(value, STR("path"))))
		package.origin = STR("file");
	else if (!str_empty(json_get_str(value, STR("url"))))
		package.origin = STR("url");
	pypi_set_digests(&package, JSON_GET(value, "files"), STR("hash"), lock->arena);
	*node = pypi_lock_add(lock, &package);
}

static void pdm_needs(struct pypi_lock *lock, const struct json *value, struct lock_node *node)
{
	JSON_EACH (JSON_GET(value, "dependencies"), item) {
		struct requirement requirement;

		if (requirement_parse(json_str(item), lock->arena, &requirement))
			pypi_lock_need(lock, node, requirement.name, requirement.versions);
	}
}

static void pylock_package(struct pypi_lock *lock, const struct json *value,
			   const struct place *place, struct lock_node **node)
{
	struct package package = package_at(lock, value, place);

	package.dev = str_find(json_get_str(value, STR("marker")), STR("dependency_groups")) >= 0;
	if (JSON_GET(value, "vcs"))
		package.origin = STR("git");
	else if (JSON_GET(value, "directory"))
		package.origin = STR("file");
	else if (JSON_GET(value, "archive"))
		package.origin = STR("url");
	/* A folder without a version is the project itself. */
	if (str_empty(package.version) && str_eq(package.origin, STR("file")))
		return;
	*node = pypi_lock_add(lock, &package);
}

static void pylock_needs(struct pypi_lock *lock, const struct json *value, struct lock_node *node)
{
	JSON_EACH (JSON_GET(value, "dependencies"), item) {
		str version = json_get_str(item, STR("version"));

		pypi_lock_need(lock, node, json_get_str(item, STR("name")),
			       str_empty(version) ? version
						  : str_cat(lock->arena, STR("=="), version));
	}
}

struct form {
	const char *list;   /* the key of the list */
	bool may_lack;	    /* an empty list is not written */
	const char *always; /* a key that is always written beside it */
	enum json_type always_type;
	void (*package)(struct pypi_lock *lock, const struct json *value, const struct place *place,
			struct lock_node **node);
	void (*needs)(struct pypi_lock *lock, const struct json *value, struct lock_node *node);
};

static int read_list(const struct file_view *file, const struct form *form,
		     struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *root, *list;
	const struct place *place, *places;
	struct lock_node **nodes;
	struct pypi_lock lock;
	size_t i = 0;

	if (pypi_load_toml(file, arena, &root, &place, err) < 0)
		return -1;
	if (lock_check(root, form->list, JSON_ARRAY, err) < 0)
		return -1;
	if (!form->may_lack)
		lock_expect(root, form->list, JSON_ARRAY, sink);  /* then there are none */
	lock_expect(root, form->always, form->always_type, sink); /* the list counts */
	pypi_lock_init(&lock, file, arena, sink);
	list = json_get(root, str_c(form->list));
	places = place_get(root, place, str_c(form->list));
	nodes = ARENA_ARRAY(arena, struct lock_node *, json_len(list));
	JSON_EACH (list, value) {
		form->package(&lock, value, place_at(places, i), &nodes[i]);
		i++;
	}
	i = 0;
	JSON_EACH (list, value) {
		if (nodes[i])
			form->needs(&lock, value, nodes[i]);
		i++;
	}
	return lock_graph_emit(&lock.graph, sink, err);
}

int pypi_poetry_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	const struct form form = { .list = "package",
				   .always = "metadata", /* the end of the file */
				   .always_type = JSON_OBJECT,
				   .package = poetry_package,
				   .needs = poetry_needs };

	return read_list(file, &form, sink, err);
}

int pypi_pdm_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	const struct form form = { .list = "package",
				   .may_lack = true,
				   .always = "metadata",
				   .always_type = JSON_OBJECT,
				   .package = pdm_package,
				   .needs = pdm_needs };

	return read_list(file, &form, sink, err);
}

int pypi_pylock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	const struct form form = { .list = "packages",
				   .always = "lock-version",
				   .always_type = JSON_STRING,
				   .package = pylock_package,
				   .needs = pylock_needs };

	return read_list(file, &form, sink, err);
}
