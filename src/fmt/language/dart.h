/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Dart and Flutter: pubspec.lock, YAML with a mapping "packages". Every package counts, whatever
 * its source (hosted, git, path, sdk), with the version the file gives it: those of an SDK have
 * "0.0.0" there. "direct dev" is for development, "transitive" is indirect. Locked.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

/* A text without the mapping, also an empty one, is ERR_INPUT. */
int dart_lock_parse(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;

bool dart_is_lock(str path);
