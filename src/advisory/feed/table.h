/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* table: the public locations of advisory data (data/feeds.csv, which says what its columns are).
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define FEED_TABLE_MAX_BYTES (1u << 20)
#define FEED_TABLE_MAX_ROWS  4096u

struct feed_row {
	str name, kind, url, ecosystem, note;
};

/* The one built in. */
str feed_table_builtin(void);
/* Views point into `text`. A malformed line, a name twice or an address that is not https is
 * ERR_INPUT. */
int feed_table_parse(str text, struct arena *arena, const struct feed_row **rows, size_t *count,
		     struct err *err) MUST_USE;
/* Does this program judge such records? What has no version order or no reader is not fetched
 * unless it is asked for. */
bool feed_row_judged(const struct feed_row *row);
