/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* temp_file: a file without a name, gone with its descriptor. */
#include "base/scope.h"

struct err;

/* `dir` NULL: $TMPDIR, else /var/tmp. Returns the descriptor. */
int temp_file_open(const char *dir, struct err *err) MUST_USE;
