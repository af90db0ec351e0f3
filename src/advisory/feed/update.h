/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * update: brings the advisory database up to date from public locations (data/feeds.csv), from a
 * mirror, and from the archives of Debian and Ubuntu themselves ("debian-archive",
 * "ubuntu-archive").
 *
 * - All sources are fetched in parallel into a folder beside the database. Whether a host answers
 *   at all is decided within UPDATE_PROBE_S, for all at once.
 * - What has not changed since the last time (ETag, Last-Modified) is not fetched again.
 * - A source that fails, or that brings suspiciously few records (less than 70 % of what was
 * there), keeps its old records and their date. The database is built aside and swapped in whole;
 * whatever happens before leaves the old one in use.
 */
#include "advisory/import.h"

#define UPDATE_PROBE_S	3u
#define UPDATE_FILE_MAX (4ull << 30) /* bytes of one download */
#define UPDATE_CHANGELOG_BYTES \
	(96ull << 20) /* packages fetched for their changelogs, by default \
		       */

/* Whose changelogs the archive sources read. */
enum update_changelogs {
	CHANGELOGS_INSTALLED, /* of packages that are installed on this machine */
	CHANGELOGS_ALL,	      /* of every source package of the security suites */
	CHANGELOGS_NONE,
	CHANGELOGS_LISTED, /* of the source or binary packages named in a file, one a line */
};

enum update_step { UPDATE_PROBE, UPDATE_FETCH, UPDATE_READ, UPDATE_BUILD };

struct update_progress {
	enum update_step step;
	str source;		     /* at work; may be empty */
	uint64_t bytes, bytes_total; /* total 0: not known */
	size_t done, count;	     /* sources */
};

struct update_opts {
	const char *db_path; /* NULL: the default place */
	/* Names of sources; empty: those whose records this program can judge, and the archive of
	 * this machine's system where it has one. "osv" stands for all whose name begins "osv-",
	 * likewise "alpine". */
	const str *sources;
	size_t source_count;
	/* "https://host[/path]" or a folder: stands in for the part of each address before its
	 * path. Empty: the public locations. */
	str mirror;
	const char *table_path; /* a table in place of the built-in one; NULL */
	/* Releases of the archive sources, by code name or version; none: that of this machine. */
	const str *releases;
	size_t release_count;
	const char *root; /* where this machine's files are; NULL: "/" */
	enum update_changelogs changelogs;
	const char *changelogs_file; /* CHANGELOGS_LISTED */
	uint64_t changelog_bytes;    /* 0: UPDATE_CHANGELOG_BYTES */
	unsigned timeout_s;	     /* for one source; 0: 900 */
	bool force;		     /* take a source that shrinks */
	int64_t now;		     /* 0: the clock */
	/* Called from one thread at a time; may be NULL. */
	void (*progress)(void *data, const struct update_progress *progress);
	void *progress_data;
};

enum update_state {
	UPDATE_DONE,
	UPDATE_UNCHANGED, /* nothing newer: records and date stay */
	UPDATE_FAILED,	  /* old records stay, if there are any */
	UPDATE_REFUSED,	  /* too few records: the old ones stay */
};
const char *update_state_name(enum update_state state);

struct update_result {
	str name;
	enum update_state state;
	str reason;	    /* one line, of FAILED and REFUSED */
	enum err_kind kind; /* of FAILED */
	uint64_t records, bytes;
	str date; /* of the data now in use, RFC 3339; may be empty */
	/* What an archive proves and what it does not, what was left out: whole sentences. */
	const str *notes;
	size_t note_count;
};

struct update_report {
	const struct update_result *results; /* in order of the table */
	size_t result_count;
	size_t updated, unchanged, failed;    /* refused ones count as failed */
	struct advisory_import_report import; /* when something was built */
	str db_path;
};

/*
 * Fails only when nothing could be tried (unknown source name: ERR_USAGE; another update running;
 * no folder for the database). When every source failed, `updated` and `unchanged` are 0.
 */
int advisory_update(const struct update_opts *opts, struct arena *arena, struct update_report *out,
		    struct err *err) MUST_USE;

/* Names of all sources, sorted, for lists and completion. */
int update_source_names(const char *table_path, struct arena *arena, const str **names,
			size_t *count, struct err *err) MUST_USE;
