/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/spool.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/temp_file.h"
#include "base/time.h"
#include "fmt/binary/zstd_stream.h"

#define CHUNK	  65536u
#define SNIFF	  6u
#define ZLIB_GZIP 31 /* window bits that make zlib read gzip alone */

enum coding { CODING_UNKNOWN, CODING_PLAIN, CODING_GZIP, CODING_ZSTD };

struct spool {
	int fd;
	uint64_t max, in, out;
	enum coding coding;
	char head[SNIFF];
	size_t head_n;
	bool member_open; /* inside a gzip member or a zstd frame */
	z_stream gzip;
	bool gzip_ready;
	struct zstd_stream *zstd;
	char chunk[CHUNK];
};

int spool_new(const char *tmp_dir, uint64_t max, struct spool **out, struct err *err)
{
	int fd = temp_file_open(tmp_dir, err);
	struct spool *spool;

	if (fd < 0)
		return -1;
	spool = mem_zalloc(sizeof(*spool));
	spool->fd = fd;
	spool->max = max ? max : SPOOL_MAX_DEFAULT;
	*out = spool;
	return 0;
}

void spool_free(struct spool *spool)
{
	if (!spool)
		return;
	if (spool->fd >= 0)
		(void)close(spool->fd);
	if (spool->gzip_ready)
		(void)inflateEnd(&spool->gzip);
	zstd_stream_free(spool->zstd);
	free(spool);
}

static bool all_zero(str s) { return s.n > 0 && s.p[0] == 0 && memcmp(s.p, s.p + 1, s.n - 1) == 0; }

static int write_out(struct spool *spool, str bytes, struct err *err)
{
	if (bytes.n > spool->max - spool->out)
		return err_set(err, ERR_LIMIT, "the archive has more than %llu bytes",
			       (unsigned long long)spool->max);
	while (bytes.n) {
		str part = str_take(bytes, CHUNK);

		/* What is never written reads as zeros. */
		for (size_t done = 0; !all_zero(part) && done < part.n;) {
			ssize_t n = pwrite(spool->fd, part.p + done, part.n - done,
					   (off_t)(spool->out + done));

			if (n < 0 && errno != EINTR)
				return err_sys(err, errno, "write temporary file");
			done += n > 0 ? (size_t)n : 0;
		}
		spool->out += part.n;
		bytes = str_skip(bytes, part.n);
	}
	if (spool->out > SPOOL_RATIO_FROM && spool->out / SPOOL_RATIO > spool->in)
		return err_set(err, ERR_LIMIT, "the archive expands to more than %u times its size",
			       SPOOL_RATIO);
	return 0;
}

static int push_gzip(struct spool *spool, str bytes, struct err *err)
{
	z_stream *z = &spool->gzip;

	z->next_in = (Bytef *)(uintptr_t)bytes.p;
	z->avail_in = (uInt)bytes.n;
	while (z->avail_in) {
		int rc;

		if (!spool->member_open && inflateReset(z) != Z_OK)
			return err_set(err, ERR_SYS, "zlib");
		spool->member_open = true;
		do {
			z->next_out = (Bytef *)spool->chunk;
			z->avail_out = CHUNK;
			rc = inflate(z, Z_NO_FLUSH);
			if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
				return err_set(err, ERR_INPUT,
					       "gzip data of the archive is corrupt");
			if (write_out(spool, str_of(spool->chunk, CHUNK - z->avail_out), err) < 0)
				return -1;
		} while (rc == Z_OK && z->avail_out == 0);
		if (rc == Z_STREAM_END)
			spool->member_open = false;
	}
	return 0;
}

static int push_zstd(struct spool *spool, str bytes, struct err *err)
{
	size_t got;

	do {
		if (zstd_stream_step(spool->zstd, &bytes, spool->chunk, CHUNK, &got, err) < 0)
			return err_wrap(err, "the archive");
		if (write_out(spool, str_of(spool->chunk, got), err) < 0)
			return -1;
	} while (bytes.n > 0 || got == CHUNK);
	spool->member_open = zstd_stream_open(spool->zstd);
	return 0;
}

