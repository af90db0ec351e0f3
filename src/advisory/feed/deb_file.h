/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * deb_file: the Debian changelog inside a binary package (deb(5)): an ar archive with a packed tar
 * in it. Nothing is unpacked to disk. Limits: 4 GiB of tar, 200 000 entries, a changelog of
 * CHANGELOG_MAX_BYTES (a longer one is cut: the newest entries stand first).
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

/*
 * Looks for usr/share/doc/NAME/changelog.Debian.gz or changelog.gz (of native packages) whose
 * first entry is of `source`. 1: found, text in `arena`; 0: the package has none (many link to
 * another package's); -1: broken or beyond a limit. The descriptor's position is moved.
 */
int deb_changelog(int fd, str source, struct arena *arena, str *out, struct err *err) MUST_USE;
