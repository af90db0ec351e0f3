/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * dpkg: the package database of Debian and its relatives (deb-control(5), dpkg-query(1)).
 *
 * Counts as installed: state "installed", "unpacked", "half-configured", "half-installed",
 * "triggers-awaited" or "triggers-pending" (files are on the disk), and a record without a Status
 * field (distroless images keep such records in var/lib/dpkg/status.d). "config-files" and
 * "not-installed" do not. A broken record (no name, no version, characters that a version cannot
 * have) or line is passed over and told to sink->skipped; it never ends the parse. A text in which
 * nothing but broken records was found is ERR_INPUT.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define DPKG_STATUS_MAX_BYTES	 (64u << 20)
#define DPKG_FIELD_MAX		 4096u /* of a value that is kept; a longer one makes the record broken */
#define DPKG_FILES_MAX		 1000000u /* of one package */
#define DPKG_FILES_AT_ONCE	 4096u
#define DPKG_LIST_MAX_BYTES	 (64u << 20)
#define DPKG_COPYRIGHT_MAX_BYTES (4u << 20)
#define DPKG_LICENCES_MAX	 64u /* different ones of one package */

/* var/lib/dpkg/status, or one file of status.d. Each installed package goes to the sink. */
int dpkg_status(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

/* The status file of opkg (OpenWrt, Yocto), which has the same form. */
int opkg_status(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

/*
 * A file of var/lib/dpkg/updates, dpkg's journal: records that are newer than those of the status
 * file. A package that is not installed goes to the sink without a version.
 */
int dpkg_journal(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

/*
 * The installed files of one package, which goes to the sink with its name (and architecture where
 * the file name has one) and no version; a long list as several, DPKG_FILES_AT_ONCE files each.
 * From var/lib/dpkg/info/NAME[:ARCH].list (every path, folders too), info/NAME[:ARCH].md5sums and
 * status.d/NAME.md5sums ("digest  path").
 */
int dpkg_files(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

/*
 * usr/share/doc/NAME/copyright in the machine-readable form (DEP 5): the package NAME, without a
 * version, with the short names of all License fields, joined by " AND " in order of appearance.
 * Another form: nothing goes to the sink, unless file->licences; then what the text itself names
 * (licence_of_copyright).
 */
int dpkg_copyright(const struct file_view *file, struct package_sink *sink,
		   struct err *err) MUST_USE;

bool dpkg_is_status(str path);
bool dpkg_is_journal(str path); /* its files are named by digits */
bool dpkg_is_files(str path);
bool dpkg_is_copyright(str path);