static int push_known(struct spool *spool, str bytes, struct err *err)
{
	if (spool->coding == CODING_GZIP)
		return push_gzip(spool, bytes, err);
	if (spool->coding == CODING_ZSTD)
		return push_zstd(spool, bytes, err);
	return write_out(spool, bytes, err);
}

static const char *unread_coding(str head)
{
	if (str_starts(head, STR("BZh")))
		return "bzip2";
	if (str_starts(head, STR("\xfd"
				 "7zXZ")))
		return "xz";
	return NULL;
}

static enum coding coding_of(str head)
{
	if (str_starts(head, STR("\x1f\x8b")))
		return CODING_GZIP;
	if (str_starts(head, STR("\x28\xb5\x2f\xfd")))
		return CODING_ZSTD;
	return CODING_PLAIN;
}

static int begin(struct spool *spool, struct err *err)
{
	str head = str_of(spool->head, spool->head_n);

	if (unread_coding(head))
		return err_set(err, ERR_UNSUPPORTED,
			       "the archive is compressed with %s: expand it first",
			       unread_coding(head));
	spool->coding = coding_of(head);
	if (spool->coding == CODING_GZIP) {
		if (inflateInit2(&spool->gzip, ZLIB_GZIP) != Z_OK)
			return err_set(err, ERR_SYS, "zlib");
		spool->gzip_ready = true;
	}
	if (spool->coding == CODING_ZSTD)
		spool->zstd = zstd_stream_new();
	return push_known(spool, head, err);
}

int spool_push(struct spool *spool, str bytes, struct err *err)
{
	spool->in += bytes.n;
	if (spool->coding == CODING_UNKNOWN) {
		size_t n = size_min(SNIFF - spool->head_n, bytes.n);

		memcpy(spool->head + spool->head_n, bytes.p, n);
		spool->head_n += n;
		bytes = str_skip(bytes, n);
		if (spool->head_n < SNIFF)
			return 0;
		if (begin(spool, err) < 0)
			return -1;
	}
	return bytes.n ? push_known(spool, bytes, err) : 0;
}

int spool_finish(struct spool *spool, struct err *err)
{
	if (spool->coding == CODING_UNKNOWN && begin(spool, err) < 0)
		return -1;
	if (spool->member_open)
		return err_set(err, ERR_INPUT, "the compressed archive is cut off");
	if (ftruncate(spool->fd, (off_t)spool->out) < 0)
		return err_sys(err, errno, "temporary file");
	return fd_take(&spool->fd);
}

/* Until there is something to read. */
static int await(int fd, int64_t deadline_ms, struct err *err)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		int64_t left = deadline_ms - time_mono_ms();
		int n;

		if (deadline_ms && left <= 0)
			return err_set(err, ERR_LIMIT,
				       "the archive did not come in the time allowed");
		n = poll(&p, 1, !deadline_ms || left > INT_MAX ? -1 : (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "poll");
	}
}

int spool_fd(int in, const char *tmp_dir, uint64_t max, int64_t deadline_ms, struct err *err)
{
	AUTO(spool_free)
	struct spool *spool = NULL;
	char bytes[CHUNK];

	if (spool_new(tmp_dir, max, &spool, err) < 0)
		return -1;
	for (;;) {
		ssize_t n;

		if (await(in, deadline_ms, err) < 0)
			return -1;
		n = read(in, bytes, sizeof(bytes));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return err_sys(err, errno, "read archive");
		if (n == 0)
			return spool_finish(spool, err);
		if (spool_push(spool, str_of(bytes, (size_t)n), err) < 0)
			return -1;
	}
}

bool spool_is_compressed(int fd)
{
	char head[SNIFF];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	str s = str_of(head, n > 0 ? (size_t)n : 0);

	return coding_of(s) != CODING_PLAIN || unread_coding(s);
}
