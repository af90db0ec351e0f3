/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/lock_rule.h"

#include "base/map.h"
#include "base/path.h"

/* What these ask for is installed in folders of the system or of an environment. */
static const char *const installed_elsewhere[] = { "cargo", "gem",   "golang",
						   "maven", "nuget", "pypi" };

struct lock {
	bool covered, stale;
	uint64_t packages;
};

struct rule {
	struct assemble *a;
	struct arena *scratch;
	struct map locks;    /* path -> struct lock */
	struct map folders;  /* kind and folder of lock files -> struct lock list */
	struct map versions; /* kind, folder, name and version of what a lock file names */
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

static str folder_key(struct rule *r, const struct package *p, str folder)
{
	return str_fmt(r->scratch, "%.*s:%.*s", STR_ARG(p->kind), STR_ARG(folder));
}

static str version_key(struct rule *r, const struct package *p, str folder)
{
	return str_fmt(r->scratch, "%.*s:%.*s:%.*s@%.*s", STR_ARG(p->kind), STR_ARG(folder),
		       STR_ARG(p->name), STR_ARG(p->version));
}

static void note_lock(struct rule *r, const struct package *p)
{
	struct lock *lock = map_get(&r->locks, p->path);
	str folder = path_dir(p->path);

	if (!lock) {
		struct in_folder *in = ARENA_NEW(r->scratch, struct in_folder);
		void **slot = map_slot(&r->folders, folder_key(r, p, folder));

		lock = ARENA_NEW(r->scratch, struct lock);
		map_put(&r->locks, p->path, lock);
		*in = (struct in_folder){ .lock = lock, .next = *slot };
		*slot = in;
	}
	lock->packages++;
	map_put(&r->versions, version_key(r, p, folder), lock);
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
	str folder = p->path;

	map_put(&r->kinds, p->kind, r);
	while (next_above(&folder)) {
		const struct in_folder *in = map_get(&r->folders, folder_key(r, p, folder));

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

static bool covers_anywhere(const struct rule *r, str kind)
{
	for (size_t i = 0; i < ARRAY_LEN(installed_elsewhere); i++)
		if (str_eq(kind, str_c(installed_elsewhere[i])))
			return map_has(&r->kinds, kind);
	return false;
}

static void find_stale(struct rule *r)
{
	static const char live[] = "npm-shrinkwrap.json", stale[] = "package-lock.json";

	MAP_EACH(&r->locks, entry)
	{
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
	return !lock->stale && !(system && lock->covered);
}

static void tell_covered(struct rule *r)
{
	MAP_EACH(&r->locks, entry)
	{
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
	size_t kept = 0;

	map_init(&r.locks, scratch);
	map_init(&r.folders, scratch);
	map_init(&r.versions, scratch);
	map_init(&r.kinds, scratch);
	for (size_t i = 0; i < assemble->package_n; i++)
		if (is_asked_for(&assemble->packages[i]))
			note_lock(&r, &assemble->packages[i]);
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
	if (system)
		tell_covered(&r);
}
