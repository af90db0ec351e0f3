/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/stream.h"

#include <pthread.h>
#include <sys/mman.h>
#include <zlib.h>
#include <zstd.h>

#include "base/err.h"
#include "oci/digest.h"
#include "test.h"

#define PLAIN_BYTES 700000u /* more than all buffers at once */

static str plain(struct arena *arena)
{
	char *p = arena_bytes(arena, PLAIN_BYTES);
	uint32_t x = 1;

	for (size_t i = 0; i < PLAIN_BYTES; i++) {
		x = x * 1664525u + 1013904223u;
		p[i] = (char)('a' + (x >> 24) % 20);
	}
	return str_of(p, PLAIN_BYTES);
}

static str gzip_of(str s, struct arena *arena)
{
	size_t room = s.n + 1000;
	char *out = arena_bytes(arena, room);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)s.p,
		       .avail_in = (uInt)s.n,
		       .next_out = (Bytef *)out,
		       .avail_out = (uInt)room };

	CHECK(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	size_t n = z.total_out;
	CHECK(deflateEnd(&z) == Z_OK);
	return str_of(out, n);
}

static str zstd_of(str s, struct arena *arena)
{
	size_t room = ZSTD_compressBound(s.n);
	char *out = arena_bytes(arena, room);
	size_t n = ZSTD_compress(out, room, s.p, s.n, 3);

	CHECK(!ZSTD_isError(n));
	return str_of(out, n);
}

/* All expanded bytes; -1 when the stream or its digest is wrong. */
static int expand(const struct stream_opts *opts, struct buf *out, struct err *err)
{
	struct stream *stream;
	str piece;
	int got;

	buf_init(out, 64u << 20);
	if (stream_open(opts, &stream, err) < 0)
		return -1;
	struct tar_source source = stream_source(stream);
	while ((got = source.next(source.context, &piece, err)) > 0)
		buf_add(out, piece);
	if (got == 0)
		got = stream_finish(stream, err);
	if (got == 0)
		CHECK_INT(stream_bytes(stream), out->n);
	stream_close(stream);
	return got;
}

static int expand_bytes(str stored, str digest, str diff_id, struct buf *out, struct err *err)
{
	AUTO(fd_close)
	int fd = memfd_create("x", MFD_CLOEXEC);
	const struct stream_opts opts = { .fd = fd,
					  .seekable = true,
					  .offset = 7,
					  .size = stored.n,
					  .digest = digest,
					  .diff_id = diff_id };

	CHECK(fd_write_all(fd, STR("before!"), err) == 0);
	CHECK(fd_write_all(fd, stored, err) == 0);
	CHECK(fd_write_all(fd, STR("and after"), err) == 0);
	return expand(&opts, out, err);
}

