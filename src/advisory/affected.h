/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * affected: one package entry of an advisory: which versions of one package in one ecosystem it is
 * about. In the database all entries of a package stand in one row, one behind the other.
 */
#include "advisory/record.h"
#include "base/rd.h"

#define AFFECTED_MAX_RANGES   4096u
#define AFFECTED_MAX_EVENTS   65536u /* of one range */
#define AFFECTED_MAX_VERSIONS 262144u
#define AFFECTED_MAX_FLAWS    65536u

/* What the publisher says about the fix, from his word. */
enum affected_state {
	AFFECTED_PLAIN, /* nothing: the ranges speak */
	AFFECTED_NOT,	/* judged not affected: no ranges */
	AFFECTED_WILL_NOT,
	AFFECTED_END_OF_LIFE,
	AFFECTED_UNDER_REVIEW,
};

enum event_kind { EVENT_INTRODUCED, EVENT_FIXED, EVENT_LAST_AFFECTED, EVENT_LIMIT };

struct range_event {
	uint8_t kind; /* enum event_kind */
	str version;
};

struct version_range {
	const struct range_event *events;
	size_t event_count;
};

struct affected {
	uint32_t record;       /* number in the database */
	uint8_t state;	       /* enum affected_state */
	uint8_t flags;	       /* enum record_flag of its record */
	str word;	       /* publisher's word for the state: "needs-triage" */
	str severity;	       /* publisher's severity word for this entry */
	str arch;	       /* the only architecture it is about, or empty */
	str module;	       /* of its record, when the versions are builds of a module stream */
	const uint64_t *flaws; /* CVEs of its record as cve_key, ascending; the record need not be
				  read to tell which flaw this is */
	size_t flaw_count;
	const struct record_rating *ratings;
	size_t rating_count;
	const struct version_range *ranges;
	size_t range_count;
	const str *versions;
	size_t version_count;
};

/* Length-prefixed: entries can be passed over without reading them. */
void affected_pack(const struct affected *affected, struct buf *scratch, struct buf *out);
/* The next entry of a row: 1, 0 at the end, -1 when the bytes are broken. Views point into the row.
 */
int affected_next(struct rd *row, struct arena *arena, struct affected *out);
/* Its record number and body alone, to copy it under another number. */
int affected_next_raw(struct rd *row, uint32_t *record, str *body);
void affected_pack_raw(uint32_t record, str body, struct buf *out);

/* True when no range has an upper end by a fix: a flaw known to be open (for some versions). */
bool affected_is_open(const struct affected *affected);
