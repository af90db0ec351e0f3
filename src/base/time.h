/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Times are seconds since 1970-01-01 UTC, leap seconds ignored. */
#include "base/arena.h"
#include "base/str.h"

/* Wall clock. */
int64_t time_now(void);
/* Milliseconds of a clock that never steps. */
int64_t time_mono_ms(void);
/* RFC 3339 ("2026-11-22T01:02:03.5+09:00", date alone too); fractions are cut. False if malformed.
 */
bool time_parse(str s, int64_t *out);
/* "2026-11-22T01:02:03Z". Years 0 to 9999; outside, clamped. */
str time_format(struct arena *arena, int64_t t);
/* "2026-11-22". */
str time_format_date(struct arena *arena, int64_t t);
int64_t time_from_civil(int64_t year, unsigned month, unsigned day);
/* The day of t, proleptic Gregorian calendar. */
void time_to_civil(int64_t t, int64_t *year, unsigned *month, unsigned *day);
