/* SPDX-License-Identifier: Apache-2.0 */
/* The header is made valid, so that what stands behind it is reached. */
#include "fmt/binary/bolt.h"

#include <sys/mman.h>

#include "base/buf.h"
#include "base/err.h"

#define HEADER 80u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	struct bolt *bolt;
	struct arena *arena;
	struct bolt_bucket in;
	unsigned depth, seen;
};

static int visit(void *context, str key, bool bucket, struct err *err)
{
	struct walk *w = context;
	struct walk inner = { .bolt = w->bolt, .arena = w->arena, .depth = w->depth + 1 };
	str value;

	if (++w->seen > 1000)
		return 1;
	if (!bucket)
		return bolt_value(w->bolt, &w->in, key, w->arena, &value, err) < 0 ? -1 : 0;
	int got = bolt_bucket_get(w->bolt, &w->in, key, w->arena, &inner.in, err);

	if (got <= 0 || inner.depth > 4)
		return got < 0 ? -1 : 0;
	return bolt_each(w->bolt, &inner.in, w->arena, visit, &inner, err) < 0 ? -1 : 0;
}

static void seal(uint8_t *p)
{
	static const uint8_t fixed[] = { 0xed, 0xda, 0x0c, 0xed, 2, 0, 0, 0 };
	uint64_t h = 0xcbf29ce484222325u;

	memcpy(p + 16, fixed, sizeof(fixed));
	for (unsigned i = 16; i < 72; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	for (unsigned i = 0; i < 8; i++)
		p[72 + i] = (uint8_t)(h >> (8 * i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(fd_close)
	int fd = memfd_create("bolt", MFD_CLOEXEC);
	struct bolt bolt;
	struct err err;

	if (size < HEADER)
		return 0;
	uint8_t *copy = mem_alloc(size);

	memcpy(copy, data, size);
	seal(copy);
	if (fd < 0 || fd_write_all(fd, str_of((const char *)copy, size), &err) < 0)
		abort();
	free(copy);
	if (bolt_open(fd, &bolt, &err) < 0)
		return 0;
	struct walk w = { .bolt = &bolt, .arena = arena, .in = bolt.top };

	IGNORE(bolt_each(&bolt, &bolt.top, arena, visit, &w, &err)); /* any answer will do */
	return 0;
}
