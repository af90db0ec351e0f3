/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/owned.h"

#include "base/path.h"
#include "base/words.h"
#include "scan/analyzer.h"
#include "scan/record.h"

#define BLOCK	  4096u
#define HASH_MASK 0xffffffffffffull

struct owned_block {
	struct owned_block *next;
	size_t n;
	uint64_t hashes[BLOCK];
};

void owned_init(struct owned *owned, struct arena *arena)
{
	*owned = (struct owned){ .arena = arena };
}

static void add(struct owned *owned, uint64_t hash)
{
	if (owned->n >= OWNED_FILES_MAX) {
		owned->too_many++;
		return;
	}
	if (!owned->blocks || owned->blocks->n == BLOCK) {
		struct owned_block *block = ARENA_NEW(owned->arena, struct owned_block);

		block->next = owned->blocks;
		owned->blocks = block;
	}
	owned->blocks->hashes[owned->blocks->n++] = hash;
	owned->n++;
}

/* "usr/bin/x" and "bin/x" are one file where "bin" is a link, as it is nearly everywhere. */
static str without_usr(str path)
{
	str rest = str_without_prefix(path, STR("usr/"));

	if (rest.n < path.n && (str_starts(rest, STR("bin/")) || str_starts(rest, STR("sbin/")) ||
				str_starts(rest, STR("lib"))))
		return rest;
	return path;
}

uint64_t owned_hash(str path) { return log_hash(without_usr(path)) & HASH_MASK; }

bool owned_matters(const str *files, size_t n, size_t i)
{
	static const char *const never[] = {
		"usr/include/",	  "usr/share/i18n/", "usr/share/icons/",  "usr/share/info/",
		"usr/share/man/", "usr/share/mime/", "usr/share/locale/", "usr/share/zoneinfo/",
	};

	if (i + 1 < n && path_below(files[i + 1], files[i]))
		return false;
	if (!str_starts(files[i], STR("usr/")))
		return true;
	for (size_t k = 0; k < ARRAY_LEN(never); k++) {
		if (str_starts(files[i], str_c(never[k])))
			return false;
	}
	return true;
}

void owned_add_files(struct owned *owned, const str *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (owned_matters(files, n, i))
			add(owned, owned_hash(files[i]));
	}
}

void owned_add_hashes(struct owned *owned, str digits)
{
	uint64_t hash;

	for (; digits.n >= OWNED_HASH_DIGITS; digits = str_skip(digits, OWNED_HASH_DIGITS)) {
		if (str_u64_base(str_take(digits, OWNED_HASH_DIGITS), 16, &hash))
			add(owned, hash);
	}
}

bool owned_is_system(str kind)
{
	static const char *const kinds[] = { "alpm", "apk", "deb", "opkg", "rpm" };

	return words_have(kinds, ARRAY_LEN(kinds), kind);
}

bool owned_is_foreign(const struct package *package)
{
	static const char *const vendors[] = {
		"AlmaLinux", "Amazon", "CentOS",  "CloudLinux", "Fedora", "Mageia", "Microsoft",
		"Oracle",    "Photon", "Red Hat", "Rocky",	"SUSE",	  "VMware", "openEuler",
	};

	if (!str_eq(package->kind, STR("rpm")) || str_empty(package->vendor))
		return false; /* others do not say who built them */
	for (size_t i = 0; i < ARRAY_LEN(vendors); i++) {
		if (str_find(package->vendor, str_c(vendors[i])) >= 0)
			return false;
	}
	return true;
}

/* ---- dropping ---- */

struct candidate {
	uint64_t hash;
	bool owned;
};

static int by_hash(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static struct candidate *find(struct candidate *candidates, size_t n, uint64_t hash)
{
	const struct candidate key = { .hash = hash };

	return bsearch(&key, candidates, n, sizeof(key), by_hash);
}

/* The file of the image in a path that goes on inside of it ("a.jar!/b.jar"). */
static str outer_file(str path)
{
	ptrdiff_t inside = str_find(path, STR("!/"));

	return inside < 0 ? path : str_take(path, (size_t)inside);
}

/* Each hash once, sorted. */
static size_t sort_once(struct candidate *out, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(out, count, sizeof(*out), by_hash);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || out[i].hash != out[kept - 1].hash)
			out[kept++] = out[i];
	}
	return kept;
}

static size_t gather(const struct package *packages, size_t n, struct candidate *out)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (!owned_is_system(packages[i].kind) && packages[i].path.n > 0)
			out[count++].hash = owned_hash(outer_file(packages[i].path));
	}
	return sort_once(out, count);
}

static void mark(const struct owned *owned, struct candidate *candidates, size_t n)
{
	for (const struct owned_block *block = owned->blocks; block; block = block->next) {
		for (size_t i = 0; i < block->n; i++) {
			struct candidate *c = find(candidates, n, block->hashes[i]);

			if (c)
				c->owned = true;
		}
	}
}

size_t owned_drop(const struct owned *owned, struct package *packages, uint64_t *keys, size_t *n)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct candidate *candidates;
	size_t count, kept = 0;

	if (owned->n == 0)
		return 0;
	candidates = ARENA_ARRAY(scratch, struct candidate, *n);
	count = gather(packages, *n, candidates);
	if (count == 0)
		return 0;
	mark(owned, candidates, count);
	for (size_t i = 0; i < *n; i++) {
		const struct candidate *c = NULL;

		if (!owned_is_system(packages[i].kind) && packages[i].path.n > 0)
			c = find(candidates, count, owned_hash(outer_file(packages[i].path)));
		if (c && c->owned)
			continue;
		packages[kept] = packages[i];
		keys[kept++] = keys[i];
	}
	count = *n - kept;
	*n = kept;
	return count;
}

/* A record of a file of languages; the database of a system can be a file of a package, too. */
static bool may_drop(const struct not_examined *missed)
{
	const struct analyzer *row = analyzer_for(missed->path);

	return str_eq(missed->what, STR("package record")) && missed->path.n > 0 &&
	       (!row || (row->kind && !owned_is_system(str_c(row->kind))));
}

size_t owned_drop_missed(const struct owned *owned, struct not_examined *missed, size_t *n)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct candidate *candidates = ARENA_ARRAY(scratch, struct candidate, *n);
	size_t count = 0, kept = 0, dropped = 0;

	if (*n == 0 || owned->n == 0)
		return 0;
	for (size_t i = 0; i < *n; i++) {
		if (may_drop(&missed[i]))
			candidates[count++].hash = owned_hash(missed[i].path);
	}
	count = sort_once(candidates, count);
	mark(owned, candidates, count);
	for (size_t i = 0; i < *n; i++) {
		const struct candidate *c =
			may_drop(&missed[i]) ? find(candidates, count, owned_hash(missed[i].path))
					     : NULL;

		if (c && c->owned)
			dropped += (size_t)missed[i].count;
		else
			missed[kept++] = missed[i];
	}
	*n = kept;
	return dropped;
}

void owned_which(const struct owned *owned, const str *paths, size_t n, bool *out)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct candidate *candidates = ARENA_ARRAY(scratch, struct candidate, n);
	size_t count;

	for (size_t i = 0; i < n; i++)
		candidates[i].hash = owned_hash(paths[i]);
	count = sort_once(candidates, n);
	mark(owned, candidates, count);
	for (size_t i = 0; i < n; i++)
		out[i] = count > 0 && find(candidates, count, owned_hash(paths[i]))->owned;
}
