/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * trivy_form: a report in the shape of Trivy's JSON (SchemaVersion 2), which the templates and
 * tools of its users read. One result for the packages of the system, one for each lock file and
 * for the installed packages of each language, one for each place with secrets. Trivy has no
 * "negligible": such findings are LOW.
 */
#include "report/report.h"

/* The elements of "Results", into an array that is open. */
void trivy_put_results(struct report_out *out, const struct report *report, struct json_writer *w);
/* CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN. */
str trivy_severity(enum severity severity);

/* One file with packages, or all installed ones of a kind: what other tools call a manifest. */
struct report_manifest {
	str target;	   /* path, or "Node.js" */
	const char *class; /* "os-pkgs", "lang-pkgs" */
	str type;	   /* "debian", "npm", "node-pkg" ... */
	size_t *packages;  /* indexes into the inventory */
	size_t count, cap;
};

/* In the order of the first package of each; packages in theirs. */
size_t report_manifests(const struct report *report, struct report_manifest **out);
