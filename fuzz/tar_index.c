/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar_index.h"

#include <assert.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(fd_close)
	int fd = memfd_create("tar", MFD_CLOEXEC);
	struct tar_index index;
	struct err err;

	if (fd < 0 || fd_write_all(fd, str_of((const char *)data, size), &err) < 0)
		abort();
	if (tar_index_read(fd, arena, &index, &err) < 0)
		return 0;
	MAP_EACH (&index.by_path, entry) {
		const struct tar_place *place;
		str text;

		if (tar_index_file(&index, entry->key, arena, &place, &err) < 0)
			continue;
		assert(place->offset <= size && place->size <= size - place->offset);
		if (tar_index_load(&index, entry->key, 4096, arena, &text, &err) == 0)
			assert(text.n == place->size);
	}
	return 0;
}
