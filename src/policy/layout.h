/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * layout: times written and read as Go's time package does, by a layout that shows how the moment
 * Mon Jan 2 15:04:05 MST 2006 would look.
 */
#include "base/buf.h"

struct err;
struct zone;

#define LAYOUT_RFC3339	    STR("2006-01-02T15:04:05Z07:00")
#define LAYOUT_RFC3339_NANO STR("2006-01-02T15:04:05.999999999Z07:00")

/* "RFC1123Z" and its like become the layout they name; anything else stays. */
str layout_named(str name);
/* t: seconds since 1970, nanoseconds in addition. */
void layout_format(str layout, int64_t t, uint32_t ns, const struct zone *zone, struct buf *out);
int layout_parse(str layout, str text, int64_t *t, uint32_t *ns, struct err *err) MUST_USE;

/* What Go's layouts know of: month and day names. */
extern const char *const layout_weekdays[7]; /* from Sunday */
