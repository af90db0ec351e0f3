/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Parts of the JSON report that have a file of their own. doc/report-schema.json describes them. */
#include "report/report.h"

/* "suppressed" and "exceptions": what is not shown, and the exceptions that hid it or have expired.
 */
void json_put_suppressed(struct report_out *out, const struct report *report);
