/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte is the size of the pieces. In pieces or at once: the same archive, or none. */
#include "oci/spool.h"

#include <assert.h>
#include <sys/stat.h>

#include "base/err.h"

#define MAX_BYTES (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Size of what came out, or -1. */
static int64_t spooled(str bytes, size_t step)
{
	AUTO(spool_free)
	struct spool *spool = NULL;
	struct stat st;
	struct err err;

	if (spool_new("/tmp", MAX_BYTES, &spool, &err) < 0)
		abort();
	for (; bytes.n; bytes = str_skip(bytes, step)) {
		if (spool_push(spool, str_take(bytes, step), &err) < 0)
			return -1;
	}
	AUTO(fd_close)
	int fd = spool_finish(spool, &err);

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	assert(st.st_size <= MAX_BYTES);
	return st.st_size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	str bytes = str_of((const char *)data + 1, size - 1);
	int64_t whole = spooled(bytes, SIZE_MAX);

	assert(spooled(bytes, (size_t)data[0] + 1) == whole);
	return 0;
}
