/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What holds for every input: a fuzz target that finds it broken ends there. */
#include <stdlib.h>

#define must(condition) ((condition) ? (void)0 : abort())
