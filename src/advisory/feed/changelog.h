/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * changelog: deb-changelog(5), newest entry first, and what it tells about fixed flaws. Views point
 * into the text. Lines that belong to no entry are passed over: old changelogs have many.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define CHANGELOG_MAX_BYTES   (16u << 20)
#define CHANGELOG_MAX_ENTRIES 20000u
#define CHANGELOG_MAX_CVES    4096u /* of one entry */

struct changelog_entry {
	str source, version;
	str distributions; /* "bookworm-security" */
	str body;	   /* the lines between */
	int64_t time;	   /* 0: no date that can be read */
};

/* Start with *rest = the whole text. False at the end. */
bool changelog_next(str *rest, struct changelog_entry *out);

/*
 * The CVEs an entry says it fixes, sorted, each once, in upper case. One that is named only where
 * the text says that nothing was fixed ("not affected", "drop CVE-….patch, applied upstream", "add
 * CVE to the previous entry") is left out and counted.
 */
size_t changelog_cves(str body, struct arena *arena, const str **cves, size_t *left_out);
