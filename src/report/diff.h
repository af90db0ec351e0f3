/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * diff: what changed between two JSON reports of one target, and why. Each difference has exactly
 * one cause, found in the reports themselves:
 *
 *   image       the package came, went or has another version
 *   advisory    the same package is judged otherwise by other advisory data
 *   exception   an exception began or ended to hide it
 *   option      --severity or --ignore-unfixed differ, or what was looked for and by which lists
 *   engine      the same package, the same data, another version of the program
 *   not_read    the later scan could not read or judge that part: nothing is repaired by that
 *   undecided   the reports do not list enough (they were made without --list-all-packages)
 *
 * Misconfigurations are compared by their fingerprints; `kind` of theirs is "misconfiguration",
 * `package` what is at fault. Secrets (kind "secret": by kind, file and value; `package` is the
 * file) and licences (kind "license": by name and package or file; `id` is the licence) likewise.
 */
#include "advisory/finding.h"
#include "base/json.h"

enum diff_change { DIFF_NEW, DIFF_GONE, DIFF_CHANGED };
enum diff_cause {
	CAUSE_IMAGE,
	CAUSE_ADVISORY,
	CAUSE_EXCEPTION,
	CAUSE_OPTION,
	CAUSE_ENGINE,
	CAUSE_NOT_READ,
	CAUSE_UNDECIDED,
};
#define DIFF_CAUSES (CAUSE_UNDECIDED + 1)
const char *diff_change_name(enum diff_change change); /* "new", "gone", "changed" */
const char *diff_cause_name(enum diff_cause cause);

struct diff_entry {
	enum diff_change change;
	enum diff_cause cause;
	enum severity severity; /* of the side that has it; changed: of the later one */
	str id, kind, package, arch, path;
	str old_version, new_version; /* installed; empty where it is not there or not known */
	str old_fixed, new_fixed;
	str old_severity, new_severity; /* changed: words */
	str why;			/* the exception's reason */
};

struct diff {
	const struct diff_entry *entries; /* change, then severity, id, package, path */
	size_t count;
	size_t by_change[DIFF_CHANGED + 1], by_cause[DIFF_CAUSES];
	size_t same; /* findings that did not change */
};

/*
 * `before` and `after` are reports of one target each (doc/report-schema.json); ERR_INPUT when one
 * is none, or is the report of a scan that failed. Views of them; the rest lives in `arena`.
 */
int diff_reports(const struct json *before, const struct json *after, struct arena *arena,
		 struct diff *out, struct err *err) MUST_USE;
