/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rpmdb: the installed packages of an rpm database, whichever of its three forms it has: SQLite
 * (rpmdb.sqlite), Berkeley DB hash (Packages), NDB (Packages.db). The form is told by the content.
 * Never loaded whole: one header at a time is in memory.
 *
 * A header that cannot be read is passed over and told to sink->skipped; public keys are no
 * packages. A database in which nothing but unreadable headers was found is ERR_INPUT, as is one
 * whose own structure is damaged, with what was read before given to the sink already.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define RPMDB_MAX_HEADERS 1000000u

/* SQLite: file->companion, when not NULL, is its write-ahead log. */
int rpmdb_read(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

/*
 * rpmdb.sqlite-journal: fails (ERR_UNSUPPORTED) when a change of the database was interrupted and
 * waits to be rolled back. One without the magic number of a journal is left from a change that
 * ended.
 */
int rpmdb_check_journal(const struct file_view *file, struct err *err) MUST_USE;

/*
 * The list that distroless images of Azure Linux and CBL-Mariner carry instead of a database
 * (var/lib/rpmmanifest/container-manifest-2): a line per package, fields separated by tabs: name,
 * version-release, install time, build time, vendor, epoch, size, architecture, epoch number,
 * source.
 */
int rpm_manifest(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
#define RPM_MANIFEST_MAX_BYTES (16u << 20)