static void check_expands(str stored, str want, struct arena *arena)
{
	struct err err;
	struct buf out;

	CHECK_OK(expand_bytes(stored, digest_sha256(stored, arena), STR_EMPTY, &out, &err));
	CHECK(str_eq(buf_str(&out), want));
	buf_done(&out);
	/* Where only the digest of the expanded bytes is known. */
	CHECK_OK(expand_bytes(stored, STR_EMPTY, digest_sha256(want, arena), &out, &err));
	CHECK(str_eq(buf_str(&out), want));
	buf_done(&out);
	CHECK_FAIL(expand_bytes(stored, digest_sha256(STR("other"), arena), STR_EMPTY, &out, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	buf_done(&out);
	CHECK_FAIL(expand_bytes(stored, STR_EMPTY, digest_sha256(STR("other"), arena), &out, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	buf_done(&out);
}

static void check_fails(str stored, struct arena *arena, const char *text)
{
	struct err err = { .kind = ERR_NONE };
	struct buf out;

	CHECK_FAIL(expand_bytes(stored, digest_sha256(stored, arena), STR_EMPTY, &out, &err));
	buf_done(&out);
	CHECK_INT(err.kind, ERR_INPUT);
	if (!strstr(err.msg, text))
		CHECK_STR(err.msg, text);
}

TEST(plain_gzip_and_zstd_are_told_by_content)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str s = plain(arena);

	check_expands(s, s, arena);
	check_expands(STR(""), STR(""), arena);
	check_expands(STR("x"), STR("x"), arena);
	check_expands(gzip_of(s, arena), s, arena);
	check_expands(gzip_of(STR(""), arena), STR(""), arena);
	check_expands(zstd_of(s, arena), s, arena);
	check_expands(zstd_of(STR(""), arena), STR(""), arena);
}

TEST(gzip_of_many_members)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str s = plain(arena), rest = s, stored = STR("");

	/* Of odd sizes, so that members begin at every place of a buffer. */
	for (size_t n = 1; rest.n > 0; n = n * 3 + 1) {
		stored = str_cat(arena, stored, gzip_of(str_take(rest, n), arena));
		rest = str_skip(rest, n);
	}
	stored = str_cat(arena, stored, gzip_of(STR(""), arena));
	check_expands(stored, s, arena);
}

TEST(zstd_of_many_frames)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str s = plain(arena);
	const str skippable = STR("\x50\x2a\x4d\x18\x03\0\0\0abc");
	str stored = str_cat(arena, skippable, zstd_of(str_take(s, 5), arena));

	stored = str_cat(arena, stored, zstd_of(str_skip(s, 5), arena));
	stored = str_cat(arena, stored, skippable);
	check_expands(stored, s, arena);
}

TEST(what_is_cut_off_corrupt_or_too_long)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str s = plain(arena), gz = gzip_of(s, arena), zst = zstd_of(s, arena);
	static const size_t cuts[] = { 1, 4, 8, 9, 1000, 140000 };

	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		check_fails(str_drop_end(gz, cuts[i]), arena, "cut off");
		check_fails(str_drop_end(zst, cuts[i]), arena, "cut off");
	}
	check_fails(str_cat(arena, gz, STR("garbage")), arena, "do not belong");
	check_fails(str_cat(arena, gz, STR("\0\0\0\0")), arena, "do not belong");
	check_fails(str_cat(arena, gz, STR("\x1f")), arena, "cut off");
	check_fails(str_cat(arena, zst, STR("garbage")), arena, "corrupt");
	char *p = str_cstr(arena, gz);
	p[gz.n - 8] ^= 1;
	check_fails(str_of(p, gz.n), arena, "checksum");
	p = str_cstr(arena, gz);
	p[gz.n / 2] ^= 0x55;
	check_fails(str_of(p, gz.n), arena, "corrupt");
}

TEST(a_blob_that_is_shorter_than_said)
{
	AUTO(fd_close)
	int fd = memfd_create("x", MFD_CLOEXEC);
	const struct stream_opts opts = { .fd = fd, .seekable = true, .size = 10 };
	struct err err;
	struct buf out;

	CHECK_OK(fd_write_all(fd, STR("short"), &err));
	CHECK_FAIL(expand(&opts, &out, &err));
	buf_done(&out);
	CHECK_STR(err.msg, "cut off at byte 5 of 10");
}

struct feeder {
	int fd;
	str bytes;
};

static void *feed(void *context)
{
	struct feeder *f = context;
	struct err err;

	while (f->bytes.n > 0) {
		IGNORE(fd_write_all(f->fd, str_take(f->bytes, 777), &err)); /* seen by the reader */
		f->bytes = str_skip(f->bytes, 777);
	}
	(void)close(f->fd);
	return NULL;
}

TEST(a_pipe_is_read_as_a_file_is)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str s = plain(arena), gz = gzip_of(s, arena);
	pthread_t thread;
	struct err err;
	struct buf out;
	int ends[2];

	CHECK(pipe(ends) == 0);
	struct feeder feeder = { .fd = ends[1], .bytes = gz };
	const struct stream_opts opts = { .fd = ends[0],
					  .size = gz.n,
					  .digest = digest_sha256(gz, arena) };
	CHECK(pthread_create(&thread, NULL, feed, &feeder) == 0);
	CHECK_OK(expand(&opts, &out, &err));
	CHECK(pthread_join(thread, NULL) == 0);
	(void)close(ends[0]);
	CHECK(str_eq(buf_str(&out), s));
	buf_done(&out);
}

TEST(the_expanded_size_is_bounded)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str s = plain(arena), gz = gzip_of(s, arena);
	AUTO(fd_close)
	int fd = memfd_create("x", MFD_CLOEXEC);
	struct stream_opts opts = { .fd = fd, .seekable = true, .size = gz.n };
	struct err err;
	struct buf out;

	CHECK_OK(fd_write_all(fd, gz, &err));
	opts.max_bytes = PLAIN_BYTES;
	CHECK_OK(expand(&opts, &out, &err));
	buf_done(&out);
	opts.max_bytes = PLAIN_BYTES - 1;
	CHECK_FAIL(expand(&opts, &out, &err));
	buf_done(&out);
	CHECK_INT(err.kind, ERR_LIMIT);
}
