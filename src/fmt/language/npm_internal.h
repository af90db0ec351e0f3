/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by npm*.c only. */
#include "base/json.h"
#include "fmt/language/npm.h"

/* A package of `file` with what all have in common. */
struct package npm_package_of(const struct file_view *file, enum package_form form);

/* "sha512-<base64> sha1-<base64>" as digests of `package`; what is none is left out. */
void npm_set_integrity(struct package *package, str integrity, struct arena *arena);

/* "license" and "licenses" of a package description. */
str npm_licence(const struct json *description, struct arena *arena);

/*
 * Where "version", "resolved" or the part behind "name@" points: empty for a registry (versions,
 * ranges, tags, "npm:"), else as in npm.h.
 */
str npm_origin(str spec);

/* Cuts "name@rest", also "@scope/name@rest". False: no such form. */
bool npm_cut_name(str text, str *name, str *rest);

/* A name and version that may go into a list: no control bytes, not oversized. */
bool npm_is_proper(const struct package *package);

/* The text of a lock file as JSON that borrows from *text. */
int npm_load_json(const struct file_view *file, bool comments, struct arena *arena, str *text,
		  const struct json **out, struct err *err) MUST_USE;
