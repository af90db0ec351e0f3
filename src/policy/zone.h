/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone: a time zone of the system's database (TZif, RFC 8536), read without the state that the C
 * library keeps for all threads. Times behind the last transition follow the rule at the end of
 * the file.
 */
#include "base/str.h"

struct err;

#define ZONE_MAX_BYTES	     (256u << 10)
#define ZONE_MAX_TRANSITIONS 8192u

struct zone;

/* "Europe/Berlin"; "" and "UTC" need no file. ERR_INPUT "unknown time zone NAME". */
struct zone *zone_new(str name, struct err *err);
void zone_free(struct zone *zone);

struct zone_offset {
	int32_t seconds; /* east of Greenwich */
	char name[16];	 /* "CET" */
};

struct zone_offset zone_at(const struct zone *zone, int64_t t);
/* The instant of a local time; of two the first zone's, of none the one before the gap. */
int64_t zone_instant(const struct zone *zone, int64_t local);
