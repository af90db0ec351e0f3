/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pacman: the local database of Arch Linux and its relatives, var/lib/pacman/local/NAME-VERSION/
 * with one folder a package. Texts are blocks "%KEY%", values line by line, empty line.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define PACMAN_DESC_MAX_BYTES  (1u << 20)
#define PACMAN_FILES_MAX_BYTES (64u << 20)
#define PACMAN_FIELD_MAX       4096u
#define PACMAN_FILES_MAX       1000000u

/* The file `desc`: one package. Without name: ERR_INPUT; without version it is passed over. */
int pacman_desc(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/*
 * The file `files`: the installed files (folders too) of the package its folder names, which goes
 * to the sink with its name and no version.
 */
int pacman_files(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

bool pacman_is_desc(str path);
bool pacman_is_files(str path);
