/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Version schemes: how the versions of one kind of package are ordered. A scheme is a row of a
 * table (one file and one name in meson.build); nobody outside asks which one it is.
 *
 * Versions are foreign bytes: any length, numbers of any size, any byte. Nothing here allocates but
 * what takes an arena, and time is linear in the length. Text that a scheme's own tool would refuse
 * still has a fixed place in the order, so that sorting and matching stay well defined.
 */
#include "base/str.h"

struct arena;
struct err;

#define VERSION_RANGE_MAX_BYTES (1u << 20) /* of a range expression; ERR_LIMIT above */

/* How tolerant a range or a parse is; schemes that know no difference ignore them. */
enum version_flags {
	VERSION_LOOSE = 1,	/* npm: take what strict semver refuses ("1.2.3beta", "01.2.3") */
	VERSION_PRERELEASE = 2, /* npm: pre-releases count in every range */
};

/* The pieces of a parsed version as views into its text. */
struct version_parts {
	str major, minor, patch;
	str pre, build; /* without '-' and '+'; p == NULL when there is none */
};

struct version_scheme {
	const char *name; /* "deb", "rpm-segment" ... */

	/* <0, 0, >0. Antisymmetric; a total order unless `partial`. */
	int (*compare)(str a, str b);
	/* Equality is not transitive: a version that lacks a part equals every value of that part
	 * (pacman without release). Strictly smaller and greater are transitive all the same. */
	bool partial;
	/* True when the components of b are a prefix of those of a. NULL: not known. */
	bool (*fuzzy_equal)(str a, str b);
	/* What the scheme's own tool accepts. NULL: not known, everything is taken. */
	bool (*valid)(str version, unsigned flags);
	/* As valid, with the pieces. NULL: not known. */
	bool (*parse)(str version, unsigned flags, struct version_parts *out);

	/* The one way to write it, in the arena; false when it is not valid. NULL: not known. */
	bool (*normal)(str version, struct arena *arena, str *out);
	/* Without what stands behind a version but is none of it, such as a gem's platform. NULL:
	 * nothing does. Called for versions of packages, not for those of advisories. */
	str (*bare)(str version);

	/* One constraint of the common language where more than the order decides. NULL: compare.
	 */
	int (*constraint)(str text, str version, bool *out, struct err *err);
	/* A range language of its own; NULL: the common one, see version_range_match. */
	int (*range_match)(str range, str version, unsigned flags, struct arena *scratch, bool *out,
			   struct err *err);
	/* The range spelled out in elementary comparisons. NULL: not known. */
	int (*range_normal)(str range, unsigned flags, struct arena *arena, str *out,
			    struct err *err);
};

/* NULL for a name that is not in the table. */
const struct version_scheme *version_scheme_find(str name);
/*
 * The scheme of an OSV ecosystem ("Debian:12", "Alpine:v3.19", "npm"): what follows the first colon
 * does not matter. NULL when the ecosystem is unknown or its scheme is not in the table: such
 * records cannot be judged by order, only by their list of exact versions.
 */
const struct version_scheme *version_scheme_for_ecosystem(str ecosystem);
/* All rows, for lists and tests; i from 0 until NULL. */
const struct version_scheme *version_scheme_at(size_t i);

/*
 * Is `version` in `range`? The common language:
 *
 *	range       = "" | alternative { "||" alternative }     empty: every version
 *	alternative = constraint { "," constraint }             all must hold
 *	constraint  = [ "<" | "<=" | ">" | ">=" | "=" ] version  no operator means "="
 *
 * White space around any part has no meaning; a version may stand in single quotes. A scheme with a
 * language of its own (npm) uses that. ERR_INPUT when the range is malformed.
 */
int version_range_match(const struct version_scheme *scheme, str range, str version, unsigned flags,
			struct arena *scratch, bool *out, struct err *err) MUST_USE;
