/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Included ahead of every file by the build. These calls have no bound, hidden state or no way to
 * tell an error; naming one of them does not compile. The headers that declare them come first.
 * Use instead: str and buf (base/str.h, base/buf.h), str_u64 and its relatives, gmtime_r.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Macros in some C libraries with some compilers. */
#undef sprintf
#undef vsprintf
#undef strncpy

#pragma GCC poison strcpy strcat sprintf vsprintf strtok strncpy strncat
#pragma GCC poison atoi atol atoll atof strtol
#pragma GCC poison gmtime localtime asctime ctime
#pragma GCC poison gets tmpnam mktemp tempnam
