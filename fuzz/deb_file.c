/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a package with a changelog, one without, or refused, within the limits. */
#include "advisory/feed/deb_file.h"

#include <sys/mman.h>

#include "advisory/feed/changelog.h"
#include "base/buf.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(fd_close)
	int fd = memfd_create("deb", MFD_CLOEXEC);
	struct err err;
	str text;

	if (fd < 0 || fd_write_all(fd, str_of((const char *)data, size), &err) < 0 ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	if (deb_changelog(fd, STR("foo"), arena, &text, &err) == 1 && text.n > CHANGELOG_MAX_BYTES)
		abort();
	return 0;
}
