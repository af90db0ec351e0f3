/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* value: texts of options that mean more than themselves. All fail with ERR_USAGE. */
#include "base/str.h"

struct err;

/* "90", "90s", "5m", "1h", "7d" as seconds, up to ten years. */
int value_duration(str text, int64_t *seconds, struct err *err) MUST_USE;
/* The same as checks of an option table. */
int value_check_duration(str text, struct err *err);
/* How many are listed: 1 to 1000000. */
int value_check_count(str text, struct err *err);
int value_check_period(str text, struct err *err); /* of something that takes time: not 0 */
/* "os/arch" or "os/arch/variant". */
int value_check_platform(str text, struct err *err);
