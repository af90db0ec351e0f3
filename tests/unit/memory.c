/* SPDX-License-Identifier: Apache-2.0 */
/* arena, buf and map. */
#include <fcntl.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/num.h"
#include "base/rd.h"
#include "test.h"

TEST(arena_pieces_are_zeroed_aligned_and_apart)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char *last = NULL;

	for (size_t i = 1; i < 5000; i += 7) {
		char *p = arena_alloc(arena, i);

		CHECK_INT((uintptr_t)p % 16, 0);
		for (size_t k = 0; k < i; k++)
			CHECK_INT(p[k], 0);
		memset(p, 1, i);
		CHECK(p != last);
		last = p;
	}
	CHECK(arena_used(arena) > 1000000);
	arena_reset(arena);
	CHECK(arena_used(arena) <= 1 << 20);
}

TEST(arena_takes_large_pieces_between_small_ones)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char *small = arena_bytes(arena, 3), *large, *next;

	memcpy(small, "abc", 3);
	large = arena_bytes(arena, 3 << 20);
	memset(large, 'x', 3 << 20);
	next = arena_bytes(arena, 3);
	CHECK(next == small + 3);
	CHECK_INT(memcmp(small, "abc", 3), 0);
}

TEST(growing_arrays_keep_their_elements)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t *items = NULL, n = 0, cap = 0;

	for (size_t i = 0; i < 1000; i++) {
		items = arena_grow(arena, items, n, &cap, sizeof(*items));
		items[n++] = i;
	}
	for (size_t i = 0; i < n; i++)
		CHECK_INT(items[i], i);
}

TEST(buf_stops_at_its_maximum)
{
	AUTO(buf_done)
	struct buf b;

	buf_init(&b, 5);
	BUF_LIT(&b, "abc");
	CHECK(!b.overflow);
	buf_fmt(&b, "%s", "def");
	CHECK(b.overflow);
	CHECK_STR(b.p, "abc");
	BUF_LIT(&b, "d");
	CHECK_STR(b.p, "abc");
	buf_reset(&b);
	BUF_LIT(&b, "12345");
	CHECK(!b.overflow);
	CHECK_STR(b.p, "12345");
}

TEST(buf_formats_what_is_longer_than_its_scratch)
{
	AUTO(buf_done)
	struct buf b;

	buf_init(&b, 10000);
	buf_fmt(&b, "%01000d|", 7);
	CHECK_INT(b.n, 1001);
	CHECK_INT(b.p[999], '7');
	CHECK_INT(b.p[1001], 0);
}

TEST(reading_a_descriptor_knows_its_limit)
{
	AUTO(buf_done)
	struct buf b;
	AUTO(fd_close)
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct err err;

	buf_init(&b, 100000);
	CHECK_FAIL(buf_read_fd(&b, fd, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_STR(err.msg, "larger than 100000 bytes");
	buf_reset(&b);
	CHECK_FAIL(buf_read_file(&b, "/nowhere/at/all", &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK_OK(buf_read_file(&b, "/dev/null", &err));
	CHECK_INT(b.n, 0);
}

TEST(a_full_device_is_told)
{
	AUTO(fd_close)
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct err err;

	CHECK_FAIL(fd_write_all(fd, STR("x"), &err));
	CHECK_INT(err.kind, ERR_SYS);
}

TEST(map_finds_what_was_put_in_order)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct map map;
	size_t i = 0;

	map_init(&map, arena);
	CHECK(map_get(&map, STR("x")) == NULL);
	MAP_EACH (&map, e)
		CHECK(e == NULL);
	for (uintptr_t k = 0; k < 10000; k++)
		CHECK(map_put(&map, str_fmt(arena, "key %zu", (size_t)k), (void *)(k + 1)));
	CHECK(!map_put(&map, STR("key 77"), (void *)1234));
	CHECK_INT((uintptr_t)map_get(&map, STR("key 77")), 1234);
	CHECK_INT((uintptr_t)map_get(&map, STR("key 9999")), 10000);
	CHECK(!map_has(&map, STR("key 10000")));
	*map_slot(&map, STR("new")) = (void *)5;
	CHECK_INT((uintptr_t)map_get(&map, STR("new")), 5);
	MAP_EACH (&map, e) {
		if (i < 10000)
			CHECK_STR_EQ(e->key, str_fmt(arena, "key %zu", i));
		i++;
	}
	CHECK_INT(i, 10001);
}

TEST(siphash_gives_the_values_of_its_paper)
{
	char input[15];

	for (size_t i = 0; i < sizeof(input); i++)
		input[i] = (char)i;
	CHECK(siphash(str_of(input, 15), 0x0706050403020100u, 0x0f0e0d0c0b0a0908u) ==
	      0xa129ca6149be45e5u);
}

TEST(rd_remembers_that_it_ran_out)
{
	struct rd r = rd_from(STR("\x01\x02\x03\x04\x05"));

	CHECK_INT(rd_u16be(&r), 0x0102);
	CHECK_INT(rd_u16le(&r), 0x0403);
	CHECK_INT(rd_left(&r), 1);
	CHECK_INT(rd_u16le(&r), 0);
	CHECK(r.bad);
	CHECK_INT(rd_u8(&r), 0);
	CHECK(rd_bytes(&r, 1).p == NULL);
}

TEST(size_arithmetic_tells_overflow)
{
	size_t out = 7;

	CHECK(!size_add(SIZE_MAX, 1, &out));
	CHECK(!size_mul(SIZE_MAX / 2, 3, &out));
	CHECK_INT(out, 7);
	CHECK(size_add(1, 2, &out));
	CHECK_INT(out, 3);
}
