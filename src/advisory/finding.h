/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * finding: one flaw in one installed package. One finding per CVE and package; an advisory
 * that names several CVEs makes several, each carrying the advisory's id. Lives in the arena of the
 * match.
 */
#include "fmt/inventory.h"

enum severity {
	SEVERITY_UNKNOWN,
	SEVERITY_NEGLIGIBLE,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_CRITICAL,
};

/* "critical" ...; from accepts any case; false for an unknown word. */
const char *severity_name(enum severity severity);
bool severity_from(str name, enum severity *out);
/* CVSS qualitative scale: 0 negligible, <4 low, <7 medium, <9 high, else critical. */
enum severity severity_from_score(double score);

struct exception;

/* Kinds of evidence (R-17 as read in readings.md). */
enum finding_kind { FINDING_CONFIRMED, FINDING_POTENTIAL, FINDING_INFORMATION };
const char *finding_kind_name(enum finding_kind kind);

/* State of the fix in that system. */
enum fix_status {
	FIX_AVAILABLE,	  /* `fixed` names the version */
	FIX_NONE_YET,	  /* "affected": no fix known */
	FIX_WILL_NOT,	  /* the publisher will not fix it, or deferred it */
	FIX_END_OF_LIFE,  /* affected, system no longer maintained */
	FIX_UNDER_REVIEW, /* the publisher has not decided yet */
};
const char *fix_status_name(enum fix_status status); /* "fixed", "affected", "will_not_fix", ... */

struct cvss_score {
	str version; /* "2.0" "3.0" "3.1" "4.0" */
	str vector;
	str source; /* who rated: "nvd", "debian", "osv" ... */
	double base;
};

struct finding {
	str id;		    /* CVE where there is one, else the advisory's id */
	str advisory;	    /* id of the record that matched: "DSA-5123-1", "ALSA-2024:1", ... */
	const str *aliases; /* other ids of the same flaw, sorted, without id and advisory */
	size_t alias_count;
	size_t package;	 /* index into inventory.packages */
	str title;	 /* one line */
	str description; /* may be long; may be empty */
	str fixed;	 /* version of the (binary or source) package that fixes it, or empty */
	enum fix_status status;
	str upgrade; /* command that repairs it on that system, or empty */
	enum severity severity;
	str severity_source; /* "vendor:debian", "cvss:3.1", ... or empty */
	/* Where the user's map (report/severity_map.h) gave `severity`: the one before, and why. */
	str severity_before, severity_reason;
	const struct cvss_score *cvss;
	size_t cvss_count;
	enum finding_kind kind;
	str published, modified; /* RFC 3339 or empty */
	const str *references;	 /* URLs, in the record's order */
	size_t reference_count;
	str ecosystem;	     /* OSV ecosystem of the range that matched: "Debian:12" */
	str matched_name;    /* name the range was given for (often the source package) */
	str matched_version; /* version that was compared */
	bool kev;	     /* known to be exploited (CISA KEV) */
	str kev_added, kev_due;
	bool kev_ransomware;
	double epss, epss_percentile; /* negative: unknown */
	/* Of findings that other tools reported (report/import.h): their names; and what in their
	 * reports says that it need not count, or NULL. */
	const str *tools;
	size_t tool_count;
	const struct exception *hidden;
	str origin; /* feed the record came from: "debian-archive", "osv", "essentials" */
};
