/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cost: processor time of this process by part of the work, for the benches (SEAWALL_STATS=1). Off
 * until cost_enable: then nothing is measured and each call is a comparison. One table for the
 * process, behind a lock.
 */
#include <stdint.h>

#include "base/str.h"

#define COST_PARTS 128u
#define COST_NAME  40u

struct cost_part {
	char name[COST_NAME];
	uint64_t ns;
};

/* When the environment asks for it; before other threads start. */
void cost_enable(void);
/* Time of this thread so far; -1: not measured. */
int64_t cost_begin(void);
/* What this thread used since, to `part`; cut at COST_NAME. Above COST_PARTS names it is dropped.
 */
void cost_end(const char *part, int64_t begun);
void cost_add(str part, uint64_t ns);
/* The table as it is, copied; how many. With `reset` it is empty afterwards. */
size_t cost_list(struct cost_part out[COST_PARTS], bool reset);
