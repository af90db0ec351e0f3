/* SPDX-License-Identifier: Apache-2.0 */
#include "report/vex.h"

#include "base/err.h"
#include "base/map.h"
#include "fmt/sbom/sbom.h"

struct edges {
	uint32_t *parents;
	size_t n, cap;
};

struct vex_target {
	struct arena *arena;
	const struct inventory *inventory;
	struct purl root;
	struct purl *purls;    /* beside inventory->packages; type empty: has none */
	struct purl *sources;  /* beside them: of deb and rpm, the source package */
	struct purl *projects; /* beside them: what their lock file is of */
	struct edges *up;      /* beside them: who needs it */
	bool *top;	       /* hangs on the target directly */
	uint32_t *seen;	       /* round in which it was visited */
	uint32_t *stack;
	uint32_t round;
};

/* "alpine-3.18" is every release of 3.18; minor releases of Debian are one archive. */
static bool is_distro(str statement, str component)
{
	if (str_starts(component, statement))
		return component.n == statement.n || component.p[statement.n] == '.';
	return str_starts(component, STR("debian-")) && str_starts(statement, component) &&
	       statement.p[component.n] == '.';
}

static bool has_qualifier(const struct purl_qualifier *wanted, const struct purl *component)
{
	str value = purl_qualifier(component, wanted->key), epoch, version;

	if (str_eq(value, wanted->value))
		return true;
	if (str_eq(wanted->key, STR("distro")))
		return value.n > 0 && is_distro(wanted->value, value);
	/* Some write the epoch beside a version that has it. */
	return str_eq(wanted->key, STR("epoch")) &&
	       str_cut(component->version, ':', &epoch, &version) && str_eq(epoch, wanted->value);
}

static bool has_qualifiers(const struct purl *statement, const struct purl *component)
{
	for (size_t i = 0; i < statement->qualifier_count; i++) {
		if (!has_qualifier(&statement->qualifiers[i], component))
			return false;
	}
	return true;
}

bool vex_purl_means(const struct purl *statement, const struct purl *component)
{
	return component->type.n > 0 && str_eq(statement->type, component->type) &&
	       str_eq(statement->namespace, component->namespace) &&
	       str_eq(statement->name, component->name) &&
	       (statement->version.n == 0 || str_eq(statement->version, component->version)) &&
	       (statement->subpath.n == 0 || str_eq(statement->subpath, component->subpath)) &&
	       has_qualifiers(statement, component);
}

static void read_root(struct vex_target *target)
{
	str text = sbom_purl_of_image(target->inventory, target->arena);
	struct err unused;

	/* A target without a package URL is a product only where a statement names none. */
	if (purl_parse(text, target->arena, &target->root, &unused) < 0)
		target->root = (struct purl){ 0 };
}

static void read_purl(struct vex_target *target, const struct package *package, struct purl *out)
{
	struct err unused;
	str text;

	/* One that has no package URL is no product of any statement. */
	if (package_purl(package, &target->inventory->os, target->arena, &text, &unused) < 0 ||
	    purl_parse(text, target->arena, out, &unused) < 0)
		*out = (struct purl){ 0 };
}

/* "name@version"; a scope begins with "@". */
static void read_project(struct vex_target *target, const struct package *package, struct purl *out)
{
	struct package project = { .kind = package->kind, .name = package->project };
	size_t at = project.name.n;

	if (str_empty(package->project))
		return;
	while (at > 1 && project.name.p[at - 1] != '@')
		at--;
	if (at > 1) {
		project.version = str_skip(project.name, at);
		project.name = str_take(project.name, at - 1);
	}
	read_purl(target, &project, out);
}

static void read_purls(struct vex_target *target)
{
	const struct inventory *inventory = target->inventory;

	for (size_t i = 0; i < inventory->package_count; i++) {
		struct package package = inventory->packages[i];
		bool deb = str_eq(package.kind, STR("deb"));

		read_purl(target, &package, &target->purls[i]);
		read_project(target, &package, &target->projects[i]);
		if (!deb && !str_eq(package.kind, STR("rpm")))
			continue;
		package.name = package_source_name(&package);
		if (package.source_version.n > 0)
			package.version = package.source_version;
		package.source_name = package.source_version = STR_EMPTY;
		package.arch = deb ? STR("source") : STR("src");
		read_purl(target, &package, &target->sources[i]);
	}
}

/* Edges are between packages of one file, by "name@version". */
static str edge_key(struct arena *arena, str path, str name, str version)
{
	return version.p ? str_fmt(arena, "%.*s\n%.*s@%.*s", STR_ARG(path), STR_ARG(name),
				   STR_ARG(version))
			 : str_fmt(arena, "%.*s\n%.*s", STR_ARG(path), STR_ARG(name));
}

