/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * output: where results go. A file is written aside and renamed, so that nobody ever reads half of
 * it and a failed run leaves the old one; what is no regular file (a device, a pipe) is written to
 * directly. An error of the writing is an error of the command: a full disk is not silence.
 */
#include "base/str.h"

struct err;

/* `path` empty or "-": standard output. */
int output_write(str path, str bytes, struct err *err) MUST_USE;
/* Makes sure that descriptors 0 to 2 exist, so that no file takes their place. Writing to one that
 * was closed fails then. */
void output_guard(void);
