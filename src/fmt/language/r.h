/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * R: renv.lock, and the file DESCRIPTION of an installed package (in a folder of a library).
 *
 * Packages of CRAN and its mirrors are of kind "cran", those of Bioconductor of kind
 * "bioconductor"; one from somewhere else (GitHub, a folder) has no registry and is of kind
 * "generic".
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define R_DESCRIPTION_MAX_BYTES (1u << 20)

/* Locked; with what each needs, as far as the file says it. */
int r_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/* Installed: the file has a field "Built". One without it is a source tree: nothing. */
int r_installed_parse(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;

bool r_is_lock(str path);
bool r_is_installed(str path);
