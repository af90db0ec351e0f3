/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the tests of package readers have in common: a text goes in, a list comes out. */
#include "fmt/file_view.h"
#include "fmt/package.h"

typedef int package_reader(const struct file_view *file, struct package_sink *sink,
			   struct err *err);

/* Reads a file of this path and text into `list`, which is made anew. */
int packages_read(package_reader *read, const char *path, str text, struct package_list *list,
		  struct arena *arena, struct err *err);

/*
 * The same as one line a package: "name@version:line[ dev][ indirect][ (origin)][ -> needs, ...]",
 * then what was skipped; the message when the file was refused.
 */
str packages_text(package_reader *read, str text, struct arena *arena);

#define CHECK_PACKAGES(read, text, want) CHECK_STRV(packages_text(read, STR(text), arena), want)
