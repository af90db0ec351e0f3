/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * import: builds an advisory database from files. The new database is written to a temporary file
 * in the same folder, synced and renamed over the old one at the commit; whatever happens before
 * leaves the old one in use. One builder at a time: a second one fails at once with ERR_SYS
 * ("another import or update is running"). The temporary file of a builder that died is removed by
 * the next.
 *
 * The form of a file is told by its content, not by its name: OSV (one record, an array, JSON
 * Lines), Debian security tracker JSON, Alpine secdb JSON, CISA KEV (JSON, its entries as JSON
 * Lines, CSV), EPSS CSV, NVD JSON 2.0 (of known products only, see cpe.h),
 * updateinfo.xml of Amazon Linux, OVAL of Oracle Linux, JSON of Photon OS; each plain or packed
 * with gzip, zstd, or many in a zip. A folder is walked, links are not followed. One bad record
 * never ends an import: it is passed over, counted by reason, and the first place of each reason is
 * kept.
 *
 * A source is one file (or feed, or folder of single records); importing a source of the same name
 * again replaces it, other sources of the database stay. Name: `name` when given, else the path
 * below what was given without endings (".jsonl.zst"); "all" gets its folder in front ("npm/all").
 *
 * Limits: 64 MiB a record, 1 GiB of text a file or packed member and 64 GiB an import, folders 32
 * deep.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct advisory_build;

struct advisory_build_opts {
	bool replace; /* start empty: drop all sources there were */
	int64_t now;  /* 0: the clock */
	/* Called now and then with the source at work and the text bytes read so far; may be NULL.
	 */
	void (*progress)(void *data, str source, uint64_t bytes);
	void *progress_data;
};

/* What was passed over in one source and why. */
struct advisory_skip {
	str source;
	str reason; /* "malformed JSON", "no id", "unknown form", "identical record", ... */
	str first;  /* place of the first one: "line 17", "a/b.json" */
	uint64_t count;
	bool harmless; /* nothing was lost: identical or older duplicates, withdrawn records */
};

struct advisory_import_report {
	const struct advisory_skip *skips; /* by source, reason */
	size_t skip_count;
	uint64_t records, affected; /* added by this build */
	uint64_t kev, epss;
	uint64_t bytes; /* of text read */
	/* Texts of several records that end before their end: what follows is not in the build. */
	uint64_t broken;
	str broken_first;
	const str *sources; /* added or replaced by this build, sorted */
	size_t source_count;
};

/* Takes the lock beside `db_path` (its folder is made when missing) and starts. */
int advisory_build_open(const char *db_path, const struct advisory_build_opts *opts,
			struct advisory_build **out, struct err *err) MUST_USE;
/*
 * Reads a file or folder. `name` may be empty. `date` (RFC 3339, may be empty): state of the data
 * where the caller knows it better than the data itself. Fails only when the path cannot be read or
 * a limit of the whole is reached; a file of unknown form is a skip.
 */
int advisory_build_add(struct advisory_build *build, const char *path, str name, str date,
		       struct err *err) MUST_USE;
/* The same for text in memory, `path` for messages. */
int advisory_build_add_text(struct advisory_build *build, str text, str path, str name, str date,
			    struct err *err) MUST_USE;
/* How many of the texts added so far break off; *first is the place of one. */
uint64_t advisory_build_broken(const struct advisory_build *build, str *first);
/* Drops a source of the old database. Absent is no error. */
void advisory_build_drop(struct advisory_build *build, str name);
/*
 * Carries the other sources of the old database over and swaps the new one in. Afterwards only
 * advisory_build_free is allowed. `out` may be NULL. When nothing that was read held an advisory
 * the commit is refused (ERR_INPUT), the old database stays, and `out` is filled all the same: it
 * says why. A source that brought nothing does not replace an old one of its name.
 */
int advisory_build_commit(struct advisory_build *build, struct arena *arena,
			  struct advisory_import_report *out, struct err *err) MUST_USE;
/* Before the commit: gives up, nothing is changed. */
void advisory_build_free(struct advisory_build *build);
AUTO_PTR(advisory_build_free, struct advisory_build);
/* The records kept so far, for "suspiciously few" checks before a commit. */
uint64_t advisory_build_records(const struct advisory_build *build);
/* The same with the entries of KEV and EPSS. */
uint64_t advisory_build_entries(const struct advisory_build *build);
