/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/secret.h"

#include "base/words.h"

static const char *const names[SECRET_PLACES] = {
	[SECRET_FILE] = "file",	      [SECRET_ENVIRONMENT] = "environment",
	[SECRET_LABEL] = "label",     [SECRET_HISTORY] = "history",
	[SECRET_COMMAND] = "command",
};

const char *secret_place_name(enum secret_place place) { return names[place]; }

bool secret_place_from(str name, enum secret_place *out)
{
	ptrdiff_t at = words_find(names, SECRET_PLACES, name);

	if (at < 0)
		return false;
	*out = (enum secret_place)at;
	return true;
}

void secret_counts_add(struct secret_counts *to, const struct secret_counts *from)
{
	to->files += from->files;
	to->bytes += from->bytes;
	to->binary += from->binary;
	to->programs += from->programs;
	to->listed += from->listed;
	to->too_large += from->too_large;
	to->gave_up += from->gave_up;
	to->dropped += from->dropped;
	if (to->missed_first.n == 0)
		to->missed_first = from->missed_first;
}
