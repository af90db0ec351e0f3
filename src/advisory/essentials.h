/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The records built into the program (data/essentials.jsonl), loaded when there is no database. */
#include "base/err.h"
#include "base/str.h"

/* OSV records, one a line. */
str essentials_text(void);
/* The Japanese title of a flaw they know, in static memory; else empty. */
str essentials_title_ja(str id);

struct advisory_build;

/* Adds them, and the list of those that are exploited. */
int essentials_add(struct advisory_build *build, struct err *err) MUST_USE;
