/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by pypi*.c and conda.c only. */
#include "fmt/language/pypi.h"
#include "fmt/syntax/place.h"

/* A requirement in the words of PEP 508. */
struct requirement {
	str name;
	str versions; /* ">=1.0,<2"; without parentheses */
	str url;      /* of "name @ url" */
	str marker;
	str pinned; /* the version of a single == or ===, else empty */
	str lowest; /* lowest version it admits, or empty */
	bool never; /* no version can be told, not even roughly ("==5.*.*") */
	bool dev;   /* for the caller to set: not needed to run */
};

/* False: no requirement. */
bool requirement_parse(str text, struct arena *arena, struct requirement *out);

/* A name of PEP 508. */
bool pypi_is_name(str name);
/* Lower case, runs of - _ . become one '-' (PEP 503). */
str pypi_normal(struct arena *arena, str name);

/* Gathers what lock files have in common. */
struct pypi_lock {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	struct lock_graph graph;
	struct map by_name; /* normalised name -> struct pypi_versions */
};

struct pypi_versions {
	struct lock_node **nodes;
	size_t n, cap;
};

void pypi_lock_init(struct pypi_lock *lock, const struct file_view *file, struct arena *arena,
		    struct package_sink *sink);
/* A package of this name and version; NULL when it is improper, which was counted, or above a
 * limit. */
struct lock_node *pypi_lock_add(struct pypi_lock *lock, const struct package *package);
/* Is a package of this name there? */
bool pypi_lock_has(const struct pypi_lock *lock, str name);
/* `from` needs what `name` with `versions` (a range, or empty) means. */
void pypi_lock_need(struct pypi_lock *lock, struct lock_node *from, str name, str versions);
/* The same for what the project asks for itself. */
void pypi_lock_root(struct pypi_lock *lock, str name, str versions, bool dev);
struct package pypi_package_of(const struct file_view *file, enum package_form form);

/* True when `version` lies in `range` (PEP 440 or poetry's ^ and ~), or when that is hard to say.
 */
bool pypi_may_admit(str range, str version);

/* Sends a requirement as a scan, or as ..._lowest, wants it. */
int pypi_send_requirement(const struct file_view *file, const struct requirement *requirement,
			  uint32_t line, bool lowest, struct package_sink *sink,
			  struct err *err) MUST_USE;

/* The [[packages]] of a TOML file. */
int pypi_load_toml(const struct file_view *file, struct arena *arena, const struct json **out,
		   const struct place **place, struct err *err) MUST_USE;
/* "sha256:<hex>" of the "files"/"wheels"/"hashes" of a package, in the arena. */
void pypi_set_digests(struct package *package, const struct json *files, str key,
		      struct arena *arena);
