/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * match: which advisories hold for the packages of an inventory. No input or output but the
 * database.
 *
 * Every package kind that was read gets a coverage line: "ok", or why no statement can be made. A
 * kind without a line of status COVERAGE_OK must never be shown as "0 vulnerabilities", healthy. A
 * kind whose databases list no package says so in its line: beside packages of another kind that is
 * no gap; when no kind has packages nothing can be said about the target.
 *
 * Rules in short (doc/matching.md has them all): the system decides the OSV ecosystems and whether
 * source or binary names are compared; ranges and version lists are evaluated exactly as the OSV
 * schema says; one finding for each CVE and package, whatever number of records say it; a
 * distribution's "not affected" wins over other sources; of two sources the one that knows a fix
 * wins.
 */
#include "advisory/finding.h"

struct advisory_db;

struct match_opts {
	/*
	 * For matching thousands of stored inventories again: title, description, references,
	 * aliases and cvss stay empty, the order is that of the packages, then of the ids, and
	 * texts may point into the database, which then has to stay open as long as the result is
	 * used.
	 */
	bool lean;
	int64_t now; /* for end-of-life; 0: the clock */
};

enum coverage_status {
	COVERAGE_OK,
	COVERAGE_ESSENTIALS_ONLY, /* looked up, but only in the built-in records */
	COVERAGE_NOT_APPLICABLE,  /* no statement: see reason */
};
/* "ok", "essentials_only", "not_applicable" */
const char *coverage_status_name(enum coverage_status status);

struct coverage {
	str kind;	/* package kind: "deb"; empty: the target as a whole (no package data) */
	str ecosystems; /* those that were looked up, comma separated: "Debian:12" */
	enum coverage_status status;
	str reason; /* plain sentence; empty when ok without remark; with COVERAGE_OK a restriction,
		       such as "flaws without a fix are not known here" */
	size_t packages; /* of that kind */
	str date; /* RFC 3339: newest state of the sources that hold these ecosystems, or empty */
};

/* A document of another tool, or of an earlier run of ours, that findings were taken from. */
struct match_import {
	str tool, version, form, file;
	str date; /* RFC 3339, or empty */
	uint64_t findings;
	bool own; /* a report of this program */
};

struct match_result {
	const struct finding
		*findings; /* severity descending, id, package name, version, arch, path */
	size_t finding_count;
	const struct coverage *coverage; /* by kind; never empty */
	size_t coverage_count;
	bool essentials_only;		    /* of the database */
	const struct match_import *imports; /* NULL: everything was matched here */
	size_t import_count;
	/* End of life of the system; eol_date empty when not known or not reached. */
	bool end_of_life;
	str eol_date;	 /* "2024-06-30" */
	str eol_message; /* one sentence, or empty */
};

/* Result and all it points to live in `arena` (views of the inventory stay views of it). */
int advisory_match(struct advisory_db *db, const struct inventory *inventory,
		   const struct match_opts *opts, struct arena *arena, struct match_result *out,
		   struct err *err) MUST_USE;
