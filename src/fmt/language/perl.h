/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Perl: distributions of CPAN, "Mojolicious" 9.34, locked by Carton or installed. */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define PERL_INSTALL_MAX_BYTES (4u << 20)

/* cpanfile.snapshot: under DISTRIBUTIONS, two blanks deep, "NAME-VERSION". Locked. */
int perl_snapshot_parse(const struct file_view *file, struct package_sink *sink,
			struct err *err) MUST_USE;
/* .meta/NAME-VERSION/install.json, which cpanm leaves: "dist" or "name" with "version". */
int perl_install_parse(const struct file_view *file, struct package_sink *sink,
		       struct err *err) MUST_USE;
/* perllocal.pod, the diary of installations: module and VERSION; of one module the last. */
int perl_local_parse(const struct file_view *file, struct package_sink *sink,
		     struct err *err) MUST_USE;

bool perl_is_snapshot(str path);
bool perl_is_install(str path);
bool perl_is_local(str path);
