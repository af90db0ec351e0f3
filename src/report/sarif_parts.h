/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the SARIF writer share. */
#include "base/map.h"
#include "report/report.h"

/* "error", "warning", "note" */
const char *sarif_level(enum severity severity);
/* What "security-severity" says where there is no score. */
str sarif_score(enum severity severity);
/* The level of a rule: "defaultConfiguration". */
void sarif_put_default_level(struct json_writer *w, enum severity severity);
/*
 * "locations" with one in it: an artifact by its URI (below TARGET, or on its own), up to what more
 * is said of its place; then the same closed up to what more is said of the location.
 */
void sarif_open_location(struct json_writer *w, str uri, bool below_target);
/* "region" with this line; nothing without one. */
void sarif_put_line(struct json_writer *w, uint64_t line);
/* A member {"text": ...}; an empty text becomes "-". */
void sarif_put_text(struct json_writer *w, str key, str text);
/* That a result is hidden by an exception, with its reason. */
void sarif_put_suppression(struct json_writer *w, str reason);
/* `path` as a URI between head and tail, which are one already. */
str sarif_uri(struct arena *arena, const char *head, str path, const char *tail);

/* Rules and results of secrets; the places of rules go into `places` by their id. */
void sarif_put_secret_rules(struct report_out *out, const struct report *report,
			    struct map *places);
void sarif_put_secret_results(struct report_out *out, const struct report *report,
			      const struct map *places);
/* The same of configuration checks; those that could not be judged are notifications. */
void sarif_put_check_rules(struct report_out *out, const struct report *report, struct map *places);
void sarif_put_check_results(struct report_out *out, const struct report *report,
			     const struct map *places);
void sarif_put_check_errors(struct report_out *out, const struct report *report);
/* "error", "warning" or "note", and a text. */
void sarif_put_notification(struct json_writer *w, const char *level, str text);
/* The same of licences. */
void sarif_put_licence_rules(struct report_out *out, const struct report *report,
			     struct map *places);
void sarif_put_licence_results(struct report_out *out, const struct report *report,
			       const struct map *places);
