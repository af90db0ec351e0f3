/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Packages of Python (kind "pypi") and conda (kind "conda"), as the files of their tools name them.
 * Names are as written; PEP 503 says which are equal. Edges, development and indirectness follow
 * fmt/lock_graph.h; a dependency is found by its normalised name, and where the file holds several
 * versions of it, by the range where it is simple, else by all of them.
 *
 * What does not come from an index is listed with package.origin "git", "file", "url" or
 * "workspace"; the project itself is not listed. A lock file's package without a version is passed
 * over and counted, but for the project itself.
 *
 * Requirements (requirements.txt, pyproject.toml, environment.yml) are no lock files: of these a
 * scan takes what is pinned to one version (== or ===), form declared, and counts the rest as
 * passed over. The functions ..._lowest list the rest, too, with the lowest version their ranges
 * admit, or none, as some tools do; requirements of an address are passed over there, too.
 *
 * All readers take UTF-8 with or without mark, UTF-16, and both line ends. Limits: LOCK_MAX_BYTES
 * of text (PYPI_METADATA_MAX of one installed package), LOCK_MAX_VALUES of JSON, YAML or TOML, and
 * those of lock_graph: ERR_LIMIT above. A file that is not of its form is ERR_INPUT.
 */
#include "fmt/file_view.h"
#include "fmt/lock_graph.h"
#include "fmt/package.h"

#define PYPI_METADATA_MAX (4u << 20) /* long descriptions stand in it */
#define PYPI_EGG_MAX	  (256u << 20)
#define PYPI_LINE_MAX	  65536u /* of a requirement with its continuation lines */

/* METADATA of a .dist-info folder; PKG-INFO, or the .egg-info file itself. */
int pypi_metadata(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;
/* An .egg archive: its EGG-INFO/PKG-INFO. */
int pypi_egg(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/*
 * pip's requirement files. Beside packages they emit marks, for whoever follows from file to file
 * (scan/requirement_rule.h): packages whose origin says so, and which are none.
 */
enum pypi_mark {
	PYPI_NO_MARK,
	PYPI_MARK_FILE,	   /* such a file was read */
	PYPI_MARK_NAMES,   /* name: path of another file of requirements (-r) */
	PYPI_MARK_LIMITS,  /* name: path of a file of constraints (-c) */
	PYPI_MARK_OPEN,	   /* name: what is asked for without one version */
	PYPI_MARK_SKIPPED, /* name: place of a line passed over, version: the reason */
};
enum pypi_mark pypi_mark_of(const struct package *package);

int pypi_requirements(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
/*
 * The same for a file whose name does not say what it is, and that another one may name: what is
 * passed over is a mark, too. One with more than PYPI_STRANGE_MAX strange lines is none: nothing is
 * emitted, not even the mark.
 */
int pypi_requirements_named(const struct file_view *file, struct package_sink *sink,
			    struct err *err) MUST_USE;
#define PYPI_NAMED_MAX	 (1u << 20)
#define PYPI_STRANGE_MAX 16u
/* May a file be one of these, by its path, size and first bytes? */
bool pypi_may_be_named(str path, uint64_t size, str head);
/* Lists marks of -r and -c, and no others. */
int pypi_requirements_lowest(const struct file_view *file, struct package_sink *sink,
			     struct err *err) MUST_USE;
int pypi_pipfile_lock(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
int pypi_poetry_lock(const struct file_view *file, struct package_sink *sink,
		     struct err *err) MUST_USE;
int pypi_pdm_lock(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;
int pypi_uv_lock(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/* pylock.toml and pylock.NAME.toml (PEP 751). */
int pypi_pylock(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/*
 * pyproject.toml: project.dependencies (PEP 621); for development project.optional-dependencies,
 * dependency-groups (PEP 735) and what building asks for, build-system.requires (PEP 518). What
 * several of them pin alike is listed once. ..._lowest: project.dependencies alone.
 */
int pypi_pyproject(const struct file_view *file, struct package_sink *sink,
		   struct err *err) MUST_USE;
int pypi_pyproject_lowest(const struct file_view *file, struct package_sink *sink,
			  struct err *err) MUST_USE;
/* conda-meta/NAME.json: one installed package. */
int conda_meta(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/* environment.yml: "name=1.2=build"; requirements under "pip" are of kind pypi. */
int conda_environment(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
int conda_environment_lowest(const struct file_view *file, struct package_sink *sink,
			     struct err *err) MUST_USE;

/* Which path (normal) holds such a file. */
bool pypi_is_metadata(str path);
bool pypi_is_egg(str path);
bool pypi_is_requirements(str path);
bool pypi_is_pipfile_lock(str path);
bool pypi_is_poetry_lock(str path);
bool pypi_is_pdm_lock(str path);
bool pypi_is_uv_lock(str path);
bool pypi_is_pylock(str path);
bool pypi_is_pyproject(str path);
bool conda_is_meta(str path);
bool conda_is_environment(str path);
