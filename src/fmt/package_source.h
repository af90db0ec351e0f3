/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * package_source: what files of package managers say about signatures and trust, as facts for
 * configuration checks; whether that is good or bad is not judged here.
 *
 *	{"lines": [{"line": 3, "section": "updates", "text": "gpgcheck=0"}], "dropped": 0}
 *
 * Read are etc/apt (sources.list, sources.list.d/\*.list and \*.sources, apt.conf, apt.conf.d),
 * files of yum, dnf, tdnf and zypp, pacman.conf and the apk configuration: by the same names as
 * these programs read them, so that "x.list.disabled" is none. Comments do not count. What is told:
 *
 *	one-line sources  type and options: "deb [trusted=yes]"; an address may hold a password
 *	deb822 sources    fields Trusted, Allow-*, Signed-By, Enabled; section: number of the stanza
 *	apt.conf          settings about trust: "APT::Get::AllowUnauthenticated "true";"
 *	others            gpgcheck, repo_gpgcheck ..., SigLevel ..., and enabled where it is off;
 *	                  section: that of the file
 *
 * Formats: sources.list(5), apt.conf(5), yum.conf(5), dnf.conf(5), zypp.conf, pacman.conf(5).
 */
#include "base/json.h"
#include "fmt/file_view.h"
#include "fmt/package.h"

#define PACKAGE_SOURCE_MAX_BYTES (4u << 20)
#define PACKAGE_SOURCE_MAX	 2000u /* lines told of one file; more are counted */
#define PACKAGE_SOURCE_TEXT_MAX	 256u  /* bytes of one text; longer ones are cut */

/* Files outside of folders, and the folders; NULL-terminated. */
extern const char *const package_source_paths[];
extern const char *const package_source_dirs[];
/* A file of one of the folders that its program reads. */
bool package_source_wants(str path);

int package_source_describe(const struct file_view *file, struct arena *scratch,
			    struct package_sink *sink, struct json_writer *out,
			    struct err *err) MUST_USE;
