/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * purl: package URLs (ECMA-427), "pkg:type/namespace/name@version?key=value&...#subpath". In the
 * struct everything is decoded; empty means not there. Types differ in what they fold to lower case
 * and in what they require: a table, see purl_type.c. A type that is not in it has no rules.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;
struct package;
struct os_identity;

#define PURL_MAX_BYTES	    (64u << 10)
#define PURL_MAX_QUALIFIERS 256u

struct purl_qualifier {
	str key, value;
};

struct purl {
	str type;
	str namespace; /* segments joined by '/' */
	str name;
	str version;
	const struct purl_qualifier *qualifiers; /* by key */
	size_t qualifier_count;
	str subpath; /* segments joined by '/' */
};

/* %XX; ERR_INPUT where one is broken, or what comes out is not UTF-8 or holds NUL. */
int purl_unescape(str text, struct arena *arena, str *out, struct err *err) MUST_USE;
/*
 * Reads a package URL and brings it to the normal form of its type; what the type requires beyond
 * type and name is the business of purl_check. ERR_INPUT for anything else, ERR_LIMIT for long
 * ones.
 */
int purl_parse(str text, struct arena *arena, struct purl *out, struct err *err) MUST_USE;
/* Does it have what its type requires, and nothing that its type prohibits? Else ERR_INPUT. */
int purl_check(const struct purl *purl, struct err *err) MUST_USE;
/*
 * The canonical text. Parts that are not in the normal form of the type are brought to it;
 * qualifiers may come in any order, those without a value are left out. ERR_INPUT for a type, name
 * or qualifier that cannot be written.
 */
int purl_build(const struct purl *purl, struct arena *arena, str *out, struct err *err) MUST_USE;

/* Value of a qualifier, or empty. */
str purl_qualifier(const struct purl *purl, str key);

/*
 * The package URL of a package. `os`: of the target, for packages of a distribution (namespace,
 * "distro"); may be NULL. Source package, epoch and module of a distribution's package are
 * qualifiers ("upstream", "epoch", "modularitylabel"), so that nothing is lost that advisories are
 * compared with. ERR_INPUT for a package without name or of a kind that is no purl type.
 */
int package_purl(const struct package *package, const struct os_identity *os, struct arena *arena,
		 str *out, struct err *err) MUST_USE;
/*
 * The other way: kind, name, version, arch, source package, module. `os` (may be NULL) gets family
 * and version of the distribution that the package names; its family is empty when it names none.
 * Everything else in both is zeroed. Takes what other tools write, too ("distro" without family,
 * epoch within the version or apart, "rpmmod").
 */
void package_from_purl(const struct purl *purl, struct arena *arena, struct package *package,
		       struct os_identity *os);

/* For siblings: the rules of a type; never NULL. */
enum purl_rule {
	PURL_NAMESPACE_LOWER = 1,
	PURL_NAME_LOWER = 2,
	PURL_VERSION_LOWER = 4,
	PURL_NAME_DASHED = 8,	 /* '_' is written '-' */
	PURL_NAME_PATH = 16,	 /* all but the first segment is the name */
	PURL_KEYS_EXACT = 32,	 /* keys that the type defines are not folded */
	PURL_NAME_BY_HOST = 64,	 /* lower case where the repository takes any case */
	PURL_NAMESPACE = 128,	 /* required */
	PURL_NO_NAMESPACE = 256, /* prohibited */
	PURL_VERSION = 512,	 /* required */
};

struct purl_type {
	const char *name;
	unsigned rules;		    /* of enum purl_rule */
	const char *keys;	    /* defined by the type, separated by blanks; or NULL */
	const char *required_key;   /* or NULL */
	const char *name_without;   /* text that no name holds, or NULL */
	bool (*name_valid)(str);    /* or NULL */
	bool (*version_valid)(str); /* or NULL; not asked for an empty one */
};
const struct purl_type *purl_type_of(str type);
