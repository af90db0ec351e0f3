/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/str.h"

bool folder_make(const char *path)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	char *copy = str_cstr(scratch, str_c(path));

	if (!*copy) {
		errno = ENOENT;
		return false;
	}
	for (char *p = copy + 1;; p++) {
		if (*p != '/' && *p != 0)
			continue;
		char saved = *p;

		*p = 0;
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			return false;
		*p = saved;
		if (saved == 0)
			return true;
	}
}
