/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* folder: folders of our own. */
#include <stdbool.h>

/* Makes `path` and what is missing above it, for its owner only (0700). False: errno says why. */
bool folder_make(const char *path);
