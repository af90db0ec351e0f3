/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licence: the licences of packages and files, judged: which of them a report shows, and what it
 * says about them. A package has one item for each part of a sum ("MIT AND ISC": two), a choice is
 * one; a package whose licence nobody tells has one, too, named "unknown".
 *
 * Severities: forbidden (and denied, or not allowed by a list) critical, restricted high,
 * reciprocal medium, notice, permissive and unencumbered low, unknown unknown.
 */
#include "fmt/licence/licence_judge.h"
#include "report/report.h"

#define LICENCE_PARTS_MAX 200u /* of one package; the rest of its expression is one item */

struct licence_opts {
	struct licence_policy policy;
	const str *ignored; /* not shown */
	size_t ignored_count;
	unsigned confidence; /* texts of files below it are unknown ones; of LICENCE_SURE */
};

struct licence_item {
	size_t package; /* index into inventory.packages; SIZE_MAX: of a file */
	size_t file;	/* index into inventory.licences; SIZE_MAX: of a package */
	str name;	/* expression; "unknown": nothing is told */
	str stated;	/* as the package tells it, where that differs; may be empty */
	struct licence_verdict verdict;
	enum severity severity;
	str severity_before, severity_reason; /* where a map of severities changed it */
	unsigned confidence; /* of LICENCE_SURE; less for a package: which licence was supposed */
	bool on_ignored;
};

/* Fills report->licences. */
void report_licences_select(struct report *report);

static inline const struct licence_item *report_licence(const struct report *report, size_t shown)
{
	return &report->licences.items[report->licences.shown[shown]];
}
/* Package of the item, or NULL. */
const struct package *report_licence_package(const struct report *report,
					     const struct licence_item *item);
/* The file that tells it; may be empty. */
str report_licence_path(const struct report *report, const struct licence_item *item);
/* Layer of the package or file, or -1. */
int report_licence_layer(const struct report *report, const struct licence_item *item);
/* "name version" of the package, or the file. */
str report_licence_subject(const struct report *report, const struct licence_item *item);
/* Stays the same while name, package and path do. */
str report_licence_id(const struct report *report, const struct licence_item *item);

/* More than the text of the licence is asked for, or nobody knows. */
bool report_licence_is_issue(const struct licence_item *item);
/* Words of the language. */
str report_licence_category(enum lang lang, const struct licence_item *item);
str report_licence_remedy(enum lang lang, const struct licence_item *item);

/* Shown items with the same name and verdict, worst first. */
struct licence_group {
	const struct licence_item *first;
	const struct licence_item *const *items;
	size_t count;
};
const struct licence_group *report_licence_groups(const struct report *report, size_t *count);
/* "3 packages: bash 5.2, ...", at most `max` names. */
str report_licence_subjects(const struct report *report, const struct licence_group *group,
			    size_t max);
