/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Conan: conan.lock of Conan 1 ("graph_lock" with numbered nodes; formats 0.0 to 0.4) and of Conan
 * 2 (lists of references, format 0.5). A reference is
 * "name/version[@user/channel][#revision[:package[#revision]]][%time]". Locked.
 *
 * Conan 1: who needs whom is known; what the project does not name itself is indirect, what is only
 * there to build with is for development. The node of the project itself, which nobody needs, is no
 * package. Conan 2: build_requires and python_requires are for development.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

int conan_lock_parse(const struct file_view *file, struct package_sink *sink,
		     struct err *err) MUST_USE;

bool conan_is_lock(str path);
