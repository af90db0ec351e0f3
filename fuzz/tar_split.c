/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar_split.h"

#include <sys/mman.h>

#include "base/err.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(fd_close)
	int fd = memfd_create("split", MFD_CLOEXEC);
	struct tar_split split;
	struct tar_split_entry entry;
	uint64_t sum = 0;
	struct err err;

	if (fd < 0 || fd_write_all(fd, str_of((const char *)data, size), &err) < 0)
		abort();
	tar_split_init(&split, fd);
	while (tar_split_next(&split, &entry, &err) > 0) {
		must(entry.name.n == 0 || entry.bytes.n == 0);
		must(entry.name.n > 0 || entry.bytes.n == entry.size);
		must(entry.name.n == 0 || !memchr(entry.name.p, 0, entry.name.n));
		must(entry.bytes.n <= size && entry.name.n <= size);
		must(entry.size <= (uint64_t)INT64_MAX - sum);
		sum += entry.size;
		must(tar_split_bytes(&split) == sum);
	}
	tar_split_done(&split);
	return 0;
}
