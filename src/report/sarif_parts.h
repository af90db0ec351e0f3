/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the SARIF writer share. */
#include "base/map.h"
#include "report/report.h"

/* "error", "warning", "note" */
const char *sarif_level(enum severity severity);
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
