/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * apt_sources: where this machine's apt takes Debian or Ubuntu from (sources.list(5), both forms),
 * rewritten to other suites of the same archives. Keys, options and components stay.
 */
#include "advisory/feed/archive.h"

struct err;

#define APT_SOURCES_MAX_BYTES (4u << 20) /* of one file */

struct apt_sources {
	str text;	   /* deb822 stanzas */
	const str *suites; /* that they ask for: "bookworm-security" */
	size_t suite_count;
	bool kinds[SUITE_KINDS]; /* of which there is a source */
};

/*
 * The stanzas that fetch release, updates and security suites of `releases` (all of `family`) from
 * the archives that `root`/etc/apt names for any release of that family. ERR_NOT_FOUND when there
 * are none.
 */
int apt_sources_make(const char *root, str family, const struct archive_release *releases,
		     size_t release_count, struct arena *arena, struct apt_sources *out,
		     struct err *err) MUST_USE;

/* "bookworm-security" -> "bookworm" and its kind; false for others (backports, proposed). */
bool apt_suite_cut(str suite, str *base, enum suite_kind *kind);
