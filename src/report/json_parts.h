/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Parts of the JSON report that have a file of their own. doc/report-schema.json describes them. */
#include "report/report.h"

/* "suppressed" and "exceptions": what is not shown, and the exceptions that hid it or have expired.
 */
void json_put_suppressed(struct report_out *out, const struct report *report);

/* "ci": the run of the pipeline; nothing when nobody told. */
void json_put_ci(struct json_writer *w, const struct report_opts *opts);
/* "imports": the reports of tools that findings were taken from; nothing when there are none. */
void json_put_imports(struct json_writer *w, const struct match_result *match);
/* "gate": passed or not, and every reason; nothing without a gate. */
void json_put_gate(struct json_writer *w, const struct report *report);

/* The member `key`: index and digests of a layer; null for none of the image's. */
void json_put_layer(struct json_writer *w, const struct report *report, str key, int64_t layer);

struct exception;

/* The member "exception" that hid something; nothing when `by` is NULL. */
void json_put_exception(struct json_writer *w, const struct report *report,
			const struct exception *by);
/* "secrets", "suppressed_secrets" and "secret_search"; nothing when nobody asked for secrets. */
void json_put_secrets(struct report_out *out, const struct report *report);
/* "misconfigurations", "suppressed_misconfigurations", "checks" and "misconfiguration_summary";
 * nothing when nobody asked for configuration checks. */
void json_put_checks(struct report_out *out, const struct report *report);
/* The member "misconfigurations" of the summary. */
void json_put_check_tally(struct json_writer *w, const struct report *report);
/* "licenses" and "suppressed_licenses"; nothing when nobody asked for licences. */
void json_put_licences(struct report_out *out, const struct report *report);
/* The member "licenses" of the summary. */
void json_put_licence_tally(struct json_writer *w, const struct report *report);
/* The member "secrets" of the summary. */
void json_put_secret_tally(struct json_writer *w, const struct report *report);
