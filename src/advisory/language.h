/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * language: what is known of the package managers of languages for matching: which OSV ecosystems
 * hold the advisories of a package kind, how names are compared there, and the command that changes
 * the version of a package. A table; see language.c.
 */
#include "advisory/system.h"

/* How an ecosystem compares names. */
enum name_fold {
	NAME_AS_IS,
	NAME_LOWER,	 /* without regard to case */
	NAME_PYPI,	 /* PEP 503: neither case nor "-", "_", "." */
	NAME_REPOSITORY, /* a repository's address: without scheme, ".git" and case */
};

/* By what stands before the first colon of the ecosystem. */
enum name_fold language_name_fold(str ecosystem);
/* The name as it is compared; `out` has room for name.n bytes. Returns how many were written. */
size_t language_name(enum name_fold fold, str name, char *out);

/*
 * Fills `out` when the kind is one of a language, whether there are advisories or not (out->missing
 * then says why); false for kinds of operating systems.
 */
bool language_find(const struct advisory_db *db, str kind, struct arena *arena, struct system *out);
