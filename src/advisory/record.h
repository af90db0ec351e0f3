/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * record: what the database keeps of one advisory besides its package entries (affected.h). All
 * feeds become these.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define RECORD_MAX_LIST 65536u /* ids, ratings or references of one record */

enum record_flag {
	RECORD_NOT_SECURITY = 1, /* bug fix or enhancement: found by a search, never a finding */
	RECORD_WITHDRAWN = 2,
	RECORD_ERRATUM =
		4, /* the publisher's own advisory, often of several CVEs (DSA, ALSA, USN) */
	RECORD_DERIVED = 8, /* made from changelogs and the like: others are preferred */
};

/* severity[] of OSV: type "CVSS_V3" and vector, or a publisher's scale ("Ubuntu") and word. */
struct record_rating {
	str type, score;
};

struct record {
	unsigned flags;
	str id;
	str published, modified, withdrawn;
	str summary, details;
	str word;   /* the publisher's severity, in his word; may be empty */
	str rater;  /* who said that word: "ubuntu", "github"; may be empty */
	str module; /* "nodejs:18" where the record is about one module stream */
	const str *aliases;
	size_t alias_count;
	const str *upstream; /* flaws the record is about: `upstream`, CVE lists in `related` */
	size_t upstream_count;
	const struct record_rating *ratings;
	size_t rating_count;
	const str *references;
	size_t reference_count;
};

void record_pack(const struct record *record, struct buf *out);
/* Views point into `bytes`. False when the bytes are none. */
bool record_unpack(str bytes, struct arena *arena, struct record *out);

/* "CVE-2024-12345" (any case). */
bool is_cve(str id);
/*
 * CVE as one number, for tables keyed by it; 0 when it is none. Numbers below 2^20 give small keys
 * (years from 1900); larger ones are kept exactly, too.
 */
uint64_t cve_key(str id);
str cve_from_key(uint64_t key, struct arena *arena);

/* CVEs that the record is about (its id, aliases, upstream) as keys, ascending, each once. */
const uint64_t *record_flaws(const struct record *record, struct arena *arena, size_t *count);
