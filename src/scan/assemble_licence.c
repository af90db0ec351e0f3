/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "base/path.h"
#include "fmt/licence/licence_file.h"
#include "fmt/licence/licence_text.h"
#include "scan/assemble.h"

#define LICENCES_MAX 200000u /* of files */
#define JOINED_MAX   16u     /* of the files beside one package */
#define PATHS_MAX    4u	     /* folders in which the files of one package may lie */
#define VENDOR	     STR("vendor/modules.txt")

int assemble_add_licence(void *context, str payload, struct err *err)
{
	struct assemble *a = context;
	struct package p;
	uint64_t confidence;

	if (a->licence_n >= LICENCES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u licences of files", LICENCES_MAX);
	if (package_read(payload, a->arena, &p, err) < 0)
		return -1;
	if (!str_eq(p.kind, STR(LICENCE_KIND)) || !str_u64(p.version, &confidence) ||
	    confidence > LICENCE_SURE)
		return err_set(err, ERR_INPUT, "licence of a file: malformed");
	a->licences = arena_grow(a->arena, a->licences, a->licence_n, &a->licence_cap,
				 sizeof(*a->licences));
	a->licences[a->licence_n++] = (struct licence_fact){
		.path = p.path,
		.line = p.line,
		.name = str_eq(p.name, STR(LICENCE_NONE)) ? STR_EMPTY : p.name,
		.confidence = (unsigned)confidence,
		.layer = -1,
	};
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const struct licence_fact *x = a, *y = b;
	int order = str_cmp(x->path, y->path);

	if (order == 0 && x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return order ? order : str_cmp(x->name, y->name);
}

/* ---- files beside a package that tells no licence ---- */

/* What the files of one folder say, each once. */
struct folder {
	str names[JOINED_MAX];
	size_t n;
};

static void folder_add(struct folder *f, str name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (str_eq(f->names[i], name))
			return;
	}
	if (f->n < JOINED_MAX)
		f->names[f->n++] = name;
}

static void index_folders(const struct assemble *a, struct map *folders)
{
	for (size_t i = 0; i < a->licence_n; i++) {
		const struct licence_fact *fact = &a->licences[i];
		void **slot;

		if (fact->name.n == 0 || fact->confidence < LICENCE_CONFIDENCE ||
		    !licence_file_is(fact->path))
			continue;
		slot = map_slot(folders, path_dir(fact->path));
		if (!*slot)
			*slot = ARENA_NEW(folders->arena, struct folder);
		folder_add(*slot, fact->name);
	}
}

/* Where the licence files of the package would lie, by what its kind makes of its path. */
static size_t paths_of(const struct package *p, bool alone, struct arena *arena, str out[PATHS_MAX])
{
	str dir = path_dir(p->path), base = path_base(p->path);
	size_t n = 0;

	if (str_eq(p->kind, STR("golang")) && str_ends(p->path, VENDOR))
		out[n++] = path_join(arena, dir, p->name);
	if (str_eq(p->kind, STR("composer")) && str_eq(base, STR("installed.json")))
		out[n++] = path_join(arena, path_dir(dir), p->name);
	if (str_eq(p->kind, STR("gem")) && str_ends(base, STR(".gemspec"))) {
		str root = path_dir(dir), gem = str_without_suffix(base, STR(".gemspec"));

		if (str_eq(path_base(root), STR("specifications")))
			root = path_dir(root); /* specifications/default */
		out[n++] = path_join(arena, path_join(arena, root, STR("gems")), gem);
	}
	if (alone && p->form == PACKAGE_INSTALLED) {
		out[n++] = dir;
		out[n++] = path_join(arena, dir, STR("licenses"));
	}
	return n;
}

static str joined(const struct folder *f, struct arena *arena)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < f->n; i++) {
		bool choice = f->n > 1 && str_find(f->names[i], STR(" OR ")) >= 0;

		all = str_fmt(arena, "%.*s%s%s%.*s%s", STR_ARG(all), i > 0 ? " AND " : "",
			      choice ? "(" : "", STR_ARG(f->names[i]), choice ? ")" : "");
	}
	return all;
}

/* npm's "SEE LICENSE IN file" tells no more than that there is a file. */
static bool tells_nothing(str licence)
{
	return licence.n == 0 || str_ieq(str_take(licence, 14), STR("SEE LICENSE IN"));
}

static void fill_packages(struct assemble *a)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct map folders, by_package_path;

	map_init(&folders, scratch);
	map_init(&by_package_path, scratch);
	index_folders(a, &folders);
	for (size_t i = 0; i < a->package_n && folders.n > 0; i++) {
		void **slot = map_slot(&by_package_path, a->packages[i].path);

		*slot = (void *)((uintptr_t)*slot + 1);
	}
	for (size_t i = 0; i < a->package_n && folders.n > 0; i++) {
		struct package *p = &a->packages[i];
		bool alone = (uintptr_t)map_get(&by_package_path, p->path) == 1;
		const struct folder *found = NULL;
		str paths[PATHS_MAX];
		size_t n = 0;

		if (tells_nothing(p->licence) && p->path.n > 0)
			n = paths_of(p, alone, scratch, paths);
		for (size_t k = 0; k < n && !found; k++)
			found = map_get(&folders, paths[k]);
		if (found)
			p->licence = joined(found, a->arena);
	}
}

/*
 * The folder of a package's documents may be a link to that of another one of the same source only
 * (Debian Policy, 12.5): a package without a file of its own has that one's.
 */
static void fill_from_source(struct assemble *a)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct map by_source;

	map_init(&by_source, scratch);
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < a->package_n; i++) {
			struct package *p = &a->packages[i];
			str name = package_source_name(p), version = package_source_version(p);

			if (!str_eq(p->kind, STR("deb")) || (p->licence.n > 0) == (round == 1))
				continue;
			str key = str_fmt(scratch, "%.*s\n%.*s", STR_ARG(name), STR_ARG(version));
			const struct package *other = map_get(&by_source, key);
			if (round == 0 && !other)
				map_put(&by_source, key, p);
			else if (round == 1 && other)
				p->licence = other->licence;
		}
	}
}

void assemble_licences(struct assemble *a, struct inventory *out)
{
	if (a->licence_n > 0) {
		qsort(a->licences, a->licence_n, sizeof(*a->licences), by_path);
		fill_packages(a);
	}
	fill_from_source(a);
	out->licences = a->licences;
	out->licence_count = a->licence_n;
}
