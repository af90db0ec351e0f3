/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * criteria: the fields by which our own files (exceptions, maps of severities) choose findings;
 * they are described in doc/exceptions.md. All of one entry hold together; several values of one
 * field are alternatives, as a list or as one text with semicolons between.
 */
#include "report/exception/yaml_list.h"

/* Names of the fields, for a list of known ones. */
#define CRITERIA_FIELDS                                                                       \
	"ids", "id", "package", "package_version", "package_kind", "path", "image", "system", \
		"severity", "severity_below", "severity_from", "status", "patchable",         \
		"cvss_below", "cvss_from", "epss_below", "epss_from", "known_exploited",      \
		"category", "evidence", "rated_by", "text", "subject", "scope"

/* Fills the criteria of `e`. *any: there is at least one (subject and scope alone are none). */
int criteria_take(const struct yaml_entry *entry, struct exception *e, bool *any,
		  struct err *err) MUST_USE;

/* "6.5", "0.04": digits, at most one point, from 0 to `max`. */
bool criteria_number(str text, double max, double *out);
/* yes/no, true/false. */
int criteria_flag(const struct yaml_entry *entry, const char *key, enum exception_answer *out,
		  struct err *err) MUST_USE;
