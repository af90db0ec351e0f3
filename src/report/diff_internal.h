/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * diff_internal: what the parts of the comparison of two reports share. Reports are parsed JSON of
 * the schema; texts in a list are views of them or live in its arena.
 */
#include "report/diff.h"

/* Differences as they are found, in `arena`; `same`: entries that are in both. */
struct diff_list {
	struct arena *arena;
	struct diff_entry *items;
	size_t n, cap;
	size_t same;
};

/* What changed among the misconfigurations of two reports. */
void diff_checks(const struct json *before, const struct json *after, struct diff_list *list);
/* Likewise among secrets and licences. */
void diff_lists(const struct json *before, const struct json *after, struct diff_list *list);

/* Of the image that a report is about; empty: it has none. */
static inline str diff_digest(const struct json *report)
{
	return json_str(json_path(report, "image", "digest", NULL));
}
static inline bool diff_same_engine(const struct json *a, const struct json *b)
{
	return str_eq(json_get_str(a, STR("seawall_version")),
		      json_get_str(b, STR("seawall_version")));
}
