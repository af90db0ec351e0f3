/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Nix: the database of the store, nix/var/nix/db/db.sqlite with its write-ahead log, table
 * ValidPaths: one row for each path "/nix/store/<32 characters>-NAME-VERSION[-OUTPUT]". As Nix
 * splits names: the version begins after the first hyphen that no letter follows. Paths without a
 * version are sources and settings, no packages; outputs of one package are one. Installed.
 *
 * A store without its database (images of dockerTools have none) has the same names as folders:
 * what they say is guessed.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define NIX_PATHS_MAX 1000000u

int nix_parse(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/* True for a path inside of a folder "nix/store/<characters>-NAME-VERSION...", which is *folder. */
bool nix_store_path(str path, str *folder);
/* The package of the folder that the path of such a file names; its content is not looked at. */
int nix_named(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/* Name, version of a store path (its last part); false when it names no package. */
bool nix_split(str path, str *name, str *version);
