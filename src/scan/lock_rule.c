/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/lock_rule.h"

#include "base/map.h"
#include "base/path.h"
#include "base/words.h"
#include "scan/analyzer.h"

/* What these ask for is installed in folders of the system or of an environment. */
static const char *const installed_elsewhere[] = { "cargo", "gem",   "golang",
						   "maven", "nuget", "pypi" };

/* Manifests of which a lock file says, for each name, what it came to. */
static const char *const locked_elsewhere[] = { "Cargo.toml", "Directory.Packages.props",
						"Project.toml", "pyproject.toml" };

struct lock {
	str path;
	bool covered, stale;
	bool manifest; /* asks for ranges, as a rule */
};

struct rule {
	struct assemble *a;
	struct arena *scratch;
	struct map locks;    /* path -> struct lock */
	struct map folders;  /* kind and folder of lock files -> struct lock list */
	struct map versions; /* kind, folder, name and version of what a lock file names */
	struct map names;    /* kind, folder and name of the same */
	struct map kinds;    /* of which something is installed */
};

struct in_folder {
	struct lock *lock;
	struct in_folder *next;
};

static bool is_asked_for(const struct package *p)
{
	return p->form == PACKAGE_LOCKED || p->form == PACKAGE_DECLARED;
}

static str folder_key(struct rule *r, str kind, str folder)
{
	return str_fmt(r->scratch, "%.*s:%.*s", STR_ARG(kind), STR_ARG(folder));
}

static str version_key(struct rule *r, const struct package *p, str folder)
{
	return str_fmt(r->scratch, "%.*s:%.*s:%.*s@%.*s", STR_ARG(p->kind), STR_ARG(folder),
		       STR_ARG(p->name), STR_ARG(p->version));
}

static str name_key(struct rule *r, const struct package *p, str folder)
{
	return str_fmt(r->scratch, "%.*s:%.*s:%.*s", STR_ARG(p->kind), STR_ARG(folder),
		       STR_ARG(p->name));
}

static bool is_locked_elsewhere(str path)
{
	for (size_t i = 0; i < ARRAY_LEN(locked_elsewhere); i++)
		if (path_is_named(path, str_c(locked_elsewhere[i])))
			return true;
	return false;
}

static struct lock *note_lock(struct rule *r, str kind, str path, bool manifest)
{
	struct lock *lock = map_get(&r->locks, path);
	struct in_folder *in;
	void **slot;

	if (lock)
		return lock;
	lock = ARENA_NEW(r->scratch, struct lock);
	lock->path = path;
	lock->manifest = manifest;
	map_put(&r->locks, path, lock);
	slot = map_slot(&r->folders, folder_key(r, kind, path_dir(path)));
	in = ARENA_NEW(r->scratch, struct in_folder);
	*in = (struct in_folder){ .lock = lock, .next = *slot };
	*slot = in;
	return lock;
}

/* `versions`: somebody asks is_named; `names`: is_locked. */
static void note_package(struct rule *r, const struct package *p, bool versions, bool names)
{
	struct lock *lock = note_lock(r, p->kind, p->path, p->form == PACKAGE_DECLARED);

	if (versions)
		map_put(&r->versions, version_key(r, p, path_dir(p->path)), lock);
	if (names && p->form == PACKAGE_LOCKED)
		map_put(&r->names, name_key(r, p, path_dir(p->path)), lock);
}

static bool any_manifest(const struct assemble *a)
{
	for (size_t i = 0; i < a->package_n; i++)
		if (a->packages[i].form == PACKAGE_DECLARED &&
		    is_locked_elsewhere(a->packages[i].path))
			return true;
	return false;
}

static bool any_installed(const struct assemble *a)
{
	for (size_t i = 0; i < a->package_n; i++)
		if (a->packages[i].form == PACKAGE_INSTALLED)
			return true;
	return false;
}

/* The row of a lock file or manifest of which something could not be told; else NULL. */
static const struct analyzer *row_of(const struct not_examined *m)
{
	const struct analyzer *row =
		m->path.n && m->kind != ERR_NONE ? analyzer_for(m->path) : NULL;

	return row && row->kind && row->form != PACKAGE_INSTALLED ? row : NULL;
}

/* The folders above `path`, from the nearest to the root (empty). */
static bool next_above(str *path)
{
	if (str_empty(*path))
		return false;
	*path = path_dir(*path);
	return true;
}

static void cover(struct rule *r, const struct package *p)
{
	/* What lies in the folder itself describes the project, not what it needs. */
	str folder = path_dir(p->path);

	map_put(&r->kinds, p->kind, r);
	while (next_above(&folder)) {
		const struct in_folder *in = map_get(&r->folders, folder_key(r, p->kind, folder));

		for (; in; in = in->next)
			in->lock->covered = true;
	}
}

