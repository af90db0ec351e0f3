/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Julia: Manifest.toml (formats 1 and 2, also JuliaManifest.toml and Manifest-v1.11.toml) and what
 * Project.toml fixes to one version.
 *
 * A manifest: packages are found by name and UUID; those of the standard library have no version of
 * their own and take that of Julia, where the manifest tells it; else they are passed over and
 * told. As for Julia itself, a manifest that names a dependency it does not have, or names one that
 * it has several of by name alone, is broken: ERR_INPUT.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

/* Locked. */
int julia_manifest_parse(const struct file_view *file, struct package_sink *sink,
			 struct err *err) MUST_USE;
/* Declared: of [deps], what [compat] fixes with "=". */
int julia_project_parse(const struct file_view *file, struct package_sink *sink,
			struct err *err) MUST_USE;

bool julia_is_manifest(str path);
bool julia_is_project(str path);
