/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* rego_diff: two texts as a unified diff, three lines of context around each change. */
#include "base/buf.h"

/*
 * Nothing when they are equal. Texts that differ in more than REGO_DIFF_MAX lines are shown as one
 * change, which is true though not the shortest.
 */
#define REGO_DIFF_MAX 2000u
void rego_diff(str before_name, str before, str after_name, str after, struct buf *out);
