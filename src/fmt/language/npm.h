/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Packages of JavaScript, kind "npm", as the files of its package managers name them. A package has
 * the name under which the registry knows it, also where a project calls it something else ("x":
 * "npm:real@1"). One package of a lock file is one package of the list, however often its tree
 * holds it; edges, development and indirectness follow fmt/lock_graph.h.
 *
 * What does not come from a registry is listed, too, with package.origin "git", "file", "link",
 * "portal", "workspace", "url" or the protocol as it is written; its version is empty where the
 * file has none (npm 6 and bun write a commit or a path in its place). The root project is never
 * listed.
 *
 * All readers take UTF-8 with or without mark, UTF-16, and both line ends. Limits: LOCK_MAX_BYTES
 * of text, LOCK_MAX_VALUES of JSON or YAML, and those of lock_graph: ERR_LIMIT above. A file that
 * is not of its form is ERR_INPUT with line and column.
 */
#include "fmt/file_view.h"
#include "fmt/lock_graph.h"
#include "fmt/package.h"

/* npm prints no name longer than this; longer ones are passed over and counted. */
#define NPM_NAME_MAX 1024u
/* A lock of npm is read package by package, whatever its size; UTF-16 up to LOCK_MAX_BYTES. */
#define NPM_LOCK_MAX_BYTES (256u << 20)

/*
 * package.json of an installed package: form installed, name, version and licence ("license" or the
 * older "licenses", which are joined with " OR "); a version without the "=" and "v" that npm takes
 * off. One without name or version is no package;
 * neither is an extension of VS Code or a package of Unity.
 */
int npm_package_json(const struct file_view *file, struct package_sink *sink,
		     struct err *err) MUST_USE;
/*
 * The same, and each of its "dependencies" with the lowest version that its range admits, form
 * declared. A range that is none, or a tag, is passed over.
 */
int npm_package_json_deps(const struct file_view *file, struct package_sink *sink,
			  struct err *err) MUST_USE;
/* package-lock.json, npm-shrinkwrap.json and node_modules/.package-lock.json, versions 1 to 3. */
int npm_lock(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/*
 * yarn.lock of yarn 1 and of yarn 2 and later ("berry"). What is for development follows from the
 * package.json beside it, file->companion, unless that has workspaces; its "resolutions" say what a
 * dependency got in place of what it asks for.
 */
int npm_yarn_lock(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;
/* pnpm-lock.yaml, versions 5 to 9. */
int npm_pnpm_lock(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;
/* bun.lock, the textual form. */
int npm_bun_lock(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

/*
 * Which path (normal) holds such a file. A package.json counts as installed directly below a
 * node_modules (or its @scope), and in the folders of the system (usr but usr/src, opt), where
 * package managers put programs and Debian its libraries; elsewhere it describes a project. Lock
 * files inside of an installed package, and node_modules/.package-lock.json, which repeats what
 * lies beside it, are not wanted.
 */
bool npm_is_package(str path);
bool npm_is_lock(str path);
bool npm_is_yarn_lock(str path);
bool npm_is_pnpm_lock(str path);
bool npm_is_bun_lock(str path);

/* Lowest version that a range of npm admits ("^0.4.2", ">=1 <2 || 3.x"); false: no range. */
bool npm_lowest_version(str range, struct arena *arena, str *out);
