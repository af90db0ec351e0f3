/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * manifest_fix: in place of a report, the change of the files that answers the findings shown, as
 * unified diff. What needs a decision of people is named on standard error.
 */
#include "report/report.h"

extern const struct report_writer manifest_fix_writer;
