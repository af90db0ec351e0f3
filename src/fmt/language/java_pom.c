/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "fmt/language/java.h"
#include "fmt/syntax/xml.h"

#define ELEMENTS_MAX  500000u
#define VALUE_MAX     1024u
#define VARIABLES_MAX 64u /* replaced in one value: more is a circle */

struct node {
	str name, text;
	uint32_t line;
	struct node *parent, *child, *last, *next;
};

struct tree {
	struct arena *arena;
	struct node *root, *open;
};

static int start(void *context, const struct xml_element *element, struct err *err)
{
	struct tree *tree = context;
	struct node *node = ARENA_NEW(tree->arena, struct node);
	struct node *parent = tree->open;

	(void)err;
	node->name = str_dup(tree->arena, element->name);
	node->line = element->line;
	node->parent = parent;
	if (!parent)
		tree->root = node;
	else if (parent->last)
		parent->last->next = node;
	else
		parent->child = node;
	if (parent)
		parent->last = node;
	tree->open = node;
	return 0;
}

static int end(void *context, const struct xml_element *element, str text, struct err *err)
{
	struct tree *tree = context;

	(void)element;
	(void)err;
	text = str_trim(text);
	if (text.n <= VALUE_MAX)
		tree->open->text = str_dup(tree->arena, text);
	tree->open = tree->open->parent;
	return 0;
}

static const struct node *child_of(const struct node *node, str name)
{
	for (const struct node *c = node ? node->child : NULL; c; c = c->next) {
		if (str_eq(c->name, name))
			return c;
	}
	return NULL;
}

static str text_of(const struct node *node, str name)
{
	const struct node *c = child_of(node, name);

	return c ? c->text : STR_EMPTY;
}

struct pom {
	const struct file_view *file;
	struct arena *arena;
	struct package_tally tally;
	struct map properties; /* name -> struct node */
	struct map managed;    /* group:artifact -> struct node, the dependency */
	struct map seen;       /* group:artifact */
};

/* ---- variables ---- */

static bool variable(const struct pom *pom, str name, str *out)
{
	const struct node *node = map_get(&pom->properties, name);

	/* Both are older names of the same. */
	if (!node && str_starts(name, STR("pom.")))
		node = map_get(&pom->properties,
			       str_cat(pom->arena, STR("project."), str_skip(name, 4)));
	if (!node)
		node = map_get(&pom->properties, str_cat(pom->arena, STR("project."), name));
	if (!node)
		return false;
	*out = node->text;
	return true;
}

/* Empty when something in it is not known here. */
static str resolved(const struct pom *pom, str text)
{
	for (unsigned i = 0; i < VARIABLES_MAX; i++) {
		ptrdiff_t at = str_find(text, STR("${"));
		ptrdiff_t close = at >= 0 ? str_find_char(str_skip(text, (size_t)at), '}') : -1;
		str value;

		if (at < 0)
			return str_trim(text);
		if (close < 0 ||
		    !variable(pom, str_take(str_skip(text, (size_t)at + 2), (size_t)close - 2),
			      &value))
			return STR_EMPTY;
		text = str_fmt(pom->arena, "%.*s%.*s%.*s", STR_ARG(str_take(text, (size_t)at)),
			       STR_ARG(value), STR_ARG(str_skip(text, (size_t)(at + close) + 1)));
		if (text.n > VALUE_MAX)
			return STR_EMPTY;
	}
	return STR_EMPTY;
}

static void put_properties(struct pom *pom, const struct node *properties)
{
	for (struct node *c = properties ? properties->child : NULL; c; c = c->next)
		map_put(&pom->properties, c->name, c);
}

/* "project.version" and so on; what the project leaves out is the parent's. */
static void put_project(struct pom *pom, const struct node *project)
{
	const struct node *parent = child_of(project, STR("parent"));
	const struct node *const sources[] = { parent, project };
	static const char *const names[] = { "groupId", "artifactId", "version" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct node *of_parent = child_of(parent, str_c(names[i]));

		if (of_parent)
			map_put(&pom->properties,
				str_fmt(pom->arena, "project.parent.%s", names[i]),
				(void *)(uintptr_t)of_parent);
		for (size_t k = 0; k < ARRAY_LEN(sources); k++) {
			const struct node *node = child_of(sources[k], str_c(names[i]));

			if (node)
				map_put(&pom->properties,
					str_fmt(pom->arena, "project.%s", names[i]),
					(void *)(uintptr_t)node);
		}
	}
}

/* ---- dependencies ---- */

