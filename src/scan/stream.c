/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/stream.h"

#include <errno.h>
#include <isa-l/igzip_lib.h>

#include "base/cost.h"
#include "base/err.h"
#include "fmt/binary/zstd_stream.h"
#include "scan/hash_thread.h"

#define IN_BYTES    (128u << 10)
#define OUT_BYTES   (256u << 10)
#define RING	    4u /* buffers on loan to the hash at most, plus the one in use */
#define SNIFF_BYTES 4u

enum coding { CODING_UNKNOWN, CODING_PLAIN, CODING_GZIP, CODING_ZSTD };

/* Buffers that take turns, each free once the hash is through with it. */
struct ring {
	char *buffer[RING];
	uint64_t ticket[RING];
	unsigned at;
	size_t bytes;
};

struct stream {
	struct stream_opts opts;
	struct hash_thread hash;
	bool hash_in, hash_out; /* which bytes are hashed: stored or expanded ones, or none */
	str expected;		/* digest */
	struct ring in_ring, out_ring;
	str in;		  /* stored bytes not decoded yet */
	uint64_t in_read; /* stored bytes so far */
	uint64_t out;	  /* expanded bytes so far */
	enum coding coding;
	bool member_open; /* in the middle of a gzip member or zstd frame */
	bool ended;
	struct inflate_state *gzip;
	struct zstd_stream *zstd;
};

/* A buffer to write to. Without a hash nobody else looks: one is enough, and stays in the cache. */
static char *ring_next(struct ring *ring, struct hash_thread *hash, bool hashed)
{
	if (hashed)
		ring->at = (ring->at + 1) % RING;
	if (!ring->buffer[ring->at])
		ring->buffer[ring->at] = mem_alloc(ring->bytes);
	else if (hashed)
		hash_thread_wait(hash, ring->ticket[ring->at]);
	return ring->buffer[ring->at];
}

static void ring_lend(struct ring *ring, struct hash_thread *hash, str bytes)
{
	ring->ticket[ring->at] = hash_thread_add(hash, bytes);
}

int stream_open(const struct stream_opts *opts, struct stream **out, struct err *err)
{
	struct stream *stream = mem_zalloc(sizeof(*stream));

	stream->opts = *opts;
	stream->in_ring.bytes = IN_BYTES;
	stream->out_ring.bytes = OUT_BYTES;
	stream->hash_in = opts->digest.n > 0;
	stream->hash_out = !stream->hash_in && opts->diff_id.n > 0;
	stream->expected = stream->hash_in ? opts->digest : opts->diff_id;
	if ((stream->hash_in || stream->hash_out) &&
	    hash_thread_init(&stream->hash, stream->expected, err) < 0) {
		free(stream);
		return -1;
	}
	*out = stream;
	return 0;
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	hash_thread_done(&stream->hash);
	for (unsigned i = 0; i < RING; i++) {
		free(stream->in_ring.buffer[i]);
		free(stream->out_ring.buffer[i]);
	}
	free(stream->gzip);
	zstd_stream_free(stream->zstd);
	free(stream);
}

uint64_t stream_bytes(const struct stream *stream) { return stream->out; }

/* Reads until the buffer is full or the blob ends. */
static int read_some(struct stream *stream, char *to, size_t max, size_t *n, struct err *err)
{
	const struct stream_opts *o = &stream->opts;

	*n = 0;
	while (*n < max) {
		uint64_t at = o->offset + stream->in_read + *n;
		ssize_t got = o->seekable ? pread(o->fd, to + *n, max - *n, (off_t)at)
					  : read(o->fd, to + *n, max - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "read");
		if (got == 0)
			return err_set(err, ERR_INPUT, "cut off at byte %llu of %llu",
				       (unsigned long long)(stream->in_read + *n),
				       (unsigned long long)o->size);
		*n += (size_t)got;
	}
	return 0;
}

/* 1: stream->in has bytes, 0: the blob is at its end, -1. */
static int fill(struct stream *stream, struct err *err)
{
	uint64_t left = stream->opts.size - stream->in_read;
	size_t n;

	if (stream->in.n > 0)
		return 1;
	if (left == 0)
		return 0;
	char *to = ring_next(&stream->in_ring, &stream->hash, stream->hash_in);
	if (read_some(stream, to, left < IN_BYTES ? (size_t)left : IN_BYTES, &n, err) < 0)
		return -1;
	stream->in = str_of(to, n);
	stream->in_read += n;
	if (stream->hash_in)
		ring_lend(&stream->in_ring, &stream->hash, stream->in);
	return 1;
}

static bool is_zstd(str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n < SNIFF_BYTES)
		return false;
	/* A frame, or a skippable one. */
	return (p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd) ||
	       ((p[0] & 0xf0) == 0x50 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18);
}

static void sniff(struct stream *stream)
{
	stream->coding = CODING_PLAIN;
	if (str_starts(stream->in, STR("\x1f\x8b"))) {
		stream->coding = CODING_GZIP;
		stream->gzip = mem_alloc(sizeof(*stream->gzip));
		isal_inflate_init(stream->gzip);
	} else if (is_zstd(stream->in)) {
		stream->coding = CODING_ZSTD;
		stream->zstd = zstd_stream_new();
	} else if (stream->hash_out) {
		/* Expanded bytes are the stored ones: hashed where they are read. */
		stream->hash_out = false;
		stream->hash_in = true;
		ring_lend(&stream->in_ring, &stream->hash, stream->in);
	}
}

