/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The records built into the program (data/essentials.jsonl), loaded when there is no database. */
#include "base/err.h"
#include "base/str.h"

struct sqlite3;

/* OSV records, one a line. */
str essentials_text(void);
/* A database in memory that holds them; the caller closes it. */
int essentials_build(struct sqlite3 **out, struct err *err) MUST_USE;