/* "group:artifact"; empty when it is not known. */
static str name_of(const struct pom *pom, const struct node *dependency)
{
	str group = resolved(pom, text_of(dependency, STR("groupId")));
	str artifact = resolved(pom, text_of(dependency, STR("artifactId")));

	if (group.n == 0 || artifact.n == 0)
		return STR_EMPTY;
	return str_fmt(pom->arena, "%.*s:%.*s", STR_ARG(group), STR_ARG(artifact));
}

/* "[1.2,2.0)" begins with 1.2; "(,2.0]" says no version to begin with. */
static str lowest(str version)
{
	size_t n = 0;

	if (version.n == 0 || (version.p[0] != '[' && version.p[0] != '('))
		return version;
	version = str_skip(version, 1);
	while (n < version.n && !memchr(",])", version.p[n], 3))
		n++;
	return str_trim(str_take(version, n));
}

static void manage(struct pom *pom, const struct node *management)
{
	const struct node *list = child_of(management, STR("dependencies"));

	for (struct node *d = list ? list->child : NULL; d; d = d->next) {
		str name = name_of(pom, d);

		if (str_eq(d->name, STR("dependency")) && name.n > 0 &&
		    !map_has(&pom->managed, name))
			map_put(&pom->managed, name, d);
	}
}

static int add_dependency(struct pom *pom, const struct node *d, struct err *err)
{
	struct package p = { .kind = STR("maven"),
			     .path = pom->file->path,
			     .form = PACKAGE_DECLARED,
			     .line = d->line,
			     .layer = -1 };
	const struct node *managed;
	str scope;

	p.name = name_of(pom, d);
	if (p.name.n == 0) {
		package_tally_broken(&pom->tally, "dependency without group or artifact", d->line);
		return 0;
	}
	if (!map_put(&pom->seen, p.name, NULL))
		return 0; /* with another type or classifier: the same artifact */
	managed = map_get(&pom->managed, p.name);
	p.version = text_of(d, STR("version"));
	if (p.version.n == 0)
		p.version = text_of(managed, STR("version"));
	p.version = lowest(resolved(pom, p.version));
	scope = text_of(d, STR("scope"));
	if (scope.n == 0)
		scope = text_of(managed, STR("scope"));
	p.dev = str_eq(resolved(pom, scope), STR("test"));
	return package_tally_add(&pom->tally, &p, err);
}

static int add_dependencies(struct pom *pom, const struct node *list, struct err *err)
{
	for (const struct node *d = list ? list->child : NULL; d; d = d->next) {
		if (str_eq(d->name, STR("dependency")) && add_dependency(pom, d, err) < 0)
			return -1;
	}
	return 0;
}

static bool is_active(const struct node *profile)
{
	return str_eq(profile->name, STR("profile")) &&
	       str_eq(text_of(child_of(profile, STR("activation")), STR("activeByDefault")),
		      STR("true"));
}

static int project_read(struct pom *pom, const struct node *project, struct err *err)
{
	const struct node *profiles = child_of(project, STR("profiles"));
	const struct node *first = profiles ? profiles->child : NULL;

	put_project(pom, project);
	put_properties(pom, child_of(project, STR("properties")));
	for (const struct node *p = first; p; p = p->next) {
		if (is_active(p))
			put_properties(pom, child_of(p, STR("properties")));
	}
	/* A profile goes before what it stands in. */
	for (const struct node *p = first; p; p = p->next) {
		if (is_active(p))
			manage(pom, child_of(p, STR("dependencyManagement")));
	}
	manage(pom, child_of(project, STR("dependencyManagement")));
	for (const struct node *p = first; p; p = p->next) {
		if (is_active(p) &&
		    add_dependencies(pom, child_of(p, STR("dependencies")), err) < 0)
			return -1;
	}
	return add_dependencies(pom, child_of(project, STR("dependencies")), err);
}

int java_pom_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct tree tree = { .arena = arena };
	const struct xml_handler handler = {
		.context = &tree, .max_elements = ELEMENTS_MAX, .start = start, .end = end
	};
	struct pom pom = { .file = file, .arena = arena, .tally = { .sink = sink } };
	str bytes;

	map_init(&pom.properties, arena);
	map_init(&pom.managed, arena);
	map_init(&pom.seen, arena);
	if (file_view_load(file, JAVA_TEXT_MAX, arena, &bytes, err) < 0 ||
	    xml_read(bytes, &handler, err) < 0)
		return -1;
	if (!tree.root || !str_eq(tree.root->name, STR("project")))
		return err_set(err, ERR_INPUT, "the root element is not 'project'");
	if (project_read(&pom, tree.root, err) < 0)
		return -1;
	return package_tally_result(&pom.tally, err);
}