static int plain(struct stream *stream, str *piece, struct err *err)
{
	int got = fill(stream, err);

	if (got <= 0)
		return got;
	*piece = stream->in;
	stream->in = STR_EMPTY;
	return 1;
}

static int truncated(struct stream *stream, struct err *err, const char *what)
{
	return err_set(err, ERR_INPUT, "%s data is cut off after %llu bytes", what,
		       (unsigned long long)stream->in_read);
}

/* Begins the next gzip member. 1, 0 at the end, -1. */
static int gzip_member(struct stream *stream, struct err *err)
{
	int got = fill(stream, err);

	if (got <= 0)
		return got;
	/* The second byte may lie in the next buffer: the header parser checks it. */
	if (stream->in.p[0] != '\x1f')
		return err_set(err, ERR_INPUT, "bytes that do not belong there behind gzip data");
	isal_inflate_reset(stream->gzip);
	stream->gzip->crc_flag = ISAL_GZIP;
	stream->member_open = true;
	return 1;
}

static int gzip(struct stream *stream, str *piece, struct err *err)
{
	struct inflate_state *g = stream->gzip;
	char *to = ring_next(&stream->out_ring, &stream->hash, stream->hash_out);
	size_t have = 0;

	while (have < OUT_BYTES) {
		int got = stream->member_open ? fill(stream, err) : gzip_member(stream, err);

		if (got < 0)
			return -1;
		if (got == 0 && stream->member_open)
			return truncated(stream, err, "gzip");
		if (got == 0)
			break;
		g->next_in = (uint8_t *)(uintptr_t)stream->in.p;
		g->avail_in = (uint32_t)stream->in.n;
		g->next_out = (uint8_t *)to + have;
		g->avail_out = (uint32_t)(OUT_BYTES - have);
		got = isal_inflate(g);
		if (got < 0)
			return err_set(err, ERR_INPUT, "gzip data is corrupt (%s) near byte %llu",
				       got == ISAL_INCORRECT_CHECKSUM ? "checksum" : "code",
				       (unsigned long long)stream->in_read);
		have = OUT_BYTES - g->avail_out;
		stream->in = str_of((const char *)g->next_in, g->avail_in);
		stream->member_open = g->block_state != ISAL_BLOCK_FINISH;
	}
	*piece = str_of(to, have);
	return have > 0;
}

static int zstd(struct stream *stream, str *piece, struct err *err)
{
	char *to = ring_next(&stream->out_ring, &stream->hash, stream->hash_out);
	size_t have = 0;

	while (have < OUT_BYTES) {
		int got = fill(stream, err);
		size_t n;

		if (got < 0)
			return -1;
		/* Without input, too: it may still hold output. */
		if (zstd_stream_step(stream->zstd, &stream->in, to + have, OUT_BYTES - have, &n,
				     err) < 0)
			return err_wrap(err, "near byte %llu", (unsigned long long)stream->in_read);
		have += n;
		stream->member_open = zstd_stream_open(stream->zstd);
		if (got == 0 && n == 0 && stream->member_open)
			return truncated(stream, err, "zstd");
		if (got == 0 && !stream->member_open)
			break;
	}
	*piece = str_of(to, have);
	return have > 0;
}

static int check_limits(const struct stream *stream, struct err *err)
{
	const struct stream_opts *o = &stream->opts;

	if (o->max_bytes > 0 && stream->out > o->max_bytes)
		return err_set(err, ERR_LIMIT, "expands to more than %llu bytes",
			       (unsigned long long)o->max_bytes);
	if (o->max_ratio > 0 && stream->out > STREAM_RATIO_FROM &&
	    stream->out / o->max_ratio > stream->in_read)
		return err_set(err, ERR_LIMIT,
			       "expands to more than %u times its size (%llu bytes so far)",
			       o->max_ratio, (unsigned long long)stream->out);
	return 0;
}

static int next_piece(void *context, str *piece, struct err *err)
{
	struct stream *stream = context;
	int got;

	if (stream->ended)
		return 0;
	if (stream->coding == CODING_UNKNOWN) {
		got = fill(stream, err);
		if (got < 0)
			return -1;
		sniff(stream);
	}
	int64_t begun = cost_begin();
	if (stream->coding == CODING_GZIP)
		got = gzip(stream, piece, err);
	else if (stream->coding == CODING_ZSTD)
		got = zstd(stream, piece, err);
	else
		got = plain(stream, piece, err);
	cost_end("inflate", begun);
	stream->ended = got == 0;
	if (got <= 0)
		return got;
	stream->out += piece->n;
	if (stream->hash_out)
		ring_lend(&stream->out_ring, &stream->hash, *piece);
	return check_limits(stream, err) < 0 ? -1 : 1;
}

struct tar_source stream_source(struct stream *stream)
{
	return (struct tar_source){ .context = stream, .next = next_piece };
}

int stream_finish(struct stream *stream, struct err *err)
{
	str piece;
	int got;

	do
		got = next_piece(stream, &piece, err);
	while (got > 0);
	if (got < 0)
		return -1;
	if (stream->hash_in || stream->hash_out)
		return hash_thread_verify(&stream->hash, stream->expected, err);
	return 0;
}
