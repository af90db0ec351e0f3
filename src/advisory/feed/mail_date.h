/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Dates as in mails, changelogs and Release files: "Sat, 10 Jun 2023 08:53:22 +0200" or "UTC". */
#include "base/str.h"

bool mail_date_parse(str text, int64_t *out);
