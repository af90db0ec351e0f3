/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* csv: the fields of one row (RFC 4180): quotes doubled inside quotes. */
#include "base/arena.h"
#include "base/str.h"

/*
 * Fields into `out`, at most `max`; the number of fields there were, also those beyond, or -1 when
 * a quote does not end. Views of the row, or in the arena where quotes had to go.
 */
int csv_fields(str row, struct arena *arena, str *out, size_t max);
/* Index of the column of that name in the row of names, or -1. */
int csv_column(const str *names, size_t n, str name);
