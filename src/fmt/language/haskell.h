/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Haskell: what cabal freezes (cabal.project.freeze, cabal.config) and what Stack locks. Locked. */
#include "fmt/file_view.h"
#include "fmt/package.h"

/* Constraints "any.NAME ==VERSION"; flags and other constraints fix no version. */
int haskell_freeze_parse(const struct file_view *file, struct package_sink *sink,
			 struct err *err) MUST_USE;
/*
 * stack.yaml.lock: packages that are completed to "hackage: NAME-VERSION@sha256:..." or, from an
 * archive or git, to a name and version. Snapshots stand for packages that are not listed.
 */
int haskell_stack_parse(const struct file_view *file, struct package_sink *sink,
			struct err *err) MUST_USE;

bool haskell_is_freeze(str path);
bool haskell_is_stack(str path);
