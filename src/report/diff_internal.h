/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "report/diff.h"

struct diff_list {
	struct arena *arena;
	struct diff_entry *items;
	size_t n, cap;
	size_t same;
};

/* What changed among the misconfigurations of two reports. */
void diff_checks(const struct json *before, const struct json *after, struct diff_list *list);
