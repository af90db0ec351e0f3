/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/spool.h"

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "test.h"

#define PLAIN_BYTES 300000u

static str plain_of(struct arena *arena)
{
	char *p = arena_bytes(arena, PLAIN_BYTES);

	memset(p, 0, PLAIN_BYTES); /* a run of zeros in the middle */
	for (size_t i = 0; i < PLAIN_BYTES; i++) {
		if (i < 50000 || i > 250000)
			p[i] = (char)(i * 31 % 253);
	}
	return str_of(p, PLAIN_BYTES);
}

static str gzip_of(str plain, struct arena *arena)
{
	uLong room = compressBound(plain.n) + 64;
	char *p = arena_bytes(arena, room);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)plain.p,
		       .avail_in = (uInt)plain.n,
		       .next_out = (Bytef *)p,
		       .avail_out = (uInt)room };

	CHECK_INT(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	CHECK_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
	CHECK_INT(deflateEnd(&z), Z_OK);
	return str_of(p, z.total_out);
}

static str zstd_of(str plain, struct arena *arena)
{
	size_t room = ZSTD_compressBound(plain.n);
	char *p = arena_bytes(arena, room);
	size_t n = ZSTD_compress(p, room, plain.p, plain.n, 3);

	CHECK(!ZSTD_isError(n));
	return str_of(p, n);
}

/* Pushes in pieces of `step` bytes; returns the descriptor or -1. */
static int spool_all(str bytes, size_t step, uint64_t max, struct err *err)
{
	AUTO(spool_free)
	struct spool *spool = NULL;

	if (spool_new(NULL, max, &spool, err) < 0)
		return -1;
	for (; bytes.n; bytes = str_skip(bytes, step)) {
		if (spool_push(spool, str_take(bytes, step), err) < 0)
			return -1;
	}
	return spool_finish(spool, err);
}

static void check_spooled(str bytes, size_t step, str want)
{
	AUTO(buf_done)
	struct buf got;
	struct err err = { 0 };
	AUTO(fd_close)
	int fd = spool_all(bytes, step, 0, &err);

	CHECK_OK(fd);
	buf_init(&got, 1u << 20);
	CHECK_INT(lseek(fd, 0, SEEK_SET), 0);
	CHECK_OK(buf_read_fd(&got, fd, &err));
	CHECK_STR_EQ(buf_str(&got), want);
}

TEST(what_goes_in_comes_out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str plain = plain_of(arena), gzip = gzip_of(plain, arena);
	static const size_t steps[] = { 1u << 20, 4099, 7 };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		check_spooled(plain, steps[i], plain);
		check_spooled(gzip, steps[i], plain);
		check_spooled(zstd_of(plain, arena), steps[i], plain);
		check_spooled(str_cat(arena, gzip, gzip), steps[i], str_cat(arena, plain, plain));
	}
	check_spooled(STR("abc"), 1, STR("abc"));
	check_spooled(STR_EMPTY, 1, STR_EMPTY);
}

TEST(cut_off_and_corrupt_streams_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str gzip = gzip_of(plain_of(arena), arena), zstd = zstd_of(plain_of(arena), arena);
	struct err err;

	CHECK_INT(spool_all(str_drop_end(gzip, 5), 4096, 0, &err), -1);
	CHECK_STR(err.msg, "the compressed archive is cut off");
	CHECK_INT(spool_all(str_drop_end(zstd, 5), 4096, 0, &err), -1);
	CHECK_INT(err.kind, ERR_INPUT);
	char *bad = arena_bytes(arena, gzip.n);

	memcpy(bad, gzip.p, gzip.n);
	bad[gzip.n - 6] ^= 1; /* the checksum */
	CHECK_INT(spool_all(str_of(bad, gzip.n), 4096, 0, &err), -1);
	CHECK_STR(err.msg, "gzip data of the archive is corrupt");
	CHECK_INT(spool_all(str_cat(arena, gzip, STR("rest")), 4096, 0, &err), -1);
	CHECK_INT(spool_all(STR("BZh91AY"), 4096, 0, &err), -1);
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
}

TEST(limits_of_a_spool)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;

	CHECK_INT(spool_all(plain_of(arena), 4096, PLAIN_BYTES - 1, &err), -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_INT(spool_all(gzip_of(plain_of(arena), arena), 4096, PLAIN_BYTES - 1, &err), -1);
	CHECK_INT(err.kind, ERR_LIMIT);
}

TEST(a_bomb_of_zeros_is_refused_and_takes_no_room)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(spool_free)
	struct spool *spool = NULL;
	size_t piece = 16u << 20;
	str zeros = str_of(arena_alloc(arena, piece), piece);
	str member = gzip_of(zeros, arena); /* a thousandth of it */
	struct err err = { 0 };
	int rc = 0;

	CHECK_OK(spool_new(NULL, 0, &spool, &err));
	for (unsigned i = 0; i < 200 && rc == 0; i++)
		rc = spool_push(spool, member, &err);
	CHECK_INT(rc, -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_STR(err.msg, "the archive expands to more than 200 times its size");
}
