/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * analyzer: one row knows which files of an image it wants and turns one of them into facts. Rows
 * are thin: they call parsers of src/fmt. They run in the confined worker on foreign bytes, keep no
 * state between files and judge nothing.
 *
 * A row names what it wants in up to five ways:
 *   paths   fixed normal paths. They are also found when folders on the way are links
 *           (/var/lib/dpkg -> elsewhere, lib -> usr/lib) or when the file is a hard link.
 *   dirs    fixed normal paths of folders; files anywhere below them are offered to `wants`. Links
 *           on the way are followed too; `wants` sees the path as if there were none.
 *   wants   without `dirs`: every file of the image is offered by its own path.
 *   sniff   a file that nobody wants by name is offered with its first bytes. Several rows may take
 *           the same file. One without packages, trouble or anything passed over leaves no result.
 *   names   things that their path names already ("nix/store/...-jq-1.7"): of the files inside of
 *           one, the first of each layer that nobody wants by name stands for it.
 *
 * What a row finds goes out in one of four ways: `run` emits packages, `identify` says which
 * system it is, `describe` makes a document for configuration checks, and a row with `supplement`
 * emits incomplete packages that add to the packages of the same kind, name (and arch, where it is
 * not empty): their files are appended, their empty texts filled. A supplement whose package is not
 * there is dropped. A row with `overrides` reads a journal of changes: what it emits replaces the
 * packages of the same kind, name and arch.
 *
 * Packages of all files of an image are put together by the pipeline: of the files at one path the
 * topmost counts. Two fixed paths that end at the same file are analysed as one.
 */
#include "base/json.h"
#include "fmt/inventory.h"

struct file_view; /* fmt/file_view.h */

/* How far licences are looked for; a row that does so is asked from its own step on. */
enum analyzer_licences {
	ANALYZER_NO_LICENCES,
	ANALYZER_LICENCE_FILES,
	ANALYZER_LICENCE_HEADS, /* first lines of all texts, too */
};

struct analyzer {
	const char *name; /* unique; part of the cache key and of messages */
	const char *kind; /* package kind ("deb", "rpm" ...); NULL: none (system identity) */
	unsigned
		version; /* raised when the same file gives another result: renews cached results */

	/*
	 * What its files are: PACKAGE_INSTALLED (0), or PACKAGE_LOCKED and PACKAGE_DECLARED for
	 * lock files and manifests, which count only as scan/lock_rule.h says.
	 */
	enum package_form form;

	const char *const *paths; /* NULL-terminated; may be NULL */
	const char *const *dirs;  /* NULL-terminated; may be NULL; only together with `wants` */
	bool (*wants)(str path);  /* may be NULL */

	/* `head`: the first ANALYZER_HEAD_BYTES, or all there are. Stands alone: no other ways. */
	bool (*sniff)(str path, uint64_t size, str head);

	/* *thing: the part of the path that names it. `run` is not given any content to rely on,
	 * and its packages are of the form PACKAGE_GUESSED (scan/named_rule.h). Stands alone. */
	bool (*names)(str path, str *thing);

	/*
	 * A second file that `run` needs beside the first: the same path with this at its end
	 * ("-wal"), in place of `companion_for` where that is set ("go.mod" to "go.sum"). Its view
	 * hangs on file->companion, NULL when the image has none. NULL: no such file.
	 */
	const char *companion;
	const char *companion_for; /* may be NULL */
	/* Without the second file its facts are lacking: said when it lies in another layer. */
	const char *companion_what; /* what it is called in that message; NULL: it may lack */

	bool random_access; /* wants file->fd and pread when the file is large; else bytes */
	uint64_t max_size;  /* a larger file is reported as not examined; 0: ANALYZER_MAX_SIZE */
	/*
	 * `paths` lists forms of one database, for each folder the best one first: of a folder only
	 * the first that is there counts. The others are passed over, and reported so.
	 */
	bool one_per_folder;
	bool supplement;
	/*
	 * Its packages replace others, file by file in the order of their paths; one without a
	 * version says that the package is not installed.
	 */
	bool overrides;
	bool only_files; /* a supplement of nothing but installed files */
	/* Its packages are licences of its files (fmt/licence/licence_file.h): only when they are asked
	 * for. */
	enum analyzer_licences licences;

	/*
	 * Emits packages. A failure means that this file could not be read: it is reported as not
	 * examined, and the packages it emitted before do not count. A proper database that is
	 * empty is no failure. `scratch` lives until the results were sent.
	 */
	int (*run)(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
		   struct err *err);
	/* As os_identity_parse: 1 known, 0 says something, -1 failed. */
	int (*identify)(const struct file_view *file, struct arena *scratch,
			struct os_identity *out, struct err *err);
	/*
	 * Writes the one facts document of the file as JSON, at most FACT_MAX_BYTES; `sink` counts
	 * what it passed over. Such a row has no other calls but `wants`, and is asked only when
	 * somebody wants configuration checks.
	 */
	int (*describe)(const struct file_view *file, struct arena *scratch,
			struct package_sink *sink, struct json_writer *out, struct err *err);
	const char *document; /* kind of that document: "dockerfile" */
};

/* A document of this kind is a part of the facts about an image, not judged by itself. */
#define ANALYZER_ACCOUNTS "accounts"
#define ANALYZER_SOURCES  "package_sources" /* likewise */

#define ANALYZER_HEAD_BYTES 512u
/* Up to this size a file without random_access is handed over in memory. */
#define ANALYZER_MEMORY_MAX (8u << 20)
/* Larger ones come as `fd`, a temporary file, up to max_size. */
#define ANALYZER_MAX_SIZE (512u << 20)

/* The table: all rows, in the order of their names. */
extern const struct analyzer *const analyzers[];
extern const size_t analyzer_count;

/*
 * The row that wants the file at `path` (normal), or NULL. A path is wanted by one row at most: the
 * first of the table. A companion file is found by analyzer_companion_of.
 */
const struct analyzer *analyzer_for(str path);
/* The row whose companion lies at `path`; *main is the path of the file it belongs to. */
const struct analyzer *analyzer_companion_of(str path, struct arena *arena, str *main);
/* Where the companion of the file at `path` lies; of a row that has one. */
str analyzer_companion_path(const struct analyzer *analyzer, str path, struct arena *arena);
/* The rows that take a file by its first bytes: how many of `out` (of `max`) were filled. */
size_t analyzer_sniff(str path, uint64_t size, str head, enum analyzer_licences licences,
		      const struct analyzer **out, size_t max);
/* The row to which the name of `path` says something, or NULL. */
const struct analyzer *analyzer_naming(str path, str *thing);
/* True when the file at `path` is stale because of the one at `live` (p NULL: none), which counts.
 */
bool analyzer_passes_over(const struct analyzer *analyzer, str live, str path);
/* Changes whenever the set of rows, or the version of one, does. */
uint64_t analyzer_set_version(void);
