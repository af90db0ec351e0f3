/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licence_meta: descriptions that lie beside an installed package and tell its licence. The package
 * goes to the sink with kind, name and licence alone; a description without a licence gives none.
 *
 *   opam    .opam-switch/packages/NAME.VERSION/opam, field "license": a text or a list, which
 *           is a sum
 *   cpan    .meta/NAME-VERSION/MYMETA.json (or META.json), list "license", which is a choice
 *   nuget   NAME/VERSION/NAME.nuspec: <license type="expression">, else <licenseUrl>
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define LICENCE_META_MAX_BYTES (1u << 20)

int licence_meta_opam(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
int licence_meta_cpan(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
int licence_meta_nuget(const struct file_view *file, struct package_sink *sink,
		       struct err *err) MUST_USE;

bool licence_meta_is_opam(str path);
bool licence_meta_is_cpan(str path);
bool licence_meta_is_nuget(str path);
