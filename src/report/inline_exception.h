/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * inline_exception: exceptions that stand as comments in the file at fault, as the facts of the
 * file have them ("ignores": fmt/container/dockerfile.h). One holds for findings in the lines of
 * the instruction behind it; a finding about the file as a whole is met by any of its comments.
 */
#include "report/exception.h"

struct check_result;
struct check_finding;

struct inline_exceptions {
	struct arena *arena;
	struct map *files; /* path -> struct inline_file */
	int64_t now;
};

/* From the documents of the inventory. */
void inline_exceptions_init(struct inline_exceptions *all, const struct inventory *inventory,
			    int64_t now, struct arena *arena);
/* The first that holds and has not expired, or NULL. */
const struct exception *inline_exception_for(const struct inline_exceptions *all,
					     const struct check_result *result,
					     const struct check_finding *finding);
