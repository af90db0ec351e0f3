/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * system: what is known of an operating system for matching: which OSV ecosystems hold its
 * advisories, which package name they use, and the command that upgrades a package. A table; see
 * system.c.
 */
#include "advisory/finding.h"

struct advisory_db;
struct db_ecosystem;
struct version_scheme;

#define SYSTEM_MAX_ECOSYSTEMS 32u

enum system_names {
	SYSTEM_SOURCE, /* advisories name source packages */
	SYSTEM_BINARY,
	SYSTEM_BOTH, /* either */
};

struct system_ecosystem {
	const struct db_ecosystem *ecosystem;
	const struct version_scheme *scheme;
};

/* The ecosystems of one package kind of one system that the database has. */
struct system {
	struct system_ecosystem ecosystems[SYSTEM_MAX_ECOSYSTEMS];
	size_t ecosystem_count;
	enum system_names names;
	bool compatible; /* data of another distribution it is rebuilt from: findings are potential
			  */
	const char *upgrade;	     /* template, see system_upgrade; NULL: none known */
	bool products;		     /* names are products, see cpe.h: findings are potential */
	const char *builtin;	     /* the package that comes with a language itself, or NULL */
	const char *builtin_upgrade; /* for that one */
	str remark;		     /* for coverage, or empty */
	str missing;		     /* why nothing can be said, when ecosystem_count is 0 */
};

void system_find(const struct advisory_db *db, const struct os_identity *os, str kind,
		 struct arena *arena, struct system *out);

/*
 * The command that brings the package to `fixed`; empty when the names hold anything that a shell
 * could take for more than a word.
 */
str system_upgrade(const struct system *system, const struct package *package, str fixed,
		   struct arena *arena);

/* Kernels and kernel headers: what runs is the host's kernel, whatever an image holds. */
bool system_is_kernel(const struct package *package, bool *headers);
