/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * db: the advisory database, one SQLite file that is never changed in place. It is opened read-only
 * and immutable; builders (import.h) write a new file beside it and rename it over the old one, so
 * an open database stays as it was until it is closed. Where there is no file, the built-in records
 * ("essentials", a few dozen flaws) stand in for it: `essentials_only` then is true, and nothing
 * may be called healthy on that basis.
 *
 * A handle holds caches and belongs to one thread at a time. Results live in the arena given.
 * A file that is no database of ours is ERR_INPUT, one of another schema ERR_UNSUPPORTED with
 * advice.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct advisory_db;
struct json;

#define ADVISORY_SCHEMA	     2	  /* of the file; another version is refused */
#define ADVISORY_AGE_WARNING 7	  /* days */
#define ADVISORY_UNKNOWN_AGE (-1) /* days, when no date is known */

/*
 * Where the database lives when nothing else is said: $XDG_CACHE_HOME/seawall/advisory.db; without
 * that variable /var/lib/seawall/advisory.db for root, $HOME/.cache/seawall/advisory.db for others.
 * Missing folders are not made.
 */
int advisory_db_default_path(struct arena *arena, char **out, struct err *err) MUST_USE;

/*
 * Opens `path`; NULL means the default place and, when there is no file, the essentials. A path
 * that was given and is not there is ERR_NOT_FOUND.
 */
int advisory_db_open(const char *path, struct advisory_db **out, struct err *err) MUST_USE;
/* The built-in records alone. */
int advisory_db_open_essentials(struct advisory_db **out, struct err *err) MUST_USE;
void advisory_db_close(struct advisory_db *db);
AUTO_PTR(advisory_db_close, struct advisory_db);

bool advisory_db_essentials_only(const struct advisory_db *db);

/* One file or feed that was imported. */
struct advisory_source {
	str name;     /* "npm", "debian-archive", "kev" ... */
	str form;     /* "osv", "debian-tracker", "alpine-secdb", "kev", "epss" */
	str path;     /* as given at the import */
	str date;     /* RFC 3339: state of the data (newest change in it that is not in the future,
			 or what the feed told); may be empty */
	str imported; /* RFC 3339 */
	str digest;   /* "sha256:..." of the bytes read */
	uint64_t records;  /* kept */
	uint64_t affected; /* package entries of these records */
	uint64_t skipped;  /* passed over, all reasons */
	int age_days;	   /* at `now` of the call, from `date`; ADVISORY_UNKNOWN_AGE */
	bool stale;	   /* older than ADVISORY_AGE_WARNING, or of unknown age */
};

struct advisory_info {
	str path; /* "built-in" for the essentials */
	bool essentials_only;
	unsigned schema;
	str built;    /* RFC 3339 */
	str date;     /* newest `date` of the sources that bring records (not kev, epss) */
	int age_days; /* of that date at `now`; ADVISORY_UNKNOWN_AGE */
	bool stale;
	str digest; /* over names and digests of the sources: same data, same digest */
	uint64_t records, packages, kev, epss;
	const struct advisory_source *sources; /* by name */
	size_t source_count;
};

/* `now`: seconds since 1970, for the ages. */
int advisory_db_info(struct advisory_db *db, int64_t now, struct arena *arena,
		     struct advisory_info *out, struct err *err) MUST_USE;

/* One package entry of a record, for people: "introduced 0, fixed 1.2-3". */
struct advisory_hit_package {
	str ecosystem, name;
	str ranges; /* one line */
	str fixed;  /* highest fixed version, or empty */
	str status; /* publisher's word where there is one */
};

struct advisory_hit {
	str id, source;
	const str *aliases; /* aliases, upstream and CVE lists, sorted */
	size_t alias_count;
	str summary, details;
	str published, modified, withdrawn;
	str severity; /* "critical" ... "unknown" */
	const struct advisory_hit_package *packages;
	size_t package_count;
	const str *references;
	size_t reference_count;
	bool security; /* false: bug fix or enhancement, never a finding */
	bool kev;
	double epss; /* negative: unknown */
};

/*
 * Records by id or alias (any case) or, when `what` is none, by package name in any ecosystem.
 * At most `max` hits, in order of id; *total says how many there are.
 */
int advisory_db_search(struct advisory_db *db, str what, size_t max, struct arena *arena,
		       const struct advisory_hit **out, size_t *count, size_t *total,
		       struct err *err) MUST_USE;
