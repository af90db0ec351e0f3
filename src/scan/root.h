/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * root: a folder of this machine looked at as the root of a system. Links are followed as inside a
 * chroot: they cannot leave it (openat2 with RESOLVE_IN_ROOT, no magic links). Lists the files that
 * analyzers want. The walk stays on one file system, does not go where kernel interfaces and the
 * data of container engines lie, and counts what it left out and what it was not allowed to see.
 *
 * Fixed paths are opened wherever they are: /var on a disk of its own belongs to the same system.
 */
#include "base/arena.h"
#include "scan/want.h"

#define ROOT_FILES_MAX	 200000u   /* wanted ones */
#define ROOT_ENTRIES_MAX 50000000u /* names seen */

struct root_file {
	const struct analyzer *analyzer;
	str path; /* as the analyzer knows it; opens the file from the root */
	uint64_t dev, ino;
};

struct root_skip {
	str path;
	const char *reason;
};

/* A stale database beside the one that counts. */
struct root_passed_over {
	str path, live;
};

struct root {
	struct arena *arena;
	int fd; /* of the folder */
	uint64_t dev;
	const struct want *want;
	struct root_file *files;
	size_t file_n, file_cap;
	struct root_skip *skips; /* folders that were not entered */
	size_t skip_n, skip_cap;
	struct root_passed_over *passed_over;
	size_t passed_over_n, passed_over_cap;
	uint64_t entries;
	uint64_t denied; /* files or folders with package data, without permission */
	str denied_first;
	uint64_t unseen; /* other folders without permission: nothing is looked for there */
	str unseen_first;
	uint64_t left_out; /* wanted files that a skip option left out */
	/* Called for each regular file of the walk, also of folders that no row knows; may be NULL.
	 */
	int (*on_file)(void *context, str path, struct err *err);
	void *context;
};

/* Opens the folder at `path` of this machine. `want` has no aliases here. */
int root_open(struct root *root, const char *path, const struct want *want, struct arena *arena,
	      struct err *err) MUST_USE;
void root_close(struct root *root);
/* Fills files, skips and counts. */
int root_list(struct root *root, struct err *err) MUST_USE;
/*
 * Opens a regular file of the root. 1: *fd; 0: not there, or not a regular file; -1: not allowed or
 * failed.
 */
int root_open_file(const struct root *root, str path, int *fd, struct err *err) MUST_USE;
