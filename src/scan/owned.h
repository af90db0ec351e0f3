/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * owned: which files of an image belong to packages of its system, so that what such a file says of
 * a language package is not reported a second time. Only hashes of paths are kept: eight bytes a
 * file, in the arena. Folders that distributions merged (/bin and /usr/bin) are one.
 */
#include "base/arena.h"
#include "fmt/inventory.h"

#define OWNED_FILES_MAX	  4000000u
#define OWNED_HASH_DIGITS 12u /* of one hash as text */

struct owned_block;

struct owned {
	struct arena *arena;
	struct owned_block *blocks;
	size_t n;
	uint64_t too_many; /* files over the maximum */
};

void owned_init(struct owned *owned, struct arena *arena);
/* All files of a package, by their paths or by hashes in hexadecimal (OWNED_HASH_DIGITS each). */
void owned_add_files(struct owned *owned, const str *files, size_t n);
void owned_add_hashes(struct owned *owned, str digits);
uint64_t owned_hash(str path);
/*
 * Whether files[i] of a list can be one that a language package is read from: no folder (what comes
 * next lies in it), and not where only texts and pictures lie.
 */
bool owned_matters(const str *files, size_t n, size_t i);

/*
 * Takes the language packages whose file is owned out of the array, which stays in order, with the
 * keys beside them. Returns how many went.
 */
size_t owned_drop(const struct owned *owned, struct package *packages, uint64_t *keys, size_t *n);

/* Which of these files are owned: out[i] for paths[i]. */
void owned_which(const struct owned *owned, const str *paths, size_t n, bool *out);

/*
 * The same of what was told about such files: parts of them that could not be read. What a package
 * database of the system could not say stays.
 */
size_t owned_drop_missed(const struct owned *owned, struct not_examined *missed, size_t *n);

/*
 * Packages of the system itself; the files of one that another publisher built are not covered by
 * what the distribution says.
 */
bool owned_is_system(str kind);
bool owned_is_foreign(const struct package *package);
