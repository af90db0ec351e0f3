/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/arena.h"

bool folder_make(const char *path)
{
	AUTO(free)
	char *copy = strdup(path);

	if (!copy || !*copy)
		return false;
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
