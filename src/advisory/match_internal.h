/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The inside of match.h, in the order of the work:
 *   matcher.c  the entries of a package, decoded once; what was found for a package, kept for the
 * next inventory that holds the same judge.c    which flaws hold for one package, and which fix
 *   rating.c   severity and scores
 *   detail.c   texts, ids, references
 */
#include "advisory/affected.h"
#include "advisory/db_internal.h"
#include "advisory/match.h"
#include "advisory/range.h"
#include "advisory/system.h"

#define FINDING_MAX_ALIASES    64u
#define FINDING_MAX_RECORDS    32u /* whose texts are looked at for one finding */
#define FINDING_MAX_REFERENCES 128u
#define MATCHER_ROW_BYTES      (16u << 20)  /* decoded entries kept */
#define MATCHER_KNOWN_BYTES    (512u << 20) /* findings kept, of lean matches only */

/* All entries of one package of one ecosystem; views into `row`. */
struct package_row {
	const struct affected *entries;
	size_t count;
};

/* What is asked about one package. */
struct question {
	struct advisory_db *db;
	const struct system *system;
	const struct package *package;
	bool host; /* the target is a root folder: its kernel may run */
	bool lean;
	struct arena *scratch; /* dies with the package */
	struct arena *arena;   /* of the findings */
	struct map
		*details; /* texts of findings so far, for packages of one source; NULL when lean */
};

/* One entry that was looked at, with the answer. */
struct statement {
	const struct affected *entry;
	const struct system_ecosystem *ecosystem;
	const struct db_source *source;
	str name, version; /* compared */
	enum verdict verdict;
	bool open; /* affected, and no fix above */
	str flaw;  /* id of a flaw that has no CVE, else empty */
};

/* What the statements about one flaw come to. */
struct judgement {
	str id;					   /* CVE, or the id of the flaw */
	uint64_t key;				   /* cve_key, 0 */
	const struct statement *const *statements; /* those that hold */
	size_t count;
	const struct statement *best;
	str fixed;
};

struct finding_list {
	struct finding *items;
	size_t n, cap;
};

struct matcher *matcher_of(struct advisory_db *db);
int matcher_row(struct advisory_db *db, const struct system_ecosystem *ecosystem, str name,
		const struct package_row **out, struct err *err) MUST_USE;
/* After a package: drops decoded entries when there are too many. */
void matcher_trim(struct advisory_db *db);
/* Findings kept for the same question: true and *out; else the slot to fill, NULL when not to be
 * kept. */
bool matcher_known(const struct question *q, uint32_t system_index, const struct finding_list **out,
		   struct finding_list **slot);
struct arena *matcher_known_arena(struct advisory_db *db);
/* eol_lookup, remembered: matching thousands of inventories asks for the same few systems. */
struct eol;
bool matcher_eol(struct advisory_db *db, const struct os_identity *os, struct eol *out);

/* Appends the findings of one package; finding.package stays 0. */
int judge_package(const struct question *q, struct finding_list *out, struct err *err) MUST_USE;

int detail_finding(const struct question *q, const struct judgement *judgement,
		   struct finding *finding, struct err *err) MUST_USE;
/*
 * The id under which a record without CVE is one flaw with others: the CVEs of records that share
 * an id with it, else the smallest id of them all, GHSA first.
 */
int detail_flaw_ids(const struct question *q, uint32_t record, const str **ids, size_t *count,
		    struct err *err) MUST_USE;

/* A record whose rating counts, best first; `own` is of the distribution itself. */
struct rated {
	const struct record *record;
	const struct affected *entry; /* NULL: only the record */
	str family;		      /* lower case first part of the ecosystem: "debian" */
	str source;
	bool own, single; /* single: about this flaw alone */
};
void rating_finding(const struct rated *rated, size_t n, struct arena *arena,
		    struct finding *finding);