static void read_edges(struct vex_target *target)
{
	const struct inventory *inventory = target->inventory;
	struct map index;

	map_init(&index, target->arena);
	for (size_t i = 0; i < inventory->package_count; i++) {
		const struct package *p = &inventory->packages[i];

		map_put(&index, edge_key(target->arena, p->path, p->name, p->version),
			(void *)(uintptr_t)(i + 1));
	}
	for (size_t i = 0; i < inventory->package_count; i++) {
		const struct package *p = &inventory->packages[i];

		for (size_t k = 0; k < p->depend_count; k++) {
			size_t child = (size_t)(uintptr_t)map_get(
				&index, edge_key(target->arena, p->path, p->depends[k], STR_EMPTY));
			if (child == 0 || child - 1 == i)
				continue;
			struct edges *up = &target->up[child - 1];
			up->parents = arena_grow(target->arena, up->parents, up->n, &up->cap,
						 sizeof(*up->parents));
			up->parents[up->n++] = (uint32_t)i;
		}
	}
	for (size_t i = 0; i < inventory->package_count; i++)
		target->top[i] = target->up[i].n == 0 || !inventory->packages[i].indirect;
}

struct vex_target *vex_target_new(const struct inventory *inventory, struct arena *arena)
{
	struct vex_target *target = ARENA_NEW(arena, struct vex_target);
	size_t n = inventory->package_count;

	target->arena = arena;
	target->inventory = inventory;
	target->purls = ARENA_ARRAY(arena, struct purl, n);
	target->sources = ARENA_ARRAY(arena, struct purl, n);
	target->projects = ARENA_ARRAY(arena, struct purl, n);
	target->up = ARENA_ARRAY(arena, struct edges, n);
	target->top = ARENA_ARRAY(arena, bool, n);
	target->seen = ARENA_ARRAY(arena, uint32_t, n);
	target->stack = ARENA_ARRAY(arena, uint32_t, n);
	read_root(target);
	read_purls(target);
	read_edges(target);
	return target;
}

bool vex_in_document(const struct vex_product *product, const struct inventory *inventory)
{
	return product->bom_serial.n == 0 || (str_ieq(product->bom_serial, inventory->bom_serial) &&
					      product->bom_version == inventory->bom_version);
}

/* Is the package meant, or as "arch=source" or "arch=src" the source package it was built from? */
static bool means(const struct purl *statement, const struct vex_target *target, size_t package)
{
	str arch = purl_qualifier(statement, STR("arch"));
	bool source = str_eq(arch, STR("source")) || str_eq(arch, STR("src"));

	return vex_purl_means(statement, &target->purls[package]) ||
	       (source && vex_purl_means(statement, &target->sources[package]));
}

static bool has_component(const struct vex_product *product, const struct vex_target *target,
			  size_t leaf)
{
	for (size_t i = 0; i < product->component_count; i++) {
		if (means(&product->components[i], target, leaf))
			return true;
	}
	return product->component_count == 0;
}

/* Is `node` a product of the rule, for a flaw of `leaf`? */
static bool is_product(const struct vex_rule *rule, const struct vex_target *target, size_t node,
		       size_t leaf)
{
	for (size_t i = 0; i < rule->product_count; i++) {
		const struct vex_product *product = &rule->products[i];

		if (vex_in_document(product, target->inventory) &&
		    means(&product->purl, target, node) && has_component(product, target, leaf))
			return true;
	}
	return false;
}

/*
 * The target itself, where the statement names no purl or that of the target; with `project`, one
 * that a lock file in it is of.
 */
static bool is_whole(const struct vex_rule *rule, const struct vex_target *target,
		     const struct purl *project, size_t leaf)
{
	const struct purl *whole = project ? project : &target->root;

	for (size_t i = 0; i < rule->product_count; i++) {
		const struct vex_product *product = &rule->products[i];
		bool nameless = !project && product->purl.type.n == 0 && product->ref.n == 0;

		if ((nameless || vex_purl_means(&product->purl, whole)) &&
		    vex_in_document(product, target->inventory) &&
		    has_component(product, target, leaf))
			return true;
	}
	return false;
}

bool vex_holds(const struct vex_rule *rule, const struct vex_target *constant, size_t package)
{
	/* Marks of the visit are scratch; what is asked does not change. */
	struct vex_target *target = (struct vex_target *)(uintptr_t)constant;
	bool root = is_whole(rule, target, NULL, package), met = false;
	size_t depth = 0;

	target->round++;
	target->seen[package] = target->round;
	target->stack[depth++] = (uint32_t)package;
	while (depth > 0) {
		uint32_t node = target->stack[--depth];

		if (is_product(rule, target, node, package)) {
			met = true;
			continue;
		}
		if (target->top[node] && !root &&
		    !is_whole(rule, target, &target->projects[node], package))
			return false;
		met = met || target->top[node];
		for (size_t i = 0; i < target->up[node].n; i++) {
			uint32_t parent = target->up[node].parents[i];

			if (target->seen[parent] == target->round)
				continue;
			target->seen[parent] = target->round;
			target->stack[depth++] = parent;
		}
	}
	return met; /* packages that only need each other hang on nothing */
}
