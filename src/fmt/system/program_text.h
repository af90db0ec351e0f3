/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * program_text: programs recognised by a text in them that holds their version. The table is
 * data/programs.csv, which says what its columns mean. Packages are of kind "generic" and form
 * guessed, with the CPE "vendor:product" of the table in `cpe`.
 *
 * The file is read once in pieces, at most PROGRAM_TEXT_MAX bytes of it; what lies behind is told
 * to sink->skipped when the version was not found before it.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define PROGRAM_TEXT_MAX    (512u << 20)
#define PROGRAM_VERSION_MAX 64u

/* True when a line of the table is about a file of this name, size and beginning. */
bool program_text_wants(str path, uint64_t size, str head);
/* Nothing found is no failure: a file of that name can be anything. */
int program_text_parse(const struct file_view *file, struct package_sink *sink,
		       struct err *err) MUST_USE;