/* A lock file above names this version. */
static bool is_named(struct rule *r, const struct package *p)
{
	str folder = p->path;

	while (next_above(&folder))
		if (map_has(&r->versions, version_key(r, p, folder)))
			return true;
	return false;
}

/* A lock file beside the manifest, or above it (of a workspace), says which version it came to. */
static bool is_locked(struct rule *r, const struct package *p)
{
	str folder = p->path;

	if (p->form != PACKAGE_DECLARED || !is_locked_elsewhere(p->path))
		return false;
	while (next_above(&folder))
		if (map_has(&r->names, name_key(r, p, folder)))
			return true;
	return false;
}

static bool covers_anywhere(const struct rule *r, str kind)
{
	return words_have(installed_elsewhere, ARRAY_LEN(installed_elsewhere), kind) &&
	       map_has(&r->kinds, kind);
}

static void find_stale(struct rule *r)
{
	static const char live[] = "npm-shrinkwrap.json", stale[] = "package-lock.json";

	MAP_EACH (&r->locks, entry) {
		struct lock *lock = entry->value;
		str beside = path_join(r->scratch, path_dir(entry->key), str_c(live));

		if (!str_eq(path_base(entry->key), str_c(stale)) || !map_has(&r->locks, beside))
			continue;
		lock->stale = true;
		assemble_passed_over(r->a, entry->key, beside);
	}
}

static bool stays(struct rule *r, const struct package *p, bool system)
{
	struct lock *lock;

	if (!is_asked_for(p))
		return system || p->form != PACKAGE_INSTALLED || !is_named(r, p);
	lock = map_get(&r->locks, p->path);
	if (system && covers_anywhere(r, p->kind))
		lock->covered = true;
	return !lock->stale && !(system && lock->covered) && !is_locked(r, p);
}

/* The lock file beside a manifest, which says what its ranges came to; NULL: none. */
static const struct lock *beside(struct rule *r, const struct lock *manifest, str kind)
{
	const struct in_folder *in =
		map_get(&r->folders, folder_key(r, kind, path_dir(manifest->path)));

	for (; manifest->manifest && in; in = in->next)
		if (!in->lock->manifest)
			return in->lock;
	return NULL;
}

/* What could not be told of a file that does not count is no gap. */
static void drop_gaps(struct rule *r, bool system)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->a->missed_n; i++) {
		struct not_examined *m = &r->a->missed[i];
		const struct analyzer *row = row_of(m);
		struct lock *lock = row ? map_get(&r->locks, m->path) : NULL;
		const struct lock *live =
			lock && !system ? beside(r, lock, str_c(row->kind)) : NULL;

		if (lock && system && (lock->covered || covers_anywhere(r, str_c(row->kind)))) {
			lock->covered = true;
			continue;
		}
		if (live) {
			m->kind = ERR_NONE;
			m->reason =
				str_fmt(r->a->arena, "passed over: %.*s beside it is the live one",
					STR_ARG(live->path));
		}
		r->a->missed[kept++] = *m;
	}
	r->a->missed_n = kept;
}

static void tell_covered(struct rule *r)
{
	MAP_EACH (&r->locks, entry) {
		const struct lock *lock = entry->value;

		if (lock->covered && !lock->stale)
			assemble_missed(r->a, ERR_NONE, "lock file", entry->key,
					STR("passed over: packages of its kind are installed"), 1);
	}
}

void lock_rule_apply(struct assemble *assemble, bool system)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct rule r = { .a = assemble, .scratch = scratch };
	bool versions = !system && any_installed(assemble), names = any_manifest(assemble);
	size_t kept = 0;

	map_init(&r.locks, scratch);
	map_init(&r.folders, scratch);
	map_init(&r.versions, scratch);
	map_init(&r.names, scratch);
	map_init(&r.kinds, scratch);
	for (size_t i = 0; i < assemble->package_n; i++)
		if (is_asked_for(&assemble->packages[i]))
			note_package(&r, &assemble->packages[i], versions, names);
	for (size_t i = 0; i < assemble->missed_n; i++) {
		const struct analyzer *row = row_of(&assemble->missed[i]);

		if (row)
			(void)note_lock(&r, str_c(row->kind), assemble->missed[i].path,
					row->form == PACKAGE_DECLARED);
	}
	if (r.locks.n == 0)
		return;
	find_stale(&r);
	for (size_t i = 0; i < assemble->package_n && system; i++)
		if (!is_asked_for(&assemble->packages[i]))
			cover(&r, &assemble->packages[i]);
	for (size_t i = 0; i < assemble->package_n; i++) {
		if (stays(&r, &assemble->packages[i], system)) {
			assemble->packages[kept] = assemble->packages[i];
			if (assemble->keys)
				assemble->keys[kept] = assemble->keys[i];
			kept++;
		}
	}
	assemble->package_n = kept;
	drop_gaps(&r, system);
	if (system)
		tell_covered(&r);
}
