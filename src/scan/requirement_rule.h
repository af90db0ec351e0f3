/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * requirement_rule: files of requirements that name each other (pip's -r and -c). Readers leave
 * marks (fmt/language/pypi.h); here they are followed, from each file that is one by its own name,
 * in the finished image or folder, in circles too.
 *
 * What -r reaches counts, told with the file and line where it stands. Of what only -c reaches
 * those pins count that a file asks for without a version; the others are told as left out on
 * purpose. What is asked for without a version that anything pins, and a file that is named and
 * cannot be read, are gaps. Files that nobody names do not count.
 */
#include "scan/assemble.h"

#define REQUIREMENT_VISITS_MAX 1000000u /* of files, over all beginnings */

/* Removes all marks; the order of the rest stays. `system`: as for lock_rule_apply. */
void requirement_rule_apply(struct assemble *assemble, bool system);
