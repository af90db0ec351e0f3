/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * archive: a Debian or Ubuntu archive as a source of advisories. From the package index comes, for
 * each source package, the newest version of a release: whatever is older misses an update. From
 * the changelogs inside the newer packages come the CVEs, each with the first version of the
 * release's own line that contains the fix.
 *
 * It proves missing updates and the flaws they repair. It does not know flaws that have no fix.
 */
#include "advisory/feed/package_index.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

/* One release of a distribution. */
struct archive_release {
	str family;	  /* "debian", "ubuntu" */
	str version;	  /* "12" */
	str codename;	  /* "bookworm" */
	str ecosystem;	  /* "Debian:12", "Ubuntu:22.04:LTS" */
	str prefix;	  /* of record ids: "DEBUPDATE", "UBUUPDATE" */
	int64_t released; /* 0: not known */
};

/* By code name or version, from the table of releases; false when unknown. */
bool archive_release_find(str family, str name, struct arena *arena, struct archive_release *out);

/* In the order in which they beat each other when versions are equal. */
enum suite_kind { SUITE_RELEASE, SUITE_UPDATES, SUITE_SECURITY, SUITE_KINDS };

#define ARCHIVE_CANDIDATES 8 /* packages of a source in which to look for a changelog */

struct archive_deb {
	str name, version, arch, filename, sha256;
	uint64_t size;
};

/* A source package in one release. */
struct archive_source {
	const struct archive_release *release;
	str name;
	str version[SUITE_KINDS];		     /* newest; empty: not in that suite */
	size_t location;			     /* of the newest: which index it came from */
	struct archive_deb debs[ARCHIVE_CANDIDATES]; /* smallest first, of the newest version */
	size_t deb_count;
	enum suite_kind newest;
	bool wanted;  /* its changelog is asked for */
	bool missing; /* installed here in an older version */
	bool read;    /* its changelog was read */
	bool told;    /* and it names CVEs that the newest version fixes */
};

/* What the changelogs say: one upload of a release's line and the CVEs it is the first to fix. */
struct archive_fix {
	const struct archive_source *source;
	str version;
	bool inferred; /* no changelog shows that upload: its version parts fixed from not fixed */
	str body;      /* of the upload's own changelog entry */
	int64_t time;
	const str *cves;
	size_t cve_count;
};

struct archive_facts {
	struct arena *arena;
	struct map sources; /* "codename/source" -> struct archive_source */
	uint64_t packages;  /* read from the indexes */
	uint64_t skipped;   /* stanzas without name or version */
	int64_t date;	    /* newest of the indexes */
	struct archive_fix *fixes;
	size_t fix_count, fix_cap;
	uint64_t changelogs;	    /* read */
	uint64_t mentions_left_out; /* CVEs named without being fixed */
};

void archive_init(struct archive_facts *archive, struct arena *arena);
/*
 * Takes the packages of one suite. Views of `text` are kept. `location` is handed back in the
 * sources. ERR_LIMIT as index_next.
 */
int archive_add_index(struct archive_facts *archive, const struct archive_release *release,
		      enum suite_kind kind, str text, size_t location, struct err *err) MUST_USE;
struct archive_source *archive_source_find(const struct archive_facts *archive, str codename,
					   str name);

/* Takes the fixes from the changelog of the newest version. False: it is not of that version. */
bool archive_add_changelog(struct archive_facts *archive, struct archive_source *source, str text);

/* All of it as OSV records, one a line. Returns how many. */
uint64_t archive_write(const struct archive_facts *archive, struct buf *out);

/* Newest version over all suites; of an unknown kind: empty. */
static inline str archive_newest(const struct archive_source *source)
{
	return source->version[source->newest];
}
